import { numberOf, ZERO } from "../domain/decimal.ts";
import type { WorkingOrder } from "./config.ts";

/** At what price of a stretch an order would trade, and whether it rested there before. */
export interface Touch {
  readonly price: number;
  readonly liquidity: "maker" | "taker";
}

/** How limits behave at their very price. */
export type TouchRule = "fill" | "no-fill";

/**
 * Where on the straight stretch from one price to another an order trades first, or null. Only
 * looks: what the stretch does to an order that stays is {@link advance}'s matter.
 */
export function touchOf(
  order: WorkingOrder,
  from: number,
  to: number,
  rule: TouchRule,
): Touch | null {
  switch (order.request.type) {
    case "market":
      return { price: from, liquidity: "taker" };
    case "limit":
      return limitTouch(order, from, to, rule);
    case "stop-limit": {
      if (order.triggered) return limitTouch(order, from, to, rule);
      const price = reached(order, from, to);
      return price === null ? null : limitTouch(order, price, to, rule);
    }
    case "stop":
    case "trailing-stop": {
      if (order.triggered) return { price: from, liquidity: "taker" };
      const price = reached(order, from, to);
      return price === null ? null : { price, liquidity: "taker" };
    }
  }
}

/**
 * Whether a range of prices leaves an order just as it is: most orders on most bars, so that they
 * need not be walked through them. Trailing stops always move along.
 */
export function isBeyond(order: WorkingOrder, low: number, high: number): boolean {
  const { type, side } = order.request;
  if (type === "limit") {
    return order.rested && (side === "buy" ? low > order.limitAt : high < order.limitAt);
  }
  if (type !== "stop" && type !== "stop-limit") return false;
  return !order.triggered && (side === "buy" ? high < order.stopAt : low > order.stopAt);
}

/**
 * What a stretch that the market has gone along leaves behind: stops that were reached work from
 * then on, even where there was nothing to be had; trailing stops follow; limits have rested.
 */
export function advance(order: WorkingOrder, from: number, to: number): void {
  const { type } = order.request;
  if (type === "market") return;
  if (type === "limit" || order.triggered) order.rested = true;
  else if (reached(order, from, to) !== null) order.triggered = true;
  else if (type === "trailing-stop") follow(order, from, to);
}

/** Keeps the prices of a request that was set or changed at hand as numbers. */
export function reprice(order: WorkingOrder): void {
  const { limitPrice, stopPrice } = order.request;
  order.limitAt = limitPrice === null ? 0 : numberOf(limitPrice);
  order.stopAt = stopPrice === null ? 0 : numberOf(stopPrice);
}

/** Starts a trailing stop at a price, dollars; nothing for other orders. */
export function startTrail(order: WorkingOrder, price: number): void {
  if (order.request.type === "trailing-stop" && price > 0)
    order.trailStop = trailFrom(order, price);
}

/** Whether a limit trades at once at a price. */
export function isMarketable(order: WorkingOrder, price: number, rule: TouchRule): boolean {
  const { limitAt } = order;
  if (price === limitAt) return rule === "fill";
  return order.request.side === "buy" ? price < limitAt : price > limitAt;
}

/** A gap beyond the limit fills at the gap's price, better than asked; else at the limit itself. */
function limitTouch(order: WorkingOrder, from: number, to: number, rule: TouchRule): Touch | null {
  const limit = order.limitAt;
  if (isMarketable(order, from, rule)) {
    return { price: from, liquidity: order.rested ? "maker" : "taker" };
  }
  const crossed = order.request.side === "buy" ? to < limit : to > limit;
  if (crossed || (to === limit && rule === "fill")) return { price: limit, liquidity: "maker" };
  return null;
}

/** Where a stop is reached: at once when the price is beyond it already, as after a gap. */
function reached(order: WorkingOrder, from: number, to: number): number | null {
  const stop = stopOf(order, from);
  if (order.request.side === "buy" ? from >= stop : from <= stop) return from;
  return (order.request.side === "buy" ? to >= stop : to <= stop) ? stop : null;
}

/** The price at which a stop is reached; a trail that has not begun does so at a price. */
export function stopOf(order: WorkingOrder, from: number): number {
  if (order.request.type !== "trailing-stop") return order.stopAt;
  return order.trailStop === 0 ? trailFrom(order, from) : order.trailStop;
}

/** A trailing stop follows the best price, never back. */
function follow(order: WorkingOrder, from: number, to: number): void {
  const now = stopOf(order, from);
  const next = trailFrom(order, to);
  order.trailStop = order.request.side === "buy" ? Math.min(now, next) : Math.max(now, next);
}

function trailFrom({ request }: WorkingOrder, best: number): number {
  const distance =
    request.trailPercent === null
      ? numberOf(request.trailPrice ?? ZERO)
      : (best * numberOf(request.trailPercent)) / 100;
  return request.side === "buy" ? best + distance : best - distance;
}
