import { type Range, range, rangeAfter, scaleRange } from "./atr.ts";
import { type Average, average, scaleAverage, smooth } from "./average.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requirePositive } from "./params.ts";
import { scaleValue } from "./rolling.ts";

/** `now` is the middle line. */
export interface KeltnerState extends IndicatorState {
  upper: number;
  lower: number;
  middle: Average;
  range: Range;
}

/** Options of {@link keltner}. */
export interface KeltnerOptions {
  /** Bars of the average true range. Default 10. */
  readonly atrPeriod?: number;
  /** Distance of the lines from the middle, in average true ranges. Default 2. */
  readonly multiple?: number;
}

/**
 * Keltner channels: the EMA of the close, and as many average true ranges above and below it.
 * Warm-up `max(period, atrPeriod + 1)`.
 * @throws InputError unless the periods are integers from 1 and `multiple` is above 0.
 * @see Keltner 1960, How to Make Money in Commodities, as modified by Raschke: EMA and ATR
 */
export function keltner(
  period = 20,
  { atrPeriod = 10, multiple = 2 }: KeltnerOptions = {},
): Indicator<KeltnerState> {
  requirePeriod("keltner", "period", period);
  requirePeriod("keltner", "atrPeriod", atrPeriod);
  requirePositive("keltner", "multiple", multiple);
  const alpha = 2 / (period + 1);
  const warmUp = Math.max(period, atrPeriod + 1);
  return {
    name: "keltner",
    params: { period, atrPeriod, multiple },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      upper: 0,
      lower: 0,
      middle: average(),
      range: range(),
    }),
    update(state, bar) {
      const middle = smooth(state.middle, bar.close, period, alpha);
      state.count++;
      if (state.count === 1) {
        state.range.lastClose = bar.close;
        return;
      }
      const reach = multiple * rangeAfter(state.range, bar, atrPeriod);
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? middle : state.now;
      state.now = middle;
      state.upper = middle + reach;
      state.lower = middle - reach;
    },
    rescale(state, priceFactor) {
      scaleValue(state, priceFactor);
      state.upper *= priceFactor;
      state.lower *= priceFactor;
      scaleAverage(state.middle, priceFactor);
      scaleRange(state.range, priceFactor);
    },
  };
}
