import { InvariantError } from "../domain/errors.ts";
import type { Order, OrderRequest, OrderStatus } from "../domain/order.ts";

declare const approved: unique symbol;

/** A request that risk has approved: {@link approvedOf} alone makes one, venues take no other. */
export type RiskApproved = OrderRequest & { readonly [approved]: true };

/** Where an order can only have come to with risk's approval. */
const PASSED: ReadonlySet<OrderStatus> = new Set([
  "approved",
  "submitted",
  "unknown",
  "held",
  "accepted",
  "partially-filled",
  "cancel-requested",
  "replace-requested",
]);

/**
 * The request of an order, if risk has approved it: an order of the books has come to its status by
 * the events of its life, of which the approval is one that only the risk rules write. Where the
 * venue is to get it in another form, that is `request`; its instrument and side stay the same.
 * @throws InvariantError for an order that was not judged, was denied, or has ended.
 */
export function approvedOf(order: Order, request = order.request): RiskApproved {
  if (hasPassed(request, order)) return request;
  throw new InvariantError(
    `order ${request.id}: expected one that risk has approved, got one that is ${order.status}`,
  );
}

function hasPassed(one: OrderRequest, { request, status }: Order): one is RiskApproved {
  const isSame = one.id === request.id && one.symbol === request.symbol;
  return isSame && one.side === request.side && PASSED.has(status);
}
