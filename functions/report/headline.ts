import { numberOf } from "../../core/domain/decimal.ts";
import type { ProfileResult, ReplayResult } from "../../core/runtime/result.ts";
import type { NumberKind } from "./format.ts";

/** One figure of the comparison of profiles. */
export interface HeadlineColumn {
  readonly label: string;
  readonly kind: NumberKind;
  readonly says: string;
  /** The figure of a profile; null where there is none. */
  readonly of: (profile: Pick<ProfileResult, "statistics" | "trips" | "orders">) => number | null;
  /** Whether a sign is good or bad news and so may be coloured. */
  readonly signed: boolean;
}

/** The figures that profiles are compared by, in the order of their columns. */
export const headline: readonly HeadlineColumn[] = [
  column("Return", "percent", ["totalReturn"], "Change of the account over the whole run", true),
  column("Annual", "percent", ["annualReturn", "cagr"], "Yearly rate that compounds to it", true),
  column("Volatility", "percent", ["volatility"], "Deviation of daily returns, a year's worth"),
  column("Sharpe", "ratio", ["sharpe"], "Mean return over its standard deviation"),
  column("Sortino", "ratio", ["sortino"], "As Sharpe, but only falls count as risk"),
  column("Max DD", "percent", ["maximumDrawdown"], "Deepest fall from a peak"),
  {
    ...column("Trips", "count", ["trips"], "Round trips closed"),
    of: ({ statistics, trips }) => numberIn(statistics, ["trips"]) ?? trips.length,
  },
  {
    ...column("Hits", "percent", ["hitRate", "winRate"], "Share of round trips that made money"),
    of: ({ statistics, trips }) => numberIn(statistics, ["hitRate", "winRate"]) ?? hitRate(trips),
  },
  {
    ...column("PF", "ratio", ["profitFactor"], "Profit factor: gains over losses"),
    of: ({ statistics, trips }) => numberIn(statistics, ["profitFactor"]) ?? profitFactor(trips),
  },
  {
    ...column("Fees", "dollars", ["fees"], "Fees paid on all fills"),
    of: ({ orders }) => orders.reduce((sum, { fees }) => sum + numberOf(fees), 0),
  },
];

/** Profit and loss of all profiles as one, seen as a profile that has no orders of its own. */
export function combinedFigures(result: ReplayResult): Parameters<HeadlineColumn["of"]>[0] {
  return {
    statistics: result.combined.statistics,
    trips: result.profiles.flatMap(({ trips }) => trips),
    orders: result.profiles.flatMap(({ orders }) => orders),
  };
}

/**
 * The first of the keys that is a number. A statistic with parts (`maximumDrawdown: { depth, … }`)
 * gives
 * its leading one; a number may also lie one group deeper (`trips: { hitRate, … }`).
 */
export function numberIn(
  statistics: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): number | null {
  for (const key of keys) {
    const found = leading(statistics[key]);
    if (found !== null) return found;
  }
  for (const group of Object.values(statistics)) {
    if (!isRecord(group)) continue;
    for (const key of keys) if (typeof group[key] === "number") return group[key];
  }
  return null;
}

/** Whether a value is a plain object with named parts. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function leading(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (!isRecord(value)) return null;
  for (const key of ["depth", "fraction", "value", "count"]) {
    if (typeof value[key] === "number") return value[key];
  }
  return null;
}

function hitRate(trips: ProfileResult["trips"]): number | null {
  return trips.length === 0 ? null : trips.filter(({ profit }) => profit > 0).length / trips.length;
}

function profitFactor(trips: ProfileResult["trips"]): number | null {
  let gains = 0;
  let losses = 0;
  for (const { profit } of trips) {
    if (profit > 0) gains += profit;
    else losses -= profit;
  }
  return losses > 0 ? gains / losses : null;
}

function column(
  label: string,
  kind: NumberKind,
  keys: readonly string[],
  says: string,
  signed = false,
): HeadlineColumn {
  return { label, kind, says, signed, of: ({ statistics }) => numberIn(statistics, keys) };
}
