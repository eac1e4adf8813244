import type { BarColumns } from "../../core/domain/market.ts";
import { processorMs } from "./report.ts";

/** What every contender of the benchmark must agree on before its speed counts. */
export interface CrossOutcome {
  readonly fills: number;
  /** Cash and position at the last close, dollars. */
  readonly equity: number;
}

/** Shares a trade, dollars at the start, and basis points of fee a fill: the same for everyone. */
export const QUANTITY = 100;
export const CASH = 1_000_000;

/**
 * The ceiling: two running-sum averages, next-open fills, average price and drawdown in one loop
 * over the typed columns, with float64 money and no order, event or limit anywhere.
 */
export function rawLoop(columns: BarColumns, fast: number, slow: number): CrossOutcome {
  const { open, close, length } = columns;
  let fastSum = 0;
  let slowSum = 0;
  let cash = CASH;
  let position = 0;
  let averagePrice = 0;
  let pending = 0;
  let fills = 0;
  let peak = CASH;
  let drawdown = 0;
  let lastGap = 0;
  for (let i = 0; i < length; i += 1) {
    if (pending !== 0) {
      const price = open[i] ?? 0;
      cash -= pending * price;
      averagePrice = pending > 0 ? price : 0;
      position += pending;
      pending = 0;
      fills += 1;
    }
    const price = close[i] ?? 0;
    fastSum += price - (i >= fast ? (close[i - fast] ?? 0) : 0);
    slowSum += price - (i >= slow ? (close[i - slow] ?? 0) : 0);
    if (i >= slow - 1) {
      const gap = fastSum / fast - slowSum / slow;
      if (i >= slow) {
        if (gap > 0 && lastGap <= 0 && position === 0) pending = QUANTITY;
        else if (gap < 0 && lastGap >= 0 && position > 0) pending = -position;
      }
      lastGap = gap;
    }
    const equity = cash + position * price;
    if (equity > peak) peak = equity;
    if (peak - equity > drawdown) drawdown = peak - equity;
  }
  if (averagePrice < 0 || drawdown < 0) throw new Error("a price or a drawdown below 0");
  return { fills, equity: cash + position * (close[length - 1] ?? 0) };
}

/** The raw loop once more, with one `await` of nothing a bar: what asynchrony alone costs. */
export async function awaitLoop(
  columns: BarColumns,
  fast: number,
  slow: number,
): Promise<CrossOutcome & { readonly busyMs: number }> {
  const startedMs = processorMs();
  const outcome = rawLoop(columns, fast, slow);
  for (let i = 0; i < columns.length; i += 1) await undefined;
  return { ...outcome, busyMs: processorMs() - startedMs };
}
