import type { Indicator, IndicatorState } from "./indicator.ts";
import { requireBelow, requirePeriod, requireSource } from "./params.ts";
import {
  displace,
  type Ring,
  type Rolling,
  ring,
  rolling,
  rollSum,
  scaleAll,
  scaleRolling,
  scaleValue,
} from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What {@link kama} keeps. */
export interface KamaState extends IndicatorState {
  last: number;
  prices: Ring;
  moves: Rolling;
}

/** Options of {@link kama}. */
export interface KamaOptions extends SourceOption {
  /** Bars of the fastest average, in a market that only trends. Default 2. */
  readonly fast?: number;
  /** Bars of the slowest average, in a market that goes nowhere. Default 30. */
  readonly slow?: number;
}

/**
 * Kaufman's adaptive moving average: an EMA as fast as the market is efficient, that is, the net
 * move of `period` bars over the sum of their moves (1 where nothing moved). Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 1 and `fast` is below `slow`.
 * @see TA-Lib KAMA; Kaufman 1995, Smarter Trading
 */
export function kama(period = 10, options: KamaOptions = {}): Indicator<KamaState> {
  const { fast = 2, slow = 30, source = "close" } = options;
  requirePeriod("kama", "period", period);
  requirePeriod("kama", "fast", fast);
  requirePeriod("kama", "slow", slow);
  requireBelow("kama", "fast", fast, "slow", slow);
  requireSource("kama", source);
  const slowest = 2 / (slow + 1);
  const spread = 2 / (fast + 1) - slowest;
  const warmUp = period + 1;
  return {
    name: "kama",
    params: { period, fast, slow, source },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      last: 0,
      prices: ring(period),
      moves: rolling(period),
    }),
    update(state, bar) {
      const price = priceOf(bar, source);
      const move = Math.abs(price - state.last);
      const before = displace(state.prices, price);
      const last = state.last;
      state.last = price;
      state.count++;
      if (state.count === 1) return;
      const moves = rollSum(state.moves, move);
      if (state.count < warmUp) return;
      const efficiency = moves === 0 ? 1 : Math.min(1, Math.abs(price - before) / moves);
      const speed = efficiency * spread + slowest;
      const from = state.count === warmUp ? last : state.now;
      const value = from + speed * speed * (price - from);
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      const factor = factorOf(source, priceFactor, volumeFactor);
      scaleValue(state, factor);
      state.last *= factor;
      scaleAll(state.prices.values, factor);
      scaleRolling(state.moves, factor);
    },
  };
}
