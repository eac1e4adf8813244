import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { type Rolling, rollHighest, rolling, rollLowest, rollSum } from "./rolling.ts";
import { type Strength, scaleStrength, strength, strengthAfter } from "./rsi.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";
import { percentOfRange } from "./stochastic.ts";

/** `now` is %K, 0 to 100. */
export interface StochasticRsiState extends IndicatorState {
  /** %D, the mean of the last values of %K. */
  d: number;
  strength: Strength;
  highs: Rolling;
  lows: Rolling;
  signal: Rolling;
}

/** Options of {@link stochasticRsi}. */
export interface StochasticRsiOptions extends SourceOption {
  /** Bars over which the index's range is taken. Default 14. */
  readonly k?: number;
  /** Bars of %D. Default 3. */
  readonly d?: number;
}

/**
 * Stochastic RSI: where the RSI lies in its own range of the last `k` bars, in percent, and the SMA
 * of that as %D; 0 where there is no range. Warm-up `period + k + d − 1`.
 * @throws InputError unless the periods are integers from 1.
 * @see TA-Lib STOCHRSI; Chande and Kroll 1994, The New Technical Trader
 */
export function stochasticRsi(
  period = 14,
  { k = 14, d = 3, source = "close" }: StochasticRsiOptions = {},
): Indicator<StochasticRsiState> {
  requirePeriod("stochastic-rsi", "period", period);
  requirePeriod("stochastic-rsi", "k", k);
  requirePeriod("stochastic-rsi", "d", d);
  requireSource("stochastic-rsi", source);
  const warmUp = period + k + d - 1;
  return {
    name: "stochastic-rsi",
    params: { period, k, d, source },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      d: 0,
      strength: strength(),
      highs: rolling(k),
      lows: rolling(k),
      signal: rolling(d),
    }),
    update(state, bar) {
      const price = priceOf(bar, source);
      state.count++;
      if (state.count === 1) {
        state.strength.last = price;
        return;
      }
      const index = strengthAfter(state.strength, price, period);
      if (state.count <= period) return;
      const high = rollHighest(state.highs, index);
      const low = rollLowest(state.lows, index);
      if (state.count < period + k) return;
      const value = percentOfRange(index, low, high);
      const signal = rollSum(state.signal, value) / d;
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
      state.d = signal;
    },
    rescale(state, priceFactor, volumeFactor) {
      scaleStrength(state.strength, factorOf(source, priceFactor, volumeFactor));
    },
  };
}
