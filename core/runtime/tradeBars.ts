import type { Bar, Trade } from "../domain/market.ts";
import { SECOND_MS } from "../domain/time.ts";
import type { EventOf } from "../events/catalogue.ts";
import { barData } from "./feeds.ts";
import { closedEvent } from "./gatherer.ts";

/**
 * Bars of a second out of trades, as no venue sends such. They are closed by the clock with a grace
 * period; a second without a trade has no bar. What was missed while nobody listened stays missed:
 * bars of a minute and coarser, which can be asked for, come from the venue's own.
 */
export class TradeBars {
  private readonly symbols: readonly string[];
  private readonly graceMs: number;
  private readonly open = new Map<number, Map<string, Bar>>();
  private toldUntilMs = 0;

  constructor(symbols: readonly string[], graceMs: number) {
    this.symbols = symbols;
    this.graceMs = graceMs;
  }

  /** Takes a trade; one of a second that was told already changes nothing. */
  take(symbol: string, { eventTimeMs, price, size }: Trade): void {
    const openTimeMs = Math.floor(eventTimeMs / SECOND_MS) * SECOND_MS;
    const closeTimeMs = openTimeMs + SECOND_MS;
    if (closeTimeMs <= this.toldUntilMs || !this.symbols.includes(symbol)) return;
    const group = this.open.get(closeTimeMs) ?? new Map<string, Bar>();
    const bar = group.get(symbol);
    const next =
      bar === undefined
        ? { open: price, high: price, low: price, volume: size }
        : {
            open: bar.open,
            high: Math.max(bar.high, price),
            low: Math.min(bar.low, price),
            volume: bar.volume + size,
          };
    group.set(symbol, { openTimeMs, closeTimeMs, close: price, ...next });
    this.open.set(closeTimeMs, group);
  }

  /** The seconds whose grace period is over, oldest first. */
  closed(nowMs: number): readonly EventOf<"bars.closed.v1">[] {
    const due = [...this.open.keys()].filter((closeMs) => closeMs + this.graceMs <= nowMs);
    return due
      .sort((a, b) => a - b)
      .map((closeMs) => {
        const group = this.open.get(closeMs);
        this.open.delete(closeMs);
        this.toldUntilMs = closeMs;
        const bars = this.symbols.flatMap((symbol) => {
          const bar = group?.get(symbol);
          return bar === undefined ? [] : [barData(symbol, bar)];
        });
        return closedEvent("1s", closeMs, bars, 1);
      });
  }
}
