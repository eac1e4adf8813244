import { numberOf } from "../domain/decimal.ts";
import type { WorkingOrder } from "./config.ts";

/** At what price of a stretch an order would trade, and whether it rested there before. */
export interface Touch {
  readonly price: number;
  readonly liquidity: "maker" | "taker";
}

/** How limits behave at their very price. */
export type TouchRule = "fill" | "no-fill";

/**
 * Where on the straight stretch from one price to another an order trades first, or null. Marks
 * stops that are reached and moves trailing stops along, which is why the order is changed.
 */
export function touchOf(
  order: WorkingOrder,
  from: number,
  to: number,
  rule: TouchRule,
): Touch | null {
  const { request } = order;
  switch (request.type) {
    case "market":
      return { price: from, liquidity: "taker" };
    case "limit":
      return limitTouch(order, from, to, rule);
    case "stop":
      return order.triggered ? { price: from, liquidity: "taker" } : stopTouch(order, from, to);
    case "stop-limit":
      return stopLimitTouch(order, from, to, rule);
    case "trailing-stop":
      return order.triggered ? { price: from, liquidity: "taker" } : trailTouch(order, from, to);
  }
}

/** A gap beyond the limit fills at the gap's price, better than asked; else at the limit itself. */
function limitTouch(order: WorkingOrder, from: number, to: number, rule: TouchRule): Touch | null {
  const limit = numberOf(order.request.limitPrice ?? 0n);
  const buys = order.request.side === "buy";
  const marketable = buys ? from < limit : from > limit;
  if (marketable || (from === limit && rule === "fill")) return { price: from, liquidity: "taker" };
  const crossed = buys ? to < limit : to > limit;
  if (crossed || (to === limit && rule === "fill")) return { price: limit, liquidity: "maker" };
  return null;
}

function stopTouch(order: WorkingOrder, from: number, to: number): Touch | null {
  const stop = numberOf(order.request.stopPrice ?? 0n);
  const price = reached(order.request.side === "buy", stop, from, to);
  return price === null ? null : { price, liquidity: "taker" };
}

function stopLimitTouch(
  order: WorkingOrder,
  from: number,
  to: number,
  rule: TouchRule,
): Touch | null {
  if (order.triggered) return limitTouch(order, from, to, rule);
  const stop = numberOf(order.request.stopPrice ?? 0n);
  const price = reached(order.request.side === "buy", stop, from, to);
  if (price === null) return null;
  order.triggered = true;
  return limitTouch(order, price, to, rule);
}

/** A trailing stop follows the best price and is reached when the market comes back far enough. */
function trailTouch(order: WorkingOrder, from: number, to: number): Touch | null {
  const buys = order.request.side === "buy";
  if (order.trailStop === 0) order.trailStop = trailFrom(order, from);
  const price = reached(buys, order.trailStop, from, to);
  if (price !== null) return { price, liquidity: "taker" };
  const next = trailFrom(order, to);
  if (buys ? next < order.trailStop : next > order.trailStop) order.trailStop = next;
  return null;
}

function trailFrom({ request }: WorkingOrder, best: number): number {
  const distance =
    request.trailPercent === null
      ? numberOf(request.trailPrice ?? 0n)
      : (best * numberOf(request.trailPercent)) / 100;
  return request.side === "buy" ? best + distance : best - distance;
}

/** Where a stop is reached: at once when the price is beyond it already, as after a gap. */
function reached(buys: boolean, stop: number, from: number, to: number): number | null {
  if (buys ? from >= stop : from <= stop) return from;
  return (buys ? to >= stop : to <= stop) ? stop : null;
}
