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
  return toldOf(tape, quotes.eventTimeMs, span, (row) => quoteJson(quoteAt(quotes, row), kind));
}

/** Recorded prints of a span; none where none were recorded. */
export function tradePoints(tape: Tape, span: Span, kind: DataKind): Points {
  const { trades } = tape;
  if (trades === null) return { length: 0, at: () => null };
  const jsonOf = (row: number) => tradeJson(tradeAt(trades, row), row + 1, kind);
  return toldOf(tape, trades.eventTimeMs, span, jsonOf);
}

/** Ticks of a span but for those of halts. */
function toldOf(
  tape: Tape,
  times: Float64Array,
  { fromMs, toMs }: Span,
  jsonOf: (row: number) => unknown,
): Points {
  const from = rowsUntil(times, fromMs - 1);
  const length = Math.max(0, rowsUntil(times, toMs) - from);
  if (tape.halts.length === 0) return { length, at: (row) => jsonOf(from + row) };
  const rows: number[] = [];
  for (let row = from; row < from + length; row += 1) {
    if (!tape.isQuiet(times[row] ?? 0)) rows.push(row);
  }
  return { length: rows.length, at: (row) => jsonOf(rows[row] ?? 0) };
}

/**
 * The last quote; where none was recorded, the last price on both sides, as there is nothing
 * better to price an order from. Null before the first price.
 */
export function latestQuote(tape: Tape, nowMs: number): Quote | null {
  const { quotes, quoteRow } = tape;
  const row = quotes === null ? -1 : tape.lastTold(quotes.eventTimeMs, quoteRow - 1);
  if (quotes !== null && row >= 0) return quoteAt(quotes, row);
  const trade = latestTrade(tape, nowMs);
  if (trade === null) return null;
  const { eventTimeMs, price } = trade;
  return { eventTimeMs, bid: price, bidSize: 1, ask: price, askSize: 1 };
}

/** The last print, or the close of the last bar where none was recorded. */
export function latestTrade(tape: Tape, nowMs: number): Trade | null {
  const { trades, tradeRow, base } = tape;
  const print = trades === null ? -1 : tape.lastTold(trades.eventTimeMs, tradeRow - 1);
  if (trades !== null && print >= 0) return tradeAt(trades, print);
  const { openTimeMs, closeTimeMs, close, volume } = base.columns;
  const row = tape.lastTold(openTimeMs, rowsUntil(closeTimeMs, nowMs) - 1);
  if (row < 0) return null;
  // Sizes are counted in whole units, of which a bar with any volume has one at least.
  const size = (volume[row] ?? 0) > 0 ? 1 : 0;
  return { eventTimeMs: closeTimeMs[row] ?? 0, price: close[row] ?? 0, size };
}
