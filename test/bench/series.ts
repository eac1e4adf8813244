import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { BarColumns } from "../../core/domain/market.ts";

/**
 * 2000-01-03 00:00 UTC, a Monday: the bars of the benchmark are one minute each, around the clock.
 */
const START_MS = 946_857_600_000;
const MINUTE_MS = 60_000;

/**
 * A seeded random walk as columns. Prices are 64ths of a dollar, so that sums of them are exact in
 * float64 and every contender sees the same crosses.
 */
export function randomWalk(length: number, seed: number): BarColumns {
  const random = xoroshiro128plus(seed);
  const columns = emptyColumns(length);
  let price = 100;
  for (let i = 0; i < length; i += 1) {
    const open = price;
    const move = (uniformFloat64(random) - 0.5) * 0.4;
    const close = Math.max(1, Math.round((open + move) * 64) / 64);
    columns.openTimeMs[i] = START_MS + i * MINUTE_MS;
    columns.closeTimeMs[i] = START_MS + (i + 1) * MINUTE_MS;
    columns.open[i] = open;
    columns.high[i] = Math.max(open, close) + 1 / 16;
    columns.low[i] = Math.min(open, close) - 1 / 16;
    columns.close[i] = close;
    columns.volume[i] = 1000 + Math.floor(uniformFloat64(random) * 1000);
    price = close;
  }
  return columns;
}

function emptyColumns(length: number) {
  const column = () => new Float64Array(length);
  return {
    length,
    openTimeMs: column(),
    closeTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
}
