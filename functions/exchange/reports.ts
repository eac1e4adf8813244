import { multiply, roundDown, ZERO } from "../../core/domain/decimal.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { SimulatedVenue } from "../../core/simulation/venue.ts";
import type { Activities } from "./activities.ts";
import type { Books } from "./books.ts";
import type { Faults } from "./faults.ts";
import { uuidOf } from "./ids.ts";
import { type ExchangeOrder, isFinal, isStop, siblingsOf, termsOf } from "./order.ts";
import type { OrderRegister } from "./register.ts";
import type { UpdateEvent, Updates } from "./updates.ts";

type Fill = Extract<VenueReport, { kind: "filled" }>;

/** What reports change. */
export interface ReportParts {
  readonly venue: SimulatedVenue;
  readonly register: OrderRegister;
  readonly books: Books;
  readonly activities: Activities;
  readonly updates: Updates;
  readonly faults: Faults;
  readonly seed: number;
  nowMs(): number;
}

/** Takes in the simulated venue's reports: statuses, books, activities, the stream's news. */
export class Reports {
  private readonly parts: ReportParts;

  constructor(parts: ReportParts) {
    this.parts = parts;
  }

  take(reports: readonly VenueReport[]): void {
    for (const report of reports) {
      const order = this.parts.register.findByClientId(report.orderId);
      if (order !== undefined) this.change(order, report);
    }
  }

  /** Tells of an order as it stands. */
  tell(event: UpdateEvent, order: ExchangeOrder, timeMs: number): void {
    this.parts.updates.tell(event, order, { timeMs, nowMs: this.parts.nowMs() });
  }

  private change(order: ExchangeOrder, report: VenueReport): void {
    const { timeMs } = report;
    switch (report.kind) {
      case "accepted":
        this.accepted(order, report.held, timeMs);
        return;
      case "filled":
        this.executed(order, report);
        return;
      case "cancelled":
      case "expired":
        this.ended(order, report.kind, timeMs);
        return;
      case "rejected":
        order.failedMs = timeMs;
        this.close(order, "rejected", timeMs);
        return;
      case "replaced":
        order.replacedMs = timeMs;
        order.replacedBy = this.parts.register.findByClientId(report.replacementId) ?? null;
        this.close(order, "replaced", timeMs);
    }
  }

  private accepted(order: ExchangeOrder, held: boolean, timeMs: number): void {
    if (order.working === null) this.link(order);
    order.updatedMs = timeMs;
    if (held || waitsForTarget(order)) {
      const before = order.status;
      order.status = "held";
      if (before !== "held") this.tell("held", order, timeMs);
      return;
    }
    // A leg that wakes and an order that takes another's place work at once.
    const isReceived = order.status === "pending_new";
    if (isReceived && order.opensMs > timeMs) {
      order.status = "accepted";
      this.parts.register.queue(order);
      this.tell("accepted", order, timeMs);
      return;
    }
    if (isReceived) this.tell("pending_new", order, timeMs);
    order.status = "new";
    this.tell("new", order, timeMs);
  }

  /** The venue's own order, which knows where a trailing stop stands and what splits have made. */
  private link(order: ExchangeOrder): void {
    const { venue, register } = this.parts;
    const { orders } = venue.market(order.instrument);
    order.working = orders.findLast(({ request }) => request.id === order.request.id) ?? null;
    register.opened(order);
  }

  private executed(order: ExchangeOrder, fill: Fill): void {
    const pieces = this.parts.faults.take("partial-fills")?.pieces ?? 1;
    const share = roundDown(fill.quantity / BigInt(pieces), order.instrument.lot);
    if (pieces === 1 || share <= ZERO) {
      this.book(order, fill, fill.complete);
      return;
    }
    // The fee goes with the last piece, so that all of them add up to the one execution.
    for (let piece = 1; piece < pieces; piece += 1) {
      const executionId = `${fill.executionId}.${piece}`;
      this.book(order, { ...fill, executionId, quantity: share, fee: ZERO }, false);
    }
    const rest = fill.quantity - share * BigInt(pieces - 1);
    this.book(order, { ...fill, quantity: rest }, fill.complete);
  }

  private book(order: ExchangeOrder, fill: Fill, complete: boolean): void {
    const { books, activities, updates, register, seed } = this.parts;
    const { quantity, price, timeMs } = fill;
    books.fill(termsOf(order), fill);
    order.filled += quantity;
    order.spent += multiply(quantity, price);
    order.filledMs = timeMs;
    order.updatedMs = timeMs;
    const { quantity: whole, symbol } = termsOf(order);
    // What went into the order before it, or to its sibling, is no longer part of it.
    const isWhole = complete || (whole !== null && order.filled >= whole);
    if (isWhole) {
      register.closed(order);
      order.status = "filled";
    } else if (order.status !== "pending_cancel") order.status = "partially_filled";
    const executionId = uuidOf("execution", seed, fill.executionId);
    activities.fill(order, { executionId, quantity, price, timeMs, complete: isWhole });
    updates.tell(
      isWhole ? "fill" : "partial_fill",
      order,
      { timeMs, nowMs: this.parts.nowMs(), executionId },
      { price, quantity, position: books.quantity(symbol) },
    );
  }

  private ended(order: ExchangeOrder, kind: "cancelled" | "expired", timeMs: number): void {
    // The venue ends an order whose rest traded elsewhere; here it has filled by then.
    if (isFinal(order)) return;
    const { timeInForce } = termsOf(order);
    if (kind === "expired" && (timeInForce === "day" || timeInForce === "gtc")) {
      order.expiredMs = timeMs;
      this.close(order, "expired", timeMs);
      return;
    }
    order.canceledMs = timeMs;
    this.close(order, "canceled", timeMs);
  }

  private close(
    order: ExchangeOrder,
    status: "canceled" | "expired" | "replaced" | "rejected",
    timeMs: number,
  ): void {
    order.status = status;
    order.updatedMs = timeMs;
    this.parts.register.closed(order);
    this.tell(status, order, timeMs);
  }
}

/** Of a target and a stop, Alpaca shows the stop as held as long as the target can trade. */
function waitsForTarget(order: ExchangeOrder): boolean {
  if (!isStop(order) || order.parent === null) return false;
  return siblingsOf(order).some((one) => !isStop(one) && !isFinal(one));
}
