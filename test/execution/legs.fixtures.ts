import type { Book } from "../../core/domain/book.ts";
import { applyToBook, emptyBook, openLedger } from "../../core/domain/ledger.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { OrderEvent } from "../../core/events/catalogue.ts";
import type { LegsDue } from "../../core/execution/heldLegs.ts";
import { d, event, request } from "./fixtures.ts";

/** Half a share, which no venue rests in a group. */
export const half = { quantity: d("0.5") };
export const entry = request({ id: "e1", intentId: "e1", ...half });
export const leg = (id: string, changes: Partial<OrderRequest>) =>
  request({
    id,
    intentId: id,
    side: "sell",
    timeInForce: "gtc",
    parentId: "e1",
    ocoGroup: "e1.oco",
    ...half,
    ...changes,
  });
export const stop = leg("stop", { role: "stop-loss", type: "stop", stopPrice: d("95") });
export const target = leg("target", { role: "take-profit", type: "limit", limitPrice: d("110") });
export const trail = leg("trail", {
  role: "stop-loss",
  type: "trailing-stop",
  trailPercent: d("10"),
});

/** One event of each kind, in short words. */
export const say = {
  requested: (of: OrderRequest) => event("order.requested.v1", { request: of }, of),
  held: (of: OrderRequest) => event("order.accepted.v1", { venueOrderId: "v", held: true }, of),
  accepted: (of: OrderRequest) =>
    event("order.accepted.v1", { venueOrderId: "v", held: false }, of),
  cancelled: (of: OrderRequest) => event("order.cancelled.v1", { reason: "x" }, of, 3_000),
  expired: (of: OrderRequest) => event("order.expired.v1", { reason: "x" }, of, 3_000),
  cancelAsked: (of: OrderRequest) => event("order.cancel-requested.v1", { reason: "x" }, of),
};

/** The books after some events. */
export function bookOf(...events: readonly OrderEvent[]): Book {
  return events.reduce((book, one) => applyToBook(book, one), opened());
}

/** The books before any. */
export function opened(): Book {
  return openLedger(emptyBook("main", "margin"), "alpha", d("10000"));
}

/** A book in which an entry rests and its legs are held by us. */
export function waiting(
  parent: OrderRequest,
  ...legs: readonly OrderRequest[]
): readonly OrderEvent[] {
  return [
    say.requested(parent),
    say.accepted(parent),
    ...legs.flatMap((one) => [say.requested(one), say.held(one)]),
  ];
}

/** What is due in short: what is sent, cancelled and ended. */
export function short({ submits, cancels, reports }: LegsDue): readonly string[] {
  return [
    ...submits.map((one) => `send ${one.id} ${one.type} ${Number(one.quantity) / 1e9}`),
    ...cancels.map((id) => `cancel ${id}`),
    ...reports.map(({ kind, orderId }) => `${orderId} ${kind}`),
  ];
}
