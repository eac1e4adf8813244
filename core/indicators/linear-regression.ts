import type { Indicator, IndicatorState } from "./indicator.ts";
import { type Moments, moments, rollMoments, scaleMoments } from "./moments.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";
import { rollWeighted, scaleWeighted, type Weighted, weighted } from "./weighted.ts";

/** `now` is the value of the line at the last bar. */
export interface LinearRegressionState extends IndicatorState {
  /** Rise of the line a bar, in units of the source. */
  slope: number;
  /** The share of the variance that the line explains, 0 to 1; 0 where there is none. */
  r2: number;
  moments: Moments;
  weighted: Weighted;
}

/**
 * Least-squares line through the last `period` bars: its value at the last one, its slope and r².
 * Warm-up `period`.
 * @throws InputError unless `period` is an integer from 2.
 * @see TA-Lib LINEARREG, LINEARREG_SLOPE
 */
export function linearRegression(
  period = 20,
  { source = "close" }: SourceOption = {},
): Indicator<LinearRegressionState> {
  requirePeriod("linear-regression", "period", period, 2);
  requireSource("linear-regression", source);
  /** Sum of the squared deviations of 1, 2, ... period from their mean. */
  const squaresOfTime = (period * (period * period - 1)) / 12;
  const middle = (period + 1) / 2;
  return {
    name: "linear-regression",
    params: { period, source },
    warmUp: period,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      slope: 0,
      r2: 0,
      moments: moments(period),
      weighted: weighted(period),
    }),
    update(state, bar) {
      const price = priceOf(bar, source);
      rollMoments(state.moments, price);
      rollWeighted(state.weighted, price);
      state.count++;
      if (state.count < period) return;
      const { mean, squares } = state.moments;
      // Equal prices have no slope; the sums alone would leave a crumb of rounding.
      const products = squares === 0 ? 0 : state.weighted.weighted - middle * state.weighted.sum;
      const slope = products / squaresOfTime;
      const value = mean + (slope * (period - 1)) / 2;
      state.previous = state.count === period ? value : state.now;
      state.now = value;
      state.slope = slope;
      state.r2 = squares === 0 ? 0 : Math.min(1, (slope * products) / squares);
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      state.slope *= factor;
      scaleMoments(state.moments, factor);
      scaleWeighted(state.weighted, factor);
    },
  };
}
