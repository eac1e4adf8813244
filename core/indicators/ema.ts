import { type Average, average, scaleAverage, smooth } from "./average.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What {@link ema} keeps. */
export interface EmaState extends IndicatorState {
  average: Average;
}

/**
 * Exponential moving average with the weight 2 / (period + 1), seeded by the mean of the first
 * `period` bars. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib EMA
 */
export function ema(period = 20, { source = "close" }: SourceOption = {}): Indicator<EmaState> {
  requirePeriod("ema", "period", period);
  requireSource("ema", source);
  const alpha = 2 / (period + 1);
  return {
    name: "ema",
    params: { period, source },
    warmUp: period,
    create: () => ({ count: 0, now: 0, previous: 0, average: average() }),
    update(state, bar) {
      const value = smooth(state.average, priceOf(bar, source), period, alpha);
      state.count++;
      if (state.count < period) return;
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      scaleAverage(state.average, factor);
    },
  };
}
