import type { Indicator, IndicatorState } from "./indicator.ts";
import { scaleValue } from "./rolling.ts";

/** `now` is the close of the averaged bar. */
export interface HeikinAshiState extends IndicatorState {
  open: number;
  high: number;
  low: number;
}

/**
 * Heikin-Ashi: an averaged bar that closes at the mean of the bar's four prices and opens in the
 * middle of the averaged bar before; the first opens in the middle of its own bar. Warm-up 1.
 * @see Valcu 2004, Using the Heikin-Ashi Technique
 */
export function heikinAshi(): Indicator<HeikinAshiState> {
  return {
    name: "heikin-ashi",
    params: {},
    warmUp: 1,
    create: () => ({ count: 0, now: 0, previous: 0, open: 0, high: 0, low: 0 }),
    update(state, bar) {
      const close = (bar.open + bar.high + bar.low + bar.close) / 4;
      const isFirst = state.count === 0;
      const open = isFirst ? (bar.open + bar.close) / 2 : (state.open + state.now) / 2;
      state.count++;
      state.previous = isFirst ? close : state.now;
      state.now = close;
      state.open = open;
      state.high = Math.max(bar.high, open);
      state.low = Math.min(bar.low, open);
    },
    rescale(state, priceFactor) {
      scaleValue(state, priceFactor);
      state.open *= priceFactor;
      state.high *= priceFactor;
      state.low *= priceFactor;
    },
  };
}
