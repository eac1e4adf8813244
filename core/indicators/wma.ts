import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";
import { rollWeighted, scaleWeighted, type Weighted, weighted } from "./weighted.ts";

/** What {@link wma} keeps. */
export interface WmaState extends IndicatorState {
  window: Weighted;
}

/**
 * Linearly weighted moving average: weight 1 for the oldest of the last `period` bars, `period` for
 * the newest. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib WMA
 */
export function wma(period = 20, { source = "close" }: SourceOption = {}): Indicator<WmaState> {
  requirePeriod("wma", "period", period);
  requireSource("wma", source);
  const total = totalWeight(period);
  return {
    name: "wma",
    params: { period, source },
    warmUp: period,
    create: () => ({ count: 0, now: 0, previous: 0, window: weighted(period) }),
    update(state, bar) {
      rollWeighted(state.window, priceOf(bar, source));
      state.count++;
      if (state.count < period) return;
      const value = state.window.weighted / total;
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      scaleWeighted(state.window, factor);
    },
  };
}

/** What {@link hma} keeps. */
export interface HmaState extends IndicatorState {
  full: Weighted;
  half: Weighted;
  smooth: Weighted;
}

/**
 * Hull moving average: `WMA(2·WMA(n/2) − WMA(n), √n)`, halves and roots rounded down.
 * Warm-up `period + floor(√period) − 1`.
 * @throws InputError unless `period` is an integer from 2.
 * @see Hull 2005, How to reduce lag in a moving average
 */
export function hma(period = 20, { source = "close" }: SourceOption = {}): Indicator<HmaState> {
  requirePeriod("hma", "period", period, 2);
  requireSource("hma", source);
  const half = Math.floor(period / 2);
  const root = Math.floor(Math.sqrt(period));
  const warmUp = period + root - 1;
  const fullTotal = totalWeight(period);
  const halfTotal = totalWeight(half);
  const rootTotal = totalWeight(root);
  return {
    name: "hma",
    params: { period, source },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      full: weighted(period),
      half: weighted(half),
      smooth: weighted(root),
    }),
    update(state, bar) {
      const price = priceOf(bar, source);
      rollWeighted(state.full, price);
      rollWeighted(state.half, price);
      state.count++;
      if (state.count < period) return;
      const { full, half, smooth } = state;
      rollWeighted(smooth, (2 * half.weighted) / halfTotal - full.weighted / fullTotal);
      if (state.count < warmUp) return;
      const value = smooth.weighted / rootTotal;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      scaleWeighted(state.full, factor);
      scaleWeighted(state.half, factor);
      scaleWeighted(state.smooth, factor);
    },
  };
}

function totalWeight(period: number): number {
  return (period * (period + 1)) / 2;
}
