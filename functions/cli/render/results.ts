import type { Statistics } from "../../../core/analysis/statistics.ts";
import type { ReplayResult } from "../../../core/runtime/result.ts";
import { dollars, percent, ratio, sparkline, textTable } from "./table.ts";

const WIDE = 130;

/** The results of a replay, a row a profile, and one for all of them together. */
export function resultsTable(result: ReplayResult, columns: number, colour: boolean): string {
  const wide = columns >= WIDE;
  const head = [
    "profile",
    ...(wide ? ["strategy", "equity"] : []),
    ">end",
    ">return",
    ">a year",
    ">Sharpe",
  ];
  const more = [">drawdown", ">trips", ">hits", ...(wide ? [">fees", "orders"] : [])];
  const rows = result.profiles.map(({ name, strategy, equity, statistics, orderListHash }) => {
    const curve = sparkline(
      equity.map((point) => point.equity),
      16,
    );
    return [
      name,
      ...(wide ? [strategy, curve] : []),
      ...figures(statistics),
      ...(wide ? [dollars(statistics.fees), orderListHash.slice(0, 8)] : []),
    ];
  });
  if (result.profiles.length > 1) {
    const { equity, statistics } = result.combined;
    const curve = sparkline(
      equity.map((point) => point.equity),
      16,
    );
    const costs = wide ? [dollars(statistics.fees), ""] : [];
    rows.push(["together", ...(wide ? ["", curve] : []), ...figures(statistics), ...costs]);
  }
  return textTable([...head, ...more], rows, colour);
}

function figures(statistics: Statistics): readonly string[] {
  return [
    dollars(statistics.endEquity),
    percent(statistics.totalReturn),
    percent(statistics.annualReturn),
    ratio(statistics.sharpe),
    percent(statistics.maximumDrawdown),
    String(statistics.trips),
    percent(statistics.hitRate),
  ];
}
