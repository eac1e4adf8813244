import type { Book } from "../../core/domain/book.ts";
import {
  absolute,
  type Decimal,
  larger,
  multiply,
  textOf,
  ZERO,
} from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { isFinal } from "../../core/execution/lifecycle.ts";
import type { Commit } from "../../core/ports/store.ts";
import type { Limits } from "../../core/risk/limits.ts";
import type { Job } from "./job.ts";
import { MINUTE_MS } from "./setting.ts";
import type { SimulatedWorld } from "./world.ts";

/** Jobs that put right what we know, and want nothing themselves. */
const NEVER_TRADE: ReadonlySet<string> = new Set(["reconcile", "updates", "gap", "publish"]);

/**
 * How much later than its expiry an order may reach the venue, ms: what passed the gate is sent
 * within five seconds, a call may be four on its way, and clocks differ by up to two.
 */
const EXPIRED_FOR_MS = 11_000;

/** The promises that have a bound: looked at whenever something is decided, booked or sent. */
export class Bounds {
  private readonly system: SimulatedWorld;
  private readonly broken: (promise: string, text: string) => void;
  /** When entries were approved, by profile. */
  private readonly approvedMs = new Map<string, number[]>();
  private readonly ended = new Map<string, string>();

  constructor(system: SimulatedWorld, broken: (promise: string, text: string) => void) {
    this.system = system;
    this.broken = broken;
  }

  /** After a commit has taken effect. */
  committed({ events, book }: Commit, job: Job): void {
    for (const event of events) {
      if (event.type === "order.requested.v1" && NEVER_TRADE.has(job.name)) {
        this.broken("who compares never trades", `${job.name} wanted ${event.data.orderId}`);
      }
      if (event.type === "order.requested.v1") this.wasAsked(event);
      if (event.type === "order.approved.v1" && book !== null) this.approved(event, book);
      if (event.type === "order.submitted.v1" && book !== null) this.closes(event, book);
      this.onlyGoesOn(event);
    }
  }

  /** When orders reach the venue. */
  submitted(requests: readonly OrderRequest[], causeOf: (id: string) => string | undefined): void {
    const { books, time } = this.system;
    for (const { id, profile, quantity, role } of requests) {
      const most = this.limitsOf(profile).maxOrderQuantity;
      if (quantity !== null && most !== undefined && quantity > most) {
        this.broken("no order is above a limit", `${id} is of ${textOf(quantity)}`);
      }
      const cause = books.event(causeOf(id) ?? "");
      if (role !== "entry" || cause?.type !== "signal.received.v1") continue;
      const lateMs = time.nowMs - cause.data.expiresAtMs;
      if (lateMs <= EXPIRED_FOR_MS) continue;
      this.broken("nothing is sent on what has expired", `${id}, ${lateMs} ms too late`);
    }
  }

  /** An exit that is about to be sent has something to close, as far as our books know. */
  private closes({ data }: EventOf<"order.submitted.v1">, book: Book): void {
    const { orderId, profile } = data;
    const order = book.orders.find(({ request }) => request.id === orderId);
    if (order?.request.role !== "exit") return;
    const { symbol, side, quantity } = order.request;
    const held = heldOf(book, profile, symbol);
    const closable = held > ZERO === (side === "sell") ? absolute(held) : ZERO;
    if (closable > ZERO && (quantity ?? ZERO) <= closable) return;
    this.broken("an exit opens nothing", `${orderId}, while ${textOf(held)} are held`);
  }

  private limitsOf(profile: string): Partial<Limits> {
    return this.system.profiles.find(({ name }) => name === profile)?.limits ?? {};
  }

  /** What is held and may still be bought, with the new order, at the price of its decision. */
  private approved({ data, eventTimeMs }: EventOf<"order.approved.v1">, book: Book): void {
    const { profile, orderId } = data;
    const own = book.orders.filter(({ request }) => request.profile === profile);
    const request = own.find((one) => one.request.id === orderId)?.request;
    if (request === undefined || request.role !== "entry") return;
    const limits = this.limitsOf(profile);
    if (limits.maxOpenOrders !== undefined && own.length > limits.maxOpenOrders) {
      this.broken("no order is above a limit", `${orderId} is the ${own.length}th that works`);
    }
    const most = limits.maxPositionNotional;
    const value = multiply(exposureOf(book, request), request.referencePrice);
    if (most !== undefined && value > most) {
      this.broken("exposure stays below its limit", `${orderId}: $${textOf(value)}`);
    }
    this.counted(profile, orderId, eventTimeMs, limits.maxOrdersPerMinute);
  }

  private counted(profile: string, orderId: string, timeMs: number, most?: number): void {
    const times = this.approvedMs.get(profile) ?? [];
    this.approvedMs.set(profile, times);
    times.push(timeMs);
    const within = times.filter((one) => one > timeMs - MINUTE_MS).length;
    if (most === undefined || within <= most) return;
    this.broken("orders keep to their rate", `${orderId} is the ${within}th in a minute`);
  }

  /** Orders end once; only a fill that comes late may still change one that has ended. */
  private onlyGoesOn(event: DomainEvent): void {
    if (!("orderId" in event.data)) return;
    const { orderId } = event.data;
    const order = this.system.books.order(orderId);
    if (order === undefined) return;
    const { request, status, filledQuantity } = order;
    if (request.quantity !== null && filledQuantity > request.quantity) {
      this.broken("no order fills beyond its size", `${orderId}: ${textOf(filledQuantity)}`);
    }
    const before = this.ended.get(orderId);
    if (before !== undefined && before !== status && event.type !== "order.filled.v1") {
      this.broken("orders only go on", `${orderId}: ${status}, was ${before}`);
    }
    if (isFinal(order)) this.ended.set(orderId, status);
  }

  /** Each order follows from a bar, a signal for its own profile, a schedule, a fill or a halt. */
  private wasAsked({ causationId, data }: EventOf<"order.requested.v1">): void {
    const cause = this.system.books.event(causationId);
    const isOurs =
      cause !== undefined && (!("profile" in cause.data) || cause.data.profile === data.profile);
    // What follows from a halt, or from a split in the night, is named after it.
    if (isOurs || causationId.startsWith("halt.") || causationId.includes(".split.")) return;
    this.broken("nobody else can order", `${data.orderId} follows from ${causationId}`);
  }
}

/** Units that a profile may come to hold of an instrument, on either side, if all fills. */
function exposureOf(book: Book, { profile, symbol }: OrderRequest): Decimal {
  const held = heldOf(book, profile, symbol);
  let [buys, sells] = [ZERO, ZERO];
  for (const { request, filledQuantity, status } of book.orders) {
    if (request.profile !== profile || request.symbol !== symbol || status === "held") continue;
    if (request.role !== "entry") continue;
    const left = (request.quantity ?? ZERO) - filledQuantity;
    if (request.side === "buy") buys += left;
    else sells += left;
  }
  return larger(absolute(held + buys), absolute(held - sells));
}

function heldOf({ ledgers }: Book, profile: string, symbol: string): Decimal {
  return ledgers[profile]?.positions[symbol]?.quantity ?? ZERO;
}
