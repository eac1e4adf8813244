import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import type { Bar } from "../../core/domain/market.ts";
import type { Indicator, IndicatorState } from "../../core/indicators/indicator.ts";

/** Daily bars of the S&P 500 index from 2000 to 2020, as the package vega-datasets has them. */
export const sp500: readonly Bar[] = barsOf("vega-datasets/data/sp500-2000.csv");

/** Daily bars of Apple from 2013 to 2018, as the package @observablehq/sample-datasets has them. */
export const apple: readonly Bar[] = barsOf("@observablehq/sample-datasets/aapl.csv");

/** The bars of Apple with the index's bar of the same day. */
export const pairs: readonly (readonly [Bar, Bar])[] = apple.flatMap((bar) => {
  const other = sp500.find(({ openTimeMs }) => openTimeMs === bar.openTimeMs);
  return other === undefined ? [] : [[bar, other] as const];
});

function barsOf(file: string): Bar[] {
  const text = readFileSync(new URL(`../../node_modules/${file}`, import.meta.url), "utf8");
  const rows: Record<string, string>[] = parse(text, {
    columns: (names: string[]) => names.map((name) => name.toLowerCase()),
  });
  return rows.map((row) => ({
    openTimeMs: Date.parse(`${row.date}T00:00:00Z`),
    closeTimeMs: Date.parse(`${row.date}T00:00:00Z`) + 86_400_000,
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: Number(row.volume),
  }));
}

/** A bar with only a close that matters. */
export function barAt(close: number, index = 0, volume = 1): Bar {
  const openTimeMs = index * 60_000;
  return {
    openTimeMs,
    closeTimeMs: openTimeMs + 60_000,
    open: close,
    high: close,
    low: close,
    close,
    volume,
  };
}

/** A bar whose prices and volume are multiplied. */
export function scaled(bar: Bar, priceFactor: number, volumeFactor: number): Bar {
  return {
    ...bar,
    open: bar.open * priceFactor,
    high: bar.high * priceFactor,
    low: bar.low * priceFactor,
    close: bar.close * priceFactor,
    volume: bar.volume * volumeFactor,
  };
}

/** Feeds bars, each with the bar of the other instrument where the indicator has one. */
export function feed<S extends IndicatorState>(
  indicator: Indicator<S>,
  state: S,
  bars: readonly Bar[],
  others: readonly Bar[] = [],
): S {
  bars.forEach((bar, index) => {
    indicator.update(state, bar, others[index]);
  });
  return state;
}

/** The value of an output at each bar from the end of the warm-up on. */
export function series<S extends IndicatorState>(
  indicator: Indicator<S>,
  bars: readonly Bar[],
  read: (state: S) => number = (state) => state.now,
  others: readonly Bar[] = [],
): number[] {
  const state = indicator.create();
  const values: number[] = [];
  bars.forEach((bar, index) => {
    indicator.update(state, bar, others[index]);
    if (state.count >= indicator.warmUp) values.push(read(state));
  });
  return values;
}

/**
 * The largest error of a series, each against the value expected or, where that is small, against
 * the series' mean size: a line that crosses 0 has no relative error there.
 */
export function largestError(got: readonly number[], expected: readonly number[]): number {
  if (got.length !== expected.length || got.length === 0) return Number.POSITIVE_INFINITY;
  const size = expected.reduce((sum, value) => sum + Math.abs(value), 0) / expected.length || 1;
  return expected.reduce((largest, value, index) => {
    const error = Math.abs((got[index] ?? Number.NaN) - value) / Math.max(Math.abs(value), size);
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(largest, error);
  }, 0);
}
