import type { Calendar } from "../domain/calendar/calendar.ts";
import { type Decimal, decimalOf, roundDown, ZERO } from "../domain/decimal.ts";
import type { Bar } from "../domain/market.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import type { Market, WorkingOrder } from "./config.ts";
import { isAuction, mayTradeIn } from "./hours.ts";
import { calendarFor, isAuctionOrder, isHalted, type OrderBook } from "./orderBook.ts";
import { pathOf } from "./path.ts";
import { type Touch, touchOf } from "./trigger.ts";

/** Walks the working orders of a market through a closed bar, from its open to its close. */
export function matchBar(book: OrderBook, market: Market, bar: Bar): readonly VenueReport[] {
  const reports: VenueReport[] = [];
  book.expire(market, bar.openTimeMs, reports);
  const { fill } = book.config;
  if (fill === "quotes" || fill === "trades") return reports;
  if (isHalted(market, bar.openTimeMs) || (bar.volume <= 0 && market.hasVolume)) return reports;
  const calendar = calendarFor(market);
  const path = pathOf(bar, fill, market.orders);
  let left = liquidityOf(book, market, bar);
  left = auction(book, market, bar, calendar, "opg", bar.open, left, reports);
  for (let leg = 0; leg < 3; leg += 1) {
    const from = path[leg] ?? bar.close;
    const to = path[leg + 1] ?? bar.close;
    left = walk(book, market, bar, calendar, from, to, leg === 0, left, reports);
  }
  left = fillMidBar(book, market, bar, left, reports);
  auction(book, market, bar, calendar, "cls", bar.close, left, reports);
  endImmediate(book, market, bar, reports);
  return reports;
}

/**
 * Goes along one straight stretch of the path, filling whatever is reached first, again and
 * again.
 */
function walk(
  book: OrderBook,
  market: Market,
  bar: Bar,
  calendar: Calendar,
  from: number,
  to: number,
  opening: boolean,
  liquidity: Decimal | null,
  reports: VenueReport[],
): Decimal | null {
  let at = from;
  let left = liquidity;
  for (let guard = 0; guard <= 4 * (market.orders.length + 1); guard += 1) {
    let first: WorkingOrder | undefined;
    let touch: Touch | undefined;
    for (const order of market.orders) {
      if (!tradesIn(order, bar, calendar) || (left !== null && left <= ZERO)) continue;
      const found = touchOf(order, at, to, book.config.touch);
      if (found === null || (touch !== undefined && !isSooner(found, touch, at))) continue;
      first = order;
      touch = found;
    }
    if (first === undefined || touch === undefined) return left;
    const timeMs = opening && touch.price === from ? bar.openTimeMs : bar.closeTimeMs;
    left = book.fillOne(market, first, touch, left, timeMs, reports);
    at = touch.price;
  }
  return left;
}

/**
 * An order that arrived within the bar fills at its close: the first price known to come after.
 */
function fillMidBar(
  book: OrderBook,
  market: Market,
  bar: Bar,
  liquidity: Decimal | null,
  reports: VenueReport[],
): Decimal | null {
  let left = liquidity;
  for (const order of [...market.orders]) {
    const { type, timeInForce } = order.request;
    const within = order.activeFromMs > bar.openTimeMs && order.activeFromMs < bar.closeTimeMs;
    if (!within || order.held || type !== "market" || isAuctionOrder(timeInForce)) continue;
    left = book.fillOne(market, order, taking(bar.close), left, bar.closeTimeMs, reports);
  }
  return left;
}

function auction(
  book: OrderBook,
  market: Market,
  bar: Bar,
  calendar: Calendar,
  kind: "opg" | "cls",
  price: number,
  liquidity: Decimal | null,
  reports: VenueReport[],
): Decimal | null {
  let left = liquidity;
  for (const order of [...market.orders]) {
    const { timeInForce, type } = order.request;
    if (timeInForce !== kind || order.held || !isAuction(bar, calendar, kind)) continue;
    const timeMs = kind === "opg" ? bar.openTimeMs : bar.closeTimeMs;
    if (order.activeFromMs > timeMs) continue;
    const accepts = type === "market" || touchOf(order, price, price, "fill") !== null;
    if (accepts) left = book.fillOne(market, order, taking(price), left, timeMs, reports);
    if (!order.done) book.end(order, "expired", "not filled in the auction", timeMs, reports);
  }
  return left;
}

/** Immediate orders have seen their one bar: what is left of them ends. */
function endImmediate(book: OrderBook, market: Market, bar: Bar, reports: VenueReport[]): void {
  for (const order of [...market.orders]) {
    const { timeInForce } = order.request;
    if (timeInForce !== "ioc" && timeInForce !== "fok") continue;
    if (order.activeFromMs > bar.openTimeMs) continue;
    book.end(order, "cancelled", "not filled at once", bar.openTimeMs, reports);
  }
}

function liquidityOf(book: OrderBook, market: Market, bar: Bar): Decimal | null {
  const { participation } = book.config;
  if (participation === null || !market.hasVolume) return null;
  return roundDown(decimalOf(bar.volume * participation), market.instrument.lot);
}

function tradesIn(order: WorkingOrder, bar: Bar, calendar: Calendar): boolean {
  if (order.done || order.held || order.activeFromMs > bar.openTimeMs) return false;
  if (isAuctionOrder(order.request.timeInForce)) return false;
  return mayTradeIn(order.request, calendar, bar.openTimeMs);
}

/** Along one stretch all touches lie in one direction, so the nearer one comes first. */
function isSooner(one: Touch, other: Touch, at: number): boolean {
  return Math.abs(one.price - at) < Math.abs(other.price - at);
}

/** An order that takes what is offered at a price. */
export function taking(price: number): Touch {
  return { price, liquidity: "taker" };
}
