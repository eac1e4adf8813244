import * as z from "zod";
import { isOrderEvent } from "../domain/ledger.ts";
import { type Order, order as orderSchema } from "../domain/order.ts";
import { evolveOrder } from "../execution/lifecycle.ts";
import type { Commit } from "../ports/store.ts";
import { readKept } from "./kept.ts";

/**
 * Every order that a commit's events speak of, as it stands after them, by client order id. Those
 * that are open are as the book says, as a split restates them without an event of their own;
 * `before` gives the others as they stood until now. Strangers, whose request is not known, are
 * left out.
 * @throws InvariantError for a fill that an order cannot have.
 */
export function ordersAfter(
  { events, book }: Pick<Commit, "events" | "book">,
  before: (orderId: string) => Order | undefined,
): ReadonlyMap<string, Order> {
  const orders = new Map<string, Order>();
  const open = new Map(book?.orders.map((order) => [order.request.id, order]));
  for (const event of events) {
    if (!isOrderEvent(event)) continue;
    const { orderId } = event.data;
    const after = open.get(orderId) ?? evolveOrder(orders.get(orderId) ?? before(orderId), event);
    if (after !== undefined) orders.set(orderId, after);
  }
  return orders;
}

/** An order as stores keep it: JSON with decimals as text. */
export function orderText(order: Order): string {
  return JSON.stringify(z.encode(orderSchema, order));
}

/** Reads an order back through its schema. @throws InvariantError as {@link readKept} does. */
export function parseOrder(text: string): Order {
  return readKept("a stored order", orderSchema, text);
}
