import { type Calendar, calendarOf } from "../domain/calendar/calendar.ts";
import { type Decimal, divide, multiply, roundDown, smaller, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import type { Market, VenueConfig, WorkingOrder } from "./config.ts";
import { expiryOf, mayTradeIn } from "./hours.ts";
import { expectedPrice, priceOf } from "./pricing.ts";
import type { Touch } from "./trigger.ts";

/** Nothing to report: one list for all, so that a quiet bar makes none. */
export const NONE: readonly VenueReport[] = Object.freeze([]);

/**
 * The orders at a venue and what becomes of them: resting, filling, ending, and the legs and groups
 * that hang together. Whoever matches prices against them says where and how much.
 */
export class OrderBook {
  readonly config: VenueConfig;
  readonly markets = new Map<string, Market>();
  readonly known = new Map<string, VenueReport[]>();
  readonly working = new Map<string, WorkingOrder>();

  constructor(config: VenueConfig) {
    this.config = config;
  }

  /** The market of an instrument; the same object each time, to be kept by who feeds it. */
  market(instrument: Instrument): Market {
    const found = this.markets.get(instrument.symbol);
    if (found !== undefined) return found;
    const market: Market = {
      instrument,
      orders: [],
      lastPrice: 0.5,
      lastRange: 0.5,
      lastVolume: 0.5,
      hasVolume: false,
      bid: 0,
      ask: 0,
      delisted: false,
      halts: [],
    };
    this.markets.set(instrument.symbol, market);
    return market;
  }

  rest(request: OrderRequest, nowMs: number, held: boolean, reports: VenueReport[]): void {
    const market = this.markets.get(request.symbol);
    if (market === undefined) return;
    const order: WorkingOrder = {
      request,
      filled: ZERO,
      activeFromMs: nowMs + this.config.latency(request.id),
      expiresMs: expiryOf(request, calendarFor(market), nowMs),
      held,
      triggered: false,
      trailStop: 0,
      executions: 0,
      done: false,
    };
    market.orders.push(order);
    this.working.set(request.id, order);
    const { id } = request;
    this.tell(reports, {
      kind: "accepted",
      orderId: id,
      timeMs: nowMs,
      venueOrderId: `sim-${id}`,
      held,
    });
  }

  /**
   * Fills what the liquidity allows of an order and tells what follows; answers what is left of it.
   */
  fillOne(
    market: Market,
    order: WorkingOrder,
    touch: Touch,
    liquidity: Decimal | null,
    timeMs: number,
    reports: VenueReport[],
  ): Decimal | null {
    const { request } = order;
    const { instrument } = market;
    const price = priceOf(this.config, market, order, touch);
    const wanted =
      leftOf(order) ?? roundDown(divide(request.notional ?? ZERO, price), instrument.lot);
    const offered = liquidity === null ? wanted : roundDown(liquidity, instrument.lot);
    if (request.timeInForce === "fok" && offered < wanted) return liquidity;
    const quantity = smaller(wanted, offered);
    order.triggered = true;
    if (quantity <= ZERO) {
      if (liquidity === null) this.end(order, "cancelled", "too small to fill", timeMs, reports);
      return liquidity;
    }
    order.filled += quantity;
    order.executions += 1;
    const complete = request.quantity === null || order.filled === request.quantity;
    const { side } = request;
    const fee = this.config.fees({ side, quantity, price, liquidity: touch.liquidity, timeMs });
    const expected = expectedPrice(request, touch);
    const worse = side === "buy" ? price - expected : expected - price;
    this.tell(reports, {
      kind: "filled",
      orderId: request.id,
      timeMs,
      executionId: `${request.id}.x${order.executions}`,
      quantity,
      price,
      fee,
      slippage: multiply(worse, quantity),
      liquidity: touch.liquidity,
      complete,
    });
    if (complete) this.remove(order);
    this.afterFill(market, order, quantity, complete, timeMs, reports);
    return liquidity === null ? null : liquidity - quantity;
  }

  /** A parent's fill wakes its legs; a fill within a group takes from its siblings or ends them. */
  private afterFill(
    market: Market,
    { request }: WorkingOrder,
    quantity: Decimal,
    complete: boolean,
    timeMs: number,
    reports: VenueReport[],
  ): void {
    if (market.orders.length === 0) return;
    for (const other of [...market.orders]) {
      if (other.held && other.request.parentId === request.id && complete) {
        other.held = false;
        other.activeFromMs = Math.min(other.activeFromMs, timeMs);
        const { id } = other.request;
        this.tell(reports, {
          kind: "accepted",
          orderId: id,
          timeMs,
          venueOrderId: `sim-${id}`,
          held: false,
        });
      }
      if (request.ocoGroup === null || other.request.ocoGroup !== request.ocoGroup) continue;
      if (complete) this.end(other, "cancelled", `${request.id} filled`, timeMs, reports);
      else if (other.request.quantity !== null) {
        other.request = { ...other.request, quantity: other.request.quantity - quantity };
      }
    }
  }

  isActive(market: Market, order: WorkingOrder, timeMs: number): boolean {
    if (order.done || order.held || order.activeFromMs > timeMs || isHalted(market, timeMs))
      return false;
    if (isAuctionOrder(order.request.timeInForce)) return false;
    return mayTradeIn(order.request, calendarFor(market), timeMs);
  }

  expire(market: Market, timeMs: number, reports: VenueReport[]): void {
    for (let i = market.orders.length - 1; i >= 0; i -= 1) {
      const order = market.orders[i];
      if (order === undefined || order.expiresMs > timeMs) continue;
      this.end(
        order,
        "expired",
        `${order.request.timeInForce} order at its end`,
        order.expiresMs,
        reports,
      );
    }
  }

  end(
    order: WorkingOrder,
    kind: "cancelled" | "expired",
    reason: string,
    timeMs: number,
    reports: VenueReport[],
  ): void {
    if (order.done) return;
    this.remove(order);
    this.tell(reports, { kind, orderId: order.request.id, timeMs, reason });
    // Legs that were waiting for a parent that will not fill have nothing to wait for.
    const legs = this.markets.get(order.request.symbol)?.orders ?? [];
    for (const leg of [...legs]) {
      if (!leg.held || leg.request.parentId !== order.request.id) continue;
      if (order.filled > ZERO) this.wake(leg, order.filled, timeMs, reports);
      else this.end(leg, "cancelled", `${order.request.id} ended unfilled`, timeMs, reports);
    }
  }

  /** A parent that ended partly filled leaves its legs to protect what it bought. */
  private wake(leg: WorkingOrder, quantity: Decimal, timeMs: number, reports: VenueReport[]): void {
    leg.held = false;
    leg.request = { ...leg.request, quantity };
    const { id } = leg.request;
    this.tell(reports, {
      kind: "accepted",
      orderId: id,
      timeMs,
      venueOrderId: `sim-${id}`,
      held: false,
    });
  }

  remove(order: WorkingOrder): void {
    order.done = true;
    this.working.delete(order.request.id);
    const orders = this.markets.get(order.request.symbol)?.orders;
    const place = orders?.indexOf(order) ?? -1;
    if (place >= 0) orders?.splice(place, 1);
  }

  tell(reports: VenueReport[], report: VenueReport): void {
    reports.push(report);
    const history = this.known.get(report.orderId);
    if (history === undefined) this.known.set(report.orderId, [report]);
    else history.push(report);
  }
}
/** What is still to fill; null for an order by notional. */
export function leftOf({ request, filled }: WorkingOrder): Decimal | null {
  return request.quantity === null ? null : request.quantity - filled;
}

/** Whether an order waits for the opening or closing auction. */
export function isAuctionOrder(timeInForce: OrderRequest["timeInForce"]): boolean {
  return timeInForce === "opg" || timeInForce === "cls";
}

/** Whether trading is halted at a time, UTC ms. */
export function isHalted({ halts }: Market, timeMs: number): boolean {
  return halts.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs);
}

/** The calendar that a market keeps. */
export function calendarFor({ instrument }: Market): Calendar {
  return calendarOf(instrument.calendar);
}
