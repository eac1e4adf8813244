import { type Average, average, scaleAverage, smooth } from "./average.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What the index keeps: the last price and Wilder's averages of the gains and losses. */
export interface Strength {
  last: number;
  gain: Average;
  loss: Average;
}

/** A fresh one. */
export function strength(): Strength {
  return { last: 0, gain: average(), loss: average() };
}

/** Takes in the price after `last` and returns the index, which counts after `period` moves. */
export function strengthAfter(strength: Strength, price: number, period: number): number {
  const move = price - strength.last;
  const alpha = 1 / period;
  strength.last = price;
  const gain = smooth(strength.gain, Math.max(move, 0), period, alpha);
  const loss = smooth(strength.loss, move < 0 ? -move : 0, period, alpha);
  const total = gain + loss;
  return total === 0 ? 0 : (100 * gain) / total;
}

/** As if every price so far had been multiplied by a factor. */
export function scaleStrength(strength: Strength, factor: number): void {
  strength.last *= factor;
  scaleAverage(strength.gain, factor);
  scaleAverage(strength.loss, factor);
}

/** What {@link rsi} keeps. */
export interface RsiState extends IndicatorState {
  strength: Strength;
}

/**
 * Relative strength index: the share of gains in all moves, both smoothed by Wilder's average, from
 * 0 to 100; 0 where nothing moved. Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib RSI; Wilder 1978, New Concepts in Technical Trading Systems
 */
export function rsi(period = 14, { source = "close" }: SourceOption = {}): Indicator<RsiState> {
  requirePeriod("rsi", "period", period);
  requireSource("rsi", source);
  const warmUp = period + 1;
  return {
    name: "rsi",
    params: { period, source },
    warmUp,
    create: () => ({ count: 0, now: 0, previous: 0, strength: strength() }),
    update(state, bar) {
      const price = priceOf(bar, source);
      state.count++;
      if (state.count === 1) {
        state.strength.last = price;
        return;
      }
      const value = strengthAfter(state.strength, price, period);
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      scaleStrength(state.strength, factorOf(source, priceFactor, volumeFactor));
    },
  };
}
