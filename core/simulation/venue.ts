import type { Decimal } from "../domain/decimal.ts";
import { absolute, decimalOf, multiply, smaller, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Bar, Quote, Trade } from "../domain/market.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { EventData } from "../events/catalogue.ts";
import { validateRequest } from "../execution/validate.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import { matchBar, taking } from "./barMatching.ts";
import type { Market, VenueConfig, WorkingOrder } from "./config.ts";
import { isAuctionOrder, leftOf, NONE, OrderBook } from "./orderBook.ts";
import { splitRequest } from "./split.ts";
import { touchOf } from "./trigger.ts";

/**
 * A venue that matches orders against recorded data. It decides from what it is shown alone: an
 * order trades at data that comes after it, at prices and sizes that the named models allow.
 */
export class SimulatedVenue {
  private readonly config: VenueConfig;
  private readonly book: OrderBook;

  constructor(config: VenueConfig) {
    this.config = config;
    this.book = new OrderBook(config);
  }

  /** The market of an instrument; the same object each time, to be kept by who feeds it. */
  market(instrument: Instrument): Market {
    return this.book.market(instrument);
  }

  /** Keeps an instrument from trading for a while, UTC ms. */
  halt(symbol: string, fromMs: number, toMs: number): void {
    this.book.markets.get(symbol)?.halts.push({ fromMs, toMs });
  }

  submit(requests: readonly OrderRequest[], nowMs: number): readonly VenueReport[] {
    const reports: VenueReport[] = [];
    for (const request of requests) this.accept(request, nowMs, reports);
    if (this.config.fill === "this-close") this.fillAtClose(requests, nowMs, reports);
    return reports;
  }

  cancel(orderId: string, nowMs: number): readonly VenueReport[] {
    const order = this.book.working.get(orderId);
    const reports: VenueReport[] = [];
    if (order === undefined) {
      const reason = this.book.known.has(orderId) ? "the order is final" : "the order is not known";
      this.book.tell(reports, { kind: "cancel-rejected", orderId, timeMs: nowMs, reason });
    } else this.book.end(order, "cancelled", "cancelled by its owner", nowMs, reports);
    return reports;
  }

  replace(orderId: string, replacement: OrderRequest, nowMs: number): readonly VenueReport[] {
    const order = this.book.working.get(orderId);
    const reports: VenueReport[] = [];
    const refused = order === undefined ? "the order is final" : this.refusal(replacement);
    if (order === undefined || refused !== null) {
      const reason = refused ?? "the order is final";
      this.book.tell(reports, { kind: "replace-rejected", orderId, timeMs: nowMs, reason });
      this.book.tell(reports, { kind: "rejected", orderId: replacement.id, timeMs: nowMs, reason });
      return reports;
    }
    const left = leftOf(order);
    const quantity =
      left === null ? replacement.quantity : smaller(replacement.quantity ?? left, left);
    this.book.remove(order);
    this.book.tell(reports, {
      kind: "replaced",
      orderId,
      timeMs: nowMs,
      replacementId: replacement.id,
    });
    this.book.rest({ ...replacement, quantity }, nowMs, order.held, reports);
    return reports;
  }

  find(orderId: string): readonly VenueReport[] | null {
    return this.book.known.get(orderId) ?? null;
  }

  /** Shows a closed bar: working orders are walked through it, from its open to its close. */
  onBar(market: Market, bar: Bar): readonly VenueReport[] {
    const reports = market.orders.length === 0 ? NONE : matchBar(this.book, market, bar);
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
    this.book.expire(market, quote.eventTimeMs, reports);
    for (const order of [...market.orders]) {
      const buys = order.request.side === "buy";
      const price = buys ? quote.ask : quote.bid;
      if (price <= 0 || !this.book.isActive(market, order, quote.eventTimeMs)) continue;
      const size = decimalOf(buys ? quote.askSize : quote.bidSize);
      this.meet(market, order, price, size, quote.eventTimeMs, reports);
    }
    return reports;
  }

  /** Shows a print: under `trades`, working orders trade at it, at most its size. */
  onTrade(market: Market, trade: Trade): readonly VenueReport[] {
    const reports: VenueReport[] = [];
    if (this.config.fill === "trades") {
      this.book.expire(market, trade.eventTimeMs, reports);
      for (const order of [...market.orders]) {
        if (!this.book.isActive(market, order, trade.eventTimeMs)) continue;
        this.meet(market, order, trade.price, decimalOf(trade.size), trade.eventTimeMs, reports);
      }
    }
    market.lastPrice = trade.price;
    return reports;
  }

  /** Lets time pass: orders whose time is over end. */
  onClock(timeMs: number): readonly VenueReport[] {
    if (this.book.working.size === 0) return NONE;
    const reports: VenueReport[] = [];
    for (const market of this.book.markets.values()) this.book.expire(market, timeMs, reports);
    return reports;
  }

  /** Applies a corporate action to working orders, before the first trade of its ex date. */
  onCorporateAction(
    action: EventData<"corporate-action.applied.v1">,
    timeMs: number,
  ): readonly VenueReport[] {
    const market = this.book.markets.get(action.symbol);
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
        this.book.end(order, "expired", "delisted", timeMs, reports);
    }
    return reports;
  }

  private accept(request: OrderRequest, nowMs: number, reports: VenueReport[]): void {
    if (this.book.known.has(request.id)) {
      reports.push({ kind: "rejected", orderId: request.id, timeMs: nowMs, reason: "duplicate" });
      return;
    }
    const { parentId } = request;
    const reason = this.refusal(request) ?? this.lackOf(request);
    if (reason !== null) {
      this.book.tell(reports, { kind: "rejected", orderId: request.id, timeMs: nowMs, reason });
      return;
    }
    const parent = parentId === null ? undefined : this.book.working.get(parentId);
    if (parentId !== null && parent === undefined) {
      const line = "the order that it hangs on is not working";
      this.book.tell(reports, {
        kind: "rejected",
        orderId: request.id,
        timeMs: nowMs,
        reason: line,
      });
      return;
    }
    this.book.rest(request, nowMs, parent !== undefined, reports);
  }

  /** Why the venue does not take an order at all, or null. */
  private refusal(request: OrderRequest): string | null {
    const market = this.book.markets.get(request.symbol);
    if (market === undefined) return `${request.symbol} is not traded here`;
    if (market.delisted) return `${request.symbol} is delisted`;
    return validateRequest(request, market.instrument);
  }

  /** Buying power and short sales are checked for orders that can open a position. */
  private lackOf(request: OrderRequest): string | null {
    const { account } = this.config;
    const market = this.book.markets.get(request.symbol);
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

  private fillAtClose(
    requests: readonly OrderRequest[],
    nowMs: number,
    reports: VenueReport[],
  ): void {
    for (const { id, symbol, type, timeInForce, side } of requests) {
      const order = this.book.working.get(id);
      const market = this.book.markets.get(symbol);
      if (order === undefined || market === undefined || order.held) continue;
      if (type !== "market" || isAuctionOrder(timeInForce) || order.activeFromMs > nowMs) continue;
      const quoted = side === "buy" ? market.ask : market.bid;
      const price = quoted > 0 ? quoted : market.lastPrice;
      this.book.fillOne(market, order, taking(price), null, nowMs, reports);
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
      this.book.fillOne(market, order, touch, size, timeMs, reports);
    }
    if (!order.done && ["ioc", "fok"].includes(order.request.timeInForce)) {
      this.book.end(order, "cancelled", "not filled at once", timeMs, reports);
    }
  }
}
