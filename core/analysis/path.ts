import type { BarColumns } from "../domain/market.ts";

/** The range of prices over some bars. */
export interface PriceRange {
  readonly high: number;
  readonly low: number;
  readonly bars: number;
}

/** The range of a symbol's prices between two times; null when nothing is known of it. */
export type PricePath = (symbol: string, fromMs: number, toMs: number) => PriceRange | null;

/**
 * A price path over recorded bars. A bar counts when any part of it lies between the two times, so
 * an entry at a bar's open takes that bar in and an exit at a bar's open does not; an exit within a
 * bar takes in its whole range, which can overstate an excursion by what came after the exit.
 */
export function barPath(bars: ReadonlyMap<string, BarColumns>): PricePath {
  return (symbol, fromMs, toMs) => {
    const columns = bars.get(symbol);
    if (columns === undefined) return null;
    const first = firstAfter(columns.closeTimeMs, fromMs);
    let high = Number.NEGATIVE_INFINITY;
    let low = Number.POSITIVE_INFINITY;
    let at = first;
    for (; at < columns.length && (columns.openTimeMs[at] ?? toMs) < toMs; at++) {
      high = Math.max(high, columns.high[at] ?? high);
      low = Math.min(low, columns.low[at] ?? low);
    }
    return at === first ? null : { high, low, bars: at - first };
  };
}

/** Index of the first time after `timeMs` in ascending times. */
function firstAfter(times: Float64Array, timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
