import type { Bar } from "../domain/market.ts";
import { type Average, average, scaleAverage, smooth } from "./average.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";
import { scaleValue } from "./rolling.ts";

/** What the average true range keeps: the close before, and Wilder's average. */
export interface Range {
  lastClose: number;
  average: Average;
}

/** A fresh one. */
export function range(): Range {
  return { lastClose: 0, average: average() };
}

/** Takes in the bar after `lastClose` and returns the average, which counts after `period` bars. */
export function rangeAfter(range: Range, bar: Bar, period: number): number {
  const extent = extentOf(bar, range.lastClose);
  range.lastClose = bar.close;
  return smooth(range.average, extent, period, 1 / period);
}

/** As if every price so far had been multiplied by a factor. */
export function scaleRange(range: Range, factor: number): void {
  range.lastClose *= factor;
  scaleAverage(range.average, factor);
}

/** The range of a bar together with the gap from the close before it, dollars. */
export function extentOf(bar: Bar, lastClose: number): number {
  const top = Math.max(bar.high, lastClose);
  const bottom = Math.min(bar.low, lastClose);
  return top - bottom;
}

/** What {@link trueRange} keeps. */
export interface TrueRangeState extends IndicatorState {
  lastClose: number;
}

/**
 * True range: the bar's range together with the gap from the close before it, dollars. Warm-up 2.
 * @see TA-Lib TRANGE; Wilder 1978, New Concepts in Technical Trading Systems
 */
export function trueRange(): Indicator<TrueRangeState> {
  return {
    name: "true-range",
    params: {},
    warmUp: 2,
    create: () => ({ count: 0, now: 0, previous: 0, lastClose: 0 }),
    update(state, bar) {
      const value = extentOf(bar, state.lastClose);
      state.lastClose = bar.close;
      state.count++;
      if (state.count === 1) return;
      state.previous = state.count === 2 ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor) {
      scaleValue(state, priceFactor);
      state.lastClose *= priceFactor;
    },
  };
}

/** What {@link atr} keeps. */
export interface AtrState extends IndicatorState {
  range: Range;
}

/**
 * Average true range by Wilder's average, dollars; the first bar, which has no close before it,
 * gives none. Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib ATR; Wilder 1978, New Concepts in Technical Trading Systems
 */
export function atr(period = 14): Indicator<AtrState> {
  requirePeriod("atr", "period", period);
  const warmUp = period + 1;
  return {
    name: "atr",
    params: { period },
    warmUp,
    create: () => ({ count: 0, now: 0, previous: 0, range: range() }),
    update(state, bar) {
      state.count++;
      if (state.count === 1) {
        state.range.lastClose = bar.close;
        return;
      }
      const value = rangeAfter(state.range, bar, period);
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor) {
      scaleValue(state, priceFactor);
      scaleRange(state.range, priceFactor);
    },
  };
}
