import { type Average, average, scaleAverage, smooth } from "./average.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requireBelow, requirePeriod, requireSource } from "./params.ts";
import { scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** `now` is the MACD line. */
export interface MacdState extends IndicatorState {
  /** The EMA of the line. */
  signal: number;
  /** The line less its signal. */
  histogram: number;
  fastAverage: Average;
  slowAverage: Average;
  signalAverage: Average;
}

/** Options of {@link macd}. */
export interface MacdOptions extends SourceOption {
  /** Default 12. */
  readonly fast?: number;
  /** Default 26. */
  readonly slow?: number;
  /** Default 9. */
  readonly signal?: number;
}

/**
 * Moving average convergence divergence: the fast EMA less the slow one, with the EMA of that as
 * its signal. As in TA-Lib the fast EMA is seeded late, so that both have their first value at the
 * same bar. Warm-up `slow + signal − 1`.
 * @throws InputError unless all are integers from 1 and `fast` is below `slow`.
 * @see TA-Lib MACD; Appel 1979
 */
export function macd(options: MacdOptions = {}): Indicator<MacdState> {
  const { fast = 12, slow = 26, signal = 9, source = "close" } = options;
  requirePeriod("macd", "fast", fast);
  requirePeriod("macd", "slow", slow);
  requirePeriod("macd", "signal", signal);
  requireBelow("macd", "fast", fast, "slow", slow);
  requireSource("macd", source);
  const fastAlpha = 2 / (fast + 1);
  const slowAlpha = 2 / (slow + 1);
  const signalAlpha = 2 / (signal + 1);
  const warmUp = slow + signal - 1;
  return {
    name: "macd",
    params: { fast, slow, signal, source },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      signal: 0,
      histogram: 0,
      fastAverage: average(),
      slowAverage: average(),
      signalAverage: average(),
    }),
    update(state, bar) {
      const price = priceOf(bar, source);
      state.count++;
      const slowValue = smooth(state.slowAverage, price, slow, slowAlpha);
      if (state.count <= slow - fast) return;
      const fastValue = smooth(state.fastAverage, price, fast, fastAlpha);
      if (state.count < slow) return;
      const line = fastValue - slowValue;
      const signalValue = smooth(state.signalAverage, line, signal, signalAlpha);
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? line : state.now;
      state.now = line;
      state.signal = signalValue;
      state.histogram = line - signalValue;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      state.signal *= factor;
      state.histogram *= factor;
      scaleAverage(state.fastAverage, factor);
      scaleAverage(state.slowAverage, factor);
      scaleAverage(state.signalAverage, factor);
    },
  };
}
