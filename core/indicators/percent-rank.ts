import type { Indicator, IndicatorState } from "./indicator.ts";
import { requirePeriod, requireSource } from "./params.ts";
import { displace, type Ring, ring, scaleAll } from "./rolling.ts";
import { factorOf, priceOf, type SourceOption } from "./source.ts";

/** What {@link percentRank} keeps. */
export interface PercentRankState extends IndicatorState {
  prices: Ring;
}

/**
 * Percent rank: the share of the `period` bars before this one that were not above it, 0 to 100.
 * Warm-up `period + 1`. Counting the bars below costs O(period) a bar.
 * @throws InputError unless `period` is an integer from 1.
 * @see the percent rank of Connors and Alvarez 2012, An Introduction to ConnorsRSI
 */
export function percentRank(
  period = 100,
  { source = "close" }: SourceOption = {},
): Indicator<PercentRankState> {
  requirePeriod("percent-rank", "period", period);
  requireSource("percent-rank", source);
  const warmUp = period + 1;
  return {
    name: "percent-rank",
    params: { period, source },
    warmUp,
    create: () => ({ count: 0, now: 0, previous: 0, prices: ring(period) }),
    update(state, bar) {
      const price = priceOf(bar, source);
      state.count++;
      if (state.count >= warmUp) {
        const value = (100 * countUpTo(state.prices.values, price)) / period;
        state.previous = state.count === warmUp ? value : state.now;
        state.now = value;
      }
      displace(state.prices, price);
    },
    rescale(state, priceFactor, volumeFactor) {
      scaleAll(state.prices.values, factorOf(source, priceFactor, volumeFactor));
    },
  };
}

function countUpTo(values: readonly number[], limit: number): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    if ((values[index] ?? 0) <= limit) count++;
  }
  return count;
}
