import { newYorkIso } from "../../core/domain/time.ts";

/** What stands where there is no number. */
export const NOTHING = "–";

/** How a number is to be read. */
export type NumberKind = "percent" | "dollars" | "ratio" | "count" | "days";

/** A fraction as percent with two places: 0.1234 is `12.34%`. */
export function percent(value: number | null): string {
  return finite(value) ? `${grouped(value * 100, 2)}%` : noNumber(value);
}

/** Dollars with thousands separators and cents: `-$1,234.50`. */
export function dollars(value: number | null): string {
  if (!finite(value)) return noNumber(value);
  const text = grouped(Math.abs(value), 2);
  return value < 0 && text !== "0.00" ? `-$${text}` : `$${text}`;
}

/** A plain number with two places: Sharpe, profit factor. */
export function ratio(value: number | null): string {
  return finite(value) ? grouped(value, 2) : noNumber(value);
}

/** A whole number with thousands separators. */
export function count(value: number | null): string {
  return finite(value) ? grouped(value, 0) : noNumber(value);
}

/** A number of days, to a tenth below ten days. */
export function days(value: number | null): string {
  if (!finite(value)) return noNumber(value);
  return `${grouped(value, Math.abs(value) < 10 && value % 1 !== 0 ? 1 : 0)} d`;
}

/** A number in the form of its kind; null is an en dash, infinity its sign. */
export function formatted(kind: NumberKind, value: number | null): string {
  return { percent, dollars, ratio, count, days }[kind](value);
}

/** A price with as many places as it needs, two to six: `187.20`, `0.512345`. */
export function price(value: number | null): string {
  if (!finite(value)) return noNumber(value);
  return value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 6 });
}

/** The day in New York: `2024-03-08`. */
export function dayText(timeMs: number): string {
  return newYorkIso(timeMs).slice(0, 10);
}

/** Day and time in New York to the second: `2024-03-08 09:30:00`. */
export function timeText(timeMs: number): string {
  return newYorkIso(timeMs).slice(0, 19).replace("T", " ");
}

function finite(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

function noNumber(value: number | null): string {
  if (value === Infinity) return "∞";
  return value === -Infinity ? "-∞" : NOTHING;
}

function grouped(value: number, places: number): string {
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
  // A loss that rounds to nothing is no loss in the reader's eye.
  return /^-[0.]+$/.test(text) ? text.slice(1) : text;
}
