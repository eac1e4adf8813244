import { accountOf } from "../domain/account.ts";
import type { Book } from "../domain/book.ts";
import { absolute, type Decimal, ZERO } from "../domain/decimal.ts";
import type { Order } from "../domain/order.ts";

/** What the venue says that an account holds. */
export interface Holdings {
  readonly positions: ReadonlyMap<string, Decimal>;
  /** Dollars; null where cash is not compared. */
  readonly cash: Decimal | null;
  /** Client order ids of the orders that rest there. */
  readonly open: ReadonlySet<string>;
}

/** A difference between our books and the venue's. */
export interface Drift {
  /** A symbol, or `cash`. */
  readonly what: string;
  readonly ours: Decimal;
  readonly venues: Decimal;
  readonly tolerance: Decimal;
  readonly isPast: boolean;
}

/** How far the books may differ before somebody must look. */
export interface Tolerance {
  /** Shares or coins. */
  readonly quantity: Decimal;
  /** Dollars: fees and interest are posted late. */
  readonly cash: Decimal;
}

/** A difference that orders could explain which our book waits for and the venue shows no more. */
export interface Doubt {
  readonly drift: Drift;
  /** Client order ids, in the order of the book. */
  readonly orders: readonly string[];
}

/** Differences that nothing explains, and those that only a fill explains which nobody told of. */
export interface Compared {
  readonly drifts: readonly Drift[];
  readonly doubts: readonly Doubt[];
}

/** Statuses of orders that the venue need not show yet. */
const UNDER_WAY: ReadonlySet<string> = new Set(["requested", "approved", "submitted", "unknown"]);

/**
 * Every difference in positions and cash, symbols in alphabetical order. What an order at the venue
 * may trade is no difference: its fill may be on the way to one side and not yet to the other.
 */
export function driftsOf(book: Book, venue: Holdings, tolerance: Tolerance): Compared {
  const { holdings, cash } = accountOf(book);
  const { orders: waiting } = book;
  const symbols = [...new Set([...holdings.keys(), ...venue.positions.keys()])].sort();
  const drifts: Drift[] = [];
  const doubts: Doubt[] = [];
  for (const symbol of symbols) {
    const ours = holdings.get(symbol)?.quantity ?? ZERO;
    const venues = venue.positions.get(symbol) ?? ZERO;
    if (ours === venues) continue;
    const drift = driftOf(symbol, ours, venues, tolerance.quantity);
    const orders = waiting.filter(({ request }) => request.symbol === symbol);
    const shown = orders.filter(
      ({ request, status }) => UNDER_WAY.has(status) || venue.open.has(request.id),
    );
    if (mayBe(ours, shown, venues)) continue;
    if (!mayBe(ours, orders, venues)) drifts.push(drift);
    else doubts.push({ drift, orders: orders.map(({ request }) => request.id) });
  }
  if (venue.cash !== null && waiting.length === 0 && venue.cash !== cash) {
    drifts.push(driftOf("cash", cash, venue.cash, tolerance.cash));
  }
  return { drifts, doubts };
}

/** Whether fills of orders can lead from one position to another. */
function mayBe(from: Decimal, orders: readonly Order[], to: Decimal): boolean {
  const onTheWay = orders.filter(({ request }) => request.side === (to > from ? "buy" : "sell"));
  // How much an order in dollars buys is not known before it has.
  if (onTheWay.some(({ request }) => request.quantity === null)) return true;
  const most = onTheWay.reduce(
    (sum, { request, filledQuantity }) => sum + (request.quantity ?? ZERO) - filledQuantity,
    ZERO,
  );
  return absolute(to - from) <= most;
}

function driftOf(what: string, ours: Decimal, venues: Decimal, tolerance: Decimal): Drift {
  return { what, ours, venues, tolerance, isPast: absolute(ours - venues) > tolerance };
}
