import type { Indicator, IndicatorState } from "./indicator.ts";
import { scaleValue } from "./rolling.ts";

/** What {@link obv} keeps. */
export interface ObvState extends IndicatorState {
  lastClose: number;
}

/**
 * On-balance volume: the volume of bars that closed higher less that of bars that closed lower,
 * from the first bar on, whose volume it starts with. Warm-up 1.
 * @see TA-Lib OBV; Granville 1963
 */
export function obv(): Indicator<ObvState> {
  return {
    name: "obv",
    params: {},
    warmUp: 1,
    create: () => ({ count: 0, now: 0, previous: 0, lastClose: 0 }),
    update(state, bar) {
      state.count++;
      if (state.count === 1) {
        state.now = bar.volume;
        state.previous = bar.volume;
      } else {
        const move = bar.close - state.lastClose;
        state.previous = state.now;
        if (move > 0) state.now += bar.volume;
        else if (move < 0) state.now -= bar.volume;
      }
      state.lastClose = bar.close;
    },
    rescale(state, priceFactor, volumeFactor) {
      scaleValue(state, volumeFactor);
      state.lastClose *= priceFactor;
    },
  };
}
