import { type Decimal, decimalOf, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Bar, Quote, Trade } from "../domain/market.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { EventData } from "../events/catalogue.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import { applyAction } from "./actions.ts";
import { matchBar, taking } from "./barMatching.ts";
import type { Market, VenueConfig, WorkingOrder } from "./config.ts";
import { fillOrder } from "./filling.ts";
import { mayTradeIn } from "./hours.ts";
import { meet, sizeOf } from "./offers.ts";
import {
  calendarFor,
  isActive,
  isAuctionOrder,
  isHalted,
  isImmediate,
  liquidityOf,
  NONE,
  OrderBook,
} from "./orderBook.ts";
import { lackOf, refusalOf } from "./refusals.ts";
import { restoreBook, snapshotOf } from "./snapshot.ts";

const FRESH = { held: false, before: ZERO, reduced: ZERO };
const HELD = { held: true, before: ZERO, reduced: ZERO };

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

  /**
   * Keeps an instrument from trading for a while, UTC ms. A bar is not traded in when it opens
   * within: coarser ones than the halt do not show when in them it was.
   */
  halt(symbol: string, fromMs: number, toMs: number): void {
    this.book.markets.get(symbol)?.halts.push({ fromMs, toMs });
  }

  /** Takes orders, parents before their legs. */
  submit(requests: readonly OrderRequest[], nowMs: number): readonly VenueReport[] {
    const reports: VenueReport[] = [];
    for (const request of requests) this.accept(request, nowMs, reports);
    if (this.config.fill === "this-close") this.fillAtClose(requests, nowMs, reports);
    return reports;
  }

  /**
   * Ends an order, once the word arrives; legs of what it filled by then stay, others end with it.
   */
  cancel(orderId: string, nowMs: number): readonly VenueReport[] {
    const order = this.book.working.get(orderId);
    const reports: VenueReport[] = [];
    if (order === undefined) {
      const reason = this.absence(orderId);
      this.book.refuse(reports, { kind: "cancel-rejected", orderId, timeMs: nowMs, reason });
    } else this.book.cancel(order, nowMs, reports);
    return reports;
  }

  /**
   * Puts an order in the place of another. Its quantity is what both are to trade together, so it
   * rests for what the first has not filled; held legs wait for it instead.
   * @see FIX 4.4, OrderCancelReplaceRequest: OrderQty counts what was executed already
   */
  replace(orderId: string, replacement: OrderRequest, nowMs: number): readonly VenueReport[] {
    const reports: VenueReport[] = [];
    const order = this.book.working.get(orderId);
    const reason = order === undefined ? this.absence(orderId) : this.obstacle(order, replacement);
    if (order === undefined || reason !== null) {
      const refused = { timeMs: nowMs, reason: reason ?? "" };
      this.book.refuse(reports, { kind: "replace-rejected", orderId, ...refused });
      const { id } = replacement;
      if (this.book.known.has(id)) reports.push(duplicate(id, nowMs));
      else this.book.tell(reports, { kind: "rejected", orderId: id, ...refused });
      return reports;
    }
    const before = order.before + order.filled;
    const { held, reduced } = order;
    const quantity = restOf(order, replacement);
    const legs = this.book.legsOf(order.request);
    this.book.remove(order);
    const { id } = replacement;
    this.book.tell(reports, { kind: "replaced", orderId, timeMs: nowMs, replacementId: id });
    for (const leg of legs) leg.request = { ...leg.request, parentId: id };
    this.book.rest({ ...replacement, quantity }, nowMs, { held, before, reduced }, reports);
    return reports;
  }

  /** All reports of an order so far, or null where it never arrived. */
  find(orderId: string): readonly VenueReport[] | null {
    return this.book.known.get(orderId) ?? null;
  }

  /** Shows a closed bar: working orders are walked through it, from its open to its close. */
  onBar(market: Market, bar: Bar): readonly VenueReport[] {
    const { volume } = bar;
    if (volume > 0 && !market.hasVolume) market.hasVolume = true;
    if (market.taken !== 0) market.taken = 0;
    if (market.quotedMs !== 0 && market.quotedMs < bar.openTimeMs) forgetQuote(market);
    const reports = market.orders.length === 0 ? NONE : matchBar(this.book, market, bar);
    market.lastPrice = bar.close;
    market.lastRange = bar.high - bar.low;
    market.lastVolume = volume;
    return reports;
  }

  /** Shows a quote: under `quotes`, working orders meet the other side of it. */
  onQuote(market: Market, quote: Quote): readonly VenueReport[] {
    market.bid = quote.bid;
    market.ask = quote.ask;
    market.quotedMs = quote.eventTimeMs;
    if (this.config.fill !== "quotes" || market.orders.length === 0) return NONE;
    const { eventTimeMs } = quote;
    const reports: VenueReport[] = [];
    this.book.expire(market, eventTimeMs, reports);
    let bids = sizeOf(quote.bidSize);
    let asks = sizeOf(quote.askSize);
    for (const order of [...market.orders]) {
      const buys = order.request.side === "buy";
      const price = buys ? quote.ask : quote.bid;
      if (price <= 0 || !isActive(market, order, eventTimeMs)) continue;
      // Whoever quotes the limit's own price would trade with it.
      const at = { price, size: buys ? asks : bids, timeMs: eventTimeMs, rule: "fill" } as const;
      const left = meet(this.book, market, order, at, reports);
      if (buys) asks = left;
      else bids = left;
    }
    return reports;
  }

  /** Shows a print: under `trades`, working orders trade at it, together at most its size. */
  onTrade(market: Market, trade: Trade): readonly VenueReport[] {
    market.lastPrice = trade.price;
    if (this.config.fill !== "trades" || market.orders.length === 0) return NONE;
    const { price, eventTimeMs } = trade;
    const reports: VenueReport[] = [];
    this.book.expire(market, eventTimeMs, reports);
    let size = sizeOf(trade.size);
    for (const order of [...market.orders]) {
      if (!isActive(market, order, eventTimeMs)) continue;
      const at = { price, size, timeMs: eventTimeMs, rule: this.config.touch };
      size = meet(this.book, market, order, at, reports);
    }
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
    return applyAction(this.book, action, timeMs);
  }

  /** All that the venue knows, as JSON text; models and accounts are configuration, not state. */
  snapshot(): string {
    return snapshotOf(this.book);
  }

  /**
   * Takes up where a snapshot was taken. The instruments must have their markets already.
   * @throws InputError where the text is no snapshot, or tells of an instrument without a market.
   */
  restore(text: string): void {
    restoreBook(this.book, text);
  }

  private accept(request: OrderRequest, nowMs: number, reports: VenueReport[]): void {
    const { id, parentId, symbol } = request;
    if (this.book.known.has(id)) {
      reports.push(duplicate(id, nowMs));
      return;
    }
    const market = this.book.markets.get(symbol);
    const { account } = this.config;
    let reason = refusalOf(request, market);
    if (reason === null && parentId !== null && !this.book.working.has(parentId)) {
      reason = "the order that it hangs on is not working";
    }
    if (reason === null && account !== null && market !== undefined) {
      reason = lackOf(request, market, account);
    }
    if (reason === null) this.book.rest(request, nowMs, parentId === null ? FRESH : HELD, reports);
    else this.book.tell(reports, { kind: "rejected", orderId: id, timeMs: nowMs, reason });
  }

  private absence(orderId: string): string {
    return this.book.known.has(orderId) ? "the order is final" : "the order is not known";
  }

  /** What keeps a replacement from taking an order's place, or null. */
  private obstacle(order: WorkingOrder, replacement: OrderRequest): string | null {
    if (this.book.known.has(replacement.id)) return "duplicate";
    if (order.cancelling) return "the order is being cancelled";
    if (replacement.symbol !== order.request.symbol) return "expected an order of the same symbol";
    const quantity = restOf(order, replacement);
    if (quantity !== null && quantity <= ZERO) return "the order has filled as much already";
    return refusalOf(replacement, this.book.markets.get(replacement.symbol));
  }

  private fillAtClose(
    requests: readonly OrderRequest[],
    nowMs: number,
    reports: VenueReport[],
  ): void {
    for (const { id, symbol, type, side } of requests) {
      const order = this.book.working.get(id);
      const market = this.book.markets.get(symbol);
      if (order === undefined || market === undefined || type !== "market") continue;
      const quoted = side === "buy" ? market.ask : market.bid;
      const price = quoted > 0 ? quoted : market.lastPrice;
      if (price <= 0 || !this.isInClose(market, order, nowMs)) continue;
      const volume = market.lastVolume;
      const share = liquidityOf(this.config, market, volume);
      const left = share === null ? null : share - decimalOf(market.taken);
      const after = fillOrder(this.book, market, order, taking(price), left, nowMs, reports);
      if (left !== null && after !== null) market.taken += Number(left - after) / 1e9;
      if (isImmediate(order.request)) {
        this.book.end(order, "cancelled", "not filled at once", nowMs, reports);
      }
    }
  }

  /** Whether an order could have traded in the bar that closed just now. */
  private isInClose(market: Market, order: WorkingOrder, nowMs: number): boolean {
    if (order.held || order.activeFromMs > nowMs || isAuctionOrder(order.request)) return false;
    if (isHalted(market, nowMs - 1)) return false;
    return mayTradeIn(order.request, calendarFor(market), nowMs - 1);
  }
}

/** What a replacement may trade: its quantity less what the order before it has filled. */
function restOf(order: WorkingOrder, { quantity }: OrderRequest): Decimal | null {
  return quantity === null ? null : quantity - order.before - order.filled - order.reduced;
}

/** A quote from before a bar says nothing of its close, nor of the spread in it. */
function forgetQuote(market: Market): void {
  market.bid = 0;
  market.ask = 0;
  market.quotedMs = 0;
}

function duplicate(orderId: string, timeMs: number): VenueReport {
  return { kind: "rejected", orderId, timeMs, reason: "duplicate" };
}
