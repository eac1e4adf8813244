import { type Decimal, divide, roundDown, roundNearest } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import { splitQuantity } from "../domain/position.ts";
import type { WorkingOrder } from "./config.ts";

/** A working order after a split, by the same rule as the book's own copy of it. */
export function splitRequest(order: WorkingOrder, ratio: Decimal, { tick, lot }: Instrument): void {
  const { request, filled } = order;
  const price = (value: Decimal | null) =>
    value === null ? null : roundNearest(divide(value, ratio), tick);
  const done = splitQuantity(filled, ratio);
  const left = request.quantity === null ? null : request.quantity - filled;
  order.request = {
    ...request,
    quantity: left === null ? null : done + roundDown(splitQuantity(left, ratio), lot),
    limitPrice: price(request.limitPrice),
    stopPrice: price(request.stopPrice),
    trailPrice: price(request.trailPrice),
    referencePrice: divide(request.referencePrice, ratio),
  };
  order.filled = done;
  order.trailStop = order.trailStop === 0 ? 0 : order.trailStop / (Number(ratio) / 1e9);
}
