import type { Calendar } from "../domain/calendar/calendar.ts";
import { calendarOf } from "../domain/calendar/calendar.ts";
import {
  absolute,
  type Decimal,
  decimalOf,
  divide,
  multiply,
  numberOf,
  roundDown,
  roundNearest,
  smaller,
  ZERO,
} from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Bar, Quote, Trade } from "../domain/market.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { EventData } from "../events/catalogue.ts";
import { validateRequest } from "../execution/validate.ts";
import type { Venue, VenueReport } from "../ports/venue.ts";
import type { Market, VenueConfig, WorkingOrder } from "./config.ts";
import { expiryOf, isAuction, mayTradeIn } from "./hours.ts";
import { pathOf } from "./path.ts";
import { splitRequest } from "./split.ts";
import { type Touch, touchOf } from "./trigger.ts";

const NONE: readonly VenueReport[] = Object.freeze([]);

/**
 * A venue that matches orders against recorded data. It decides from what it is shown alone: an
 * order trades at data that comes after it, at prices and sizes that the named models allow.
 */
export class SimulatedVenue implements Venue {
  private readonly config: VenueConfig;
  private readonly markets = new Map<string, Market>();
  private readonly known = new Map<string, VenueReport[]>();
  private readonly working = new Map<string, WorkingOrder>();

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

  /** Keeps an instrument from trading for a while, UTC ms. */
  halt(symbol: string, fromMs: number, toMs: number): void {
    this.markets.get(symbol)?.halts.push({ fromMs, toMs });
  }

  submit(requests: readonly OrderRequest[], nowMs: number): readonly VenueReport[] {
    const reports: VenueReport[] = [];
    for (const request of requests) this.accept(request, nowMs, reports);
    if (this.config.fill === "this-close") this.fillAtClose(requests, nowMs, reports);
    return reports;
  }

  cancel(orderId: string, nowMs: number): readonly VenueReport[] {
    const order = this.working.get(orderId);
    const reports: VenueReport[] = [];
    if (order === undefined) {
      const reason = this.known.has(orderId) ? "the order is final" : "the order is not known";
      this.tell(reports, { kind: "cancel-rejected", orderId, timeMs: nowMs, reason });
    } else this.end(order, "cancelled", "cancelled by its owner", nowMs, reports);
    return reports;
  }

  replace(orderId: string, replacement: OrderRequest, nowMs: number): readonly VenueReport[] {
    const order = this.working.get(orderId);
    const reports: VenueReport[] = [];
    const refused = order === undefined ? "the order is final" : this.refusal(replacement);
    if (order === undefined || refused !== null) {
      const reason = refused ?? "the order is final";
      this.tell(reports, { kind: "replace-rejected", orderId, timeMs: nowMs, reason });
      this.tell(reports, { kind: "rejected", orderId: replacement.id, timeMs: nowMs, reason });
      return reports;
    }
    const left = leftOf(order);
    const quantity =
      left === null ? replacement.quantity : smaller(replacement.quantity ?? left, left);
    this.remove(order);
    this.tell(reports, { kind: "replaced", orderId, timeMs: nowMs, replacementId: replacement.id });
    this.rest({ ...replacement, quantity }, nowMs, order.held, reports);
    return reports;
  }

  find(orderId: string): readonly VenueReport[] | null {
    return this.known.get(orderId) ?? null;
  }

  /** Shows a closed bar: working orders are walked through it, from its open to its close. */
  onBar(market: Market, bar: Bar): readonly VenueReport[] {
    const reports = market.orders.length === 0 ? NONE : this.matchBar(market, bar);
    market.lastPrice = bar.close;
    market.lastRange = bar.high - bar.low;
    market.lastVolume = bar.volume;
    if (bar.volume > 0) market.hasVolume = true;
    return reports;
  }

  /** Shows a quote: under `quotes`, working orders meet the other side of it. */
  onQuote(market: Market, quote: Quote): readonly VenueReport[] {
    market.bid = quote.bid;
    market.ask = quote.ask;
    if (this.config.fill !== "quotes" || market.orders.length === 0) return NONE;
    const reports: VenueReport[] = [];
    this.expire(market, quote.eventTimeMs, reports);
    for (const order of [...market.orders]) {
      const buys = order.request.side === "buy";
      const price = buys ? quote.ask : quote.bid;
      if (price <= 0 || !this.isActive(market, order, quote.eventTimeMs)) continue;
      const size = decimalOf(buys ? quote.askSize : quote.bidSize);
      this.meet(market, order, price, size, quote.eventTimeMs, reports);
    }
    return reports;
  }

  /** Shows a print: under `trades`, working orders trade at it, at most its size. */
  onTrade(market: Market, trade: Trade): readonly VenueReport[] {
    const reports: VenueReport[] = [];
    if (this.config.fill === "trades") {
      this.expire(market, trade.eventTimeMs, reports);
      for (const order of [...market.orders]) {
        if (!this.isActive(market, order, trade.eventTimeMs)) continue;
        this.meet(market, order, trade.price, decimalOf(trade.size), trade.eventTimeMs, reports);
      }
    }
    market.lastPrice = trade.price;
    return reports;
  }

  /** Lets time pass: orders whose time is over end. */
  onClock(timeMs: number): readonly VenueReport[] {
    if (this.working.size === 0) return NONE;
    const reports: VenueReport[] = [];
    for (const market of this.markets.values()) this.expire(market, timeMs, reports);
    return reports;
  }

  /** Applies a corporate action to working orders, before the first trade of its ex date. */
  onCorporateAction(
    action: EventData<"corporate-action.applied.v1">,
    timeMs: number,
  ): readonly VenueReport[] {
    const market = this.markets.get(action.symbol);
    if (market === undefined) return NONE;
    const reports: VenueReport[] = [];
    if (action.kind === "split") {
      market.lastPrice *= action.priceFactor;
      market.lastRange *= action.priceFactor;
      market.lastVolume /= action.priceFactor;
      for (const order of market.orders) splitRequest(order, action.value, market.instrument);
    } else if (action.kind === "delisting") {
      market.delisted = true;
      for (const order of [...market.orders])
        this.end(order, "expired", "delisted", timeMs, reports);
    }
    return reports;
  }

  private accept(request: OrderRequest, nowMs: number, reports: VenueReport[]): void {
    if (this.known.has(request.id)) {
      reports.push({ kind: "rejected", orderId: request.id, timeMs: nowMs, reason: "duplicate" });
      return;
    }
    const { parentId } = request;
    const reason = this.refusal(request) ?? this.lackOf(request);
    if (reason !== null) {
      this.tell(reports, { kind: "rejected", orderId: request.id, timeMs: nowMs, reason });
      return;
    }
    const parent = parentId === null ? undefined : this.working.get(parentId);
    if (parentId !== null && parent === undefined) {
      const line = "the order that it hangs on is not working";
      this.tell(reports, { kind: "rejected", orderId: request.id, timeMs: nowMs, reason: line });
      return;
    }
    this.rest(request, nowMs, parent !== undefined, reports);
  }

  private rest(request: OrderRequest, nowMs: number, held: boolean, reports: VenueReport[]): void {
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

  /** Why the venue does not take an order at all, or null. */
  private refusal(request: OrderRequest): string | null {
    const market = this.markets.get(request.symbol);
    if (market === undefined) return `${request.symbol} is not traded here`;
    if (market.delisted) return `${request.symbol} is delisted`;
    return validateRequest(request, market.instrument);
  }

  /** Buying power and short sales are checked for orders that can open a position. */
  private lackOf(request: OrderRequest): string | null {
    const { account } = this.config;
    const market = this.markets.get(request.symbol);
    if (account === null || market === undefined || request.parentId !== null) return null;
    const { side, quantity } = request;
    const held = account.position(request.symbol);
    const against = side === "buy" ? held < ZERO : held > ZERO;
    const opening = quantity === null ? null : against ? quantity - absolute(held) : quantity;
    if (opening !== null && opening <= ZERO) return null;
    if (side === "sell" && !market.instrument.shortable) return "not shortable";
    const price = request.limitPrice ?? request.stopPrice ?? decimalOf(market.lastPrice);
    const cost = opening === null ? (request.notional ?? ZERO) : multiply(opening, price);
    return cost > account.buyingPower(request.id) ? "insufficient buying power" : null;
  }

  private matchBar(market: Market, bar: Bar): readonly VenueReport[] {
    const reports: VenueReport[] = [];
    this.expire(market, bar.openTimeMs, reports);
    const { fill } = this.config;
    if (fill === "quotes" || fill === "trades") return reports;
    if (isHalted(market, bar.openTimeMs) || (bar.volume <= 0 && market.hasVolume)) return reports;
    const calendar = calendarFor(market);
    const path = pathOf(bar, fill, market.orders);
    let left = this.liquidityOf(market, bar);
    left = this.auction(market, bar, calendar, "opg", bar.open, left, reports);
    for (let leg = 0; leg < 3; leg += 1) {
      const from = path[leg] ?? bar.close;
      const to = path[leg + 1] ?? bar.close;
      left = this.walk(market, bar, calendar, from, to, leg === 0, left, reports);
    }
    left = this.fillMidBar(market, bar, left, reports);
    this.auction(market, bar, calendar, "cls", bar.close, left, reports);
    this.endImmediate(market, bar, reports);
    return reports;
  }

  /** Goes along one straight stretch of the path, filling whatever is reached first, again and again. */
  private walk(
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
        if (!this.tradesIn(order, bar, calendar) || (left !== null && left <= ZERO)) continue;
        const found = touchOf(order, at, to, this.config.touch);
        if (found === null || (touch !== undefined && !isSooner(found, touch, at))) continue;
        first = order;
        touch = found;
      }
      if (first === undefined || touch === undefined) return left;
      const timeMs = opening && touch.price === from ? bar.openTimeMs : bar.closeTimeMs;
      left = this.fillOne(market, first, touch, left, timeMs, reports);
      at = touch.price;
    }
    return left;
  }

  /** An order that arrived within the bar fills at its close: the first price known to come after. */
  private fillMidBar(
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
      left = this.fillOne(market, order, taking(bar.close), left, bar.closeTimeMs, reports);
    }
    return left;
  }

  private auction(
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
      if (accepts) left = this.fillOne(market, order, taking(price), left, timeMs, reports);
      if (!order.done) this.end(order, "expired", "not filled in the auction", timeMs, reports);
    }
    return left;
  }

  /** Immediate orders have seen their one bar: what is left of them ends. */
  private endImmediate(market: Market, bar: Bar, reports: VenueReport[]): void {
    for (const order of [...market.orders]) {
      const { timeInForce } = order.request;
      if (timeInForce !== "ioc" && timeInForce !== "fok") continue;
      if (order.activeFromMs > bar.openTimeMs) continue;
      this.end(order, "cancelled", "not filled at once", bar.openTimeMs, reports);
    }
  }

  private fillAtClose(
    requests: readonly OrderRequest[],
    nowMs: number,
    reports: VenueReport[],
  ): void {
    for (const { id, symbol, type, timeInForce, side } of requests) {
      const order = this.working.get(id);
      const market = this.markets.get(symbol);
      if (order === undefined || market === undefined || order.held) continue;
      if (type !== "market" || isAuctionOrder(timeInForce) || order.activeFromMs > nowMs) continue;
      const quoted = side === "buy" ? market.ask : market.bid;
      const price = quoted > 0 ? quoted : market.lastPrice;
      this.fillOne(market, order, taking(price), null, nowMs, reports);
    }
  }

  /** One order against one price and size, as quotes and prints offer them. */
  private meet(
    market: Market,
    order: WorkingOrder,
    price: number,
    size: Decimal,
    timeMs: number,
    reports: VenueReport[],
  ): void {
    const touch = touchOf(order, price, price, "fill");
    if (touch === null) return;
    const left = leftOf(order);
    if (order.request.timeInForce !== "fok" || left === null || left <= size) {
      this.fillOne(market, order, touch, size, timeMs, reports);
    }
    if (!order.done && ["ioc", "fok"].includes(order.request.timeInForce)) {
      this.end(order, "cancelled", "not filled at once", timeMs, reports);
    }
  }

  /** Fills what the liquidity allows of an order and tells what follows; answers what is left of it. */
  private fillOne(
    market: Market,
    order: WorkingOrder,
    touch: Touch,
    liquidity: Decimal | null,
    timeMs: number,
    reports: VenueReport[],
  ): Decimal | null {
    const { request } = order;
    const { instrument } = market;
    const price = this.priceOf(market, order, touch);
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

  /** The price of a fill: taking liquidity slips, never beyond a limit, and lands on a worse tick. */
  private priceOf(market: Market, { request, filled }: WorkingOrder, touch: Touch): Decimal {
    const { tick } = market.instrument;
    const plain = decimalOf(touch.price);
    if (touch.liquidity === "maker") return roundNearest(plain, tick);
    const slip = this.config.slippage({
      orderId: request.id,
      price: touch.price,
      quantity: numberOf((request.quantity ?? ZERO) - filled),
      range: market.lastRange,
      volume: market.lastVolume,
      spread: market.bid > 0 && market.ask > 0 ? market.ask - market.bid : 0,
    });
    if (slip === 0) return roundNearest(plain, tick);
    const buys = request.side === "buy";
    const slipped = roundWorse(plain + decimalOf(buys ? slip : -slip), tick, buys);
    const { limitPrice } = request;
    if (limitPrice === null) return slipped;
    return buys === slipped > limitPrice ? limitPrice : slipped;
  }

  private liquidityOf(market: Market, bar: Bar): Decimal | null {
    const { participation } = this.config;
    if (participation === null || !market.hasVolume) return null;
    return roundDown(decimalOf(bar.volume * participation), market.instrument.lot);
  }

  private tradesIn(order: WorkingOrder, bar: Bar, calendar: Calendar): boolean {
    if (order.done || order.held || order.activeFromMs > bar.openTimeMs) return false;
    if (isAuctionOrder(order.request.timeInForce)) return false;
    return mayTradeIn(order.request, calendar, bar.openTimeMs);
  }

  private isActive(market: Market, order: WorkingOrder, timeMs: number): boolean {
    if (order.done || order.held || order.activeFromMs > timeMs || isHalted(market, timeMs))
      return false;
    if (isAuctionOrder(order.request.timeInForce)) return false;
    return mayTradeIn(order.request, calendarFor(market), timeMs);
  }

  private expire(market: Market, timeMs: number, reports: VenueReport[]): void {
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

  private end(
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

  private remove(order: WorkingOrder): void {
    order.done = true;
    this.working.delete(order.request.id);
    const orders = this.markets.get(order.request.symbol)?.orders;
    const place = orders?.indexOf(order) ?? -1;
    if (place >= 0) orders?.splice(place, 1);
  }

  private tell(reports: VenueReport[], report: VenueReport): void {
    reports.push(report);
    const history = this.known.get(report.orderId);
    if (history === undefined) this.known.set(report.orderId, [report]);
    else history.push(report);
  }
}

function leftOf({ request, filled }: WorkingOrder): Decimal | null {
  return request.quantity === null ? null : request.quantity - filled;
}

/** Along one stretch all touches lie in one direction, so the nearer one comes first. */
function isSooner(one: Touch, other: Touch, at: number): boolean {
  return Math.abs(one.price - at) < Math.abs(other.price - at);
}

function taking(price: number): Touch {
  return { price, liquidity: "taker" };
}

function isAuctionOrder(timeInForce: OrderRequest["timeInForce"]): boolean {
  return timeInForce === "opg" || timeInForce === "cls";
}

function isHalted({ halts }: Market, timeMs: number): boolean {
  return halts.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs);
}

function calendarFor({ instrument }: Market): Calendar {
  return calendarOf(instrument.calendar);
}

function roundWorse(price: Decimal, tick: Decimal, up: boolean): Decimal {
  const down = roundDown(price, tick);
  return up && down < price ? down + tick : down;
}

/** What slippage is measured from: the order's own price, or the price that the decision saw. */
function expectedPrice(
  { limitPrice, stopPrice, type, referencePrice }: OrderRequest,
  touch: Touch,
) {
  if (type === "trailing-stop") return decimalOf(touch.price);
  return limitPrice ?? stopPrice ?? referencePrice;
}
