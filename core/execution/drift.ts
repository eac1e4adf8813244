import { accountOf } from "../domain/account.ts";
import type { Book } from "../domain/book.ts";
import { absolute, type Decimal, ZERO } from "../domain/decimal.ts";
import { isFinal } from "./lifecycle.ts";

/** What the venue says that an account holds. */
export interface Holdings {
  readonly positions: ReadonlyMap<string, Decimal>;
  /** Dollars; null where cash is not compared. */
  readonly cash: Decimal | null;
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

/**
 * Every difference in positions and cash, symbols in alphabetical order. An instrument with an
 * order in flight is left out: its fill may be on the way to one side and not yet to the other.
 */
export function driftsOf(book: Book, venue: Holdings, tolerance: Tolerance): readonly Drift[] {
  const { holdings, cash } = accountOf(book);
  const moving = new Set(
    book.orders.filter((order) => !isFinal(order)).map(({ request }) => request.symbol),
  );
  const symbols = [...new Set([...holdings.keys(), ...venue.positions.keys()])].sort();
  const drifts = symbols
    .filter((symbol) => !moving.has(symbol))
    .map((symbol) =>
      driftOf(
        symbol,
        holdings.get(symbol)?.quantity ?? ZERO,
        venue.positions.get(symbol) ?? ZERO,
        tolerance.quantity,
      ),
    );
  if (venue.cash !== null && moving.size === 0) {
    drifts.push(driftOf("cash", cash, venue.cash, tolerance.cash));
  }
  return drifts.filter(({ ours, venues }) => ours !== venues);
}

function driftOf(what: string, ours: Decimal, venues: Decimal, tolerance: Decimal): Drift {
  return { what, ours, venues, tolerance, isPast: absolute(ours - venues) > tolerance };
}
