import type { Bar } from "../domain/market.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";
import { type Rolling, rolling, rollSum, scaleRolling, scaleValue } from "./rolling.ts";

/** The volume by where the bar closed: all of it at the high, its negative at the low. */
function moneyFlow(bar: Bar): number {
  const range = bar.high - bar.low;
  if (range <= 0) return 0;
  return ((bar.close - bar.low - (bar.high - bar.close)) / range) * bar.volume;
}

/**
 * Accumulation/distribution line: the running total of volume by where each bar closed in its
 * range;
 * a bar without a range adds nothing. Warm-up 1.
 * @see TA-Lib AD; Chaikin
 */
export function accumulation(): Indicator {
  return {
    name: "accumulation",
    params: {},
    warmUp: 1,
    create: () => ({ count: 0, now: 0, previous: 0 }),
    update(state, bar) {
      const value = state.now + moneyFlow(bar);
      state.count++;
      state.previous = state.count === 1 ? value : state.now;
      state.now = value;
    },
    rescale(state, _priceFactor, volumeFactor) {
      scaleValue(state, volumeFactor);
    },
  };
}

/** What {@link cmf} keeps. */
export interface CmfState extends IndicatorState {
  flows: Rolling;
  volumes: Rolling;
}

/**
 * Chaikin money flow: volume by where each of the last `period` bars closed in its range, over
 * their volume, −1 to 1; 0 where nothing traded. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see Chaikin, as in Murphy 1999, Technical Analysis of the Financial Markets
 */
export function cmf(period = 20): Indicator<CmfState> {
  requirePeriod("cmf", "period", period);
  return {
    name: "cmf",
    params: { period },
    warmUp: period,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      flows: rolling(period),
      volumes: rolling(period),
    }),
    update(state, bar) {
      const flow = rollSum(state.flows, moneyFlow(bar));
      const volume = rollSum(state.volumes, bar.volume);
      state.count++;
      if (state.count < period) return;
      const value = volume === 0 ? 0 : flow / volume;
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, _priceFactor, volumeFactor) {
      scaleRolling(state.flows, volumeFactor);
      scaleRolling(state.volumes, volumeFactor);
    },
  };
}
