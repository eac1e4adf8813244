import { calendarOf } from "../../../core/domain/calendar/calendar.ts";
import type { Bar } from "../../../core/domain/market.ts";
import { HOUR_MS } from "../../../core/domain/time.ts";
import { timeframeMs } from "../../../core/domain/timeframe.ts";
import type { BarFeed } from "../../../core/runtime/feeds.ts";
import { stampOf } from "../stamps.ts";
import { rowsUntil, type Tape } from "../tape.ts";
import { type Adjustment, factorAt, RAW } from "./adjust.ts";
import type { Span } from "./rows.ts";
import { bucketStart, frameMsOf, frameNameOf, type WireFrame } from "./timeframes.ts";

const SHORTEST_DAY_MS = 23 * HOUR_MS;

/** A bar as Alpaca sends it, stamped by its start. */
export interface WireBar {
  readonly t: string;
  readonly o: number;
  readonly h: number;
  readonly l: number;
  readonly c: number;
  readonly v: number;
  readonly n: number;
  readonly vw: number;
}

/** A bar in the making, stamped by its start. */
export interface Bucket {
  startMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/**
 * Bars of a time frame that start within a span, as far as they are known by its end: recorded ones
 * where there are such, else built from the coarsest that are finer. Like Alpaca's, the last may be
 * of a span that is not over. Days are of regular hours.
 */
export function bucketsOf(
  tape: Tape,
  frame: WireFrame,
  span: Span & { readonly knownMs: number },
  adjustments: readonly Adjustment[] = RAW,
): readonly Bucket[] {
  const feed = feedFor(tape, frame);
  if (feed === undefined) return [];
  const { columns } = feed;
  const isCrypto = tape.instrument.assetClass === "crypto";
  const startOf = starts(frame, isCrypto);
  const isIn = dayFilter(tape, feed, frame);
  const exact = feed.timeframe === frameNameOf(frame) && timeframeMs(feed.timeframe) !== null;
  const known = rowsUntil(columns.closeTimeMs, span.knownMs);
  // The first row that opens within: what opened before started before.
  let row = rowsUntil(columns.openTimeMs, span.fromMs - 1);
  const buckets: Bucket[] = [];
  let last: Bucket | undefined;
  for (; row < known; row += 1) {
    const openMs = columns.openTimeMs[row] ?? 0;
    const startMs = exact ? openMs : startOf(openMs);
    if (startMs > span.toMs) break;
    if (startMs < span.fromMs || !isIn(openMs)) continue;
    const { price, volume } = factorAt(adjustments, openMs);
    const high = (columns.high[row] ?? 0) * price;
    const low = (columns.low[row] ?? 0) * price;
    const close = (columns.close[row] ?? 0) * price;
    const traded = (columns.volume[row] ?? 0) * volume;
    if (last === undefined || last.startMs !== startMs) {
      const open = (columns.open[row] ?? 0) * price;
      last = { startMs, open, high, low, close, volume: traded };
      buckets.push(last);
      continue;
    }
    last.high = Math.max(last.high, high);
    last.low = Math.min(last.low, low);
    last.close = close;
    last.volume += traded;
  }
  return buckets;
}

/** Looks up the calendar once a day at most, as rows come in order. */
function starts(frame: WireFrame, isCrypto: boolean): (openMs: number) => number {
  const isDaily = frame.unit !== "Min" && frame.unit !== "Hour";
  let startMs = Number.NaN;
  let lookedMs = Number.NaN;
  return (openMs) => {
    // The shortest day has 23 hours, so what comes so soon after midnight is of the same.
    if (isDaily && openMs < lookedMs + SHORTEST_DAY_MS) return startMs;
    startMs = bucketStart(frame, openMs, isCrypto);
    lookedMs = bucketStart({ count: 1, unit: "Day", text: "1Day" }, openMs, isCrypto);
    return startMs;
  };
}

/** Days and longer are of regular hours, as the venue's own daily bars are. */
function dayFilter(
  { instrument }: Tape,
  { timeframe }: BarFeed,
  { unit }: WireFrame,
): (openMs: number) => boolean {
  const isMixed = timeframeMs(timeframe) !== null && unit !== "Min" && unit !== "Hour";
  if (!isMixed || instrument.calendar === "always-open") return () => true;
  const calendar = calendarOf(instrument.calendar);
  return (openMs) => calendar.sessionAt(openMs) !== null;
}

/** The bars of a frame, or the coarsest that it can be built from. */
function feedFor({ feeds }: Tape, frame: WireFrame): BarFeed | undefined {
  const name = frameNameOf(frame);
  const exact = feeds.find(({ timeframe }) => timeframe === name);
  if (exact !== undefined) return exact;
  const longest = frameMsOf(frame);
  const isDaily = frame.unit !== "Min" && frame.unit !== "Hour";
  return feeds.findLast(({ timeframe }) => {
    const lengthMs = timeframeMs(timeframe);
    if (lengthMs === null) return isDaily && timeframe === "1d" && frame.unit !== "Day";
    return lengthMs <= longest && (isDaily || longest % lengthMs === 0);
  });
}

/** The message of a bar. Recordings count no trades: `n` is 1 where there was any volume. */
export function barJson(bucket: Bucket, kind: "stocks" | "crypto"): WireBar {
  const { startMs, open, high, low, close, volume } = bucket;
  return {
    t: stampOf(startMs),
    o: rounded(open),
    h: rounded(high),
    l: rounded(low),
    c: rounded(close),
    v: kind === "stocks" ? Math.round(volume) : volume,
    n: volume > 0 ? 1 : 0,
    // The typical price stands for the average one, which bars don't tell.
    vw: volume > 0 ? rounded((high + low + close) / 3) : 0,
  };
}

/** A closed bar as a bucket of its own. */
export function bucketOfBar(bar: Bar, startMs = bar.openTimeMs): Bucket {
  const { open, high, low, close, volume } = bar;
  return { startMs, open, high, low, close, volume };
}

/** Without the noise that adjusting leaves in the last digits. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
