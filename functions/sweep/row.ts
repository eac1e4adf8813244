import type { ParameterSet } from "./grid.ts";

/**
 * What one set of parameters came to: fractions, ratios and dollars as in a replay's statistics,
 * null for what is not defined. `first` is the stretch that parameters are chosen by, `last` the
 * one after it.
 */
export interface SweepRow {
  readonly index: number;
  readonly set: ParameterSet;
  /** Why the strategy would not have these parameters, or null. */
  readonly refused: string | null;
  readonly totalReturn: number | null;
  readonly annualReturn: number | null;
  readonly sharpe: number | null;
  readonly maximumDrawdown: number | null;
  readonly trips: number | null;
  readonly hitRate: number | null;
  readonly fees: number | null;
  readonly endEquity: number | null;
  readonly firstReturn: number | null;
  readonly firstSharpe: number | null;
  readonly lastReturn: number | null;
  readonly lastSharpe: number | null;
  readonly orderListHash: string | null;
}

/** The figures of a row, in the order in which they are shown and written. */
export const FIGURES = [
  "totalReturn",
  "annualReturn",
  "sharpe",
  "maximumDrawdown",
  "trips",
  "hitRate",
  "fees",
  "endEquity",
  "firstReturn",
  "firstSharpe",
  "lastReturn",
  "lastSharpe",
] as const satisfies readonly (keyof SweepRow)[];

/** Name of a figure. */
export type Figure = (typeof FIGURES)[number];

/** A set that was not replayed, with the reason. */
export function refusedRow(index: number, set: ParameterSet, refused: string): SweepRow {
  const none = Object.fromEntries(FIGURES.map((name) => [name, null]));
  return { index, set, refused, ...(none as Record<Figure, null>), orderListHash: null };
}
