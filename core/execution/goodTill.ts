import type { Book } from "../domain/book.ts";
import type { Order, OrderRequest } from "../domain/order.ts";
import { DAY_MS } from "../domain/time.ts";
import { isOpen } from "./lifecycle.ts";

/**
 * When an order is to end by the clock though its venue may not know, UTC ms: a `gtd` order at its
 * time, a day order of crypto with its UTC day; null for all others.
 */
export function goodTillMs(request: OrderRequest): number | null {
  const { timeInForce, expiresAtMs, symbol, decidedTimeMs } = request;
  if (timeInForce === "gtd") return expiresAtMs;
  if (timeInForce !== "day" || !symbol.includes("/")) return null;
  return (Math.floor(decidedTimeMs / DAY_MS) + 1) * DAY_MS;
}

/**
 * The orders of a book whose time is over and whose end nobody has asked for yet: to be cancelled.
 * Where the venue ends them itself the cancel finds nothing, which does no harm.
 */
export function overdueOrders(book: Book, nowMs: number): readonly Order[] {
  return book.orders.filter((order) => {
    const endMs = goodTillMs(order.request);
    return endMs !== null && endMs <= nowMs && isOpen(order) && order.status !== "cancel-requested";
  });
}
