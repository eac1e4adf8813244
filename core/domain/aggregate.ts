import type { Calendar } from "./calendar/calendar.ts";
import { InputError } from "./errors.ts";
import type { Bar } from "./market.ts";
import { iso } from "./time.ts";
import { bucketOf, isTrading, type Timeframe } from "./timeframe.ts";

/**
 * A bar under construction: plain JSON, so that a snapshot taken mid-bucket goes on identically.
 */
export interface AggregateState {
  /** Bars taken into the bucket; 0 means that there is none and the rest says nothing. */
  count: number;
  /** The bucket, not the bars in it. */
  openTimeMs: number;
  closeTimeMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  /** What is before it was taken or closed: bars that open earlier are repeats or too late. */
  takenUntilMs: number;
}

/** Turns finer bars into coarser ones, one instrument at a time. */
export interface Aggregator {
  readonly timeframe: Timeframe;
  readonly calendar: Calendar;
  create(): AggregateState;
  /**
   * Takes in one finer bar and returns the bar that this closes, or null. A bar that ends where its
   * bucket ends closes it at once; where minutes are missing, the next bar closes the bucket before
   * its own. When that bar completes its own bucket too, `flush` at its close returns the second
   * one (`feed` does both). Repeated and late bars change nothing.
   * @throws InputError when a bar reaches over an edge of its bucket, so is no finer bar of it.
   */
  update(state: AggregateState, bar: Bar): Bar | null;
  /**
   * Closes the bucket whose end the clock has reached, or returns null. Bars for it are then late.
   */
  flush(state: AggregateState, nowMs: number): Bar | null;
  /** `update`, then `flush` at the bar's close: hands over every bar that is closed by then. */
  feed(state: AggregateState, bar: Bar, onClosed: (closed: Bar) => void): void;
  /** Restates the bucket after a split: prices times `priceFactor`, volume times `volumeFactor`. */
  rescale(state: AggregateState, priceFactor: number, volumeFactor: number): void;
}

/** How an aggregator is set up. */
export interface AggregatorOptions {
  /** Take in bars before the open and after the close too; without it they are left out. */
  readonly extendedHours?: boolean;
}

/**
 * Makes the reducer for a coarser frame, aligned to the calendar's sessions by {@link bucketOf}.
 * A bucket without any bar gives none. Nothing is allocated unless a bucket starts or closes.
 */
export function createAggregator(
  timeframe: Timeframe,
  calendar: Calendar,
  { extendedHours = false }: AggregatorOptions = {},
): Aggregator {
  // Weeks and months hold nights and weekends, whose bars must be told from the rest one by one.
  const hasGaps = timeframe === "1w" || timeframe === "1mo";
  const isAdmitted = (bar: Bar): boolean => {
    const inside = isTrading(calendar, bar.openTimeMs, extendedHours);
    if (inside === isTrading(calendar, bar.closeTimeMs - 1, extendedHours)) return inside;
    throw tooWide(timeframe, bar);
  };

  const update = (state: AggregateState, bar: Bar): Bar | null => {
    if (bar.openTimeMs < state.takenUntilMs) return null;
    const isNew = state.count === 0 || bar.openTimeMs >= state.closeTimeMs;
    const admitted = isNew || hasGaps ? isAdmitted(bar) : true;
    const bucket =
      isNew && admitted ? bucketOf(timeframe, calendar, bar.openTimeMs, extendedHours) : null;
    // Refused before anything has changed, so that a caller may drop the bar and go on.
    const endMs = bucket === null ? state.closeTimeMs : bucket.closeTimeMs;
    if (admitted && bar.closeTimeMs > endMs) throw tooWide(timeframe, bar);
    const closed = flush(state, bar.openTimeMs);
    if (bucket !== null) {
      state.openTimeMs = bucket.openTimeMs;
      state.closeTimeMs = bucket.closeTimeMs;
    }
    if (admitted) takeIn(state, bar);
    return closed ?? flush(state, bar.closeTimeMs);
  };

  return {
    timeframe,
    calendar,
    create: emptyState,
    update,
    flush,
    feed(state, bar, onClosed) {
      const first = update(state, bar);
      if (first === null) return;
      onClosed(first);
      const second = flush(state, bar.closeTimeMs);
      if (second !== null) onClosed(second);
    },
    rescale,
  };
}

function emptyState(): AggregateState {
  return {
    count: 0,
    openTimeMs: 0,
    closeTimeMs: 0,
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
    takenUntilMs: 0,
  };
}

function flush(state: AggregateState, nowMs: number): Bar | null {
  return state.count > 0 && nowMs >= state.closeTimeMs ? close(state) : null;
}

function takeIn(state: AggregateState, bar: Bar): void {
  if (state.count === 0) {
    state.open = bar.open;
    state.high = bar.high;
    state.low = bar.low;
    state.volume = 0;
  }
  if (bar.high > state.high) state.high = bar.high;
  if (bar.low < state.low) state.low = bar.low;
  state.close = bar.close;
  state.volume += bar.volume;
  state.count += 1;
  state.takenUntilMs = bar.closeTimeMs;
}

function close(state: AggregateState): Bar {
  const { openTimeMs, closeTimeMs, open, high, low, close, volume } = state;
  state.count = 0;
  state.takenUntilMs = closeTimeMs;
  return { openTimeMs, closeTimeMs, open, high, low, close, volume };
}

function rescale(state: AggregateState, priceFactor: number, volumeFactor: number): void {
  state.open *= priceFactor;
  state.high *= priceFactor;
  state.low *= priceFactor;
  state.close *= priceFactor;
  state.volume *= volumeFactor;
}

function tooWide(timeframe: Timeframe, bar: Bar): InputError {
  return new InputError(
    `expected a bar within one ${timeframe} bar of its session, ` +
      `got ${iso(bar.openTimeMs)} to ${iso(bar.closeTimeMs)}`,
  );
}
