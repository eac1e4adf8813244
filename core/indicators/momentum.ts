import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { displace, type Ring, ring, scaleAll, scaleValue } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What {@link momentum} and {@link roc} keep. */
export interface MomentumState extends IndicatorState {
  prices: Ring;
}

/**
 * Momentum: the price less the price `period` bars before, dollars. Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib MOM
 */
export function momentum(
  period = 10,
  { source = "close" }: SourceOption = {},
): Indicator<MomentumState> {
  requirePeriod("momentum", "period", period);
  requireSource("momentum", source);
  const warmUp = period + 1;
  return {
    name: "momentum",
    params: { period, source },
    warmUp,
    create: () => ({ count: 0, now: 0, previous: 0, prices: ring(period) }),
    update(state, bar) {
      const price = priceOf(bar, source);
      const value = price - displace(state.prices, price);
      state.count++;
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      scaleAll(state.prices.values, factor);
    },
  };
}

/**
 * Rate of change: the price over the price `period` bars before, less one, in percent; 0 where that
 * was 0. Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 1.
 * @see TA-Lib ROC
 */
export function roc(
  period = 10,
  { source = "close" }: SourceOption = {},
): Indicator<MomentumState> {
  requirePeriod("roc", "period", period);
  requireSource("roc", source);
  const warmUp = period + 1;
  return {
    name: "roc",
    params: { period, source },
    warmUp,
    create: () => ({ count: 0, now: 0, previous: 0, prices: ring(period) }),
    update(state, bar) {
      const price = priceOf(bar, source);
      const before = displace(state.prices, price);
      state.count++;
      if (state.count < warmUp) return;
      const value = before === 0 ? 0 : (100 * (price - before)) / before;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      scaleAll(state.prices.values, factorOf(source, priceFactor, volumeFactor));
    },
  };
}
