import type { Bar, Quote, Trade, TradingStatus } from "../domain/market.ts";

/** What a stream of market data is to send. Bars come with their corrections. */
export interface Subscriptions {
  readonly bars: readonly string[];
  readonly quotes: readonly string[];
  readonly trades: readonly string[];
  /** Halts and resumptions. */
  readonly statuses: readonly string[];
}

/** The connections of a stream task: market data, and the trade updates of every account. */
export interface Lines {
  /** Connects; what was missed from a time on (UTC ms) is asked for as the first gap. */
  open(sinceMs: number): void;
  /** Listens to these from now on, and to nothing else. */
  follow(subscriptions: Subscriptions): void;
  /** Hangs up, and waits for what is being handled. */
  close(): Promise<void>;
}

/** Who listens to market data. */
export interface MarketListener {
  /** A minute's bar; `isCorrection` where it puts another in the place of one that was told. */
  onBar(symbol: string, bar: Bar, isCorrection: boolean): void | Promise<void>;
  onQuote(symbol: string, quote: Quote): void | Promise<void>;
  onTrade(symbol: string, trade: Trade): void | Promise<void>;
  onStatus(symbol: string, status: TradingStatus): void | Promise<void>;
  /** It is up again: what was missed from this time on (UTC ms) must be asked for. */
  onGap(sinceMs: number): Promise<void>;
  /** True once the gap is filled and while messages flow. */
  onState(live: boolean): void;
}
