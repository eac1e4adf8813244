import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { constantLatency } from "../../core/simulation/latency.ts";
import { barOf, MINUTE_MS, NOW_MS, orderOf, SPY, told, venueOf } from "./venues.ts";

const EARLIER_MS = NOW_MS - 10 * MINUTE_MS;
const limit = { type: "limit", limitPrice: decimal("99") } as const;

/** A venue with a latency, where an order has rested for a while. */
function venueWith(latencyMs: number, changes: Partial<OrderRequest> = limit) {
  const venue = venueOf({ latency: constantLatency(latencyMs) });
  venue.submit([orderOf(changes)], EARLIER_MS);
  return venue;
}

describe("a cancel takes as long to arrive as an order", () => {
  test("within a bar, so that the order still sees its open and nothing after", () => {
    const venue = venueWith(500);
    expect(venue.cancel("o1", NOW_MS)).toEqual([]);
    const reports = venue.onBar(venue.market(SPY), barOf(0, [100, 100, 98, 98]));
    expect(reports).toMatchObject([
      { kind: "cancelled", timeMs: NOW_MS + 500, reason: "cancelled by its owner" },
    ]);
    const gapped = venueWith(500);
    gapped.cancel("o1", NOW_MS);
    const bar = barOf(0, [98.5, 100, 98, 98]);
    expect(told(gapped.onBar(gapped.market(SPY), bar))).toEqual(["o1 filled 100 @ 98.5"]);
  });

  test("after whole bars, in which the order works on", () => {
    const venue = venueWith(90_000);
    venue.cancel("o1", NOW_MS);
    const bar = barOf(0, [100, 100, 98, 98]);
    expect(told(venue.onBar(venue.market(SPY), bar))).toEqual(["o1 filled 100 @ 99"]);
    expect(venue.cancel("o1", NOW_MS + MINUTE_MS)).toMatchObject([{ kind: "cancel-rejected" }]);
  });

  test("and is there with the clock when no bar comes, once however often it is sent", () => {
    const venue = venueWith(90_000);
    venue.cancel("o1", NOW_MS);
    expect(venue.cancel("o1", NOW_MS + 1)).toEqual([]);
    expect(told(venue.onClock(NOW_MS + 89_999))).toEqual([]);
    expect(told(venue.onClock(NOW_MS + 90_000))).toEqual(["o1 cancelled"]);
  });

  test("never before its order, which does not trade at the close that it would have had", () => {
    const latency = (id: string) => (id === "o1" ? 800 : 100);
    const venue = venueOf({ latency });
    venue.submit([orderOf()], NOW_MS);
    venue.cancel("o1", NOW_MS + 1);
    const reports = venue.onBar(venue.market(SPY), barOf(0, [100, 100, 98, 98]));
    expect(reports).toMatchObject([{ kind: "cancelled", timeMs: NOW_MS + 800 }]);
  });

  test("keeps its order from being replaced, and survives a snapshot", () => {
    const venue = venueWith(500);
    venue.cancel("o1", NOW_MS);
    expect(venue.replace("o1", orderOf({ ...limit, id: "o2" }), NOW_MS)).toMatchObject([
      { kind: "replace-rejected", reason: "the order is being cancelled" },
      { kind: "rejected", orderId: "o2" },
    ]);
    const other = venueOf();
    other.restore(venue.snapshot());
    expect(told(other.onClock(NOW_MS + 500))).toEqual(["o1 cancelled"]);
  });

  test("leaves an order that ends before it to end by itself", () => {
    const venue = venueWith(500, { ...limit, timeInForce: "gtd", expiresAtMs: NOW_MS + 100 });
    venue.cancel("o1", NOW_MS);
    expect(told(venue.onClock(NOW_MS + 100))).toEqual(["o1 expired"]);
  });
});

test("an order for a time trades at the open of the bar in which it ends, and no later", () => {
  const order = { ...limit, timeInForce: "gtd", expiresAtMs: NOW_MS + 30_000 } as const;
  const venue = venueWith(0, order);
  const bar = barOf(0, [100, 100, 98, 98]);
  expect(told(venue.onBar(venue.market(SPY), bar))).toEqual(["o1 expired"]);
});
