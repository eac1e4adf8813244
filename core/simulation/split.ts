import { type Decimal, divide, numberOf, roundDown, roundNearest } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import { splitQuantity } from "../domain/position.ts";
import type { Market, WorkingOrder } from "./config.ts";
import { reprice } from "./trigger.ts";

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
  reprice(order);
  order.filled = done;
  order.before = splitQuantity(order.before, ratio);
  order.reduced = splitQuantity(order.reduced, ratio);
  order.trailStop /= numberOf(ratio);
}

/** What a market remembers, restated for a split. */
export function splitMarket(market: Market, priceFactor: number): void {
  market.lastPrice *= priceFactor;
  market.lastRange *= priceFactor;
  market.bid *= priceFactor;
  market.ask *= priceFactor;
  market.lastVolume /= priceFactor;
  market.taken /= priceFactor;
}
