import { type Calendar, calendarOf } from "../domain/calendar/calendar.ts";
import { type Decimal, decimalOf, roundDown, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest } from "../domain/order.ts";
import { legQuantity } from "../execution/heldLegs.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import type { Market, VenueConfig, WorkingOrder } from "./config.ts";
import { mayTradeIn, rememberedExpiry } from "./hours.ts";
import { reprice, startTrail } from "./trigger.ts";

/** Nothing to report: one list for all, so that a quiet bar makes none. */
export const NONE: readonly VenueReport[] = Object.freeze([]);

const CANCELLED = "cancelled by its owner";

/** What an order that takes the place of another has from it. */
export interface Heritage {
  readonly held: boolean;
  readonly before: Decimal;
  readonly reduced: Decimal;
}

/**
 * The orders at a venue: which rest, which were ever known, and how they end, with the legs that
 * wait for them.
 */
export class OrderBook {
  readonly config: VenueConfig;
  readonly markets = new Map<string, Market>();
  /** Everything ever said of an order, by its id. */
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
      lastPrice: 0,
      lastRange: 0,
      lastVolume: 0,
      taken: 0,
      hasVolume: false,
      bid: 0,
      ask: 0,
      quotedMs: 0,
      delisted: false,
      dayEnd: { fromMs: 0, beforeMs: 0, endMs: 0 },
      halts: [],
    };
    this.markets.set(instrument.symbol, market);
    return market;
  }

  /** Takes an order in. */
  rest(request: OrderRequest, nowMs: number, heritage: Heritage, reports: VenueReport[]): void {
    const market = this.markets.get(request.symbol);
    if (market === undefined) return;
    const { held, before, reduced } = heritage;
    const order: WorkingOrder = {
      request,
      filled: ZERO,
      activeFromMs: nowMs + this.config.latency(request.id),
      expiresMs: rememberedExpiry(request, calendarFor(market), market.dayEnd, nowMs),
      cancelling: false,
      held,
      triggered: false,
      limitAt: 0,
      stopAt: 0,
      trailStop: 0,
      rested: false,
      before,
      reduced,
      spent: ZERO,
      executions: 0,
      done: false,
    };
    reprice(order);
    if (!held) startTrail(order, market.lastPrice);
    market.orders.push(order);
    this.working.set(request.id, order);
    this.accepted(order, nowMs, reports);
  }

  /**
   * Lets a leg work whose parent is over: whole, or less what that did not fill. A rest below the
   * lot is none.
   */
  wake(leg: WorkingOrder, parent: WorkingOrder, timeMs: number, reports: VenueReport[]): void {
    leg.held = false;
    // A leg came in one message with its parent, whatever latency was drawn for its own id.
    leg.activeFromMs = Math.min(leg.activeFromMs, parent.activeFromMs);
    const unfilled = (parent.request.quantity ?? parent.filled) - parent.filled;
    const { quantity } = leg.request;
    if (quantity !== null && unfilled > ZERO) {
      const lot = this.markets.get(leg.request.symbol)?.instrument.lot ?? 1n;
      const share = legQuantity(quantity, unfilled, lot);
      leg.reduced += quantity - share;
      leg.request = { ...leg.request, quantity: share };
      if (share <= ZERO) {
        this.end(leg, "cancelled", `${parent.request.id} filled too little`, timeMs, reports);
        return;
      }
    }
    this.accepted(leg, timeMs, reports);
  }

  /** Ends an order and the legs that wait for it; what it did fill keeps its protection. */
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
    for (const leg of this.legsOf(order.request)) {
      if (order.before + order.filled > ZERO) this.wake(leg, order, timeMs, reports);
      else this.end(leg, "cancelled", `${order.request.id} ended unfilled`, timeMs, reports);
    }
  }

  /**
   * Ends an order when the word of its owner arrives, which takes as long as an order would, and is
   * never there before the order itself. Until then it works: what fills it first is the answer.
   */
  cancel(order: WorkingOrder, nowMs: number, reports: VenueReport[]): void {
    if (order.cancelling) return;
    const delayMs = this.config.latency(`${order.request.id}.cancel`);
    if (delayMs <= 0) {
      this.end(order, "cancelled", CANCELLED, nowMs, reports);
      return;
    }
    const arrivesMs = Math.max(nowMs + delayMs, order.activeFromMs);
    if (arrivesMs >= order.expiresMs) return;
    order.expiresMs = arrivesMs;
    order.cancelling = true;
  }

  /** Ends what is over at a time, in the order in which it came. */
  expire(market: Market, timeMs: number, reports: VenueReport[]): void {
    if (!market.orders.some(({ expiresMs }) => expiresMs <= timeMs)) return;
    for (const order of [...market.orders]) {
      if (order.expiresMs > timeMs) continue;
      const reason = `${order.request.timeInForce} order at its end`;
      if (order.cancelling) this.end(order, "cancelled", CANCELLED, order.expiresMs, reports);
      else this.end(order, "expired", reason, order.expiresMs, reports);
    }
  }

  /** The held legs of an order. */
  legsOf({ id, symbol }: OrderRequest): readonly WorkingOrder[] {
    const orders = this.markets.get(symbol)?.orders ?? [];
    return orders.filter(({ held, request }) => held && request.parentId === id);
  }

  /** Takes an order out of the book, without a word. */
  remove(order: WorkingOrder): void {
    order.done = true;
    this.working.delete(order.request.id);
    const orders = this.markets.get(order.request.symbol)?.orders;
    const place = orders?.indexOf(order) ?? -1;
    if (place >= 0) orders?.splice(place, 1);
  }

  /** Says something of an order, and keeps it for who asks later. */
  tell(reports: VenueReport[], report: VenueReport): void {
    reports.push(report);
    const history = this.known.get(report.orderId);
    // A list of just this length: one that is pushed to keeps room for many more, for ever.
    this.known.set(report.orderId, history === undefined ? [report] : [...history, report]);
  }

  /** As {@link tell}, but a word about an order that never came does not make it a known one. */
  refuse(reports: VenueReport[], report: VenueReport): void {
    if (this.known.has(report.orderId)) this.tell(reports, report);
    else reports.push(report);
  }

  private accepted({ request, held }: WorkingOrder, timeMs: number, reports: VenueReport[]): void {
    const { id } = request;
    const venueOrderId = `sim-${id}`;
    this.tell(reports, { kind: "accepted", orderId: id, timeMs, venueOrderId, held });
  }
}

/** What the last bar had left for our orders; null where there is no bound. */
export function liquidityOf(
  { participation }: VenueConfig,
  market: Market,
  volume: number,
): Decimal | null {
  if (participation === null || !market.hasVolume) return null;
  return roundDown(decimalOf(volume * participation), market.instrument.lot);
}

/** Whether an order may trade at a time. */
export function isActive(market: Market, order: WorkingOrder, timeMs: number): boolean {
  if (order.done || order.held || order.activeFromMs > timeMs) return false;
  if (isHalted(market, timeMs) || isAuctionOrder(order.request)) return false;
  return mayTradeIn(order.request, calendarFor(market), timeMs);
}

/** Whether an order takes part in an auction only. */
export function isAuctionOrder({ timeInForce }: OrderRequest): boolean {
  return timeInForce === "opg" || timeInForce === "cls";
}

/** Whether an order ends with the first price that it meets. */
export function isImmediate({ timeInForce }: OrderRequest): boolean {
  return timeInForce === "ioc" || timeInForce === "fok";
}

/** Whether trading is halted at a time. */
export function isHalted({ halts }: Market, timeMs: number): boolean {
  return halts.length > 0 && halts.some((one) => timeMs >= one.fromMs && timeMs < one.toMs);
}

/** The calendar that a market trades by. */
export function calendarFor({ instrument }: Market): Calendar {
  return calendarOf(instrument.calendar);
}
