import type { Alpaca, trading } from "@alpacahq/alpaca-trade-api/rest";
import { type Ask, askUnder, attempt } from "./ask.ts";
import { type Answer, valueOrThrow } from "./errors.ts";
import type { Priority, RateLimiter } from "./rateLimiter.ts";
import {
  type WireAccount,
  type WireFill,
  type WireOrder,
  wireAccount,
  wireFills,
  wireOrder,
  wireOrders,
  wirePositions,
} from "./wire.ts";

/** The largest pages that Alpaca gives. */
export const ORDERS_PAGE = 500;
const FILLS_PAGE = 100;

/**
 * Alpaca's trading API as we use it: each call waits for its turn, its reply is checked, and what
 * became of it is a value.
 */
export class Gateway {
  private readonly trading: Alpaca["trading"];
  private readonly limiter: RateLimiter;
  private readonly ask: Ask;

  constructor(client: Alpaca, limiter: RateLimiter) {
    this.trading = client.trading;
    this.limiter = limiter;
    this.ask = askUnder(limiter, "trading");
  }

  async post(body: trading.PostOrderRequest, priority: Priority): Promise<Answer<WireOrder>> {
    const { orders } = this.trading;
    const send = () => orders.postOrderRaw({ postOrderRequest: body });
    const answer = await this.ask(wireOrder, priority, send);
    return about(answer, ({ client_order_id }) => client_order_id === body.clientOrderId);
  }

  patch(orderId: string, body: trading.PatchOrderRequest): Promise<Answer<WireOrder>> {
    const { orders } = this.trading;
    return this.ask(wireOrder, "exit", () =>
      orders.patchOrderByOrderIdRaw({ orderId, patchOrderRequest: body }),
    );
  }

  async cancel(orderId: string): Promise<Answer<null>> {
    const { orders } = this.trading;
    return attempt(this.limiter, "trading", "exit", async () => {
      await orders.deleteOrderByOrderIDRaw({ orderId });
      return null;
    });
  }

  /** With its legs. */
  async byId(orderId: string, priority: Priority = "query"): Promise<Answer<WireOrder>> {
    const { orders } = this.trading;
    const answer = await this.ask(wireOrder, priority, () =>
      orders.getOrderByOrderIDRaw({ orderId, nested: true }),
    );
    return about(answer, ({ id }) => id === orderId);
  }

  /** Null where the venue has never seen the id. */
  async byClientId(clientOrderId: string, priority: Priority = "query"): Promise<WireOrder | null> {
    const { orders } = this.trading;
    const reply = await this.ask(wireOrder, priority, () =>
      orders.getOrderByClientOrderIdRaw({ clientOrderId }),
    );
    const answer = about(reply, ({ client_order_id }) => client_order_id === clientOrderId);
    const { failure } = answer.ok ? { failure: null } : answer;
    if (failure?.kind === "refused" && failure.status === 404) return null;
    return valueOrThrow(answer, `the order ${clientOrderId}`);
  }

  /** Every order that a query matches, page by page. */
  async list(query: trading.GetAllOrdersRequest): Promise<readonly WireOrder[]> {
    const { orders } = this.trading;
    const all: WireOrder[] = [];
    for (let afterOrderId: string | undefined; ; ) {
      const page = { ...query, limit: ORDERS_PAGE, direction: "asc" as const };
      const request = afterOrderId === undefined ? page : { ...page, afterOrderId };
      const answer = await this.ask(wireOrders, "query", () => orders.getAllOrdersRaw(request));
      const found = valueOrThrow(answer, "the list of orders");
      all.push(...found);
      const last = found.at(-1);
      // A page that says nothing new would be asked for for ever.
      if (found.length < ORDERS_PAGE || last === undefined || last.id === afterOrderId) return all;
      afterOrderId = last.id;
    }
  }

  /** The newest orders of one symbol with their legs: one page, as what is sought is recent. */
  async recent(symbol: string): Promise<readonly WireOrder[]> {
    const { orders } = this.trading;
    const query = { status: "all", symbols: symbol, nested: true, limit: ORDERS_PAGE } as const;
    const answer = await this.ask(wireOrders, "query", () =>
      orders.getAllOrdersRaw({ ...query, direction: "desc" }),
    );
    return valueOrThrow(answer, `the orders of ${symbol}`);
  }

  /** Every execution from a time on, oldest first; partial ones by how far they had come. */
  async fills(sinceMs: number): Promise<readonly WireFill[]> {
    const { accountActivities } = this.trading;
    // `after` leaves its own instant out.
    const query = {
      activityType: "FILL",
      after: new Date(sinceMs - 1),
      direction: "asc",
      pageSize: FILLS_PAGE,
    } as const;
    const all: WireFill[] = [];
    for (let pageToken: string | undefined; ; ) {
      const request = pageToken === undefined ? query : { ...query, pageToken };
      const answer = await this.ask(wireFills, "query", () =>
        accountActivities.getAccountActivitiesByActivityTypeRaw(request),
      );
      const page = valueOrThrow(answer, "the account's fills");
      all.push(...page);
      const last = page.at(-1);
      if (page.length < FILLS_PAGE || last === undefined || last.id === pageToken) break;
      pageToken = last.id;
    }
    return all
      .filter((fill) => fill.transaction_time >= sinceMs)
      .sort((a, b) => a.transaction_time - b.transaction_time || compare(a.cum_qty, b.cum_qty));
  }

  async positions() {
    const { positions } = this.trading;
    const answer = await this.ask(wirePositions, "query", () => positions.getAllOpenPositionsRaw());
    return valueOrThrow(answer, "the positions");
  }

  async account(): Promise<WireAccount> {
    const { account } = this.trading;
    const answer = await this.ask(wireAccount, "query", () => account.getAccountRaw());
    return valueOrThrow(answer, "the account");
  }
}

/** An answer that tells of another order than the one it was asked about tells nothing of that. */
function about(answer: Answer<WireOrder>, isIt: (order: WireOrder) => boolean): Answer<WireOrder> {
  if (!answer.ok || isIt(answer.value)) return answer;
  const { client_order_id } = answer.value;
  const reason = `expected the order that was asked about, got ${client_order_id.slice(0, 128)}`;
  return { ok: false, failure: { kind: "lost", reason } };
}

function compare(a: bigint | null, b: bigint | null): number {
  return a === null || b === null || a === b ? 0 : a < b ? -1 : 1;
}
