/**
 * Cells of a text table, read straight from its bytes: making a string of each cell first would
 * cost more than all the rest of reading.
 */

/** How dates are written. `auto` knows the first three, which cannot be taken for one another. */
export type DateFormat =
  | "auto"
  | "yyyy-mm-dd"
  | "yyyymmdd"
  | "mmm d yyyy"
  | "m/d/yyyy"
  | "d/m/yyyy";

/** Reads the cell at `[from, to)`; NaN when it holds no such value. */
export type CellParser = (bytes: Uint8Array, from: number, to: number) => number;

const DAY_MS = 86_400_000;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const COLON = 58;
const ZERO = 48;
/** Up to this many digits a mantissa is an exact float64, and so is the power that divides it. */
const EXACT_DIGITS = 15;
const POWERS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, n) => Number(`1e${n}`));
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A plain decimal number, correctly rounded to float64; NaN for anything else, even `NaN`. */
export const numberCell: CellParser = (bytes, from, to) => {
  const negative = bytes[from] === MINUS;
  let mantissa = 0;
  let digits = 0;
  let places = -1;
  for (let at = negative ? from + 1 : from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digits += 1;
      if (places >= 0) places += 1;
    } else if (digit === DOT - ZERO && places < 0) {
      places = 0;
    } else return oddNumber(bytes, from, to);
  }
  if (digits === 0 || digits > EXACT_DIGITS) return oddNumber(bytes, from, to);
  const value = places > 0 ? mantissa / (POWERS[places] ?? 1) : mantissa;
  return negative ? -value : value;
};

/** Exponents, blanks around the number and long mantissas: rare, so left to the platform. */
function oddNumber(bytes: Uint8Array, from: number, to: number): number {
  const text = cellText(bytes, from, to);
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

/**
 * A point in time as UTC milliseconds: ISO 8601 with a zone (`Z` or an offset), or a Unix time
 * whose unit follows from its digits (up to 11 seconds, 14 milli-, 17 micro-, else nanoseconds).
 * What is finer than a millisecond is cut off. Text without a zone is NaN: nobody can tell what it
 * meant.
 */
export const timeCell: CellParser = (bytes, from, to) => {
  if (bytes[from + 4] !== MINUS) return epochMs(numberCell(bytes, from, to));
  const day = isoDay(bytes, from);
  const hours = pair(bytes, from + 11);
  const minutes = pair(bytes, from + 14);
  if (bytes[from + 13] !== COLON || hours > 23 || minutes > 59) return Number.NaN;
  let at = from + 16;
  let ms = (hours * 60 + minutes) * 60_000;
  if (bytes[at] === COLON) {
    ms += pair(bytes, at + 1) * 1000;
    at += 3;
  }
  if (bytes[at] === DOT) {
    for (let unit = 100; isDigit(bytes[++at]); unit = Math.floor(unit / 10)) {
      ms += ((bytes[at] ?? 0) - ZERO) * unit;
    }
  }
  return day + ms - zoneMs(bytes, at, to);
};

/**
 * Milliseconds of a Unix time in seconds, milli-, micro- or nanoseconds; NaN where it is none that
 * a date could be made of.
 */
export function epochMs(value: number): number {
  const size = Math.abs(value);
  if (size < 1e11) return value * 1000;
  if (size < 1e14) return value;
  return instantOf(Math.floor(value / (size < 1e17 ? 1e3 : 1e6)));
}

/** Furthest instant that a date can be made of, ms: beyond it no date function answers. */
const LAST_INSTANT_MS = 8.64e15;

/** The same milliseconds, or NaN for those that are no instant. */
export function instantOf(timeMs: number): number {
  return Math.abs(timeMs) <= LAST_INSTANT_MS ? timeMs : Number.NaN;
}

/** The parser of dates in a format; a date is the UTC milliseconds of its midnight. */
export function dateCell(format: DateFormat): CellParser {
  switch (format) {
    case "yyyy-mm-dd":
      return isoDate;
    case "yyyymmdd":
      return compactDate;
    case "mmm d yyyy":
      return monthNameDate;
    case "m/d/yyyy":
      return (bytes, from, to) => slashDate(cellText(bytes, from, to), 1, 2);
    case "d/m/yyyy":
      return (bytes, from, to) => slashDate(cellText(bytes, from, to), 2, 1);
    case "auto":
      return (bytes, from, to) => {
        if (bytes[from + 4] === MINUS) return isoDate(bytes, from, to);
        return isDigit(bytes[from]) ? compactDate(bytes, from, to) : monthNameDate(bytes, from, to);
      };
  }
}

/** The cell as text, for messages and odd cells. */
export function cellText(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, to)).trim();
}

const isoDate: CellParser = (bytes, from, to) =>
  to - from === 10 ? isoDay(bytes, from) : Number.NaN;

const compactDate: CellParser = (bytes, from, to) => {
  if (to - from !== 8) return Number.NaN;
  const year = pair(bytes, from) * 100 + pair(bytes, from + 2);
  return midnightMs(year, pair(bytes, from + 4), pair(bytes, from + 6));
};

const monthNameDate: CellParser = (bytes, from, to) => {
  const match = /^([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})$/i.exec(cellText(bytes, from, to));
  const month = MONTHS.indexOf((match?.[1] ?? "").toLowerCase()) + 1;
  return midnightMs(Number(match?.[3]), month, Number(match?.[2]));
};

function slashDate(text: string, monthAt: number, dayAt: number): number {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  return midnightMs(Number(match?.[3]), Number(match?.[monthAt]), Number(match?.[dayAt]));
}

function isoDay(bytes: Uint8Array, from: number): number {
  if (bytes[from + 7] !== MINUS) return Number.NaN;
  const year = pair(bytes, from) * 100 + pair(bytes, from + 2);
  return midnightMs(year, pair(bytes, from + 5), pair(bytes, from + 8));
}

/** UTC midnight of a date of the Gregorian calendar; NaN when there is no such date. */
function midnightMs(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return Number.NaN;
  // Years counted from March put the leap day last, so that month lengths follow a line.
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return (y * 365 + leaps + Math.floor((m * 153 + 2) / 5) + day - 719_469) * DAY_MS;
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** The offset at the end of a time, in milliseconds; NaN when the time ends without one. */
function zoneMs(bytes: Uint8Array, at: number, to: number): number {
  const sign = bytes[at];
  if ((sign === 90 || sign === 122) && at + 1 === to) return 0;
  const colon = bytes[at + 3] === COLON ? 1 : 0;
  if ((sign !== PLUS && sign !== MINUS) || at + 5 + colon !== to) return Number.NaN;
  const ms = (pair(bytes, at + 1) * 60 + pair(bytes, at + 3 + colon)) * 60_000;
  return sign === PLUS ? ms : -ms;
}

function pair(bytes: Uint8Array, at: number): number {
  const high = bytes[at];
  const low = bytes[at + 1];
  if (!isDigit(high) || !isDigit(low)) return Number.NaN;
  return ((high ?? 0) - ZERO) * 10 + (low ?? 0) - ZERO;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= 57;
}
