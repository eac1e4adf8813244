import type { Instrument } from "../../core/domain/instrument.ts";
import type {
  BarColumns,
  Quote,
  QuoteColumns,
  Trade,
  TradeColumns,
} from "../../core/domain/market.ts";
import { isFiner } from "../../core/domain/timeframe.ts";
import { BarCursor, type BarFeed } from "../../core/runtime/feeds.ts";
import type { TickFeed } from "../../core/runtime/ticks.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Everything recorded of one instrument, and how far the clock has come in it. */
export class Tape {
  readonly instrument: Instrument;
  /** The finest bars: what is matched and streamed. */
  readonly base: BarFeed;
  /** All bars, finest first. */
  readonly feeds: readonly BarFeed[];
  readonly quotes: QuoteColumns | null;
  readonly trades: TradeColumns | null;
  readonly cursor: BarCursor;
  /** Close of the bar at the cursor; Infinity past the end. */
  nextBarMs: number;
  /** Next row of quotes, of trades. */
  quoteRow = 0;
  tradeRow = 0;
  /** Of bars and prints, dollars as of now; 0 before the first. */
  lastPrice = 0;
  /** When trading was halted: nobody is told of what was recorded then. */
  halts: readonly { readonly fromMs: number; readonly toMs: number }[] = [];
  /** Of the session before, in shares as they are now; 0 where there was none. */
  previousClose = 0;

  constructor(feeds: readonly [BarFeed, ...BarFeed[]], ticks: readonly TickFeed[]) {
    const sorted = [...feeds].sort((a, b) => (isFiner(a.timeframe, b.timeframe) ? -1 : 1));
    this.base = sorted[0] ?? feeds[0];
    this.feeds = sorted;
    this.instrument = this.base.instrument;
    this.cursor = new BarCursor(this.instrument.symbol, this.base.columns);
    this.nextBarMs = this.base.columns.closeTimeMs[0] ?? NEVER;
    this.quotes = ticks.find((feed) => feed.kind === "quotes")?.columns ?? null;
    this.trades = ticks.find((feed) => feed.kind === "trades")?.columns ?? null;
  }

  get nextQuoteMs(): number {
    return this.quotes?.eventTimeMs[this.quoteRow] ?? NEVER;
  }

  get nextTradeMs(): number {
    return this.trades?.eventTimeMs[this.tradeRow] ?? NEVER;
  }

  /** The last close at or before a time that any of the recordings has, dollars; 0 for none. */
  closeBefore(timeMs: number): number {
    let close = 0;
    let lastMs = Number.NEGATIVE_INFINITY;
    for (const { columns } of this.feeds) {
      const row = rowsUntil(columns.closeTimeMs, timeMs) - 1;
      const closedMs = columns.closeTimeMs[row] ?? Number.NEGATIVE_INFINITY;
      if (closedMs <= lastMs) continue;
      lastMs = closedMs;
      close = columns.close[row] ?? 0;
    }
    return close;
  }

  /** Whether trading was halted at a time. */
  isQuiet(timeMs: number): boolean {
    return this.halts.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs);
  }

  /** The last row at or before another that was told of; -1 for none. */
  lastTold(column: Float64Array, row: number): number {
    let told = row;
    while (told >= 0 && this.isQuiet(column[told] ?? 0)) told -= 1;
    return told;
  }

  /** Restates what is remembered, as a split does. */
  rescale(priceFactor: number): void {
    this.lastPrice *= priceFactor;
    this.previousClose *= priceFactor;
  }

  /** Moves the cursor to the next bar. */
  turn(): void {
    this.cursor.row += 1;
    this.nextBarMs = this.base.columns.closeTimeMs[this.cursor.row] ?? NEVER;
  }
}

/** A quote of a row. */
export function quoteAt(columns: QuoteColumns, row: number): Quote {
  return {
    eventTimeMs: columns.eventTimeMs[row] ?? 0,
    bid: columns.bid[row] ?? 0,
    bidSize: columns.bidSize[row] ?? 0,
    ask: columns.ask[row] ?? 0,
    askSize: columns.askSize[row] ?? 0,
  };
}

/** A print of a row. */
export function tradeAt(columns: TradeColumns, row: number): Trade {
  return {
    eventTimeMs: columns.eventTimeMs[row] ?? 0,
    price: columns.price[row] ?? 0,
    size: columns.size[row] ?? 0,
  };
}

/** How many rows of an ascending column are at or before a time. */
export function rowsUntil(column: Float64Array, timeMs: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column[middle] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last close at or before a time, dollars; 0 where there is none. */
export function closeAt({ close, closeTimeMs }: BarColumns, timeMs: number): number {
  return close[rowsUntil(closeTimeMs, timeMs) - 1] ?? 0;
}
