import { InputError } from "./errors.ts";

/** One second, in milliseconds. */
export const SECOND_MS = 1_000;
/** One minute, in milliseconds. */
export const MINUTE_MS = 60_000;
/** One hour, in milliseconds. */
export const HOUR_MS = 3_600_000;
/** One UTC day, in milliseconds; a New York day is an hour off twice a year. */
export const DAY_MS = 86_400_000;

const DATE = /^[1-9]\d{3}-\d\d-\d\d$/;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;
const INSTANT = /^(.{10})T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d:\d\d))$/;
const FIRST_MS = Date.UTC(1000, 0, 1);
const FIRST_ISO = new Date(FIRST_MS).toISOString();
const END_MS = Date.UTC(10_000, 0, 1);

/**
 * ISO text of integer UTC milliseconds: `2024-03-08T14:30:00.000Z`, for envelopes and logs.
 * @throws InputError for fractions, NaN, and years outside 1000 to 9999.
 */
export function iso(timeMs: number): string {
  return new Date(checkedInstant(timeMs)).toISOString();
}

/**
 * Reads an ISO 8601 instant. The zone is required, as a time without one is another time on another
 * machine; digits finer than a millisecond are cut off.
 * @throws InputError for anything else: no zone, no seconds, 24:00, leap seconds, 30 February.
 * @see https://www.rfc-editor.org/rfc/rfc3339
 */
export function epochMs(text: string): number {
  const readMs = text >= FIRST_ISO ? Date.parse(text) : Number.NaN;
  // The text that our own clocks write: what comes back as itself needs no further look.
  if (readMs < END_MS && new Date(readMs).toISOString() === text) return readMs;
  const [, date = "", clock = "", fraction = "", sign, offset] = INSTANT.exec(text) ?? [];
  if (!isDate(date) || !CLOCK.test(clock) || (offset !== undefined && !CLOCK.test(offset))) {
    throw new InputError(
      `expected a time with its zone such as 2024-03-08T14:30:00Z, got ${JSON.stringify(text)}`,
    );
  }
  const wallMs = daysSinceEpoch(date) * DAY_MS + clockMs(clock);
  const zoneMs = offset === undefined ? 0 : clockMs(offset) * (sign === "-" ? -1 : 1);
  return wallMs + Number(fraction.slice(0, 3).padEnd(3, "0")) - zoneMs;
}

/** Whether the text is a day that exists, as `YYYY-MM-DD`, of the years 1000 to 9999. */
export function isDate(text: string): boolean {
  return DATE.test(text) && dateOfDay(daysSinceEpoch(text)) === text;
}

/**
 * Days from 1970-01-01 to a `YYYY-MM-DD` date; negative before.
 * @throws InputError when there is no such date.
 */
export function dayNumber(date: string): number {
  if (!isDate(date)) {
    throw new InputError(`expected a date such as 2024-03-08, got ${JSON.stringify(date)}`);
  }
  return daysSinceEpoch(date);
}

/** The `YYYY-MM-DD` date that lies so many days after 1970-01-01. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The date so many days later, or earlier for negative counts.
 * @throws InputError when there is no such date.
 */
export function addDays(date: string, days: number): string {
  return dateOfDay(dayNumber(date) + days);
}

/** Negative when `a` is the earlier date, positive when it is the later one, 0 when equal. */
export function compareDates(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Day of the week of a day number, ISO 8601: Monday 1 to Sunday 7. */
export function weekdayOfDay(day: number): number {
  // 1970-01-01 was a Thursday; the second remainder keeps days before it positive.
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The UTC date of an instant. */
export function utcDate(timeMs: number): string {
  return dateOfDay(Math.floor(timeMs / DAY_MS));
}

/**
 * The instant at which clocks in New York show a wall time, given as `HH:MM` or `HH:MM:SS`. A time
 * shown twice (autumn) means the first; one that is skipped (spring) moves on by the hour skipped.
 * @throws InputError when date or clock time do not exist.
 * @see https://www.rfc-editor.org/rfc/rfc5545#section-3.3.5 for both conventions
 */
export function newYorkTimeMs(date: string, clock: string): number {
  if (!CLOCK.test(clock)) {
    throw new InputError(`expected a clock time such as 09:30, got ${JSON.stringify(clock)}`);
  }
  const day = dayNumber(date);
  const wallMs = day * DAY_MS + clockMs(clock);
  const beforeMs = noonOffsetMs(day - 1);
  const afterMs = noonOffsetMs(day + 1);
  const earlier = wallMs - beforeMs;
  if (beforeMs === afterMs || newYorkOffsetMs(earlier) === beforeMs) return earlier;
  const later = wallMs - afterMs;
  return newYorkOffsetMs(later) === afterMs ? later : earlier;
}

/** The New York date of an instant. */
export function newYorkDate(timeMs: number): string {
  return utcDate(timeMs + newYorkOffsetMs(timeMs));
}

/** ISO text on New York's clock, for reports: `2024-03-08T09:30:00-05:00`; milliseconds are cut. */
export function newYorkIso(timeMs: number): string {
  const offsetMs = newYorkOffsetMs(checkedInstant(timeMs));
  const sign = offsetMs < 0 ? "-" : "+";
  return `${iso(timeMs + offsetMs).slice(0, 19)}${sign}${iso(Math.abs(offsetMs)).slice(11, 16)}`;
}

const noonOffsets = new Map<number, number>();

/** New York's offset at noon UTC; kept, as tables of sessions ask for each day several times. */
function noonOffsetMs(day: number): number {
  const found = noonOffsets.get(day) ?? newYorkOffsetMs((day + 0.5) * DAY_MS);
  noonOffsets.set(day, found);
  return found;
}

let newYork: Intl.DateTimeFormat | undefined;

/** New York's offset from UTC at an instant: -5 or -4 hours. About a microsecond: keep it cold. */
function newYorkOffsetMs(timeMs: number): number {
  newYork ??= new Intl.DateTimeFormat("en-US", {
    timeZone: "America/New_York",
    timeZoneName: "longOffset",
  });
  const text = newYork.format(timeMs);
  const zone = text.slice(text.indexOf("GMT") + 3);
  return clockMs(zone.slice(1)) * (zone.startsWith("-") ? -1 : 1);
}

function daysSinceEpoch(date: string): number {
  return (
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8))) / DAY_MS
  );
}

function clockMs(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(":").map(Number);
  return hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
}

function checkedInstant(timeMs: number): number {
  if (Number.isInteger(timeMs) && timeMs >= FIRST_MS && timeMs < END_MS) return timeMs;
  throw new InputError(`expected integer UTC milliseconds of a four-digit year, got ${timeMs}`);
}
