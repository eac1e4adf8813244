import { type Range, range, rangeAfter, scaleRange } from "./atr.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requirePositive } from "./params.ts";
import { scaleValue } from "./rolling.ts";

/** `now` is the trend line: the lower band while the trend is up, else the upper one. */
export interface SuperTrendState extends IndicatorState {
  /** 1 while the trend is up, −1 while it is down, 0 before there is one. */
  direction: number;
  upper: number;
  lower: number;
  range: Range;
}

/** Options of {@link superTrend}. */
export interface SuperTrendOptions {
  /** Distance of the bands from the middle of the bar, in average true ranges. Default 3. */
  readonly multiple?: number;
}

/**
 * SuperTrend: bands of average true ranges about the middle of the bar that only tighten until a
 * close lies beyond them, which turns the trend. It starts down unless the first close is above the
 * band. Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 1 and `multiple` is above 0.
 * @see Seban 2008
 */
export function superTrend(
  period = 10,
  { multiple = 3 }: SuperTrendOptions = {},
): Indicator<SuperTrendState> {
  requirePeriod("super-trend", "period", period);
  requirePositive("super-trend", "multiple", multiple);
  const warmUp = period + 1;
  return {
    name: "super-trend",
    params: { period, multiple },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      direction: 0,
      upper: 0,
      lower: 0,
      range: range(),
    }),
    update(state, bar) {
      const { lastClose } = state.range;
      state.count++;
      if (state.count === 1) {
        state.range.lastClose = bar.close;
        return;
      }
      const reach = multiple * rangeAfter(state.range, bar, period);
      if (state.count < warmUp) return;
      const middle = (bar.high + bar.low) / 2;
      const isFirst = state.count === warmUp;
      const { upper, lower } = state;
      if (isFirst || middle + reach < upper || lastClose > upper) state.upper = middle + reach;
      if (isFirst || middle - reach > lower || lastClose < lower) state.lower = middle - reach;
      const isUp = state.direction === 1 ? bar.close >= state.lower : bar.close > state.upper;
      const value = isUp ? state.lower : state.upper;
      state.direction = isUp ? 1 : -1;
      state.previous = isFirst ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor) {
      scaleValue(state, priceFactor);
      state.upper *= priceFactor;
      state.lower *= priceFactor;
      scaleRange(state.range, priceFactor);
    },
  };
}
