import type { UnifiedExchange } from "../../functions/ccxt/unified.ts";

/** Errors in the classes that ccxt throws, by their names. */
export class ExchangeError extends Error {
  override readonly name: string = "ExchangeError";
}
export class InvalidOrder extends ExchangeError {
  override readonly name: string = "InvalidOrder";
}
export class DuplicateOrderId extends InvalidOrder {
  override readonly name: string = "DuplicateOrderId";
}
export class OrderNotFound extends InvalidOrder {
  override readonly name: string = "OrderNotFound";
}
export class RequestTimeout extends Error {
  override readonly name: string = "RequestTimeout";
}

interface MockOrder {
  id: string;
  clientOrderId: string;
  timestamp: number;
  status: string;
  symbol: string;
  type: string;
  side: "buy" | "sell";
  price: number | undefined;
  amount: number;
  filled: number;
  remaining: number;
  params: Readonly<Record<string, unknown>>;
}

const START_MS = Date.UTC(2026, 10, 20, 15, 30);

/** An exchange in the shape of ccxt's unified API, in memory. */
export class MockExchange implements UnifiedExchange {
  readonly id = "mock";
  readonly has = { createTriggerOrder: true };
  readonly orders: MockOrder[] = [];
  readonly trades: Readonly<Record<string, unknown>>[] = [];
  balance = { total: { USD: 1000, BTC: 0.5 }, free: { USD: 900, BTC: 0.5 } };
  /** Thrown by the next order, which arrives all the same where `arrives` says so. */
  trouble: { readonly error: Error; readonly arrives: boolean } | null = null;

  async createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price: number | undefined,
    params: Readonly<Record<string, unknown>>,
  ) {
    const { trouble } = this;
    this.trouble = null;
    if (trouble !== null && !trouble.arrives) throw trouble.error;
    const clientOrderId = String(params.clientOrderId);
    if (this.orders.some((one) => one.clientOrderId === clientOrderId)) {
      throw new DuplicateOrderId("mock {code: -2010}");
    }
    const order: MockOrder = {
      id: String(this.orders.length + 1),
      clientOrderId,
      timestamp: START_MS,
      status: "open",
      symbol,
      type,
      side: side === "buy" ? "buy" : "sell",
      price,
      amount,
      filled: 0,
      remaining: amount,
      params,
    };
    this.orders.push(order);
    if (trouble !== null) throw trouble.error;
    return { ...order };
  }

  async cancelOrder(id: string) {
    const order = this.order(id);
    if (order.status !== "open") throw new OrderNotFound("mock: order is closed");
    order.status = "canceled";
    return { ...order };
  }

  async fetchOrder(id: string) {
    return { ...this.order(id) };
  }

  async fetchOpenOrders(_: string | undefined) {
    return this.orders.filter(({ status }) => status === "open");
  }

  async fetchOrders(symbol: string) {
    return this.orders.filter((one) => one.symbol === symbol);
  }

  async fetchMyTrades(symbol: string, sinceMs: number) {
    return this.trades.filter((one) => one.symbol === symbol && Number(one.timestamp) >= sinceMs);
  }

  async fetchBalance() {
    return this.balance;
  }

  fill(clientOrderId: string, amount: number, price: number): void {
    const order = this.orders.find((one) => one.clientOrderId === clientOrderId);
    if (order === undefined) throw new Error(`no order ${clientOrderId} here`);
    order.filled += amount;
    order.remaining -= amount;
    if (order.remaining <= 0) order.status = "closed";
    this.trades.push({
      id: `t${this.trades.length + 1}`,
      order: order.id,
      timestamp: START_MS + 1_000 * (this.trades.length + 1),
      symbol: order.symbol,
      side: order.side,
      takerOrMaker: "maker",
      price,
      amount,
      cost: amount * price,
      fee: { cost: 0.001 * amount, currency: "BTC" },
    });
  }

  private order(id: string): MockOrder {
    const found = this.orders.find((one) => one.id === id);
    if (found === undefined) throw new OrderNotFound("mock: no such order");
    return found;
  }
}
