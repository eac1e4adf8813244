import { meanOf, ratio } from "./returns.ts";
import type { RoundTrip } from "./trips.ts";

/** What closed round trips amount to; money in dollars, net of fees. */
export interface TripStatistics {
  readonly trips: number;
  /** Share of trips with a profit above 0; a trip that broke even is no hit. Null without trips. */
  readonly hitRate: number | null;
  /** Sum of profits / sum of losses. Null without a loss. */
  readonly profitFactor: number | null;
  /** Mean profit of a trip. Null without trips. */
  readonly expectancy: number | null;
  /** Mean profit of the winning trips. Null without one. */
  readonly averageWin: number | null;
  /** Mean profit of the losing trips, below 0. Null without one. */
  readonly averageLoss: number | null;
  /** Mean of the known adverse excursions, fractions of the entry price. Null without one. */
  readonly averageMae: number | null;
  /** Mean of the known favourable excursions, fractions of the entry price. Null without one. */
  readonly averageMfe: number | null;
  /** Mean number of bars held. Null without trips. */
  readonly averageBars: number | null;
}

/** Statistics of closed round trips. */
export function tripStatistics(trips: readonly RoundTrip[]): TripStatistics {
  const profits = trips.map((trip) => trip.profit);
  const wins = profits.filter((profit) => profit > 0);
  const losses = profits.filter((profit) => profit < 0);
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  return {
    trips: trips.length,
    hitRate: ratio(wins.length, trips.length),
    profitFactor: ratio(sumOf(wins), -sumOf(losses)),
    expectancy: meanOf(profits),
    averageWin: meanOf(wins),
    averageLoss: meanOf(losses),
    averageMae: meanOf(known(trips.map((trip) => trip.maePct))),
    averageMfe: meanOf(known(trips.map((trip) => trip.mfePct))),
    averageBars: meanOf(trips.map((trip) => trip.bars)),
  };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
