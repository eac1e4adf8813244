import { type Decimal, multiply, ZERO } from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";
import { splitQuantity } from "../domain/position.ts";
import type { EventData } from "../events/catalogue.ts";
import type { VenueReport } from "../ports/venue.ts";
import type {
  VenueAccount,
  VenueBalances,
  VenueOrder,
  VenuePosition,
} from "../ports/venueAccount.ts";
import type { SimulatedVenue } from "../simulation/venue.ts";

type Fill = Extract<VenueReport, { kind: "filled" }>;

interface Resting {
  readonly request: OrderRequest;
  readonly submittedMs: number;
  venueOrderId: string;
  filled: Decimal;
}

/**
 * A simulated venue with books of its own, kept from what it reports and nothing else: what a
 * reconciliation can compare ours with. Everything that the venue says must pass through it.
 */
export class SimulatedAccount implements VenueAccount {
  private readonly venue: SimulatedVenue;
  private readonly open = new Map<string, Resting>();
  private readonly requests = new Map<string, OrderRequest>();
  private readonly holdings = new Map<string, Decimal>();
  private readonly fills: Fill[] = [];
  private cash: Decimal;

  constructor(venue: SimulatedVenue, cash: Decimal) {
    this.venue = venue;
    this.cash = cash;
  }

  submit(requests: readonly OrderRequest[], nowMs: number): readonly VenueReport[] {
    for (const request of requests) this.know(request, nowMs);
    return this.observe(this.venue.submit(requests, nowMs));
  }

  cancel(orderId: string, nowMs: number): readonly VenueReport[] {
    return this.observe(this.venue.cancel(orderId, nowMs));
  }

  replace(orderId: string, replacement: OrderRequest, nowMs: number): readonly VenueReport[] {
    this.know(replacement, nowMs);
    return this.observe(this.venue.replace(orderId, replacement, nowMs));
  }

  find(orderId: string): readonly VenueReport[] | null {
    return this.venue.find(orderId);
  }

  /** Takes in what the venue reported of itself, and hands it on. */
  observe(reports: readonly VenueReport[]): readonly VenueReport[] {
    for (const report of reports) this.take(report);
    return reports;
  }

  /** A corporate action at the venue: it restates its orders, and what the account holds. */
  onCorporateAction(
    action: EventData<"corporate-action.applied.v1">,
    timeMs: number,
  ): readonly VenueReport[] {
    const held = this.holdings.get(action.symbol);
    if (action.kind === "split" && held !== undefined) {
      this.holdings.set(action.symbol, splitQuantity(held, action.value));
    }
    return this.observe(this.venue.onCorporateAction(action, timeMs));
  }

  async openOrders(): Promise<readonly VenueOrder[]> {
    return [...this.open.values()]
      .filter(({ venueOrderId }) => venueOrderId !== "")
      .map(({ request, venueOrderId, filled, submittedMs }) => ({
        orderId: request.id,
        venueOrderId,
        symbol: request.symbol,
        side: request.side,
        quantity: request.quantity,
        filledQuantity: filled,
        submittedMs,
        terms: request.parentId === null ? request : undefined,
      }));
  }

  async positions(): Promise<readonly VenuePosition[]> {
    return [...this.holdings]
      .filter(([, quantity]) => quantity !== ZERO)
      .map(([symbol, quantity]) => ({ symbol, quantity }));
  }

  /** Equity and buying power are what cash is: prices are the venue's own affair. */
  async balances(): Promise<VenueBalances> {
    return { cash: this.cash, equity: this.cash, buyingPower: this.cash, trading: true };
  }

  async fillsSince(timeMs: number): Promise<readonly VenueReport[]> {
    return this.fills.filter((fill) => fill.timeMs >= timeMs);
  }

  private know(request: OrderRequest, submittedMs: number): void {
    if (this.requests.has(request.id)) return;
    this.requests.set(request.id, request);
    this.open.set(request.id, { request, submittedMs, venueOrderId: "", filled: ZERO });
  }

  private take(report: VenueReport): void {
    const resting = this.open.get(report.orderId);
    switch (report.kind) {
      case "accepted":
        if (resting !== undefined) resting.venueOrderId = report.venueOrderId;
        return;
      case "filled":
        this.fill(report, resting);
        return;
      case "rejected":
        if (report.reason !== "duplicate") this.open.delete(report.orderId);
        return;
      case "cancelled":
      case "expired":
      case "replaced":
        this.open.delete(report.orderId);
    }
  }

  private fill(report: Fill, resting: Resting | undefined): void {
    const request = this.requests.get(report.orderId);
    if (request === undefined) return;
    const { quantity, price, fee, complete } = report;
    const signed = request.side === "buy" ? quantity : -quantity;
    this.holdings.set(request.symbol, (this.holdings.get(request.symbol) ?? ZERO) + signed);
    this.cash -= multiply(signed, price) + fee;
    this.fills.push(report);
    if (resting !== undefined) resting.filled += quantity;
    if (complete) this.open.delete(report.orderId);
  }
}
