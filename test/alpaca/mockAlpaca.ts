import { randomUUID } from "node:crypto";
import type { FetchApi } from "../../functions/alpaca/clientOptions.ts";

/** An order in the shape of Alpaca's own replies; decimals are text. */
export interface MockOrder {
  id: string;
  client_order_id: string;
  status: string;
  symbol: string;
  side: string;
  type: string;
  qty: string | null;
  notional: string | null;
  filled_qty: string;
  limit_price: string | null;
  stop_price: string | null;
  order_class: string;
  time_in_force: string;
  replaces: string | null;
  replaced_by: string | null;
  legs: MockOrder[] | null;
  [key: string]: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** What went out: one line a request. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json;
}

/** Something that goes wrong with the next request that matches. */
export interface Trouble {
  readonly method: string;
  /** What is answered; `lost` cuts the line. */
  readonly answer: "lost" | { readonly status: number; readonly body: unknown };
  /** Whether the request takes effect all the same. */
  readonly arrives: boolean;
}

const OPEN = new Set(["new", "accepted", "held", "partially_filled", "pending_new"]);
const START_MS = Date.UTC(2026, 10, 20, 15, 0, 0);

/** Alpaca's trading API as far as the adapter uses it: places what it is told, fills on demand. */
export class MockAlpaca {
  readonly orders: MockOrder[] = [];
  readonly sent: Sent[] = [];
  readonly troubles: Trouble[] = [];
  /** Messages that the stream of trade updates would carry. */
  readonly updates: Json[] = [];
  readonly positions: Json[] = [];
  account: Json = account();
  fills: Json[] = [];
  private nowMs = START_MS;

  readonly fetchApi: FetchApi = async (url, init) => {
    const { pathname, searchParams } = new URL(String(url));
    const body: Json = init?.body == null ? {} : JSON.parse(String(init.body));
    const method = init?.method ?? "GET";
    const request: Sent = { method, path: pathname, query: searchParams, body };
    this.sent.push(request);
    const place = this.troubles.findIndex((one) => one.method === method);
    const [trouble] = place < 0 ? [] : this.troubles.splice(place, 1);
    if (trouble === undefined) return this.answer(request);
    if (trouble.arrives) this.answer(request);
    if (trouble.answer === "lost") throw new TypeError("socket hang up");
    return reply(trouble.answer.status, trouble.answer.body);
  };

  /** Lets an order trade; legs wake and siblings end as Alpaca's do. */
  fill(id: string, quantity: number, price: number): void {
    const order = this.find(id);
    const filled = Number(order.filled_qty) + quantity;
    const whole = filled >= Number(order.qty);
    order.filled_qty = String(filled);
    order.status = whole ? "filled" : "partially_filled";
    const execution_id = randomUUID();
    const at = this.tick();
    const fill = { price: String(price), qty: String(quantity) };
    this.fills.push({
      activity_type: "FILL",
      id: `20261120100000000::${execution_id}`,
      order_id: order.id,
      transaction_time: at,
      ...fill,
      cum_qty: order.filled_qty,
      leaves_qty: String(Number(order.qty) - filled),
      type: whole ? "fill" : "partial_fill",
      symbol: order.symbol,
      side: order.side,
    });
    this.tell(whole ? "fill" : "partial_fill", order, { ...fill, execution_id });
    if (!whole) return;
    for (const leg of order.legs ?? []) {
      if (order.order_class === "oco") this.end(leg, "canceled");
      else if (leg.type === "limit" || order.order_class === "oto") this.wake(leg);
    }
    const parent = this.orders.find(({ legs }) => legs?.includes(order));
    for (const sibling of parent?.legs ?? []) if (sibling !== order) this.end(sibling, "canceled");
  }

  /** The order of a client order id or of the venue's own. */
  find(id: string): MockOrder {
    const found = this.all().find((one) => one.client_order_id === id || one.id === id);
    if (found === undefined) throw new Error(`no order ${id} here`);
    return found;
  }

  /** Ends an order by itself, as the close of a day does. */
  end(order: MockOrder, status: string): void {
    if (!OPEN.has(order.status)) return;
    order.status = status;
    order.updated_at = this.tick();
    this.tell(status, order, {});
    for (const leg of order.legs ?? []) this.end(leg, status);
  }

  private wake(leg: MockOrder): void {
    leg.status = "new";
    this.tell("new", leg, { execution_id: randomUUID() });
  }

  private all(): MockOrder[] {
    return this.orders.flatMap((order) => [order, ...(order.legs ?? [])]);
  }

  private tell(event: string, order: MockOrder, more: Json): void {
    const timestamp = this.tick();
    this.updates.push({ event, execution_id: null, timestamp, ...more, order: { ...order } });
  }

  private tick(): string {
    this.nowMs += 1_000;
    return new Date(this.nowMs).toISOString();
  }

  private answer({ method, path, query, body }: Sent): Response {
    const [, , , id] = path.split("/");
    if (path === "/v2/account") return reply(200, this.account);
    if (path === "/v2/positions") return reply(200, this.positions);
    if (path.startsWith("/v2/account/activities")) return reply(200, this.fillsPage(query));
    if (path === "/v2/orders:by_client_order_id") {
      return this.one(this.all().find((o) => o.client_order_id === query.get("client_order_id")));
    }
    if (path === "/v2/orders" && method === "POST") return this.place(body);
    if (path === "/v2/orders") return reply(200, this.listed(query));
    const order = this.all().find((one) => one.id === id);
    if (method === "GET" || order === undefined) return this.one(order);
    return method === "PATCH" ? this.replace(order, body) : this.cancel(order);
  }

  private one(order: MockOrder | undefined): Response {
    if (order !== undefined) return reply(200, order);
    return reply(404, { code: 40410000, message: "order not found" });
  }

  private fillsPage(query: URLSearchParams): Json[] {
    const token = query.get("page_token");
    const from = token === null ? 0 : this.fills.findIndex(({ id }) => id === token) + 1;
    const after = query.get("after") ?? "";
    const newer = this.fills.slice(from).filter((one) => String(one.transaction_time) > after);
    return newer.slice(0, Number(query.get("page_size") ?? 100));
  }

  private listed(query: URLSearchParams): MockOrder[] {
    const nested = query.get("nested") === "true";
    const after = query.get("after_order_id");
    const open = query.get("status") !== "all";
    const found = (nested ? this.orders : this.all()).filter(
      (one) => !open || OPEN.has(one.status) || one.legs?.some((leg) => leg.status === "new"),
    );
    const from = after === null ? 0 : found.findIndex(({ id }) => id === after) + 1;
    return found.slice(from, from + Number(query.get("limit") ?? 50));
  }

  private place(body: Json): Response {
    const id = String(body.client_order_id);
    if (this.all().some((one) => one.client_order_id === id)) {
      return reply(422, { code: 40010001, message: "client_order_id must be unique" });
    }
    const order = this.made(body);
    const target = body.take_profit as Json | undefined;
    const stop = body.stop_loss as Json | undefined;
    const isOco = body.order_class === "oco";
    const shared = {
      ...body,
      client_order_id: randomUUID(),
      side: isOco ? body.side : opposite(body),
    };
    const legs: MockOrder[] = [];
    if (isOco) order.limit_price = String(target?.limit_price);
    else if (target !== undefined) legs.push(this.made({ ...shared, ...target, type: "limit" }));
    if (stop !== undefined) {
      const type = stop.limit_price === undefined ? "stop" : "stop_limit";
      legs.push(
        this.made({ ...shared, client_order_id: randomUUID(), limit_price: null, ...stop, type }),
      );
    }
    for (const leg of legs) leg.status = "held";
    if (legs.length > 0) order.legs = legs;
    this.orders.push(order);
    this.tell("new", order, { execution_id: randomUUID() });
    return reply(200, order);
  }

  private replace(order: MockOrder, body: Json): Response {
    if (!OPEN.has(order.status)) {
      const message = `order is already in "${order.status}" state`;
      return reply(422, { code: 42210000, message });
    }
    const next: MockOrder = { ...order, ...body, id: randomUUID(), filled_qty: "0", status: "new" };
    next.replaces = order.id;
    order.replaced_by = next.id;
    const parent = this.orders.find(({ legs }) => legs?.includes(order));
    if (parent?.legs != null) parent.legs = [...parent.legs, next];
    else this.orders.push(next);
    this.end(order, "replaced");
    this.tell("new", next, { execution_id: randomUUID() });
    return reply(200, next);
  }

  private cancel(order: MockOrder): Response {
    if (!OPEN.has(order.status)) {
      const message = `order is already in "${order.status}" state`;
      return reply(422, { code: 42210000, message });
    }
    this.end(order, "canceled");
    return reply(204, null);
  }

  private made(body: Json): MockOrder {
    const at = this.tick();
    const text = (key: string) => (body[key] == null ? null : String(body[key]));
    return {
      id: randomUUID(),
      client_order_id: String(body.client_order_id),
      created_at: at,
      submitted_at: at,
      updated_at: at,
      filled_at: null,
      expired_at: null,
      canceled_at: null,
      failed_at: null,
      replaced_at: null,
      replaced_by: null,
      replaces: null,
      symbol: String(body.symbol),
      asset_class: "us_equity",
      notional: text("notional"),
      qty: text("qty"),
      filled_qty: "0",
      filled_avg_price: null,
      order_class: text("order_class") ?? "simple",
      type: String(body.type),
      side: String(body.side),
      time_in_force: String(body.time_in_force),
      limit_price: text("limit_price"),
      stop_price: text("stop_price"),
      trail_price: text("trail_price"),
      trail_percent: text("trail_percent"),
      hwm: null,
      status: "new",
      extended_hours: body.extended_hours === true,
      legs: null,
    };
  }
}

function opposite(body: Json): string {
  return body.side === "buy" ? "sell" : "buy";
}

function reply(status: number, body: unknown): Response {
  if (status === 204) return new Response(null, { status });
  const headers = { "content-type": "application/json", "x-request-id": "mock" };
  return new Response(JSON.stringify(body), { status, headers });
}

function account(): Json {
  return {
    id: "5f0c6c3a-0000-4000-8000-000000000001",
    account_number: "PA3ABCDEFGHI",
    status: "ACTIVE",
    currency: "USD",
    cash: "100000",
    equity: "100250.5",
    buying_power: "200000",
    trading_blocked: false,
    account_blocked: false,
    trade_suspended_by_user: false,
  };
}
