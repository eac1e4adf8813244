import type { Bar } from "../domain/market.ts";
import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod } from "./params.ts";
import {
  displace,
  type Ring,
  type Rolling,
  ring,
  rollHighest,
  rolling,
  rollLowest,
  scaleAll,
  scaleRolling,
  scaleValue,
} from "./rolling.ts";

interface Channel {
  highs: Rolling;
  lows: Rolling;
}

/** `now` is the conversion line (tenkan-sen). */
export interface IchimokuState extends IndicatorState {
  /** The base line (kijun-sen). */
  base: number;
  /** The leading spans of this bar, which a chart draws `displacement` bars ahead. */
  spanA: number;
  spanB: number;
  /** The cloud over this bar: the leading spans of `displacement` bars before. */
  cloudA: number;
  cloudB: number;
  conversionChannel: Channel;
  baseChannel: Channel;
  spanChannel: Channel;
  pastA: Ring;
  pastB: Ring;
}

/** Options of {@link ichimoku}. */
export interface IchimokuOptions {
  /** Default 9. */
  readonly conversion?: number;
  /** Default 26. */
  readonly base?: number;
  /** Default 52. */
  readonly spanB?: number;
  /** Bars by which the cloud is drawn ahead. Default 26. */
  readonly displacement?: number;
}

/**
 * Ichimoku: the middles of the ranges of three windows. The lagging span (chikou) is the close
 * itself, drawn back. Warm-up `max(conversion, base, spanB) + displacement`, when the bar has a
 * cloud.
 * @throws InputError unless all are integers from 1.
 * @see Hosoda 1969; Elliott 2007, Ichimoku Charts
 */
export function ichimoku(options: IchimokuOptions = {}): Indicator<IchimokuState> {
  const { conversion = 9, base = 26, spanB = 52, displacement = 26 } = options;
  requirePeriod("ichimoku", "conversion", conversion);
  requirePeriod("ichimoku", "base", base);
  requirePeriod("ichimoku", "spanB", spanB);
  requirePeriod("ichimoku", "displacement", displacement);
  const spansWarmUp = Math.max(conversion, base, spanB);
  const warmUp = spansWarmUp + displacement;
  return {
    name: "ichimoku",
    params: { conversion, base, spanB, displacement },
    warmUp,
    create: () => ({
      count: 0,
      now: 0,
      previous: 0,
      base: 0,
      spanA: 0,
      spanB: 0,
      cloudA: 0,
      cloudB: 0,
      conversionChannel: channel(conversion),
      baseChannel: channel(base),
      spanChannel: channel(spanB),
      pastA: ring(displacement),
      pastB: ring(displacement),
    }),
    update(state, bar) {
      const conversionLine = middleAfter(state.conversionChannel, bar);
      const baseLine = middleAfter(state.baseChannel, bar);
      const leadingB = middleAfter(state.spanChannel, bar);
      state.count++;
      if (state.count < spansWarmUp) return;
      const leadingA = (conversionLine + baseLine) / 2;
      const cloudA = displace(state.pastA, leadingA);
      const cloudB = displace(state.pastB, leadingB);
      if (state.count < warmUp) return;
      state.previous = state.count === warmUp ? conversionLine : state.now;
      state.now = conversionLine;
      state.base = baseLine;
      state.spanA = leadingA;
      state.spanB = leadingB;
      state.cloudA = cloudA;
      state.cloudB = cloudB;
    },
    rescale,
  };
}

function channel(period: number): Channel {
  return { highs: rolling(period), lows: rolling(period) };
}

function middleAfter(channel: Channel, bar: Bar): number {
  return (rollHighest(channel.highs, bar.high) + rollLowest(channel.lows, bar.low)) / 2;
}

function rescale(state: IchimokuState, priceFactor: number): void {
  scaleValue(state, priceFactor);
  state.base *= priceFactor;
  state.spanA *= priceFactor;
  state.spanB *= priceFactor;
  state.cloudA *= priceFactor;
  state.cloudB *= priceFactor;
  for (const { highs, lows } of [state.conversionChannel, state.baseChannel, state.spanChannel]) {
    scaleRolling(highs, priceFactor);
    scaleRolling(lows, priceFactor);
  }
  scaleAll(state.pastA.values, priceFactor);
  scaleAll(state.pastB.values, priceFactor);
}
