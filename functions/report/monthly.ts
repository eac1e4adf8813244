import type { ProfileResult } from "../../core/runtime/result.ts";
import { dayText } from "./format.ts";

/** One calendar year: twelve monthly returns as fractions, null where the run does not reach. */
export interface YearOfReturns {
  readonly year: string;
  readonly months: readonly (number | null)[];
  readonly total: number | null;
}

/**
 * Returns by calendar month of New York, from the last value of the month before (the starting cash
 * for the first) to the last value of the month; years the same way.
 */
export function monthlyReturns(equity: ProfileResult["equity"]): readonly YearOfReturns[] {
  const lasts = new Map<string, number>();
  for (const { timeMs, equity: value } of equity) lasts.set(dayText(timeMs).slice(0, 7), value);
  const years = new Map<string, { months: (number | null)[]; from: number; to: number }>();
  let before = equity[0]?.equity ?? 0;
  for (const [month, last] of lasts) {
    const key = month.slice(0, 4);
    const year = years.get(key) ?? { months: Array(12).fill(null), from: before, to: last };
    year.months[Number(month.slice(5)) - 1] = change(before, last);
    year.to = last;
    years.set(key, year);
    before = last;
  }
  return [...years].map(([year, { months, from, to }]) => ({
    year,
    months,
    total: change(from, to),
  }));
}

/** A ratio to a value of nothing or less says nothing. */
function change(from: number, to: number): number | null {
  return from > 0 ? to / from - 1 : null;
}
