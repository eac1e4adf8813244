import { createAggregator } from "../../core/domain/aggregate.ts";
import type { Calendar } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { Bar } from "../../core/domain/market.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../core/domain/time.ts";
import { bucketOf, type Timeframe } from "../../core/domain/timeframe.ts";
import type { WireBar } from "./wireData.ts";

/** How bars of a frame come to be. */
export interface BarSource {
  /** The frame that Alpaca is asked for, in its words and in ours. */
  readonly asked: string;
  readonly base: Timeframe;
  /** How far before the first bar its own beginning may lie, ms. */
  readonly reachMs: number;
}

/**
 * What to ask Alpaca for. Its hours begin on the hour, while a session begins at half past nine:
 * hours are made of half hours, which fit both. Weeks and months are made of days, so that they
 * begin and end with sessions.
 */
const SOURCES: Readonly<Record<Timeframe, BarSource | null>> = {
  "1s": null,
  "1m": { asked: "1Min", base: "1m", reachMs: MINUTE_MS },
  "5m": { asked: "5Min", base: "5m", reachMs: 5 * MINUTE_MS },
  "15m": { asked: "15Min", base: "15m", reachMs: 15 * MINUTE_MS },
  "30m": { asked: "30Min", base: "30m", reachMs: 30 * MINUTE_MS },
  "1h": { asked: "30Min", base: "30m", reachMs: HOUR_MS },
  "4h": { asked: "30Min", base: "30m", reachMs: 4 * HOUR_MS },
  "1d": { asked: "1Day", base: "1d", reachMs: DAY_MS },
  "1w": { asked: "1Day", base: "1d", reachMs: 7 * DAY_MS },
  "1mo": { asked: "1Day", base: "1d", reachMs: 31 * DAY_MS },
};

/**
 * How bars of a frame come to be.
 * @throws InputError for seconds, which Alpaca has no bars of.
 */
export function sourceOf(timeframe: Timeframe): BarSource {
  const source = SOURCES[timeframe];
  if (source !== null) return source;
  throw new InputError(`timeframe: expected 1m or coarser of Alpaca, got ${timeframe}`);
}

/**
 * Alpaca's bars of one instrument as ours: stamped by their close, of regular hours alone, with
 * the session's own open and close where a bar is a day. Only those that closed in
 * `(afterMs, untilMs]`.
 */
export function barsFrom(
  wire: readonly WireBar[],
  timeframe: Timeframe,
  calendar: Calendar,
  { afterMs, untilMs }: { readonly afterMs: number; readonly untilMs: number },
): readonly Bar[] {
  const { base } = sourceOf(timeframe);
  const based = wire.flatMap((bar) => barOf(bar, base, calendar) ?? []);
  const bars = base === timeframe ? based : gathered(based, timeframe, calendar, untilMs);
  return bars.filter(({ closeTimeMs }) => closeTimeMs > afterMs && closeTimeMs <= untilMs);
}

/** One bar; null outside regular hours, as Alpaca's bars begin before the open and end late. */
export function barOf(bar: WireBar, timeframe: Timeframe, calendar: Calendar): Bar | null {
  // A day of Alpaca's begins with the date, before any session: noon lies within all of them.
  const insideMs = timeframe === "1d" ? noonOf(bar.t, calendar) : bar.t;
  const bucket = insideMs === null ? null : bucketOf(timeframe, calendar, insideMs);
  if (bucket === null || (timeframe !== "1d" && bucket.openTimeMs !== bar.t)) return null;
  const { o: open, h: high, l: low, c: close, v: volume } = bar;
  return { ...bucket, open, high, low, close, volume };
}

function noonOf(timeMs: number, calendar: Calendar): number | null {
  return calendar.sessionOn(calendar.tradingDateOf(timeMs))?.openTimeMs ?? null;
}

function gathered(
  bars: readonly Bar[],
  timeframe: Timeframe,
  calendar: Calendar,
  untilMs: number,
): readonly Bar[] {
  const aggregator = createAggregator(timeframe, calendar);
  const state = aggregator.create();
  const closed: Bar[] = [];
  for (const bar of bars) {
    if (bar.closeTimeMs <= untilMs) aggregator.feed(state, bar, (one) => closed.push(one));
  }
  const last = aggregator.flush(state, untilMs);
  return last === null ? closed : [...closed, last];
}
