import { decimalOf, ZERO } from "../../core/domain/decimal.ts";
import type { Order, OrderRequest } from "../../core/domain/order.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { Awaitable } from "../../core/ports/venue.ts";
import type {
  VenueAccount,
  VenueBalances,
  VenueOrder,
  VenuePosition,
} from "../../core/ports/venueAccount.ts";
import { bodyOf, keptOf, refusalOf } from "./orders.ts";
import { fillOf, isOver, standingReports } from "./reports.ts";
import {
  errorOf,
  failureOf,
  type UnifiedExchange,
  type UnifiedFailure,
  type UnifiedOrder,
  type UnifiedTrade,
  unifiedBalance,
  unifiedOrder,
  unifiedOrders,
  unifiedTrades,
} from "./unified.ts";

/** What the adapter is given besides its exchange. */
export interface CcxtVenueOptions {
  /** Pairs that are traded here, such as `BTC/USD`: fills are asked for one by one. */
  readonly symbols: readonly string[];
  /** The account's open orders as our books have them. */
  readonly known?: () => Awaitable<readonly Order[]>;
  /** The coin that cash is in. Default USD. */
  readonly cash?: string;
}

const KEPT = "kept-by-us";

/**
 * A spot account at any exchange of ccxt as a venue. No group is sent as one, as exchanges differ
 * in whether and how they hold brackets: every leg is kept by the framework. A replacement is a
 * cancel and a new order. Updates are polled: what happened is in the list of executions.
 */
export class CcxtVenue implements VenueAccount {
  private readonly exchange: UnifiedExchange;
  private readonly symbols: readonly string[];
  private readonly known: () => Awaitable<readonly Order[]>;
  private readonly cash: string;
  /** Our requests by client order id, and our ids by the exchange's. */
  private readonly requests = new Map<string, OrderRequest>();
  private readonly ids = new Map<string, string>();

  constructor(exchange: UnifiedExchange, options: CcxtVenueOptions) {
    this.exchange = exchange;
    this.symbols = options.symbols;
    this.known = options.known ?? (() => []);
    this.cash = options.cash ?? "USD";
  }

  /** Sends entries, and legs whose parents are over; all others are reported as held. */
  async submit(requests: readonly OrderRequest[], nowMs: number): Promise<readonly VenueReport[]> {
    const kept = new Set(this.legsWeKeep(requests).map(({ id }) => id));
    const refused = new Set<string>();
    const reports: VenueReport[] = [];
    for (const request of requests) {
      this.requests.set(request.id, request);
      const { id, parentId } = request;
      if (parentId !== null && refused.has(parentId)) {
        const reason = "the order that it hangs on was refused";
        reports.push({ kind: "rejected", orderId: id, timeMs: nowMs, reason });
      } else if (kept.has(id)) {
        reports.push({
          kind: "accepted",
          orderId: id,
          timeMs: nowMs,
          venueOrderId: KEPT,
          held: true,
        });
      } else {
        const report = await this.place(request, nowMs, reports.length > 0);
        if (report.kind === "rejected" && report.reason !== "duplicate") refused.add(id);
        reports.push(report);
      }
    }
    return reports;
  }

  async cancel(orderId: string, nowMs: number): Promise<readonly VenueReport[]> {
    const order = await this.locate(orderId);
    const at = { orderId, timeMs: nowMs };
    if (order === null) {
      const ours = (await this.known()).find(({ request }) => request.id === orderId);
      const isKept =
        ours?.request.parentId != null && (ours.resumeStatus ?? ours.status) === "held";
      return isKept
        ? [{ kind: "cancelled", ...at, reason: "cancelled before it was sent" }]
        : [{ kind: "cancel-rejected", ...at, reason: "the order is not known" }];
    }
    const failure = await this.failure(() => this.exchange.cancelOrder(order.id, order.symbol));
    if (failure !== null && failure.kind !== "refused" && failure.kind !== "absent") {
      throw errorOf(failure, orderId);
    }
    const after = await this.fetch(order);
    const reports = await this.reportsOf(after, orderId);
    if (failure === null) return isOver(after) ? reports : [];
    const reason = failure.kind === "absent" ? "final" : failure.reason;
    return [...reports, { kind: "cancel-rejected", ...at, reason }];
  }

  /** Cancels the order, and sends its replacement for the rest once it is certain to be over. */
  async replace(
    orderId: string,
    replacement: OrderRequest,
    nowMs: number,
  ): Promise<readonly VenueReport[]> {
    const reason = refusalOf(replacement, this.exchange);
    if (reason !== null) return notReplaced(orderId, replacement, reason, nowMs);
    const ended = await this.cancel(orderId, nowMs);
    const order = await this.locate(orderId);
    const isCancelled = ended.some(({ kind }) => kind === "cancelled");
    if (order === null || !isCancelled) {
      const why = "the order was not cancelled";
      return [...ended, ...notReplaced(orderId, replacement, why, nowMs)];
    }
    const fills = ended.filter(({ kind }) => kind === "filled" || kind === "accepted");
    const rest = replacement.quantity === null ? ZERO : replacement.quantity - order.filled;
    if (rest <= ZERO) {
      return [...ended, ...notReplaced(orderId, replacement, "nothing is left", nowMs)];
    }
    this.requests.set(replacement.id, replacement);
    const placed = await this.place({ ...replacement, quantity: rest }, nowMs, true);
    const replaced = { orderId, timeMs: nowMs, replacementId: replacement.id };
    return [...fills, { kind: "replaced", ...replaced }, placed];
  }

  async find(orderId: string): Promise<readonly VenueReport[] | null> {
    const order = await this.locate(orderId);
    return order === null ? null : this.reportsOf(order, orderId);
  }

  async openOrders(): Promise<readonly VenueOrder[]> {
    const found = await this.read(() => this.exchange.fetchOpenOrders(undefined));
    return unifiedOrders.parse(found).map((order) => ({
      orderId: this.nameOf(order),
      venueOrderId: order.id,
      symbol: order.symbol,
      side: order.side,
      quantity: order.amount,
      filledQuantity: order.filled,
      submittedMs: order.timestamp ?? 0,
    }));
  }

  /** Coins that are held, by the pair with cash. */
  async positions(): Promise<readonly VenuePosition[]> {
    const { total } = unifiedBalance.parse(await this.read(() => this.exchange.fetchBalance()));
    return Object.entries(total)
      .filter(([coin, held]) => coin !== this.cash && (held ?? 0) !== 0)
      .map(([coin, held]) => ({
        symbol: `${coin}/${this.cash}`,
        quantity: decimalOf(held ?? 0),
      }));
  }

  /** Cash alone: what the coins are worth is a matter of prices, which are not asked for here. */
  async balances(): Promise<VenueBalances> {
    const balance = unifiedBalance.parse(await this.read(() => this.exchange.fetchBalance()));
    const cash = decimalOf(balance.total[this.cash] ?? 0);
    const buyingPower = decimalOf(balance.free[this.cash] ?? 0);
    return { cash, equity: cash, buyingPower, trading: true };
  }

  async fillsSince(timeMs: number): Promise<readonly VenueReport[]> {
    const reports: VenueReport[] = [];
    for (const symbol of this.symbols) {
      for (const trade of await this.trades(symbol, timeMs)) {
        const { order: venueOrderId } = trade;
        if (venueOrderId == null) continue;
        const order = await this.fetch({ id: venueOrderId, symbol });
        const orderId = this.nameOf(order);
        reports.push(fillOf(trade, order, orderId, this.requests.get(orderId)));
      }
    }
    return reports.sort((a, b) => a.timeMs - b.timeMs);
  }

  legsWeKeep(requests: readonly OrderRequest[]): readonly OrderRequest[] {
    return keptOf(requests, this.exchange);
  }

  private async place(request: OrderRequest, nowMs: number, isLate: boolean): Promise<VenueReport> {
    const { id: orderId } = request;
    const at = { orderId, timeMs: nowMs };
    const reason = refusalOf(request, this.exchange);
    if (reason !== null) return { kind: "rejected", ...at, reason };
    const { symbol, type, side, amount, price, params } = bodyOf(request);
    let placed: unknown;
    const failure = await this.failure(async () => {
      placed = await this.exchange.createOrder(symbol, type, side, amount, price, params);
    });
    if (failure === null) {
      const order = unifiedOrder.pick({ id: true }).safeParse(placed);
      if (!order.success) return { kind: "unknown", ...at, reason: "the reply was not readable" };
      this.ids.set(order.data.id, orderId);
      return { kind: "accepted", ...at, venueOrderId: order.data.id, held: false };
    }
    if (failure.kind === "refused") return { kind: "rejected", ...at, reason: failure.reason };
    if (failure.kind === "lost") return { kind: "unknown", ...at, reason: failure.reason };
    if (!isLate) throw errorOf(failure, orderId);
    return { kind: "unknown", ...at, reason: `not sent: ${failure.kind}` };
  }

  /** Exchanges differ in how they find orders by our ids, so these are looked for in the list. */
  private async locate(orderId: string): Promise<UnifiedOrder | null> {
    const ours = (await this.known()).find(({ request }) => request.id === orderId)?.request;
    const request = ours ?? this.requests.get(orderId);
    const symbols = request === undefined ? this.symbols : [request.symbol];
    for (const symbol of symbols) {
      const list = await this.read(() => this.exchange.fetchOrders(symbol, request?.decidedTimeMs));
      const found = unifiedOrders.parse(list).find((order) => this.nameOf(order) === orderId);
      if (found !== undefined) return found;
    }
    return null;
  }

  private async fetch({ id, symbol }: Pick<UnifiedOrder, "id" | "symbol">): Promise<UnifiedOrder> {
    return unifiedOrder.parse(await this.read(() => this.exchange.fetchOrder(id, symbol)));
  }

  private nameOf({ id, clientOrderId }: UnifiedOrder): string {
    return clientOrderId ?? this.ids.get(id) ?? id;
  }

  private async trades(symbol: string, sinceMs: number): Promise<readonly UnifiedTrade[]> {
    const trades = await this.read(() => this.exchange.fetchMyTrades(symbol, sinceMs));
    return unifiedTrades.parse(trades).filter(({ timestamp }) => timestamp >= sinceMs);
  }

  private async reportsOf(order: UnifiedOrder, orderId: string): Promise<readonly VenueReport[]> {
    const trades = order.filled > ZERO ? await this.trades(order.symbol, order.timestamp ?? 0) : [];
    const own = trades.filter((trade) => trade.order === order.id);
    return standingReports(order, own, orderId, this.requests.get(orderId));
  }

  private async failure(run: () => Promise<unknown>): Promise<UnifiedFailure | null> {
    try {
      await run();
      return null;
    } catch (error) {
      return failureOf(error);
    }
  }

  private async read(ask: () => Promise<unknown>): Promise<unknown> {
    try {
      return await ask();
    } catch (error) {
      throw errorOf(failureOf(error), "a read");
    }
  }
}

function notReplaced(
  orderId: string,
  { id }: OrderRequest,
  reason: string,
  timeMs: number,
): readonly VenueReport[] {
  return [
    { kind: "replace-rejected", orderId, timeMs, reason },
    { kind: "rejected", orderId: id, timeMs, reason },
  ];
}
