import type { Bar } from "../domain/market.ts";

/** What may be read off a bar. */
export const SOURCES = ["close", "open", "high", "low", "hl2", "hlc3", "ohlc4", "volume"] as const;

/**
 * Which number of a bar an indicator reads: a price of it, the middle of its range (`hl2`), its
 * typical price (`hlc3`), the mean of its four prices (`ohlc4`), or its volume.
 */
export type Source = (typeof SOURCES)[number];

/** The option that most indicators of one series take. */
export interface SourceOption {
  /** Default `close`. */
  readonly source?: Source;
}

/** Reads a source off a bar: dollars, or shares or coins for `volume`. */
export function priceOf(bar: Bar, source: Source): number {
  // The default comes first, as this runs once an indicator and bar.
  if (source === "close") return bar.close;
  switch (source) {
    case "open":
      return bar.open;
    case "high":
      return bar.high;
    case "low":
      return bar.low;
    case "hl2":
      return (bar.high + bar.low) / 2;
    case "hlc3":
      return typicalPrice(bar);
    case "ohlc4":
      return (bar.open + bar.high + bar.low + bar.close) / 4;
    case "volume":
      return bar.volume;
  }
}

/** The mean of high, low and close, dollars. */
export function typicalPrice(bar: Bar): number {
  return (bar.high + bar.low + bar.close) / 3;
}

/** By how much a restatement of the past multiplies a source. */
export function factorOf(source: Source, priceFactor: number, volumeFactor: number): number {
  return source === "volume" ? volumeFactor : priceFactor;
}
