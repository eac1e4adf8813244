import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";
import { type Rolling, rolling, rollSum, scaleRolling } from "./rolling.ts";
import { typicalPrice } from "./source.ts";

/** What {@link mfi} keeps. */
export interface MfiState extends IndicatorState {
  lastPrice: number;
  inflow: Rolling;
  outflow: Rolling;
}

/**
 * Money flow index: the share of dollars traded at a rising typical price in those traded at a
 * moving one, over the last `period` bars, 0 to 100; 0 where none were. Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib MFI; Quong and Soudack 1989
 */
export function mfi(period = 14): Indicator<MfiState> {
  requirePeriod("mfi", "period", period);
  const warmUp = period + 1;
  return {
    name: "mfi",
    params: { period },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      lastPrice: 0,
      inflow: rolling(period),
      outflow: rolling(period),
    }),
    update(state, bar) {
      const price = typicalPrice(bar);
      const { lastPrice } = state;
      state.lastPrice = price;
      state.count++;
      if (state.count === 1) return;
      const flow = price * bar.volume;
      const inflow = rollSum(state.inflow, price > lastPrice ? flow : 0);
      const outflow = rollSum(state.outflow, price < lastPrice ? flow : 0);
      if (state.count < warmUp) return;
      const total = inflow + outflow;
      const value = total === 0 ? 0 : (100 * inflow) / total;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      state.lastPrice *= priceFactor;
      scaleRolling(state.inflow, priceFactor * volumeFactor);
      scaleRolling(state.outflow, priceFactor * volumeFactor);
    },
  };
}
