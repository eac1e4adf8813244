import type { Quote, Trade } from "../../../core/domain/market.ts";
import { stampOf } from "../stamps.ts";
import { quoteAt, rowsUntil, type Tape, tradeAt } from "../tape.ts";
import type { DataKind, Points, Span } from "./rows.ts";

/** Where recordings say nothing of the venue of a tick: the NASDAQ, tape C, regular conditions. */
const VENUE = "Q";
const TAPE = "C";

/** The message of a quote; a price of 0 is a side that is not quoted. */
export function quoteJson(quote: Quote, kind: DataKind) {
  const { bid, bidSize, ask, askSize, eventTimeMs } = quote;
  const t = stampOf(eventTimeMs);
  if (kind === "crypto") return { t, bp: bid, bs: bidSize, ap: ask, as: askSize };
  return {
    t,
    bx: VENUE,
    bp: bid,
    bs: Math.round(bidSize),
    ax: VENUE,
    ap: ask,
    as: Math.round(askSize),
    c: ["R"],
    z: TAPE,
  };
}

/** The message of a print; its id is its place in the recording. */
export function tradeJson({ price, size, eventTimeMs }: Trade, id: number, kind: DataKind) {
  const t = stampOf(eventTimeMs);
  if (kind === "crypto") return { t, p: price, s: size, i: id, tks: "B" };
  return { t, x: VENUE, p: price, s: Math.round(size), i: id, c: ["@"], z: TAPE };
}

/** Recorded quotes of a span; none where none were recorded. */
export function quotePoints(tape: Tape, span: Span, kind: DataKind): Points {
  const { quotes } = tape;
  if (quotes === null) return { length: 0, at: () => null };
  const from = rowsUntil(quotes.eventTimeMs, span.fromMs - 1);
  const length = Math.max(0, rowsUntil(quotes.eventTimeMs, span.toMs) - from);
  return { length, at: (row) => quoteJson(quoteAt(quotes, from + row), kind) };
}

/** Recorded prints of a span; none where none were recorded. */
export function tradePoints(tape: Tape, span: Span, kind: DataKind): Points {
  const { trades } = tape;
  if (trades === null) return { length: 0, at: () => null };
  const from = rowsUntil(trades.eventTimeMs, span.fromMs - 1);
  const length = Math.max(0, rowsUntil(trades.eventTimeMs, span.toMs) - from);
  return { length, at: (row) => tradeJson(tradeAt(trades, from + row), from + row + 1, kind) };
}

/**
 * The last quote; where none was recorded, the last price on both sides, as there is nothing
 * better to price an order from. Null before the first price.
 */
export function latestQuote(tape: Tape, nowMs: number): Quote | null {
  const { quotes, quoteRow } = tape;
  if (quotes !== null && quoteRow > 0) return quoteAt(quotes, quoteRow - 1);
  const trade = latestTrade(tape, nowMs);
  if (trade === null) return null;
  const { eventTimeMs, price } = trade;
  return { eventTimeMs, bid: price, bidSize: 1, ask: price, askSize: 1 };
}

/** The last print, or the close of the last bar where none was recorded. */
export function latestTrade({ trades, tradeRow, base }: Tape, nowMs: number): Trade | null {
  if (trades !== null && tradeRow > 0) return tradeAt(trades, tradeRow - 1);
  const row = rowsUntil(base.columns.closeTimeMs, nowMs) - 1;
  if (row < 0) return null;
  const { closeTimeMs, close, volume } = base.columns;
  // Sizes are counted in whole units, of which a bar with any volume has one at least.
  const size = (volume[row] ?? 0) > 0 ? 1 : 0;
  return { eventTimeMs: closeTimeMs[row] ?? 0, price: close[row] ?? 0, size };
}
