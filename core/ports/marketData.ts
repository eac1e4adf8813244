import type { Decimal } from "../domain/decimal.ts";
import type { Bar } from "../domain/market.ts";
import type { Timeframe } from "../domain/timeframe.ts";

/** A session as the venue announces it. */
export interface VenueSession {
  /** ISO date in New York. */
  readonly date: string;
  /** Regular hours, UTC ms. */
  readonly openMs: number;
  readonly closeMs: number;
}

/** What bars are asked for: all that closed in `(afterMs, untilMs]`. */
export interface BarsQuery {
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  readonly afterMs: number;
  readonly untilMs: number;
}

/** What a venue says about an instrument. */
export interface AssetInfo {
  readonly symbol: string;
  readonly tradable: boolean;
  readonly shortable: boolean;
  readonly fractionable: boolean;
}

/** A corporate action as it is announced or recorded: what happens to a share on its ex date. */
export interface CorporateAction {
  readonly symbol: string;
  readonly kind: "split" | "dividend" | "symbol-change" | "delisting";
  /** Split: new shares for one old. Dividend: dollars a share. Delisting: last price. */
  readonly value: Decimal;
  readonly newSymbol: string | null;
  /** Before the first trade of the ex date, UTC ms. */
  readonly timeMs: number;
}

/** Market data on demand, and what the venue knows of its own calendar. */
export interface MarketData {
  /**
   * Closed bars by symbol, oldest first, stamped by their close, raw prices; a symbol without any
   * is missing. Pages are followed to their end.
   */
  bars(query: BarsQuery): Promise<ReadonlyMap<string, readonly Bar[]>>;
  /** Sessions from one ISO date to another, both included. */
  calendar(fromDate: string, toDate: string): Promise<readonly VenueSession[]>;
  assets(symbols: readonly string[]): Promise<ReadonlyMap<string, AssetInfo>>;
  /** The venue's own clock, UTC ms. Left out where nobody tells it. */
  timeMs?(): Promise<number>;
  /**
   * Corporate actions whose ISO date in New York lies in a range, both included, oldest first. Left
   * out where nobody tells of them.
   */
  actions?(
    symbols: readonly string[],
    fromDate: string,
    toDate: string,
  ): Promise<readonly CorporateAction[]>;
}
