import type { Book } from "../domain/book.ts";
import { ONE, ZERO } from "../domain/decimal.ts";
import type { Order, OrderRequest } from "../domain/order.ts";
import type { OrderEvent } from "../events/catalogue.ts";
import { standingOf } from "./lifecycle.ts";

/**
 * A leg again, for what it has not filled, under a new id: client order ids are taken for ever. The
 * time makes the id, so that a repeat gives the same one. Null where nothing is left of it.
 */
export function renewalOf(
  { request, filledQuantity }: Order,
  reason: string,
  timeMs: number,
): OrderRequest | null {
  const quantity = request.quantity === null ? null : request.quantity - filledQuantity;
  if (quantity === null || quantity <= ZERO) return null;
  const id = `${request.id}~${timeMs.toString(36)}`;
  return { ...request, id, quantity, reason, decidedTimeMs: timeMs };
}

/**
 * The leg that is to follow one that a venue let expire though it was to last: Alpaca takes
 * fractions of a share for the day only. Null for what was to end, and for whole shares.
 */
export function renewalAfter(before: Order | undefined, event: OrderEvent): OrderRequest | null {
  if (before === undefined || event.type !== "order.expired.v1") return null;
  const { quantity, timeInForce, role } = before.request;
  const isLeg = role === "stop-loss" || role === "take-profit";
  const isFraction = quantity !== null && quantity % ONE !== ZERO;
  if (!isLeg || !isFraction || timeInForce !== "gtc") return null;
  return renewalOf(before, `${before.request.reason} (renewed for the day)`, event.eventTimeMs);
}

/** An order that rests at the venue in numbers from before a split, and what is to replace it. */
export interface Restated {
  readonly orderId: string;
  readonly renewal: OrderRequest | null;
}

/**
 * What is to be done about the resting orders of a symbol after a split, from the book that has
 * applied it already: cancel each, then send what follows, groups together. Venues differ in what
 * a split does to resting orders (many cancel them), and there is no trading between the two, so
 * that sending anew is the one way that is right everywhere. Held legs are in our own numbers.
 */
export function restatedAfterSplit(
  book: Book,
  symbol: string,
  timeMs: number,
): readonly Restated[] {
  return book.orders
    .filter(({ request }) => request.symbol === symbol)
    .filter((order) => {
      const standing = standingOf(order);
      return standing === "accepted" || standing === "partially-filled";
    })
    .map((order) => ({
      orderId: order.request.id,
      renewal: renewalOf(order, `${order.request.reason} (restated for the split)`, timeMs),
    }));
}
