import * as z from "zod";
import type { Calendar, Session } from "./calendar/calendar.ts";
import { periodSessions } from "./calendar/period.ts";
import { InputError } from "./errors.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "./time.ts";

/** How long a bar is, finest first. `1d` is one session; weeks and months go by trading date. */
export const timeframe = z.enum(["1s", "1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w", "1mo"]);
export type Timeframe = z.output<typeof timeframe>;

/** All time frames, finest first. */
export const timeframes: readonly Timeframe[] = timeframe.options;

/** A half-open interval `[openTimeMs, closeTimeMs)` that one bar covers. */
export interface Bucket {
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
}

const lengthsMs: Readonly<Record<Timeframe, number | null>> = {
  "1s": SECOND_MS,
  "1m": MINUTE_MS,
  "5m": 5 * MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "30m": 30 * MINUTE_MS,
  "1h": HOUR_MS,
  "4h": 4 * HOUR_MS,
  "1d": null,
  "1w": null,
  "1mo": null,
};

/**
 * Reads a time frame such as `"1h"`.
 * @throws InputError listing the known ones.
 */
export function parseTimeframe(text: string): Timeframe {
  const parsed = timeframe.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InputError(
    `expected a time frame (${timeframes.join(", ")}), got ${JSON.stringify(text)}`,
  );
}

/**
 * The length of an intraday frame in milliseconds; null for `1d` and longer, whose length the
 * calendar decides. The last bucket before a close may be shorter.
 */
export function timeframeMs(frame: Timeframe): number | null {
  return lengthsMs[frame];
}

/** Whether bars of `fine` are shorter than bars of `coarse`. */
export function isFiner(fine: Timeframe, coarse: Timeframe): boolean {
  return timeframes.indexOf(fine) < timeframes.indexOf(coarse);
}

/**
 * Whether an instant lies in the regular hours of a session, or with `extendedHours` in those
 * before the open and after the close too.
 * @throws InputError outside the calendar's range.
 */
export function isTrading(calendar: Calendar, timeMs: number, extendedHours: boolean): boolean {
  return sessionAround(calendar, timeMs, extendedHours) !== null;
}

/**
 * The bucket that an instant falls into, or null outside trading hours. Intraday buckets count from
 * the session's open and end with its close, so `1h` starts at 09:30 and ends with a half hour.
 * With `extendedHours` the time before the open and the time after the close are counted from their
 * own starts, so that a bucket never mixes them with regular hours; `1d` and longer take all three.
 * @throws InputError outside the calendar's range.
 */
export function bucketOf(
  frame: Timeframe,
  calendar: Calendar,
  timeMs: number,
  extendedHours = false,
): Bucket | null {
  const session = sessionAround(calendar, timeMs, extendedHours);
  if (session === null) return null;
  const lengthMs = lengthsMs[frame];
  if (lengthMs !== null) return intradayBucket(session, timeMs, lengthMs);
  const { first, last } =
    frame === "1d"
      ? { first: session, last: session }
      : periodSessions(calendar, session, frame === "1w" ? "week" : "month");
  return {
    openTimeMs: extendedHours ? first.preOpenTimeMs : first.openTimeMs,
    closeTimeMs: extendedHours ? last.postCloseTimeMs : last.closeTimeMs,
  };
}

function intradayBucket(session: Session, timeMs: number, lengthMs: number): Bucket {
  const { preOpenTimeMs, openTimeMs, closeTimeMs, postCloseTimeMs } = session;
  let startMs = openTimeMs;
  let endMs = closeTimeMs;
  if (timeMs < openTimeMs) {
    startMs = preOpenTimeMs;
    endMs = openTimeMs;
  } else if (timeMs >= closeTimeMs) {
    startMs = closeTimeMs;
    endMs = postCloseTimeMs;
  }
  const fromMs = timeMs - ((timeMs - startMs) % lengthMs);
  return { openTimeMs: fromMs, closeTimeMs: Math.min(fromMs + lengthMs, endMs) };
}

function sessionAround(calendar: Calendar, timeMs: number, extended: boolean): Session | null {
  if (!extended) return calendar.sessionAt(timeMs);
  const session = calendar.sessionOn(calendar.tradingDateOf(timeMs));
  if (session === null) return null;
  return timeMs >= session.preOpenTimeMs && timeMs < session.postCloseTimeMs ? session : null;
}
