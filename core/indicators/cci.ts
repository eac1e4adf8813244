import type { Indicator, IndicatorState } from "./indicator.ts";
import { type Moments, moments, rollMoments, scaleMoments } from "./moments.ts";
import { requirePeriod } from "./params.ts";
import { displace, type Ring, ring, scaleAll } from "./rolling.ts";
import { typicalPrice } from "./source.ts";

/** What {@link cci} keeps. */
export interface CciState extends IndicatorState {
  window: Moments;
  prices: Ring;
}

/**
 * Commodity channel index: how far the typical price lies from its mean, in units of 0.015 mean
 * absolute deviations; 0 where the prices are equal. Warm-up `period`. The mean deviation has no
 * running form, so a bar costs O(period).
 * @throws InputError unless `period` is an integer from 2.
 * @see TA-Lib CCI; Lambert 1980
 */
export function cci(period = 20): Indicator<CciState> {
  requirePeriod("cci", "period", period, 2);
  return {
    name: "cci",
    params: { period },
    warmUp: period,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      window: moments(period),
      prices: ring(period),
    }),
    update(state, bar) {
      const price = typicalPrice(bar);
      rollMoments(state.window, price);
      displace(state.prices, price);
      state.count++;
      if (state.count < period) return;
      const { mean } = state.window;
      const deviation = meanDeviation(state.prices.values, mean);
      const value = deviation === 0 ? 0 : (price - mean) / (0.015 * deviation);
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor) {
      scaleMoments(state.window, priceFactor);
      scaleAll(state.prices.values, priceFactor);
    },
  };
}

function meanDeviation(values: readonly number[], mean: number): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += Math.abs((values[index] ?? 0) - mean);
  return sum / values.length;
}
