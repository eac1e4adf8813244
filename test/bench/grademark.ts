import { createRequire } from "node:module";
import type { BarColumns } from "../../core/domain/market.ts";
import { sma } from "../../core/index.ts";
import type { CrossOutcome } from "./rawLoop.ts";
import { CASH, QUANTITY } from "./rawLoop.ts";
import { processorMs } from "./report.ts";

// grademark and data-forge come as CommonJS.
const require = createRequire(import.meta.url);
const { DataFrame } = require("data-forge");
const { backtest } = require("grademark");

/**
 * The same cross in grademark, whose averages are worked out beforehand, outside of the clock. It
 * asks no rule on a bar in which it opens or closes a position, so whoever is compared must rest
 * there too. A position that is open at the end it closes at the last close: that is no fill.
 */
export async function grademarkCross(
  columns: BarColumns,
  fast: number,
  slow: number,
): Promise<CrossOutcome & { readonly busyMs: number }> {
  const rows = rowsOf(columns, fast, slow);
  const series = new DataFrame(rows);
  const startedMs = processorMs();
  const trades = backtest(
    {
      entryRule(enter: () => void, { bar }: { bar: Row }) {
        if (bar.gap > 0 && bar.lastGap <= 0) enter();
      },
      exitRule(exit: () => void, { bar }: { bar: Row }) {
        if (bar.gap < 0 && bar.lastGap >= 0) exit();
      },
    },
    series,
  );
  const busyMs = processorMs() - startedMs;
  const profit = trades.reduce((sum: number, trade: Trade) => sum + trade.profit, 0);
  const isOpen = trades.at(-1)?.exitReason === "finalize";
  const fills = trades.length * 2 - (isOpen ? 1 : 0);
  return { fills, equity: CASH + profit * QUANTITY, busyMs };
}

interface Trade {
  readonly profit: number;
  readonly exitReason: string;
}

interface Row {
  readonly gap: number;
  readonly lastGap: number;
}

function rowsOf(columns: BarColumns, fast: number, slow: number) {
  const fastSma = sma(fast);
  const slowSma = sma(slow);
  const fastState = fastSma.create();
  const slowState = slowSma.create();
  let lastGap = 0;
  const rows = [];
  for (let i = 0; i < columns.length; i += 1) {
    const bar = {
      openTimeMs: columns.openTimeMs[i] ?? 0,
      closeTimeMs: columns.closeTimeMs[i] ?? 0,
      open: columns.open[i] ?? 0,
      high: columns.high[i] ?? 0,
      low: columns.low[i] ?? 0,
      close: columns.close[i] ?? 0,
      volume: columns.volume[i] ?? 0,
    };
    fastSma.update(fastState, bar);
    slowSma.update(slowState, bar);
    const gap = slowState.count >= slow ? fastState.now - slowState.now : 0;
    const usable = slowState.count > slow;
    rows.push({ ...bar, time: new Date(bar.closeTimeMs), gap: usable ? gap : 0, lastGap });
    lastGap = gap;
  }
  return rows;
}
