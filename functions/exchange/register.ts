import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { opensMsOf } from "./clock.ts";
import { uuidOf } from "./ids.ts";
import { type ExchangeOrder, freshOrder } from "./order.ts";

/** Every order of the account, and which of them are open or wait for a session. */
export class OrderRegister {
  /** Oldest first. */
  readonly all: ExchangeOrder[] = [];
  /** Not final, held ones too, oldest first. */
  readonly open = new Set<ExchangeOrder>();
  private readonly seed: number;
  private readonly byId = new Map<string, ExchangeOrder>();
  private readonly byClientId = new Map<string, ExchangeOrder>();
  private readonly queued = new Set<ExchangeOrder>();
  /** Known until orders come or go. */
  private dueMs: number | null = null;

  constructor(seed: number) {
    this.seed = seed;
  }

  find(id: string): ExchangeOrder | undefined {
    return this.byId.get(id.toLowerCase());
  }

  findByClientId(clientOrderId: string): ExchangeOrder | undefined {
    return this.byClientId.get(clientOrderId);
  }

  /** An id for an order that came without one. */
  nextClientId(): string {
    return uuidOf("client", this.seed, this.all.length);
  }

  /** Notes an order that is about to be sent. */
  add(
    request: OrderRequest,
    terms: Pick<ExchangeOrder, "instrument" | "orderClass" | "intent" | "replaces">,
    nowMs: number,
  ): ExchangeOrder {
    const order = freshOrder({
      ...terms,
      id: uuidOf("order", this.seed, request.id),
      request,
      sequence: this.all.length,
      createdMs: nowMs,
      parent: null,
    });
    order.opensMs = opensMsOf(request, calendarOf(terms.instrument.calendar), nowMs);
    this.all.push(order);
    this.byId.set(order.id, order);
    this.byClientId.set(request.id, order);
    return order;
  }

  /** The venue has it. */
  opened(order: ExchangeOrder): void {
    this.open.add(order);
    this.dueMs = null;
  }

  /** It waits for its session. */
  queue(order: ExchangeOrder): void {
    this.queued.add(order);
    this.dueMs = null;
  }

  /** It is final. */
  closed(order: ExchangeOrder): void {
    this.open.delete(order);
    this.queued.delete(order);
    this.dueMs = null;
  }

  /** Takes out of the queue what may trade by a time, in the order in which it came. */
  woken(timeMs: number): readonly ExchangeOrder[] {
    if (this.queued.size === 0) return [];
    const due = [...this.queued].filter(({ opensMs }) => opensMs <= timeMs);
    for (const order of due) this.queued.delete(order);
    if (due.length > 0) this.dueMs = null;
    return due;
  }

  /** When the next order wakes or ends by itself, UTC ms; Infinity for never. */
  nextMs(): number {
    if (this.dueMs !== null) return this.dueMs;
    let next = Number.POSITIVE_INFINITY;
    for (const { working } of this.open) next = Math.min(next, working?.expiresMs ?? next);
    for (const { opensMs } of this.queued) next = Math.min(next, opensMs);
    this.dueMs = next;
    return next;
  }
}
