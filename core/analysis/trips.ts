import type { PricePath } from "./path.ts";

/** A closed round trip, entry to exit. Money in dollars, times UTC milliseconds. */
export interface RoundTrip {
  readonly symbol: string;
  readonly side: "long" | "short";
  readonly openTimeMs: number;
  readonly closeTimeMs: number;
  /** Unsigned; in shares of the time of the exit, when a split lay between. */
  readonly quantity: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Net of the fees of both ends; dividends and interest are not part of it. */
  readonly profit: number;
  readonly fees: number;
  /** Largest adverse excursion, 0 or more, a fraction of the entry price; null without prices. */
  readonly maePct: number | null;
  /**
   * Largest favourable excursion, 0 or more, a fraction of the entry price; null without prices.
   */
  readonly mfePct: number | null;
  /** Bars that the position was open in; 0 without prices. */
  readonly bars: number;
}

/** One execution. */
export interface Fill {
  /** Keeps the lots of profiles apart that trade the same symbol. */
  readonly profile?: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  /** Unsigned. */
  readonly quantity: number;
  readonly price: number;
  /** Dollars of the whole fill; negative for a rebate. */
  readonly fee: number;
  readonly timeMs: number;
}

/** From `timeMs` on one share of `symbol` is `ratio` shares: 7 for 7:1, 0.125 for a reverse 1:8. */
export interface Split {
  readonly symbol: string;
  readonly timeMs: number;
  readonly ratio: number;
}

/** What round trips can be told beside the fills. */
export interface TripOptions {
  /** Prices while positions were open, for excursions and bar counts. */
  readonly path?: PricePath;
  readonly splits?: readonly Split[];
}

/** Quantities are sums of billionths in float64: what is left below half of one is nothing. */
const NOTHING = 0.5e-9;

interface Lot {
  readonly timeMs: number;
  /** Long above zero, short below. */
  quantity: number;
  price: number;
  readonly feePerShare: number;
}

/**
 * Matches fills into round trips, first in first out for each profile and symbol. Fills must ascend
 * by time. A fill that goes past flat closes what is open and opens the rest the other way. Fees
 * are shared by quantity. Pieces that were opened at one time and closed at one time are one trip,
 * so that partial fills do not count twice. What is still open at the end is no round trip.
 */
export function roundTrips(
  fills: readonly Fill[],
  options: TripOptions = {},
): readonly RoundTrip[] {
  const splits = [...(options.splits ?? [])].sort((a, b) => a.timeMs - b.timeMs);
  const books = new Map<string, { lots: Lot[]; trips: RoundTrip[]; nextSplit: number }>();
  for (const fill of fills) {
    const key = JSON.stringify([fill.profile ?? "", fill.symbol]);
    const book = books.get(key) ?? { lots: [], trips: [], nextSplit: 0 };
    books.set(key, book);
    for (
      ;
      (splits[book.nextSplit]?.timeMs ?? Number.POSITIVE_INFINITY) <= fill.timeMs;
      book.nextSplit++
    ) {
      const split = splits[book.nextSplit];
      if (split?.symbol === fill.symbol) applySplit(book.lots, split.ratio);
    }
    for (const trip of takeFill(book.lots, fill)) addTrip(book.trips, trip);
  }
  return [...books.values()]
    .flatMap((book) => book.trips)
    .sort((a, b) => a.closeTimeMs - b.closeTimeMs || a.openTimeMs - b.openTimeMs)
    .map((trip) => withExcursions(trip, options.path, splits));
}

/** Books a fill into the lots and returns a piece of trip for each lot that it closes. */
function takeFill(lots: Lot[], fill: Fill): readonly RoundTrip[] {
  const sign = fill.side === "buy" ? 1 : -1;
  const feePerShare = fill.fee / fill.quantity;
  const pieces: RoundTrip[] = [];
  let left = fill.quantity;
  while (left > NOTHING) {
    const lot = lots[0];
    if (lot === undefined || lot.quantity * sign > 0) break;
    const quantity = Math.min(left, Math.abs(lot.quantity));
    const fees = quantity * (lot.feePerShare + feePerShare);
    pieces.push({
      symbol: fill.symbol,
      side: sign < 0 ? "long" : "short",
      openTimeMs: lot.timeMs,
      closeTimeMs: fill.timeMs,
      quantity,
      entryPrice: lot.price,
      exitPrice: fill.price,
      profit: (lot.price - fill.price) * sign * quantity - fees,
      fees,
      maePct: null,
      mfePct: null,
      bars: 0,
    });
    left -= quantity;
    lot.quantity += sign * quantity;
    if (Math.abs(lot.quantity) <= NOTHING) lots.shift();
  }
  if (left > NOTHING) {
    lots.push({ timeMs: fill.timeMs, quantity: sign * left, price: fill.price, feePerShare });
  }
  return pieces;
}

/** Restates open lots after a split: more shares at a lower price, the same cost and fees. */
function applySplit(lots: Lot[], ratio: number): void {
  lots.forEach((lot, i) => {
    const { timeMs, quantity, price, feePerShare } = lot;
    lots[i] = {
      timeMs,
      quantity: quantity * ratio,
      price: price / ratio,
      feePerShare: feePerShare / ratio,
    };
  });
}

function addTrip(trips: RoundTrip[], piece: RoundTrip): void {
  const last = trips.at(-1);
  const isSame = last?.openTimeMs === piece.openTimeMs && last.closeTimeMs === piece.closeTimeMs;
  if (last === undefined || !isSame || last.side !== piece.side) {
    trips.push(piece);
    return;
  }
  const quantity = last.quantity + piece.quantity;
  const mean = (a: number, b: number) => (a * last.quantity + b * piece.quantity) / quantity;
  trips[trips.length - 1] = {
    ...last,
    quantity,
    entryPrice: mean(last.entryPrice, piece.entryPrice),
    exitPrice: mean(last.exitPrice, piece.exitPrice),
    profit: last.profit + piece.profit,
    fees: last.fees + piece.fees,
  };
}

/**
 * Adds excursions from the prices between entry and exit, both fills included. Prices before a
 * split are restated in shares of the exit, as the entry price is.
 */
function withExcursions(
  trip: RoundTrip,
  path: PricePath | undefined,
  splits: readonly Split[],
): RoundTrip {
  const { symbol, openTimeMs, closeTimeMs, entryPrice, exitPrice } = trip;
  if (path === undefined) return trip;
  const within = splits.filter((split) => {
    return split.symbol === symbol && split.timeMs > openTimeMs && split.timeMs <= closeTimeMs;
  });
  let high = Math.max(entryPrice, exitPrice);
  let low = Math.min(entryPrice, exitPrice);
  let bars = 0;
  let toMs = closeTimeMs;
  let factor = 1;
  for (let i = within.length - 1; i >= -1; i--) {
    const split = within[i];
    const seen = path(symbol, split?.timeMs ?? openTimeMs, toMs);
    if (seen !== null) {
      high = Math.max(high, seen.high * factor);
      low = Math.min(low, seen.low * factor);
      bars += seen.bars;
    }
    if (split === undefined) break;
    toMs = split.timeMs;
    factor /= split.ratio;
  }
  if (bars === 0 && openTimeMs !== closeTimeMs) return trip;
  const up = (high - entryPrice) / entryPrice;
  const down = (entryPrice - low) / entryPrice;
  const isLong = trip.side === "long";
  return { ...trip, bars, maePct: isLong ? down : up, mfePct: isLong ? up : down };
}
