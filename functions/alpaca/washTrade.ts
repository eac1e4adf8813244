import { textOf } from "../../core/domain/decimal.ts";
import type { Order, OrderRequest, OrderStatus } from "../../core/domain/order.ts";
import { isComplex, type Placement } from "./placement.ts";

/** Statuses in which an order may rest at the venue. */
const RESTING: ReadonlySet<OrderStatus> = new Set([
  "submitted",
  "unknown",
  "accepted",
  "partially-filled",
  "cancel-requested",
  "replace-requested",
]);

/**
 * Why an order would trade with one of our own, or null. Alpaca refuses it for the whole account,
 * whichever profiles the two are of. Orders within brackets, OCO and OTO and trailing stops are
 * free of it; of an order that rests we may not know that any more, so legs are taken to be.
 * @see https://docs.alpaca.markets/docs/user-protection
 */
export function washTradeOf(placement: Placement, known: readonly Order[]): string | null {
  const { root } = placement;
  if (isComplex(placement) || root.type === "trailing-stop") return null;
  const other = known.find(
    ({ request, status }) => RESTING.has(status) && isExposed(request) && meets(root, request),
  );
  if (other === undefined) return null;
  const { id, side, type } = other.request;
  const price = priceOf(other.request);
  const at = price === null ? "" : ` at ${textOf(price)}`;
  return `wash-trade: our own ${type} order ${id} rests on the ${side} side${at}`;
}

function isExposed({ type, parentId }: OrderRequest): boolean {
  return parentId === null && type !== "trailing-stop";
}

/** Any pair with a market or stop order in it meets; two limits meet where they cross. */
function meets(one: OrderRequest, other: OrderRequest): boolean {
  if (one.symbol !== other.symbol || one.side === other.side || one.id === other.id) return false;
  const price = priceOf(one);
  const theirs = priceOf(other);
  if (price === null || theirs === null) return true;
  return one.side === "buy" ? price >= theirs : price <= theirs;
}

/** The price that an order is bound to; null for market and stop orders. */
function priceOf({ type, limitPrice }: OrderRequest) {
  return type === "limit" || type === "stop-limit" ? limitPrice : null;
}
