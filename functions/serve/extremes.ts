import { decimalOf } from "../../core/domain/decimal.ts";
import type { Bar } from "../../core/domain/market.ts";
import type { Watched } from "../../core/execution/watchedLegs.ts";

/** Bars kept of an instrument: a week of minutes; what is older has been looked at. */
const MOST_BARS = 2_000;

/** What the market did lately, for legs that no venue watches for us. */
export class Extremes {
  private readonly bars = new Map<string, Bar[]>();

  take(symbol: string, bar: Bar): void {
    const kept = this.bars.get(symbol) ?? [];
    kept.push(bar);
    if (kept.length > MOST_BARS) kept.shift();
    this.bars.set(symbol, kept);
  }

  /** Last price, highest and lowest from a time on; null before any bar was seen. */
  since(symbol: string, timeMs: number): Watched | null {
    const kept = this.bars.get(symbol) ?? [];
    const last = kept.at(-1);
    if (last === undefined) return null;
    let { high, low } = last;
    for (let i = kept.length - 1; i >= 0; i -= 1) {
      const bar = kept[i];
      // A bar that was open when the position was tells of a time before it too.
      if (bar === undefined || bar.openTimeMs < timeMs) break;
      high = Math.max(high, bar.high);
      low = Math.min(low, bar.low);
    }
    return { price: decimalOf(last.close), high: decimalOf(high), low: decimalOf(low) };
  }
}
