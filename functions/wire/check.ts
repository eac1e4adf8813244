import { textOf } from "../../core/domain/decimal.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { orderListText, orderRecords } from "../../core/runtime/orderRecords.ts";
import type { WireRequest } from "./wireReplay.ts";
import { wireReplay } from "./wireReplay.ts";

/** How a replay over the wire compares with one in memory. */
export interface WireCheck {
  readonly orders: number;
  readonly fills: number;
  /** `orders`: byte for byte; `fills`: fill for fill, as some orders had to be sent anew. */
  readonly agreement: "orders" | "fills" | "none";
}

/**
 * Replays over the wire and compares with the journal of memory. Where Alpaca holds a fraction of a
 * share for the day only, its stop is sent anew each day under an id of its own: then the fills are
 * compared, under the order that was decided.
 */
export async function checkWire(
  request: WireRequest,
  memory: readonly DomainEvent[],
  onMoment: (timeMs: number) => void = () => {},
): Promise<WireCheck> {
  const wire = await wireReplay(request, onMoment);
  const records = orderRecords(wire);
  const fills = fillsOf(wire);
  const figures = { orders: records.length, fills: fills.length };
  if (orderListText(records) === orderListText(orderRecords(memory))) {
    return { ...figures, agreement: "orders" };
  }
  const isRenewed = records.some(({ order }) => order.request.id.includes("~"));
  const isSame = isRenewed && fills.join("\n") === fillsOf(memory).join("\n");
  return { ...figures, agreement: isSame ? "fills" : "none" };
}

/** Every fill, under the order that was decided. */
function fillsOf(journal: readonly DomainEvent[]): readonly string[] {
  return journal.flatMap((event) => {
    if (event.type !== "order.filled.v1") return [];
    const { orderId, quantity, price } = event.data;
    return [`${event.eventTimeMs} ${orderId.split("~")[0]} ${textOf(quantity)} ${textOf(price)}`];
  });
}
