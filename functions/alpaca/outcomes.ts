import { type Decimal, ONE, ZERO } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import { isSameType } from "./orderBody.ts";
import type { Placement } from "./placement.ts";
import { faultOf } from "./refusals.ts";
import { isPair, type WireOrder } from "./wire.ts";

/** What stands for the venue's own id of a leg that waits with us. */
export const KEPT = "kept-by-us";

/** Why Alpaca can't change an order into its replacement, which may trade `rest`; or null. */
export function obstacleOf(
  order: WireOrder,
  replacement: OrderRequest,
  rest: Decimal | null,
): string | null {
  if (rest === null || order.qty === null) return "replace-dollars: expected orders by quantity";
  if (!isSameType(order, replacement)) {
    return `replace-type: expected a ${order.type} order, as Alpaca changes no types`;
  }
  if (rest <= ZERO) return "replace-filled: the order has filled as much already";
  if (rest !== order.qty && !isPair(order.symbol) && order.qty % ONE !== ZERO) {
    return "replace-fraction: expected the same quantity, as that of a fraction can't be changed";
  }
  return faultOf(replacement);
}

/** Nothing of a group was taken. */
export function refused(
  { root, legs, kept }: Placement,
  reason: string,
  timeMs: number,
): VenueReport[] {
  const orphan = "the order that it hangs on was refused";
  return [
    ...each([root], "rejected", reason, timeMs),
    ...each([...legs, ...kept], "rejected", orphan, timeMs),
  ];
}

/** A replacement was not taken: the order stays, the replacement is over. */
export function notReplaced(
  orderId: string,
  { id }: OrderRequest,
  reason: string,
  timeMs: number,
): VenueReport[] {
  return [
    { kind: "replace-rejected", orderId, timeMs, reason },
    { kind: "rejected", orderId: id, timeMs, reason },
  ];
}

/** The same said of several orders. */
export function each(
  requests: readonly OrderRequest[],
  kind: "rejected" | "unknown",
  reason: string,
  timeMs: number,
): VenueReport[] {
  return requests.map(({ id }) => ({ kind, orderId: id, timeMs, reason }));
}

/** Kept legs are held by us, as the venue holds the others. */
export function keptReports({ kept }: Placement, timeMs: number): VenueReport[] {
  return kept.map(({ id }) => ({
    kind: "accepted",
    orderId: id,
    timeMs,
    venueOrderId: KEPT,
    held: true,
  }));
}
