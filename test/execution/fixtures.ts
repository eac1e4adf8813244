import { type Decimal, decimal, ZERO } from "../../core/domain/decimal.ts";
import type { Order, OrderRequest } from "../../core/domain/order.ts";
import type {
  EventData,
  EventOf,
  OrderEvent,
  OrderEventType,
} from "../../core/events/catalogue.ts";
import { evolveOrder, orderFrom } from "../../core/execution/lifecycle.ts";

/** Short for {@link decimal}. */
export const d = decimal;

/** Prints the seed that a failing property is reproduced with. */
export function seeded(name: string, seed: number, numRuns: number) {
  console.log(`${name}: seed ${seed}, ${numRuns} runs`);
  return { seed, numRuns };
}

export function request(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    id: "o1",
    intentId: "i1",
    profile: "alpha",
    account: "main",
    symbol: "SPY",
    side: "buy",
    type: "market",
    timeInForce: "day",
    quantity: d("10"),
    notional: null,
    limitPrice: null,
    stopPrice: null,
    trailPrice: null,
    trailPercent: null,
    expiresAtMs: null,
    extendedHours: false,
    role: "entry",
    parentId: null,
    ocoGroup: null,
    replaces: null,
    reason: "because",
    decidedTimeMs: 1_000,
    referencePrice: d("100"),
    ...changes,
  };
}

/** An event of an order's life; `data` is what it says beyond whose order it is. */
export function event<T extends OrderEventType>(
  type: T,
  data: Omit<EventData<T>, "account" | "profile" | "orderId">,
  of: OrderRequest = request(),
  timeMs = 2_000,
): OrderEvent {
  const whole = { account: of.account, profile: of.profile, orderId: of.id, ...data };
  const made: Omit<EventOf<T>, "data"> & { data: unknown } = {
    type,
    id: `${of.id}.${type}.${timeMs}`,
    eventTimeMs: timeMs,
    receivedTimeMs: timeMs,
    causationId: "test",
    data: whole,
  };
  return made as unknown as OrderEvent;
}

export function fill(
  executionId: string,
  quantity: string | Decimal,
  price: string | Decimal = "100",
  of: OrderRequest = request(),
  timeMs = 2_000,
  more: Partial<EventData<"order.filled.v1">> = {},
): OrderEvent {
  return event(
    "order.filled.v1",
    {
      symbol: of.symbol,
      side: of.side,
      executionId,
      quantity: typeof quantity === "string" ? d(quantity) : quantity,
      price: typeof price === "string" ? d(price) : price,
      fee: ZERO,
      slippage: ZERO,
      liquidity: "taker",
      complete: false,
      ...more,
    },
    of,
    timeMs,
  );
}

const because = { reason: "because" };

/** One event of each kind, in short words. */
export const say = {
  requested: (of = request(), t = 1_000) => event("order.requested.v1", { request: of }, of, t),
  approved: (of = request(), t = 1_001) => event("order.approved.v1", { checks: [] }, of, t),
  denied: (of = request(), t = 1_001) =>
    event("order.denied.v1", { limit: "max", reason: "too much", checks: [] }, of, t),
  submitted: (of = request(), t = 1_002, attempt = 1) =>
    event("order.submitted.v1", { attempt }, of, t),
  unknown: (of = request(), t = 1_003) => event("order.unknown.v1", because, of, t),
  held: (of = request(), t = 1_004) =>
    event("order.accepted.v1", { venueOrderId: "v", held: true }, of, t),
  accepted: (of = request(), t = 1_005) =>
    event("order.accepted.v1", { venueOrderId: "v", held: false }, of, t),
  cancelRequested: (of = request(), t = 1_006) =>
    event("order.cancel-requested.v1", because, of, t),
  cancelRejected: (of = request(), t = 1_007) => event("order.cancel-rejected.v1", because, of, t),
  cancelled: (of = request(), t = 1_008) => event("order.cancelled.v1", because, of, t),
  replaceRequested: (of = request(), t = 1_006) =>
    event("order.replace-requested.v1", { replacement: { ...of, id: "o2" } }, of, t),
  replaceRejected: (of = request(), t = 1_007) =>
    event("order.replace-rejected.v1", because, of, t),
  replaced: (of = request(), t = 1_008) =>
    event("order.replaced.v1", { replacementId: "o2" }, of, t),
  rejected: (of = request(), t = 1_008) => event("order.rejected.v1", because, of, t),
  expired: (of = request(), t = 1_008) => event("order.expired.v1", because, of, t),
};

/** The order after events, the first of which may be left out when it is the request. */
export function lived(events: readonly OrderEvent[], of: OrderRequest = request()): Order {
  let order: Order = orderFrom(of, 1_000);
  for (const each of events) order = evolveOrder(order, each) ?? order;
  return order;
}
