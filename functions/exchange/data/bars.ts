import { calendarOf } from "../../../core/domain/calendar/calendar.ts";
import type { Bar, BarColumns } from "../../../core/domain/market.ts";
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
 * of a span that is not over: it is built from the bars that drive the clock. Days are of regular
 * hours.
 */
export function bucketsOf(
  tape: Tape,
  frame: WireFrame,
  span: Span,
  adjustments: readonly Adjustment[] = RAW,
): readonly Bucket[] {
  const feed = feedFor(tape, frame);
  if (feed === undefined) return [];
  const gathering = new Gathering(tape, frame, span, adjustments);
  gathering.take(feed, Number.NEGATIVE_INFINITY);
  if (feed !== tape.base && isDaily(frame)) {
    const { closeTimeMs } = feed.columns;
    gathering.take(tape.base, closeTimeMs[rowsUntil(closeTimeMs, span.knownMs) - 1] ?? 0);
  }
  return gathering.buckets;
}

/** Puts rows into the buckets that they start in. */
class Gathering {
  readonly buckets: Bucket[] = [];
  private readonly tape: Tape;
  private readonly frame: WireFrame;
  private readonly span: Span;
  private readonly adjustments: readonly Adjustment[];
  private readonly startOf: (openMs: number) => number;

  constructor(tape: Tape, frame: WireFrame, span: Span, adjustments: readonly Adjustment[]) {
    this.tape = tape;
    this.frame = frame;
    this.span = span;
    this.adjustments = adjustments;
    this.startOf = starts(frame, tape.instrument.assetClass === "crypto");
  }

  /** Takes the rows of a feed that open at a time or later. */
  take(feed: BarFeed, afterMs: number): void {
    const { columns, timeframe } = feed;
    const { span, frame, tape, startOf } = this;
    const isExact = timeframe === frameNameOf(frame) && timeframeMs(timeframe) !== null;
    const isIn = dayFilter(tape, feed, frame);
    const known = rowsUntil(columns.closeTimeMs, span.knownMs);
    // What opened before the span started before it.
    let row = rowsUntil(columns.openTimeMs, Math.max(span.fromMs, afterMs) - 1);
    for (; row < known; row += 1) {
      const openMs = columns.openTimeMs[row] ?? 0;
      const startMs = isExact ? openMs : startOf(openMs);
      if (startMs > span.toMs) return;
      if (startMs < span.fromMs || !isIn(openMs) || tape.isQuiet(openMs)) continue;
      this.add(columns, row, startMs);
    }
  }

  private add(columns: BarColumns, row: number, startMs: number): void {
    const { price, volume } = factorAt(this.adjustments, columns.openTimeMs[row] ?? 0);
    const high = (columns.high[row] ?? 0) * price;
    const low = (columns.low[row] ?? 0) * price;
    const close = (columns.close[row] ?? 0) * price;
    const traded = (columns.volume[row] ?? 0) * volume;
    const last = this.buckets.at(-1);
    if (last === undefined || last.startMs !== startMs) {
      const open = (columns.open[row] ?? 0) * price;
      this.buckets.push({ startMs, open, high, low, close, volume: traded });
      return;
    }
    last.high = Math.max(last.high, high);
    last.low = Math.min(last.low, low);
    last.close = close;
    last.volume += traded;
  }
}

function isDaily({ unit }: WireFrame): boolean {
  return unit !== "Min" && unit !== "Hour";
}

/** Looks up the calendar once a day at most, as rows come in order. */
function starts(frame: WireFrame, isCrypto: boolean): (openMs: number) => number {
  let startMs = Number.NaN;
  let lookedMs = Number.NaN;
  return (openMs) => {
    // The shortest day has 23 hours, so what comes so soon after midnight is of the same.
    if (isDaily(frame) && openMs < lookedMs + SHORTEST_DAY_MS) return startMs;
    startMs = bucketStart(frame, openMs, isCrypto);
    lookedMs = bucketStart({ count: 1, unit: "Day", text: "1Day" }, openMs, isCrypto);
    return startMs;
  };
}

/** Days and longer are of regular hours, as the venue's own daily bars are. */
function dayFilter(
  { instrument }: Tape,
  { timeframe }: BarFeed,
  frame: WireFrame,
): (openMs: number) => boolean {
  const isMixed = timeframeMs(timeframe) !== null && isDaily(frame);
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
  const daily = isDaily(frame);
  return feeds.findLast(({ timeframe }) => {
    const lengthMs = timeframeMs(timeframe);
    if (lengthMs === null) return daily && timeframe === "1d" && frame.unit !== "Day";
    return lengthMs <= longest && (daily || longest % lengthMs === 0);
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
