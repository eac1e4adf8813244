import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { type Rolling, rolling, rollSum, scaleRolling, scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What {@link sma} keeps. */
export interface SmaState extends IndicatorState {
  window: Rolling;
}

/**
 * Simple moving average: the mean of the last `period` bars. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib SMA
 */
export function sma(period = 20, { source = "close" }: SourceOption = {}): Indicator<SmaState> {
  requirePeriod("sma", "period", period);
  requireSource("sma", source);
  return {
    name: "sma",
    params: { period, source },
    warmUp: period,
    create: () => ({ count: 0, now: 0, previous: 0, window: rolling(period) }),
    update(state, bar) {
      const value = rollSum(state.window, priceOf(bar, source)) / period;
      state.count++;
      if (state.count < period) return;
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      scaleRolling(state.window, factor);
    },
  };
}
