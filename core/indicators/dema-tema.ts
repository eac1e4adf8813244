import { type Average, average, scaleAverage, smooth } from "./average.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What {@link dema} keeps. */
export interface DemaState extends IndicatorState {
  first: Average;
  second: Average;
}

/**
 * Double exponential moving average: `2·e1 − e2`, where `e2` is the EMA of the EMA `e1`.
 * Warm-up `2·period − 1`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib DEMA; Mulloy 1994
 */
export function dema(period = 20, { source = "close" }: SourceOption = {}): Indicator<DemaState> {
  requirePeriod("dema", "period", period);
  requireSource("dema", source);
  const alpha = 2 / (period + 1);
  const warmUp = 2 * period - 1;
  return {
    name: "dema",
    params: { period, source },
    warmUp,
    create: () => ({ count: 0, now: 0, previous: 0, first: average(), second: average() }),
    update(state, bar) {
      const first = smooth(state.first, priceOf(bar, source), period, alpha);
      state.count++;
      if (state.count < period) return;
      const second = smooth(state.second, first, period, alpha);
      if (state.count < warmUp) return;
      const value = 2 * first - second;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      scaleAverage(state.first, factor);
      scaleAverage(state.second, factor);
    },
  };
}

/** What {@link tema} keeps. */
export interface TemaState extends IndicatorState {
  first: Average;
  second: Average;
  third: Average;
}

/**
 * Triple exponential moving average: `3·e1 − 3·e2 + e3`, each the EMA of the one before.
 * Warm-up `3·period − 2`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib TEMA; Mulloy 1994
 */
export function tema(period = 20, { source = "close" }: SourceOption = {}): Indicator<TemaState> {
  requirePeriod("tema", "period", period);
  requireSource("tema", source);
  const alpha = 2 / (period + 1);
  const warmUp = 3 * period - 2;
  return {
    name: "tema",
    params: { period, source },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      first: average(),
      second: average(),
      third: average(),
    }),
    update(state, bar) {
      const first = smooth(state.first, priceOf(bar, source), period, alpha);
      state.count++;
      if (state.count < period) return;
      const second = smooth(state.second, first, period, alpha);
      if (state.count < 2 * period - 1) return;
      const third = smooth(state.third, second, period, alpha);
      if (state.count < warmUp) return;
      const value = 3 * first - 3 * second + third;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      scaleAverage(state.first, factor);
      scaleAverage(state.second, factor);
      scaleAverage(state.third, factor);
    },
  };
}
