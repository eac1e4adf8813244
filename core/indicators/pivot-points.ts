import type { Indicator, IndicatorState } from "./indicator.ts";
import { scaleValue } from "./rolling.ts";

/** `now` is the pivot, dollars. */
export interface PivotPointsState extends IndicatorState {
  /** Resistances above the pivot, nearest first. */
  r1: number;
  r2: number;
  r3: number;
  /** Supports below the pivot, nearest first. */
  s1: number;
  s2: number;
  s3: number;
}

/**
 * Floor traders' pivot points of the bar that closed last: the levels for the time until the next
 * one closes. Feed it with daily bars for the usual ones: `on("1d", pivotPoints())`. Warm-up 1.
 * @see Person 2004, A Complete Guide to Technical Trading Tactics
 */
export function pivotPoints(): Indicator<PivotPointsState> {
  return {
    name: "pivot-points",
    params: {},
    warmUp: 1,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      r1: 0,
      r2: 0,
      r3: 0,
      s1: 0,
      s2: 0,
      s3: 0,
    }),
    update(state, { high, low, close }) {
      const pivot = (high + low + close) / 3;
      const range = high - low;
      state.count++;
      state.previous = state.count === 1 ? pivot : state.now;
      state.now = pivot;
      state.r1 = 2 * pivot - low;
      state.r2 = pivot + range;
      state.r3 = high + 2 * (pivot - low);
      state.s1 = 2 * pivot - high;
      state.s2 = pivot - range;
      state.s3 = low - 2 * (high - pivot);
    },
    rescale(state, priceFactor) {
      scaleValue(state, priceFactor);
      state.r1 *= priceFactor;
      state.r2 *= priceFactor;
      state.r3 *= priceFactor;
      state.s1 *= priceFactor;
      state.s2 *= priceFactor;
      state.s3 *= priceFactor;
    },
  };
}
