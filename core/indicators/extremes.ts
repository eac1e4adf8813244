import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import {
  type Rolling,
  rollHighest,
  rolling,
  rollLowest,
  scaleRolling,
  scaleValue,
} from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What {@link highest} and {@link lowest} keep. */
export interface ExtremeState extends IndicatorState {
  window: Rolling;
}

/**
 * The highest of the last `period` bars, this one included. Reads `high` unless told otherwise.
 * Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib MAX
 */
export function highest(
  period = 20,
  { source = "high" }: SourceOption = {},
): Indicator<ExtremeState> {
  requirePeriod("highest", "period", period);
  requireSource("highest", source);
  return {
    name: "highest",
    params: { period, source },
    warmUp: period,
    create: () => ({ count: 0, now: 0, previous: 0, window: rolling(period) }),
    update(state, bar) {
      const value = rollHighest(state.window, priceOf(bar, source));
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

/**
 * The lowest of the last `period` bars, this one included. Reads `low` unless told otherwise.
 * Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib MIN
 */
export function lowest(
  period = 20,
  { source = "low" }: SourceOption = {},
): Indicator<ExtremeState> {
  requirePeriod("lowest", "period", period);
  requireSource("lowest", source);
  return {
    name: "lowest",
    params: { period, source },
    warmUp: period,
    create: () => ({ count: 0, now: 0, previous: 0, window: rolling(period) }),
    update(state, bar) {
      const value = rollLowest(state.window, priceOf(bar, source));
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
