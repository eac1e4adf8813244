import { utcDate } from "../domain/time.ts";
import { type EquityPoint, ratio } from "./returns.ts";

/** Return of one calendar month, as a fraction; null where the month began at 0 or less. */
export interface MonthlyReturn {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly return: number | null;
}

/** Return of one calendar year, as a fraction; null where the year began at 0 or less. */
export interface YearlyReturn {
  readonly year: number;
  readonly return: number | null;
}

/**
 * Returns by calendar month, from the last value of the month before (the starting value for the
 * first). Months go by UTC date of the instant before a point: a day that closes at midnight, as a
 * coin's does, belongs to the day that it closes; a New York close has the same UTC date. Months
 * without points are absent.
 */
export function monthlyReturns(equity: readonly EquityPoint[]): readonly MonthlyReturn[] {
  return returnsBy(equity, "YYYY-MM".length).map(({ key, value }) => {
    return { year: Number(key.slice(0, 4)), month: Number(key.slice(5)), return: value };
  });
}

/** Returns by calendar year, in the manner of {@link monthlyReturns}. */
export function yearlyReturns(equity: readonly EquityPoint[]): readonly YearlyReturn[] {
  return returnsBy(equity, "YYYY".length).map(({ key, value }) => {
    return { year: Number(key), return: value };
  });
}

function returnsBy(equity: readonly EquityPoint[], keyLength: number) {
  const ends = new Map<string, number>();
  for (const point of equity.slice(1)) {
    ends.set(utcDate(point.timeMs - 1).slice(0, keyLength), point.equity);
  }
  let base = equity[0]?.equity ?? 0;
  return [...ends].map(([key, end]) => {
    const growth = base > 0 ? ratio(end, base) : null;
    base = end;
    return { key, value: growth === null ? null : growth - 1 };
  });
}
