/**
 * One bar over the closed interval `[openTimeMs, closeTimeMs)`, known from `closeTimeMs` on.
 * Prices in dollars, volume in shares or coins; float64, as indicators and statistics are.
 */
export interface Bar {
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** The best bid and ask at a time; a price of 0 means that this side is not quoted. */
export interface Quote {
  readonly eventTimeMs: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

/** One execution between others, as the tape prints it. */
export interface Trade {
  readonly eventTimeMs: number;
  readonly price: number;
  readonly size: number;
}

/** Whether an exchange lets an instrument trade from a time on, and in its words why. */
export interface TradingStatus {
  readonly eventTimeMs: number;
  readonly isHalted: boolean;
  readonly reason: string;
}

/** Bars as columns, ascending by close time: what readers return and replay walks. */
export interface BarColumns {
  readonly length: number;
  readonly openTimeMs: Float64Array;
  readonly closeTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** Quotes as columns, ascending by event time. */
export interface QuoteColumns {
  readonly length: number;
  readonly eventTimeMs: Float64Array;
  readonly bid: Float64Array;
  readonly bidSize: Float64Array;
  readonly ask: Float64Array;
  readonly askSize: Float64Array;
}

/** Trades as columns, ascending by event time. */
export interface TradeColumns {
  readonly length: number;
  readonly eventTimeMs: Float64Array;
  readonly price: Float64Array;
  readonly size: Float64Array;
}
