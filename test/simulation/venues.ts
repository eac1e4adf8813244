import { decimal, numberOf, ONE } from "../../core/domain/decimal.ts";
import { equity } from "../../core/domain/instruments.ts";
import type { Bar } from "../../core/domain/market.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { VenueConfig } from "../../core/simulation/config.ts";
import { noFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { noSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";

export const MINUTE_MS = 60_000;
/** Tuesday 2024-07-02, 10:00 in New York: in the middle of a session. */
export const NOW_MS = newYorkTimeMs("2024-07-02", "10:00");
export const SPY = equity("SPY");

/** A venue without costs that knows SPY, changed as asked. */
export function venueOf(config: Partial<VenueConfig> = {}): SimulatedVenue {
  const venue = new SimulatedVenue({
    fill: "next-open",
    touch: "no-fill",
    participation: null,
    slippage: noSlippage,
    fees: noFee,
    latency: noLatency,
    account: null,
    ...config,
  });
  venue.market(SPY);
  return venue;
}

/** An order for a hundred shares at market, changed as asked. */
export function orderOf(changes: Partial<OrderRequest> = {}): OrderRequest {
  const id = changes.id ?? "o1";
  return {
    id,
    intentId: id,
    profile: "test",
    account: "test",
    symbol: "SPY",
    side: "buy",
    type: "market",
    timeInForce: "gtc",
    quantity: 100n * ONE,
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
    reason: "test",
    decidedTimeMs: NOW_MS,
    referencePrice: decimal("100"),
    ...changes,
  };
}

/** The `n`th one-minute bar after now: open, high, low, close and volume. */
export function barOf(
  n: number,
  [open, high, low, close]: readonly [number, number, number, number],
  volume = 10_000,
): Bar {
  const openTimeMs = NOW_MS + n * MINUTE_MS;
  return { openTimeMs, closeTimeMs: openTimeMs + MINUTE_MS, open, high, low, close, volume };
}

/** What was said, in short: `o1 filled 100 @ 101`. */
export function told(reports: readonly VenueReport[]): readonly string[] {
  return reports.map((report) => {
    if (report.kind !== "filled") return `${report.orderId} ${report.kind}`;
    return `${report.orderId} filled ${numberOf(report.quantity)} @ ${numberOf(report.price)}`;
  });
}

/** Sends orders and shows bars, and answers what each bar led to. */
export function played(
  venue: SimulatedVenue,
  orders: readonly OrderRequest[],
  bars: readonly Bar[],
): readonly (readonly string[])[] {
  venue.submit(orders, NOW_MS);
  return bars.map((bar) => told(venue.onBar(venue.market(SPY), bar)));
}
