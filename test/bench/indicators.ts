import Table from "cli-table3";
import type { BarColumns } from "../../core/domain/market.ts";
import { indicatorCatalogue } from "../../core/indicators/index.ts";
import { BarCursor } from "../../core/runtime/feeds.ts";

const BARS = 200_000;
const ROUNDS = 3;

/** Millions of bars a second of every indicator, beside a running sum over the same bars. */
export async function indicatorRates(columns: BarColumns): Promise<string> {
  const cursor = new BarCursor("S0", columns);
  const plain = best(() => {
    let sum = 0;
    for (cursor.row = 0; cursor.row < BARS; cursor.row += 1) sum += cursor.close;
    if (sum <= 0) throw new Error("a sum of prices is above 0");
  });
  const cells = indicatorCatalogue.map((entry) => {
    const indicator = entry.make();
    const rate = best(() => {
      const state = indicator.create();
      for (cursor.row = 0; cursor.row < BARS; cursor.row += 1)
        indicator.update(state, cursor, cursor);
      if (state.count === 0) throw new Error(`${entry.name} took in no bar`);
    });
    return `${entry.name} ${rate.toFixed(0)} (${(rate / plain).toFixed(2)})`;
  });
  const table = new Table({
    head: [`indicators, M bars/s (of a plain sum: ${plain.toFixed(0)})`, "", "", ""],
  });
  for (let i = 0; i < cells.length; i += 4) {
    const row = cells.slice(i, i + 4);
    table.push([...row, ...Array.from({ length: 4 - row.length }, () => "")]);
  }
  return table.toString();
}

function best(work: () => void): number {
  let rate = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    work();
    rate = Math.max(rate, BARS / (performance.now() - startedMs) / 1000);
  }
  return rate;
}
