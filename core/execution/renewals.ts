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
  const id = idAt(request.id, timeMs);
  return { ...request, id, quantity, reason, decidedTimeMs: timeMs };
}

function idAt(id: string, timeMs: number): string {
  return `${id}~${timeMs.toString(36)}`;
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
 * What is to be done about the orders of a symbol at the venue after a split, from the book that
 * has applied it already: cancel each, then send what follows in one `submit`. Venues differ in
 * what a split does to resting orders (many cancel them), and there is no trading between the two,
 * so that sending anew is the one way that is right everywhere. Held legs go with what they hang
 * on, as a split may make fractions whole or whole shares fractions, and with it change who holds
 * them. What was restated already is left alone.
 */
export function restatedAfterSplit(
  book: Book,
  symbol: string,
  timeMs: number,
): readonly Restated[] {
  const all = book.orders.filter(
    ({ request }) => request.symbol === symbol && !request.id.endsWith(idAt("", timeMs)),
  );
  const resting = all.filter(isResting);
  const held = all.filter(
    ({ status, request }) => status === "held" && resting.some((one) => isFamily(one, request)),
  );
  const moved = (name: string | null) => (name === null ? null : idAt(name, timeMs));
  return [...resting, ...held].map((order) => {
    const { id: orderId, parentId, ocoGroup, reason } = order.request;
    const renewal = renewalOf(order, `${reason} (restated for the split)`, timeMs);
    if (renewal === null) return { orderId, renewal };
    // Groups of their own, so that a late word of the old legs is not taken for one of the new.
    return {
      orderId,
      renewal: { ...renewal, parentId: moved(parentId), ocoGroup: moved(ocoGroup) },
    };
  });
}

function isResting(order: Order): boolean {
  const standing = standingOf(order);
  return standing === "accepted" || standing === "partially-filled";
}

/** Whether a leg hangs on an order, or beside it. */
function isFamily({ request }: Order, { parentId, ocoGroup }: OrderRequest): boolean {
  return request.id === parentId || (ocoGroup !== null && request.ocoGroup === ocoGroup);
}
