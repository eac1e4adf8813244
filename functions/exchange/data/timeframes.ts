import { periodDates } from "../../../core/domain/calendar/period.ts";
import {
  DAY_MS,
  dayNumber,
  HOUR_MS,
  MINUTE_MS,
  newYorkDate,
  newYorkTimeMs,
  utcDate,
} from "../../../core/domain/time.ts";
import type { Timeframe } from "../../../core/domain/timeframe.ts";
import { badRequest } from "../errors.ts";

type Unit = "Min" | "Hour" | "Day" | "Week" | "Month";

/** A time frame as Alpaca writes it: `5Min`, `1Hour`, `1Day`, `3Month`. */
export interface WireFrame {
  readonly count: number;
  readonly unit: Unit;
  readonly text: string;
}

const UNITS: Readonly<Record<string, Unit>> = {
  Min: "Min",
  T: "Min",
  Hour: "Hour",
  H: "Hour",
  Day: "Day",
  D: "Day",
  Week: "Week",
  W: "Week",
  Month: "Month",
  M: "Month",
};
const MONTHS = [1, 2, 3, 4, 6, 12];
const MOST: Readonly<Record<Unit, number>> = { Min: 59, Hour: 23, Day: 1, Week: 1, Month: 12 };
const NAMES: Readonly<Partial<Record<string, Timeframe>>> = {
  "1Min": "1m",
  "5Min": "5m",
  "15Min": "15m",
  "30Min": "30m",
  "1Hour": "1h",
  "4Hour": "4h",
  "1Day": "1d",
  "1Week": "1w",
  "1Month": "1mo",
};

/** Reads a time frame. @throws Refusal (400) for any that Alpaca has not. */
export function readFrame(text: string | null): WireFrame {
  const [, digits = "1", word = ""] = /^(\d{1,2})?([A-Za-z]+)$/.exec(text ?? "") ?? [];
  const unit = Object.hasOwn(UNITS, word) ? UNITS[word] : undefined;
  const count = Number(digits);
  if (unit === undefined || count < 1 || count > MOST[unit]) {
    throw badRequest(`invalid timeframe: ${text ?? ""}`);
  }
  if (unit === "Month" && !MONTHS.includes(count)) {
    throw badRequest(`invalid timeframe: ${text ?? ""}`);
  }
  return { count, unit, text: `${count}${unit}` };
}

/** The same in our words, or null where we have none. */
export function frameNameOf({ text }: WireFrame): Timeframe | null {
  return NAMES[text] ?? null;
}

/** How long it is at most, ms. */
export function frameMsOf({ count, unit }: WireFrame): number {
  switch (unit) {
    case "Min":
      return count * MINUTE_MS;
    case "Hour":
      return count * HOUR_MS;
    case "Day":
      return DAY_MS;
    case "Week":
      return 7 * DAY_MS;
    case "Month":
      return count * 31 * DAY_MS;
  }
}

/**
 * Where the bucket of an instant starts, UTC ms: counted from midnight, in New York for shares and
 * in UTC for crypto, where weeks start on Mondays.
 */
export function bucketStart(frame: WireFrame, timeMs: number, isCrypto: boolean): number {
  const midnight = (date: string) =>
    isCrypto ? dayNumber(date) * DAY_MS : newYorkTimeMs(date, "00:00");
  const { count, unit } = frame;
  // Minutes that divide the hour fall on the same places in every zone.
  if (unit === "Min" && 60 % count === 0) return floor(timeMs, count * MINUTE_MS);
  if (unit === "Hour" && count === 1) return floor(timeMs, HOUR_MS);
  const date = isCrypto ? utcDate(timeMs) : newYorkDate(timeMs);
  if (unit === "Min" || unit === "Hour") {
    const fromMs = midnight(date);
    return fromMs + floor(timeMs - fromMs, count * (unit === "Min" ? MINUTE_MS : HOUR_MS));
  }
  if (unit === "Day") return midnight(date);
  if (unit === "Week") return midnight(periodDates(date, "week").from);
  const month = Math.floor((Number(date.slice(5, 7)) - 1) / count) * count + 1;
  return midnight(`${date.slice(0, 4)}-${String(month).padStart(2, "0")}-01`);
}

function floor(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
