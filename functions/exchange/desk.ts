import { ZERO } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { Agenda } from "./agenda.ts";
import {
  type ExchangeOrder,
  familyOf,
  isFinal,
  type OrderClass,
  type PositionIntent,
} from "./order.ts";
import { OrderRegister } from "./register.ts";
import { type ReportParts, Reports } from "./reports.ts";

/** Orders that come in one body: the first, and its legs. */
export interface Placement {
  readonly instrument: Instrument;
  readonly orderClass: OrderClass;
  readonly intent: PositionIntent;
  readonly requests: readonly [OrderRequest, ...OrderRequest[]];
}

/** What a desk works with. */
export interface DeskParts extends Omit<ReportParts, "register"> {
  readonly agenda: Agenda;
}

/** The account's orders: sends them to the simulated venue, and keeps what it says of them. */
export class Desk {
  private readonly parts: DeskParts;
  private readonly register: OrderRegister;
  private readonly reports: Reports;

  constructor(parts: DeskParts) {
    this.parts = parts;
    this.register = new OrderRegister(parts.seed);
    this.reports = new Reports({ ...parts, register: this.register });
  }

  /** Every order there ever was, oldest first. */
  orders(): readonly ExchangeOrder[] {
    return this.register.all;
  }

  /** Orders that are not final, held ones too, oldest first. */
  open(): Iterable<ExchangeOrder> {
    return this.register.open;
  }

  find(id: string): ExchangeOrder | undefined {
    return this.register.find(id);
  }

  findByClientId(clientOrderId: string): ExchangeOrder | undefined {
    return this.register.findByClientId(clientOrderId);
  }

  /** An id for an order that came without one. */
  nextClientId(): string {
    return this.register.nextClientId();
  }

  /** Sends sound orders to the venue; answers the first. */
  place({ instrument, orderClass, intent, requests }: Placement): ExchangeOrder {
    const nowMs = this.parts.nowMs();
    const [first, ...others] = requests;
    const terms = { instrument, orderClass, replaces: null };
    const root = this.register.add(first, { ...terms, intent }, nowMs);
    for (const request of others) {
      const leg = this.register.add(request, { ...terms, intent: closing(request) }, nowMs);
      leg.parent = root;
      root.legs.push(leg);
    }
    this.take(this.parts.venue.submit(requests, nowMs));
    return root;
  }

  /** Cancels an order and what is left of its group, now or when a fault says so. */
  cancel(order: ExchangeOrder): void {
    const slow = this.parts.faults.take("slow-cancel");
    if (slow === null) {
      this.end(order);
      return;
    }
    const nowMs = this.parts.nowMs();
    order.status = "pending_cancel";
    this.reports.tell("pending_cancel", order, nowMs);
    this.parts.agenda.at(nowMs + slow.ms, () => this.end(order));
  }

  /** Puts an order in the place of another, to trade so much by itself. */
  replace(old: ExchangeOrder, request: OrderRequest): ExchangeOrder {
    const nowMs = this.parts.nowMs();
    const { instrument, orderClass, intent } = old;
    const terms = { instrument, orderClass, intent, replaces: old };
    const order = this.register.add(request, terms, nowMs);
    order.status = old.status;
    succeed(old, order);
    // The venue counts what was executed before, as FIX does; Alpaca counts the new order alone.
    const { quantity } = request;
    const { before = ZERO, filled = ZERO, reduced = ZERO } = old.working ?? {};
    const whole = quantity === null ? null : quantity + before + filled + reduced;
    const replacement = { ...request, quantity: whole };
    this.take(this.parts.venue.replace(old.request.id, replacement, nowMs));
    // The venue may refuse all the same: the old one keeps its place.
    if (order.status === "rejected") succeed(order, old);
    return order;
  }

  /** Takes in what the venue reported. */
  take(reports: readonly VenueReport[]): void {
    if (reports.length > 0) this.reports.take(reports);
  }

  /** Wakes orders whose session opens, and ends those whose time is over. */
  pass(timeMs: number): void {
    for (const order of this.register.woken(timeMs)) {
      if (order.status !== "accepted") continue;
      order.status = "new";
      this.reports.tell("new", order, order.opensMs);
    }
    if (this.register.nextMs() <= timeMs) this.take(this.parts.venue.onClock(timeMs));
  }

  /** When {@link pass} has something to do, UTC ms; Infinity for never. */
  wakeMs(): number {
    return this.register.nextMs();
  }

  private end(order: ExchangeOrder): void {
    const nowMs = this.parts.nowMs();
    for (const one of [order, ...familyOf(order)]) {
      if (isFinal(one)) continue;
      const reports = this.parts.venue.cancel(one.request.id, nowMs);
      this.take(reports);
      // The venue's own latency: the cancel is on its way, and the clock brings its answer.
      if (reports.length > 0 || one.status === "pending_cancel") continue;
      one.status = "pending_cancel";
      this.reports.tell("pending_cancel", one, nowMs);
    }
  }
}

/** Gives an order's place in its group to another. */
function succeed(from: ExchangeOrder, to: ExchangeOrder): void {
  to.parent = from.parent;
  to.legs = from.legs;
  for (const leg of to.legs) leg.parent = to;
  if (to.parent !== null) to.parent.legs = to.parent.legs.map((leg) => (leg === from ? to : leg));
}

/** Legs close what their parent opens. */
function closing({ side }: OrderRequest): PositionIntent {
  return side === "buy" ? "buy_to_close" : "sell_to_close";
}
