import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";
import {
  type Rolling,
  rollHighest,
  rolling,
  rollLowest,
  scaleRolling,
  scaleValue,
} from "./rolling.ts";

/** `now` is the middle of the channel. */
export interface DonchianState extends IndicatorState {
  upper: number;
  lower: number;
  /** The channel one bar before: what a breakout of this bar is measured against. */
  previousUpper: number;
  previousLower: number;
  highs: Rolling;
  lows: Rolling;
}

/**
 * Donchian channel: highest high and lowest low of the last `period` bars, this one included, so a
 * breakout is a close above `previousUpper`. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib MAX, MIN; Donchian 1960, the four-week rule
 */
export function donchian(period = 20): Indicator<DonchianState> {
  requirePeriod("donchian", "period", period);
  return {
    name: "donchian",
    params: { period },
    warmUp: period,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      upper: 0,
      lower: 0,
      previousUpper: 0,
      previousLower: 0,
      highs: rolling(period),
      lows: rolling(period),
    }),
    update(state, bar) {
      const upper = rollHighest(state.highs, bar.high);
      const lower = rollLowest(state.lows, bar.low);
      state.count++;
      if (state.count < period) return;
      const middle = (upper + lower) / 2;
      state.previous = state.count === period ? middle : state.now;
      state.now = middle;
      state.previousUpper = state.count === period ? upper : state.upper;
      state.previousLower = state.count === period ? lower : state.lower;
      state.upper = upper;
      state.lower = lower;
    },
    rescale(state, priceFactor) {
      scaleValue(state, priceFactor);
      state.upper *= priceFactor;
      state.lower *= priceFactor;
      state.previousUpper *= priceFactor;
      state.previousLower *= priceFactor;
      scaleRolling(state.highs, priceFactor);
      scaleRolling(state.lows, priceFactor);
    },
  };
}
