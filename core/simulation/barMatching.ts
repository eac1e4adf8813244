import type { Calendar } from "../domain/calendar/calendar.ts";
import { type Decimal, numberOf, ZERO } from "../domain/decimal.ts";
import type { Bar } from "../domain/market.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import type { Market, WorkingOrder } from "./config.ts";
import { fillOrder } from "./filling.ts";
import { isAuction, mayTradeIn, regularFromMs } from "./hours.ts";
import {
  calendarFor,
  isAuctionOrder,
  isHalted,
  isImmediate,
  liquidityOf,
  type OrderBook,
} from "./orderBook.ts";
import { coursesOf } from "./path.ts";
import { advance, isBeyond, type Touch, touchOf } from "./trigger.ts";

/** A walk through one bar. */
interface Walk {
  readonly book: OrderBook;
  readonly market: Market;
  readonly bar: Bar;
  readonly calendar: Calendar;
  /** From when on the bar is in regular hours, UTC ms; null where it is in none. */
  readonly regularMs: number | null;
  /** Volume that our orders may still take; null for no bound. */
  left: Decimal | null;
  readonly reports: VenueReport[];
}

/** Walks the working orders of a market through a closed bar, from its open to its close. */
export function matchBar(book: OrderBook, market: Market, bar: Bar): readonly VenueReport[] {
  const reports: VenueReport[] = [];
  // Its first instant is within a bar: what ends with the session before has ended by then.
  book.expire(market, bar.openTimeMs + 1, reports);
  const { fill } = book.config;
  if (fill === "quotes" || fill === "trades" || market.orders.length === 0) return reports;
  if (isHalted(market, bar.openTimeMs) || (bar.volume <= 0 && market.hasVolume)) return reports;
  const calendar = calendarFor(market);
  const regularMs = regularFromMs(bar, calendar);
  const liquidity = liquidityOf(book.config, market, bar.volume);
  const walk: Walk = { book, market, bar, calendar, regularMs, left: liquidity, reports };
  const auctions = market.orders.some(({ request }) => isAuctionOrder(request));
  if (auctions) auction(walk, "opg", bar.open);
  if (!isUntouched(walk)) {
    stretch(walk, market.orders, bar.open, bar.open);
    if (!isUntouched(walk)) walkOn(walk);
  }
  if (market.orders.length > 0) finish(walk, auctions);
  book.expire(market, bar.closeTimeMs, reports);
  if (liquidity !== null) market.taken = numberOf(liquidity - (walk.left ?? ZERO));
  return reports;
}

/** What happens at the close of a bar, or has to be over by then. */
function finish(walk: Walk, auctions: boolean): void {
  const { orders } = walk.market;
  if (orders.some(({ activeFromMs }) => activeFromMs > walk.bar.openTimeMs)) fillArrivals(walk);
  if (auctions) auction(walk, "cls", walk.bar.close);
  if (orders.some(({ request }) => isImmediate(request))) endImmediate(walk);
}

/** Whether no order has anything to do with the prices of the bar. */
function isUntouched(walk: Walk): boolean {
  const { low, high } = walk.bar;
  for (const order of walk.market.orders) {
    if (tradesIn(order, walk) && !isBeyond(order, low, high)) return false;
  }
  return true;
}

/**
 * From the open to the close, stretch by stretch: every course goes along its own before the next
 * begins.
 */
function walkOn(walk: Walk): void {
  const { bar, market, book } = walk;
  const { fill, touch } = book.config;
  const courses = coursesOf(bar, fill, touch, market.orders);
  for (let leg = 0; leg < 4 && !isUntouched(walk); leg += 1) {
    for (const { path, orders } of courses) {
      const from = path[leg - 1] ?? bar.open;
      const to = path[leg] ?? bar.close;
      if (from !== to) stretch(walk, orders, from, to);
    }
  }
}

/**
 * Goes along one straight stretch of a path, filling whatever is reached first, again and again. At
 * the open it has no length: what happens there comes before the market moves.
 */
function stretch(walk: Walk, orders: readonly WorkingOrder[], from: number, to: number): void {
  const { book, market, bar, reports } = walk;
  const opening = from === to;
  let at = from;
  // Each turn fills an order or ends the stretch; legs that it wakes are among the orders already.
  const most = 4 * (orders.length + 1);
  for (let turn = 0; turn <= most; turn += 1) {
    let first: WorkingOrder | undefined;
    let touch: Touch | undefined;
    for (const order of orders) {
      if (isDry(walk)) break;
      if (!tradesIn(order, walk) || (!opening && isOpenOnly(order, bar))) continue;
      const found = touchOf(order, at, to, book.config.touch);
      if (found === null || (touch !== undefined && !isSooner(found, touch, at))) continue;
      first = order;
      touch = found;
    }
    const end = touch?.price ?? to;
    if (end !== at || touch === undefined) {
      for (const order of orders) if (tradesIn(order, walk)) advance(order, at, end);
    }
    if (first === undefined || touch === undefined) return;
    const timeMs = opening ? opensMs(first, walk) : bar.closeTimeMs;
    walk.left = fillOrder(book, market, first, touch, walk.left, timeMs, reports);
    at = end;
  }
}

/**
 * An order that arrived within the bar fills at its close: the first price known to come after.
 */
function fillArrivals(walk: Walk): void {
  const { book, market, bar, calendar, reports } = walk;
  for (const order of [...market.orders]) {
    const { request, activeFromMs } = order;
    const within = activeFromMs > bar.openTimeMs && activeFromMs < bar.closeTimeMs;
    const isRecalled = order.cancelling && order.expiresMs < bar.closeTimeMs;
    if (!within || isRecalled || order.held || request.type !== "market" || isAuctionOrder(request))
      continue;
    if (!mayTradeIn(request, calendar, activeFromMs)) continue;
    walk.left = fillOrder(
      book,
      market,
      order,
      taking(bar.close),
      walk.left,
      bar.closeTimeMs,
      reports,
    );
    if (isImmediate(request)) {
      book.end(order, "cancelled", "not filled at once", bar.closeTimeMs, reports);
    }
  }
}

function auction(walk: Walk, kind: "opg" | "cls", price: number): void {
  const { book, market, bar, calendar, reports } = walk;
  for (const order of [...market.orders]) {
    const { request } = order;
    if (request.timeInForce !== kind || order.held || !isAuction(bar, calendar, kind)) continue;
    const timeMs = kind === "opg" ? opensMs(order, walk) : bar.closeTimeMs;
    if (order.activeFromMs > (kind === "opg" ? bar.openTimeMs : timeMs)) continue;
    const accepts = request.type === "market" || touchOf(order, price, price, "fill") !== null;
    if (accepts) {
      walk.left = fillOrder(book, market, order, taking(price), walk.left, timeMs, reports);
    }
    book.end(order, "expired", "not filled in the auction", timeMs, reports);
  }
}

/** Immediate orders have seen their one price: what is left of them ends. */
function endImmediate({ book, market, bar, reports }: Walk): void {
  for (const order of [...market.orders]) {
    if (!isImmediate(order.request) || order.activeFromMs > bar.openTimeMs) continue;
    book.end(order, "cancelled", "not filled at once", bar.openTimeMs, reports);
  }
}

function isDry({ left }: Walk): boolean {
  return left !== null && left <= ZERO;
}

function tradesIn(order: WorkingOrder, { bar, regularMs }: Walk): boolean {
  if (order.done || order.held || order.activeFromMs > bar.openTimeMs) return false;
  return (regularMs !== null || order.request.extendedHours) && !isAuctionOrder(order.request);
}

/**
 * Whether the open is the last price of a bar that an order sees: it is immediate, or ends within
 * the bar, of which nothing but the open is known to come before.
 */
function isOpenOnly({ request, expiresMs }: WorkingOrder, bar: Bar): boolean {
  return isImmediate(request) || expiresMs < bar.closeTimeMs;
}

/** When a bar opens for an order, UTC ms. */
function opensMs({ request }: WorkingOrder, { bar, regularMs }: Walk): number {
  return request.extendedHours || regularMs === null ? bar.openTimeMs : regularMs;
}

/** Along one stretch all touches lie in one direction, so the nearer one comes first. */
function isSooner(one: Touch, other: Touch, at: number): boolean {
  return Math.abs(one.price - at) < Math.abs(other.price - at);
}

/** Trading at once at a price. */
export function taking(price: number): Touch {
  return { price, liquidity: "taker" };
}
