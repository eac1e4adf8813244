import { iso, MINUTE_MS, newYorkDate, newYorkTimeMs } from "../../core/domain/time.ts";

/** RFC 3339 in UTC, as market data has it: no fraction where there is none. */
export function stampOf(timeMs: number): string {
  return iso(timeMs).replace(".000Z", "Z");
}

/**
 * RFC 3339 with nanoseconds, which count what happened within one millisecond of the virtual clock:
 * so that no two orders were submitted at the same time, and paging by time leaves none out.
 */
export function fineStampOf(timeMs: number, count: number): string {
  return `${iso(timeMs).slice(0, -1)}${String(nanosOf(count)).padStart(6, "0")}Z`;
}

/** The nanoseconds that a count stands for. */
export function nanosOf(count: number): number {
  return count % 1_000_000;
}

/** Where the minute of a time starts, UTC ms. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

/** Midnight in New York of a time's date: what daily bars of shares are stamped with, UTC ms. */
export function newYorkMidnight(timeMs: number): number {
  return newYorkTimeMs(newYorkDate(timeMs), "00:00");
}
