import { absolute, divide, numberOf, textOf } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest } from "../domain/order.ts";
import { MINUTE_MS } from "../domain/time.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { averageOf, type Filling, ShadowVenue, type SymbolBar, withFill } from "./shadowVenue.ts";
import { parseBook } from "./textStore.ts";

/** Why live came to something else than a replay does: see `parityOf`. */
export type ParityKind = "code" | "data" | "latency" | "fill" | "halt";

/** One thing that live and replay did not do alike. */
export interface ParityDifference {
  readonly kind: ParityKind;
  readonly profile: string;
  /** The event that it follows from. */
  readonly cause: string;
  readonly orderId: string | null;
  /** What either came to, for people. */
  readonly live: string;
  readonly replay: string;
}

/** Prices further apart than ten basis points are told. */
export const PARITY_DEFAULTS = { toleranceBps: 10 } as const;

/** What comparing the orders of a day came to. */
export interface SentOrders {
  readonly orders: number;
  readonly differences: readonly ParityDifference[];
}

/**
 * Sends the orders of a recorded day to two venues of a replay: to one at the time of their
 * decision and to the other when they were really sent. What sets those two apart is latency; what
 * sets the second apart from the fills that were recorded is the fill. Bars do not show what
 * happens within them, so a delay counts from the next bar on.
 */
export function orderDifferences(
  instruments: readonly Instrument[],
  day: readonly DomainEvent[],
  bars: readonly SymbolBar[],
  toleranceBps: number,
): SentOrders {
  const tape = new OrderTape(instruments, bars);
  for (const event of day) tape.take(event);
  return tape.ended(toleranceBps);
}

/** Limits of the submit gate that are about time. */
const LATE: ReadonlySet<string> = new Set(["freshness", "signal-expiry"]);

class OrderTape {
  private readonly atOnce: ShadowVenue;
  private readonly asSent: ShadowVenue;
  private readonly barMs: number;
  private readonly requests = new Map<string, EventOf<"order.requested.v1">>();
  private readonly resting = new Map<string, OrderRequest>();
  private readonly live = new Map<string, Filling>();
  private readonly sent = new Set<string>();
  private readonly differences: ParityDifference[] = [];
  private lastMs = 0;

  constructor(instruments: readonly Instrument[], bars: readonly SymbolBar[]) {
    this.atOnce = new ShadowVenue(instruments, bars);
    this.asSent = new ShadowVenue(instruments, bars);
    const [first] = bars;
    this.barMs = first === undefined ? MINUTE_MS : first.bar.closeTimeMs - first.bar.openTimeMs;
  }

  take(event: DomainEvent): void {
    this.lastMs = Math.max(this.lastMs, event.receivedTimeMs);
    switch (event.type) {
      case "snapshot.taken.v1":
        if (event.data.kind === "book") this.rest(event);
        return;
      case "order.requested.v1":
        this.requests.set(event.data.orderId, event);
        return;
      case "order.approved.v1": {
        const request = this.requestOf(event.data.orderId);
        if (request !== undefined) this.atOnce.send(request, request.decidedTimeMs);
        return;
      }
      case "order.submitted.v1":
        this.submit(event);
        return;
      case "order.cancel-requested.v1":
        this.atOnce.cancel(event.data.orderId, event.eventTimeMs);
        this.asSent.cancel(event.data.orderId, this.barStart(event.receivedTimeMs));
        return;
      case "order.filled.v1": {
        const { orderId, quantity, price } = event.data;
        this.live.set(orderId, withFill(this.live.get(orderId), quantity, price));
        return;
      }
      case "order.denied.v1":
        // Risk denies while deciding, with its checks: a replay does that alike.
        if (event.data.checks.length === 0) this.unsent(event);
        return;
      case "job.missed.v1":
        this.missed(event);
        return;
    }
  }

  ended(toleranceBps: number): SentOrders {
    this.atOnce.advance(this.lastMs);
    this.asSent.advance(this.lastMs);
    for (const orderId of this.sent) this.compare(orderId, toleranceBps);
    return { orders: this.sent.size, differences: this.differences };
  }

  /** Orders that rested as the day began are at both venues from its start on. */
  private rest({ data, receivedTimeMs }: EventOf<"snapshot.taken.v1">): void {
    const { orders } = parseBook(data.text);
    for (const { request, status, filledQuantity } of orders) {
      if (!RESTING.has(status) || this.resting.has(request.id)) continue;
      const hangs = orders.some((one) => one.request.id === request.parentId);
      const parentId = hangs ? request.parentId : null;
      const { quantity } = request;
      const left = quantity === null ? null : quantity - filledQuantity;
      const rest = { ...request, parentId, quantity: left };
      this.resting.set(request.id, rest);
      this.sent.add(request.id);
      this.atOnce.send(rest, receivedTimeMs);
      this.asSent.send(rest, receivedTimeMs);
    }
  }

  private submit({ data, receivedTimeMs }: EventOf<"order.submitted.v1">): void {
    const request = this.requestOf(data.orderId);
    if (request === undefined) return;
    this.sent.add(data.orderId);
    const { decidedTimeMs } = request;
    this.atOnce.send(request, decidedTimeMs);
    this.asSent.send(request, Math.max(decidedTimeMs, this.barStart(receivedTimeMs)));
  }

  private requestOf(orderId: string): OrderRequest | undefined {
    return this.requests.get(orderId)?.data.request ?? this.resting.get(orderId);
  }

  /** When the bar began that a time lies in: nothing finer can be told by bars. */
  private barStart(timeMs: number): number {
    return Math.floor(timeMs / this.barMs) * this.barMs;
  }

  private unsent({ data }: EventOf<"order.denied.v1">): void {
    const kind = LATE.has(data.limit) ? "latency" : "halt";
    this.tell(kind, data.orderId, `not sent: ${data.reason}`, "sent");
  }

  private missed({ id, data }: EventOf<"job.missed.v1">): void {
    if (data.profile === null) return;
    const live = `${data.job} was not run: ${data.reason}`;
    const { profile } = data;
    this.differences.push({
      kind: "latency",
      profile,
      cause: id,
      orderId: null,
      live,
      replay: "run",
    });
  }

  private compare(orderId: string, toleranceBps: number): void {
    const soon = this.atOnce.filling(orderId);
    const sent = this.asSent.filling(orderId);
    const live = this.live.get(orderId);
    if (differ(soon, sent, 0))
      this.tell("latency", orderId, textOfFilling(sent), textOfFilling(soon));
    if (differ(sent, live, toleranceBps)) {
      this.tell("fill", orderId, textOfFilling(live), textOfFilling(sent));
    }
  }

  private tell(kind: ParityKind, orderId: string, live: string, replay: string): void {
    const cause = this.requests.get(orderId)?.causationId ?? orderId;
    const profile = this.requestOf(orderId)?.profile ?? "";
    this.differences.push({ kind, profile, cause, orderId, live, replay });
  }
}

/** Statuses of orders that are at the venue. */
const RESTING: ReadonlySet<string> = new Set([
  "submitted",
  "unknown",
  "held",
  "accepted",
  "partially-filled",
  "cancel-requested",
  "replace-requested",
]);

function differ(replay: Filling, live: Filling | undefined, toleranceBps: number): boolean {
  if (replay.quantity !== (live?.quantity ?? 0n)) return true;
  const expected = averageOf(replay);
  const got = live === undefined ? null : averageOf(live);
  if (expected === null || got === null || expected === got) return false;
  return numberOf(divide(absolute(got - expected), expected)) * 10_000 > toleranceBps;
}

function textOfFilling(filling: Filling | undefined): string {
  const average = filling === undefined ? null : averageOf(filling);
  if (filling === undefined || average === null) return "not filled";
  return `${textOf(filling.quantity)} at ${textOf(average)}`;
}
