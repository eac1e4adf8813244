import type { Indicator, IndicatorState } from "./indicator.ts";
import { type Moments, moments, rollMoments, scaleMoments } from "./moments.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What {@link stdDev} and {@link zScore} keep. */
export interface DeviationState extends IndicatorState {
  window: Moments;
}

/**
 * Population standard deviation of the last `period` bars, in units of the source; exactly 0 where
 * they are equal. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib STDDEV
 */
export function stdDev(
  period = 20,
  { source = "close" }: SourceOption = {},
): Indicator<DeviationState> {
  requirePeriod("std-dev", "period", period);
  requireSource("std-dev", source);
  return {
    name: "std-dev",
    params: { period, source },
    warmUp: period,
    create: () => ({ count: 0, now: 0, previous: 0, window: moments(period) }),
    update(state, bar) {
      rollMoments(state.window, priceOf(bar, source));
      state.count++;
      if (state.count < period) return;
      const value = Math.sqrt(state.window.squares / period);
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      scaleMoments(state.window, factor);
    },
  };
}

/**
 * How many population standard deviations the bar lies above the mean of the last `period` bars,
 * itself included; 0 where they are equal. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 */
export function zScore(
  period = 20,
  { source = "close" }: SourceOption = {},
): Indicator<DeviationState> {
  requirePeriod("z-score", "period", period);
  requireSource("z-score", source);
  return {
    name: "z-score",
    params: { period, source },
    warmUp: period,
    create: () => ({ count: 0, now: 0, previous: 0, window: moments(period) }),
    update(state, bar) {
      const price = priceOf(bar, source);
      rollMoments(state.window, price);
      state.count++;
      if (state.count < period) return;
      const { mean, squares } = state.window;
      const value = squares === 0 ? 0 : (price - mean) / Math.sqrt(squares / period);
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      scaleMoments(state.window, factorOf(source, priceFactor, volumeFactor));
    },
  };
}
