import * as z from "zod";
import { type CorporateTerms, orderAfter } from "../domain/corporate.ts";
import { type Decimal, divide, textOf, ZERO } from "../domain/decimal.ts";
import { type Order, orderRequest } from "../domain/order.ts";
import { catalogue, type DomainEvent, type OrderEvent } from "../events/catalogue.ts";
import { evolveOrder, isFinal } from "../execution/lifecycle.ts";

/** An order with every event that carried it to where it ended. */
export interface OrderRecord {
  readonly order: Order;
  readonly events: readonly OrderEvent[];
}

/**
 * Orders of a journal, in the order in which they were requested, by evolving each again. A split
 * restates those that are open by then; `stepsOf` says what it rounds to, as for the books.
 */
export function orderRecords(
  journal: readonly DomainEvent[],
  stepsOf?: CorporateTerms["stepsOf"],
): readonly OrderRecord[] {
  const records = new Map<string, { order: Order; events: OrderEvent[] }>();
  const acted = new Set<string>();
  for (const event of journal) {
    if (event.type === "corporate-action.applied.v1" && !acted.has(event.id)) {
      acted.add(event.id);
      for (const record of records.values()) {
        if (isFinal(record.order)) continue;
        record.order = orderAfter(record.order, event.data, { stepsOf });
      }
    }
    if (!isOrderEvent(event)) continue;
    const id = event.data.orderId;
    const record = records.get(id);
    const order = evolveOrder(record?.order, event);
    if (order === undefined) continue;
    if (record === undefined) records.set(id, { order, events: [event] });
    else {
      record.order = order;
      record.events.push(event);
    }
  }
  return [...records.values()];
}

/** Average price of what has filled, dollars a unit; null while nothing has. */
export function averageFillPrice(order: Order): Decimal | null {
  if (order.filledQuantity === ZERO) return null;
  return divide(order.filledNotional, order.filledQuantity);
}

/**
 * The canonical text of an order list, one line an order: what was asked, what came of it, and each
 * fill. Its hash is equal exactly when two runs traded alike, whatever carried their events.
 */
export function orderListText(records: readonly OrderRecord[]): string {
  return records.map(lineOf).join("\n");
}

function lineOf({ order, events }: OrderRecord): string {
  // How a quantity was come to is told, and is no part of what was traded.
  const { sizing: _, ...request } = z.encode(orderRequest, order.request);
  const fills = events.flatMap((event) =>
    event.type === "order.filled.v1"
      ? [
          [
            event.eventTimeMs,
            textOf(event.data.quantity),
            textOf(event.data.price),
            textOf(event.data.fee),
          ],
        ]
      : [],
  );
  return JSON.stringify([request, order.status, fills]);
}

function isOrderEvent(event: DomainEvent): event is OrderEvent {
  return event.type.startsWith("order.");
}

/** An event as it stands in a result: its data with decimals as text. */
export function eventRecord(event: OrderEvent) {
  const schema: z.ZodType = catalogue[event.type];
  const data: unknown = z.encode(schema, event.data);
  return { type: event.type, id: event.id, timeMs: event.eventTimeMs, data };
}
