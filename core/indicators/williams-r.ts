import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";
import { type Rolling, rollHighest, rolling, rollLowest, scaleRolling } from "./rolling.ts";

/** What {@link williamsR} keeps. */
export interface WilliamsRState extends IndicatorState {
  highs: Rolling;
  lows: Rolling;
}

/**
 * Williams %R: how far the close lies under the highest high of the last `period` bars, in percent
 * of their range, −100 to 0; 0 where there is no range. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib WILLR; Williams 1973
 */
export function williamsR(period = 14): Indicator<WilliamsRState> {
  requirePeriod("williams-r", "period", period);
  return {
    name: "williams-r",
    params: { period },
    warmUp: period,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      highs: rolling(period),
      lows: rolling(period),
    }),
    update(state, bar) {
      const high = rollHighest(state.highs, bar.high);
      const low = rollLowest(state.lows, bar.low);
      state.count++;
      if (state.count < period) return;
      const value = high === low ? 0 : (100 * (bar.close - high)) / (high - low);
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor) {
      scaleRolling(state.highs, priceFactor);
      scaleRolling(state.lows, priceFactor);
    },
  };
}
