import { decimalOf } from "../domain/decimal.ts";
import type { Bar, Quote } from "../domain/market.ts";
import type { Watched } from "../execution/watchedLegs.ts";

/** Bars kept of an instrument: a week of minutes; what is older has been looked at. */
const MOST_BARS = 2_000;

/** Seconds of ticks kept of an instrument: an hour, which the bars of it have told long since. */
const MOST_SECONDS = 3_600;
const SECOND_MS = 1_000;

/** A quote is a price where both sides are there and no further apart than this part of it. */
const WIDEST_SPREAD = 0.01;

/** What the market did lately, for legs that no venue watches for us. */
export class Extremes {
  private readonly bars = new Map<string, Bar[]>();
  private readonly seconds = new Map<string, Bar[]>();

  take(symbol: string, { openTimeMs, closeTimeMs, open, high, low, close, volume }: Bar): void {
    // A copy, so that all are of one shape: one that was read of an answer takes three times more.
    const bar = { openTimeMs, closeTimeMs, open, high, low, close, volume };
    push(this.bars, symbol, bar, MOST_BARS);
  }

  /** A price between two bars, at a time in UTC ms. */
  price(symbol: string, price: number, timeMs: number): void {
    const last = this.seconds.get(symbol)?.at(-1);
    if (last === undefined || timeMs >= last.closeTimeMs) {
      const openTimeMs = Math.floor(timeMs / SECOND_MS) * SECOND_MS;
      const closeTimeMs = openTimeMs + SECOND_MS;
      const prices = { open: price, high: price, low: price, close: price, volume: 0 };
      push(this.seconds, symbol, { openTimeMs, closeTimeMs, ...prices }, MOST_SECONDS);
      return;
    }
    const high = Math.max(last.high, price);
    const low = Math.min(last.low, price);
    this.seconds.get(symbol)?.splice(-1, 1, { ...last, high, low, close: price });
  }

  /** The middle of a quote; a wide or one-sided one tells no price. */
  quote(symbol: string, { bid, ask, eventTimeMs }: Quote): void {
    const middle = (bid + ask) / 2;
    if (bid <= 0 || ask < bid || ask - bid > middle * WIDEST_SPREAD) return;
    this.price(symbol, middle, eventTimeMs);
  }

  /** Last price, highest and lowest from a time on; null before anything was seen. */
  since(symbol: string, timeMs: number): Watched | null {
    const bars = this.bars.get(symbol) ?? [];
    const seconds = this.seconds.get(symbol) ?? [];
    const last = latest(bars.at(-1), seconds.at(-1));
    if (last === undefined) return null;
    let { high, low } = last;
    for (const kept of [bars, seconds]) {
      for (let i = kept.length - 1; i >= 0; i -= 1) {
        const bar = kept[i];
        // A bar that was open when the position was tells of a time before it too.
        if (bar === undefined || bar.openTimeMs < timeMs) break;
        high = Math.max(high, bar.high);
        low = Math.min(low, bar.low);
      }
    }
    return { price: decimalOf(last.close), high: decimalOf(high), low: decimalOf(low) };
  }
}

function push(lists: Map<string, Bar[]>, symbol: string, bar: Bar, most: number): void {
  const kept = lists.get(symbol) ?? [];
  kept.push(bar);
  if (kept.length > most) kept.shift();
  lists.set(symbol, kept);
}

function latest(bar: Bar | undefined, second: Bar | undefined): Bar | undefined {
  if (bar === undefined || second === undefined) return bar ?? second;
  return second.closeTimeMs > bar.closeTimeMs ? second : bar;
}
