import type { SweepRow } from "../../sweep/row.ts";
import { percent, ratio, textTable } from "./table.ts";

/** What sets are ordered by: always the stretch before the cut, as the rest is for checking. */
export const ORDERS = { sharpe: "firstSharpe", return: "firstReturn" } as const;
export type Order = keyof typeof ORDERS;

/** The best sets of a sweep, one a line, with how each did after the cut. */
export function sweepTable(
  rows: readonly SweepRow[],
  { by, top, colour }: { readonly by: Order; readonly top: number; readonly colour: boolean },
): string {
  const best = bestOf(rows, by).slice(0, top);
  const names = [...new Set(best.flatMap(({ set }) => Object.keys(set)))];
  return textTable(
    [
      ...names.map((name) => `>${name}`),
      ">Sharpe",
      ">after",
      ">return",
      ">after",
      ">a year",
      ">drawdown",
      ">trips",
    ],
    best.map((row) => [
      ...names.map((name) => String(row.set[name] ?? "")),
      ratio(row.firstSharpe),
      ratio(row.lastSharpe),
      percent(row.firstReturn),
      percent(row.lastReturn),
      percent(row.annualReturn),
      percent(row.maximumDrawdown),
      row.trips === null ? "–" : String(row.trips),
    ]),
    colour,
  );
}

/** Replayed sets, the best first; among equals the one that was tried first. */
export function bestOf(rows: readonly SweepRow[], by: Order): readonly SweepRow[] {
  const figure = (row: SweepRow) => row[ORDERS[by]] ?? Number.NEGATIVE_INFINITY;
  return rows
    .filter(({ refused }) => refused === null)
    .sort((a, b) => figure(b) - figure(a) || a.index - b.index);
}
