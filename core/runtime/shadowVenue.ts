import { type Decimal, divide, multiply, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Bar } from "../domain/market.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import { noFee } from "../simulation/fees.ts";
import { noLatency } from "../simulation/latency.ts";
import { noSlippage } from "../simulation/slippage.ts";
import { SimulatedVenue } from "../simulation/venue.ts";

/** A bar of one instrument. */
export interface SymbolBar {
  readonly symbol: string;
  readonly bar: Bar;
}

/** What an order came to. */
export interface Filling {
  readonly quantity: Decimal;
  /** Price × quantity over the fills, dollars. */
  readonly notional: Decimal;
}

const NOTHING: Filling = { quantity: ZERO, notional: ZERO };

/** Average price of what was filled, dollars, or null where nothing was. */
export function averageOf({ quantity, notional }: Filling): Decimal | null {
  return quantity === ZERO ? null : divide(notional, quantity);
}

/** What an order has come to with one more execution. */
export function withFill(before: Filling | undefined, quantity: Decimal, price: Decimal): Filling {
  const { quantity: held, notional } = before ?? NOTHING;
  return { quantity: held + quantity, notional: notional + multiply(quantity, price) };
}

/**
 * The venue of a replay, shown the orders that were sent live: what would have become of them.
 * Costs are left out, as prices are what is compared. Bars are given in the order of their closes.
 */
export class ShadowVenue {
  readonly fillings = new Map<string, Filling>();
  private readonly venue = new SimulatedVenue({
    fill: "next-open",
    touch: "no-fill",
    participation: null,
    slippage: noSlippage,
    fees: noFee,
    latency: noLatency,
    account: null,
  });
  private readonly markets: ReadonlyMap<string, ReturnType<SimulatedVenue["market"]>>;
  private readonly bars: readonly SymbolBar[];
  private readonly sent = new Set<string>();
  private shown = 0;

  constructor(instruments: readonly Instrument[], bars: readonly SymbolBar[]) {
    this.bars = bars;
    this.markets = new Map(instruments.map((one) => [one.symbol, this.venue.market(one)]));
  }

  /** Shows every bar that closed up to a time. */
  advance(toMs: number): void {
    for (; this.shown < this.bars.length; this.shown += 1) {
      const next = this.bars[this.shown];
      if (next === undefined || next.bar.closeTimeMs > toMs) return;
      const market = this.markets.get(next.symbol);
      if (market !== undefined) this.note(this.venue.onBar(market, next.bar));
    }
  }

  /** Takes an order, once; a replacement takes the place of the order that it names. */
  send(request: OrderRequest, atMs: number): void {
    if (this.sent.has(request.id)) return;
    this.sent.add(request.id);
    this.advance(atMs);
    const { replaces } = request;
    const isOfOurs = replaces !== null && this.sent.has(replaces);
    this.note(
      isOfOurs ? this.venue.replace(replaces, request, atMs) : this.venue.submit([request], atMs),
    );
  }

  /** Ends an order, where it still rests. */
  cancel(orderId: string, atMs: number): void {
    if (!this.sent.has(orderId)) return;
    this.advance(atMs);
    this.note(this.venue.cancel(orderId, atMs));
  }

  /** Quantity and dollars that an order has filled by now. */
  filling(orderId: string): Filling {
    return this.fillings.get(orderId) ?? NOTHING;
  }

  private note(reports: readonly VenueReport[]): void {
    for (const report of reports) {
      if (report.kind !== "filled") continue;
      const { orderId, quantity, price } = report;
      this.fillings.set(orderId, withFill(this.fillings.get(orderId), quantity, price));
    }
  }
}
