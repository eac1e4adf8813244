import type { Order, OrderRequest } from "../../core/domain/order.ts";
import type { Awaitable } from "../../core/ports/venue.ts";
import { valueOrThrow } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { Priority } from "./rateLimiter.ts";
import type { WireLeg, WireOrder } from "./wire.ts";

/** What our own books know of the account's open orders. */
export type KnownOrders = () => Awaitable<readonly Order[]>;

/** How many orders are remembered; older ones are asked for again. */
const MEMORY = 10_000;

/**
 * Whose order is whose. Alpaca takes our client order id for the order that a body is about, but
 * gives the legs inside it ids of its own, and nothing in a leg says who its parent is. A leg is
 * found by its parent's list of legs and told from its sibling by its type; what is found is
 * remembered, and a fresh process finds it again.
 */
export class Names {
  private readonly gateway: Gateway;
  private readonly known: KnownOrders;
  /** Our requests by client order id, and our ids by the venue's. */
  private readonly requests = new Map<string, OrderRequest>();
  private readonly ids = new Map<string, string>();

  constructor(gateway: Gateway, known: KnownOrders) {
    this.gateway = gateway;
    this.known = known;
  }

  /** Keeps what was asked for, so that replies can be told apart without asking the books. */
  remember(requests: readonly OrderRequest[]): void {
    for (const request of requests) put(this.requests, request.id, request);
  }

  /** Our request by its client order id, where this process or the books know it. */
  async requestOf(orderId: string): Promise<OrderRequest | undefined> {
    const order = await this.orderOf(orderId);
    return order?.request ?? this.requests.get(orderId);
  }

  /** Our order as the books have it. */
  async orderOf(orderId: string): Promise<Order | undefined> {
    return (await this.known()).find(({ request }) => request.id === orderId);
  }

  /** Learns the ids of an order that carries our client order id, and of its legs. */
  async learn(order: WireOrder): Promise<readonly { leg: WireLeg; orderId: string }[]> {
    // A leg is listed by itself once its parent is filled: it keeps the name that it was found by.
    put(this.ids, order.id, this.ids.get(order.id) ?? order.client_order_id);
    if (order.legs.length === 0) return [];
    const ours = await this.legsOf(order);
    return order.legs.map((leg) => {
      // What took a leg's place carries the id that we gave it; only first legs have none of ours.
      const named = ours.find(({ id }) => id === leg.client_order_id);
      const request = named ?? ours.find((one) => one.replaces === null && isAlike(one, leg));
      const orderId = request?.id ?? leg.client_order_id;
      put(this.ids, leg.id, orderId);
      return { leg, orderId };
    });
  }

  /** Our id of an order; the venue's own client order id where it is a stranger. */
  async nameOf(order: WireOrder): Promise<string> {
    await this.learnFrom(order);
    const found = this.ids.get(order.id);
    if (found !== undefined) return found;
    const isLoner = order.order_class === "" || order.order_class === "simple";
    const isOurs = (await this.requestOf(order.client_order_id)) !== undefined;
    if (!isLoner && !isOurs) {
      for (const one of await this.gateway.recent(order.symbol)) await this.learn(one);
    }
    const name = this.ids.get(order.id) ?? order.client_order_id;
    put(this.ids, order.id, name);
    return name;
  }

  /** Our id of an order of which only the venue's id is known. */
  async nameOfId(venueOrderId: string): Promise<string> {
    const found = this.ids.get(venueOrderId);
    if (found !== undefined) return found;
    const order = valueOrThrow(await this.gateway.byId(venueOrderId), `the order ${venueOrderId}`);
    return this.nameOf(order);
  }

  /** The venue's order of one of our ids, with its legs; null where it never arrived. */
  async locate(orderId: string, priority: Priority = "query"): Promise<WireOrder | null> {
    const order = await this.gateway.byClientId(orderId, priority);
    if (order !== null) {
      const isLoner = order.order_class === "" || order.order_class === "simple";
      const whole = isLoner
        ? order
        : valueOrThrow(await this.gateway.byId(order.id, priority), orderId);
      await this.learn(whole);
      return whole;
    }
    const request = await this.requestOf(orderId);
    for (const rootId of await this.rootsOf(request)) {
      const root = await this.gateway.byClientId(rootId, priority);
      if (root === null) continue;
      const nested = valueOrThrow(await this.gateway.byId(root.id, priority), rootId);
      const found = (await this.learn(nested)).find((one) => one.orderId === orderId);
      if (found !== undefined) return { ...found.leg, legs: [] };
    }
    return null;
  }

  /** The orders that a leg of ours may have been sent inside. */
  private async rootsOf(request: OrderRequest | undefined): Promise<readonly string[]> {
    if (request === undefined) return [];
    const { parentId, ocoGroup, id } = request;
    const siblings = (await this.everyRequest()).filter(
      (one) => ocoGroup !== null && one.ocoGroup === ocoGroup && one.id !== id,
    );
    const parents = (await this.everyRequest()).filter(({ replaces }) => replaces === parentId);
    const ids = [...parents, ...siblings].map((one) => one.id);
    return parentId === null ? ids : [parentId, ...ids];
  }

  /** Our requests that may be the legs of an order: its children, or the other one of its group. */
  private async legsOf(order: WireOrder): Promise<readonly OrderRequest[]> {
    const rootId = order.client_order_id;
    const requests = await this.everyRequest();
    const root = requests.find(({ id }) => id === rootId);
    const group = root?.ocoGroup ?? null;
    // An entry that took another's place has the legs of the one before it.
    const parents = new Set([rootId, root?.replaces ?? rootId]);
    return requests.filter(
      ({ id, parentId, ocoGroup }) =>
        (parentId !== null && parents.has(parentId)) ||
        (group !== null && ocoGroup === group && id !== rootId),
    );
  }

  private async everyRequest(): Promise<readonly OrderRequest[]> {
    const known = (await this.known()).map(({ request }) => request);
    const ids = new Set(known.map(({ id }) => id));
    return [...known, ...[...this.requests.values()].filter(({ id }) => !ids.has(id))];
  }

  private async learnFrom(order: WireOrder): Promise<void> {
    if (order.legs.length > 0) await this.learn(order);
  }
}

function isAlike({ type }: OrderRequest, leg: WireLeg): boolean {
  return leg.type === "limit" ? type === "limit" : type === "stop" || type === "stop-limit";
}

function put<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MEMORY && oldest !== undefined) map.delete(oldest);
}
