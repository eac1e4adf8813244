import type { Indicator, IndicatorState } from "./indicator.ts";
import { type PairMoments, pairMoments, rollPair, scalePairX, scalePairY } from "./pair-moments.ts";
import { requirePeriod, requireSource, requireSymbol } from "./params.ts";
import { factorOf, priceOf, type Source } from "./source.ts";

/** What the indicators of two instruments are told. */
export interface AgainstOption {
  /** The symbol of the other instrument. */
  readonly against: string;
  /** What is read off the bars of both. Default `close`. */
  readonly source?: Source;
}

/** What {@link correlation} keeps. */
export interface CorrelationState extends IndicatorState {
  pairs: PairMoments;
}

/**
 * Pearson's correlation of the prices of two instruments over `period` bars, −1 to 1; 0 where
 * either stands still. A bar without the other instrument's is not taken in. Warm-up `period`.
 * @throws InputError unless `period` is an integer from 2 and `against` a symbol.
 * @see TA-Lib CORREL
 */
export function correlation(
  period: number,
  { against, source = "close" }: AgainstOption,
): Indicator<CorrelationState> {
  requirePeriod("correlation", "period", period, 2);
  requireSymbol("correlation", "against", against);
  requireSource("correlation", source);
  return {
    name: "correlation",
    params: { period, against, source },
    warmUp: period,
    against,
    create: () => ({ count: 0, now: 0, previous: 0, pairs: pairMoments(period) }),
    update(state, bar, other) {
      if (other === undefined) return;
      const { xx, yy, xy } = rollPair(state.pairs, priceOf(bar, source), priceOf(other, source));
      state.count++;
      if (state.count < period) return;
      const spread = Math.sqrt(xx) * Math.sqrt(yy);
      const value = spread === 0 ? 0 : Math.max(-1, Math.min(1, xy / spread));
      state.previous = state.count === period ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      scalePairX(state.pairs, factorOf(source, priceFactor, volumeFactor));
    },
    rescaleOther(state, priceFactor, volumeFactor) {
      scalePairY(state.pairs, factorOf(source, priceFactor, volumeFactor));
    },
  };
}

/** What {@link beta} keeps. */
export interface BetaState extends IndicatorState {
  last: number;
  lastOther: number;
  /** Returns: the other instrument's as x, this one's as y. */
  pairs: PairMoments;
}

/** Equal returns differ by this much when they are worked out from prices of 16 digits. */
const ROUNDING = 1e-14;

/**
 * Beta: the slope of this instrument's returns on the other's over `period` returns; 0 where the
 * other stands still. A bar without the other instrument's is not taken in. Warm-up `period + 1`.
 * @throws InputError unless `period` is an integer from 2 and `against` a symbol.
 * @see TA-Lib BETA, with the other instrument as its first series
 */
export function beta(
  period: number,
  { against, source = "close" }: AgainstOption,
): Indicator<BetaState> {
  requirePeriod("beta", "period", period, 2);
  requireSymbol("beta", "against", against);
  requireSource("beta", source);
  const warmUp = period + 1;
  const crumbs = period * ROUNDING * ROUNDING;
  return {
    name: "beta",
    params: { period, against, source },
    warmUp,
    against,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      last: 0,
      lastOther: 0,
      pairs: pairMoments(period),
    }),
    update(state, bar, other) {
      if (other === undefined) return;
      const price = priceOf(bar, source);
      const otherPrice = priceOf(other, source);
      const change = changeFrom(state.last, price);
      const otherChange = changeFrom(state.lastOther, otherPrice);
      state.last = price;
      state.lastOther = otherPrice;
      state.count++;
      if (state.count === 1) return;
      const { xx, xy } = rollPair(state.pairs, otherChange, change);
      if (state.count < warmUp) return;
      const value = xx <= crumbs ? 0 : xy / xx;
      state.previous = state.count === warmUp ? value : state.now;
      state.now = value;
    },
    rescale(state, priceFactor, volumeFactor) {
      state.last *= factorOf(source, priceFactor, volumeFactor);
    },
    rescaleOther(state, priceFactor, volumeFactor) {
      state.lastOther *= factorOf(source, priceFactor, volumeFactor);
    },
  };
}

function changeFrom(before: number, value: number): number {
  return before === 0 ? 0 : (value - before) / before;
}
