import { type Decimal, decimalOf, ZERO } from "../domain/decimal.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import type { Market, WorkingOrder } from "./config.ts";
import { fillOrder } from "./filling.ts";
import { isImmediate, type OrderBook } from "./orderBook.ts";
import { advance, type TouchRule, touchOf } from "./trigger.ts";

/** A price and size that somebody shows. */
export interface Offer {
  readonly price: number;
  /** Null for no bound. */
  readonly size: Decimal | null;
  readonly timeMs: number;
  readonly rule: TouchRule;
}

/**
 * A size that was recorded as 0 was not given, as nobody offers or trades nothing: it bounds
 * nothing. Only a price of 0 says that a side is empty.
 */
export function sizeOf(size: number): Decimal | null {
  return size > 0 ? decimalOf(size) : null;
}

/** One order against one price and size; answers what it leaves of the size. */
export function meet(
  book: OrderBook,
  market: Market,
  order: WorkingOrder,
  { price, size, timeMs, rule }: Offer,
  reports: VenueReport[],
): Decimal | null {
  const touch = touchOf(order, price, price, rule);
  advance(order, price, price);
  const left =
    touch === null || (size !== null && size <= ZERO)
      ? size
      : fillOrder(book, market, order, touch, size, timeMs, reports);
  if (isImmediate(order.request)) {
    book.end(order, "cancelled", "not filled at once", timeMs, reports);
  }
  return left;
}
