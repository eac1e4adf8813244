import { numberOf, textOf } from "../../core/domain/decimal.ts";
import type { Chart, ProfileResult } from "../../core/runtime/result.ts";

/**
 * More candles than this in one chart are drawn coarser: a browser draws 20,000 in a third of a
 * second.
 */
export const MAX_CANDLES = 20_000;
/** Over all charts of a page, so that a file stays below some tens of megabytes. */
export const MAX_PAGE_CANDLES = 240_000;
const MIN_CANDLES = 500;

type Fill = ProfileResult["fills"][number];
/** Candle index, side, quantity, price and reason of a fill. */
type Mark = readonly [number, "buy" | "sell", string, string, string];

/** A chart as the page holds it: columns, times as differences in milliseconds. */
export interface ChartPayload {
  readonly symbol: string;
  /** How many bars one candle stands for. */
  readonly barsPerCandle: number;
  readonly bars: number;
  readonly timeSteps: readonly number[];
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly number[];
  readonly indicators: Chart["indicators"];
  readonly marks: readonly Mark[];
}

/** How many candles each of so many charts may have. */
export function candlesPerChart(charts: number): number {
  const share = Math.floor(MAX_PAGE_CANDLES / Math.max(1, charts));
  return Math.max(MIN_CANDLES, Math.min(MAX_CANDLES, share));
}

/** Joins bars so that no more than `most` candles are left, and places the fills on them. */
export function chartPayload(chart: Chart, fills: readonly Fill[], most: number): ChartPayload {
  const bars = chart.timeMs.length;
  const size = Math.max(1, Math.ceil(bars / most));
  const groups = Array.from({ length: Math.ceil(bars / size) }, (_, index) => index);
  const first = (from: readonly number[]) => groups.map((g) => short(from[g * size] ?? 0));
  const last = <T>(from: readonly T[]) =>
    groups.map((g) => from[Math.min((g + 1) * size, bars) - 1]);
  const parts = (from: readonly number[], join: (group: readonly number[]) => number) =>
    groups.map((g) => short(join(from.slice(g * size, (g + 1) * size))));
  const timeMs = last(chart.timeMs).map((time) => time ?? 0);
  return {
    symbol: chart.symbol,
    barsPerCandle: size,
    bars,
    timeSteps: timeMs.map((time, index) => time - (timeMs[index - 1] ?? 0)),
    open: first(chart.open),
    high: parts(chart.high, (group) => Math.max(...group)),
    low: parts(chart.low, (group) => Math.min(...group)),
    close: last(chart.close).map((value) => short(value ?? 0)),
    volume: parts(chart.volume, (group) => group.reduce((sum, value) => sum + value, 0)),
    indicators: chart.indicators.map(({ name, pane, values }) => ({
      name,
      pane,
      values: last(values).map((value) =>
        value === null || value === undefined ? null : short(value),
      ),
    })),
    marks: fills
      .filter(({ symbol }) => symbol === chart.symbol)
      .map((fill) => [
        Math.floor(barOfFill(chart, fill) / size),
        fill.side,
        textOf(fill.quantity),
        textOf(fill.price),
        fill.reason,
      ]),
  };
}

/**
 * The bar that a fill falls into: the first that closes at or after it. A fill stamped with the
 * very close of a bar may be its last price or the next bar's first; the nearer price decides.
 */
function barOfFill(chart: Chart, { timeMs, price }: Fill): number {
  const bar = firstAtOrAfter(chart.timeMs, timeMs);
  const nextOpen = chart.open[bar + 1];
  if (chart.timeMs[bar] !== timeMs || nextOpen === undefined) return bar;
  const paid = numberOf(price);
  return Math.abs(nextOpen - paid) < Math.abs((chart.close[bar] ?? 0) - paid) ? bar + 1 : bar;
}

function firstAtOrAfter(times: readonly number[], timeMs: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Nine digits are finer than any pixel, and a third of the bytes of a float written out. */
function short(value: number): number {
  return Number(value.toPrecision(9));
}
