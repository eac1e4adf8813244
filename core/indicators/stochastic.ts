import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";
import {
  type Rolling,
  rollHighest,
  rolling,
  rollLowest,
  rollSum,
  scaleRolling,
} from "./rolling.ts";

/** `now` is %K, 0 to 100. */
export interface StochasticState extends IndicatorState {
  /** %D, the mean of the last values of %K. */
  d: number;
  highs: Rolling;
  lows: Rolling;
  smoothing: Rolling;
  signal: Rolling;
}

/** Options of {@link stochasticFast}. */
export interface StochasticOptions {
  /** Bars of %D. Default 3. */
  readonly d?: number;
}

/**
 * Fast stochastic: where the close lies in the range of the last `period` bars, in percent, and the
 * SMA of that as %D; 0 where there is no range. Warm-up `period + d − 1`.
 * @throws InputError unless the periods are integers from 1.
 * @see TA-Lib STOCHF; Lane 1984
 */
export function stochasticFast(
  period = 14,
  { d = 3 }: StochasticOptions = {},
): Indicator<StochasticState> {
  requirePeriod("stochastic-fast", "period", period);
  requirePeriod("stochastic-fast", "d", d);
  return { name: "stochastic-fast", params: { period, d }, ...stochastic(period, 1, d) };
}

/** Options of {@link stochasticSlow}. */
export interface StochasticSlowOptions extends StochasticOptions {
  /** Bars over which %K is smoothed. Default 3. */
  readonly smoothing?: number;
}

/**
 * Slow stochastic: the fast %K smoothed by an SMA of `smoothing` bars, and the SMA of that as %D.
 * Warm-up `period + smoothing + d − 2`.
 * @throws InputError unless the periods are integers from 1.
 * @see TA-Lib STOCH; Lane 1984
 */
export function stochasticSlow(
  period = 14,
  { smoothing = 3, d = 3 }: StochasticSlowOptions = {},
): Indicator<StochasticState> {
  requirePeriod("stochastic-slow", "period", period);
  requirePeriod("stochastic-slow", "smoothing", smoothing);
  requirePeriod("stochastic-slow", "d", d);
  const params = { period, smoothing, d };
  return { name: "stochastic-slow", params, ...stochastic(period, smoothing, d) };
}

function stochastic(
  period: number,
  smoothing: number,
  d: number,
): Omit<Indicator<StochasticState>, "name" | "params"> {
  const kWarmUp = period + smoothing - 1;
  const warmUp = kWarmUp + d - 1;
  return {
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      d: 0,
      highs: rolling(period),
      lows: rolling(period),
      smoothing: rolling(smoothing),
      signal: rolling(d),
    }),
    update(state, bar) {
      const high = rollHighest(state.highs, bar.high);
      const low = rollLowest(state.lows, bar.low);
      state.count++;
      if (state.count < period) return;
      const k = rollSum(state.smoothing, percentOfRange(bar.close, low, high)) / smoothing;
      if (state.count < kWarmUp) return;
      const signal = rollSum(state.signal, k) / d;
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? k : state.now;
      state.now = k;
      state.d = signal;
    },
    rescale(state, priceFactor) {
      scaleRolling(state.highs, priceFactor);
      scaleRolling(state.lows, priceFactor);
    },
  };
}

/** Where a value lies between two others, 0 to 100; 0 where they are equal. */
export function percentOfRange(value: number, low: number, high: number): number {
  return high === low ? 0 : (100 * (value - low)) / (high - low);
}
