import { describe, expect, test } from "vitest";
import { decimal, ONE } from "../../core/domain/decimal.ts";
import { crypto } from "../../core/domain/instruments.ts";
import type { Bar } from "../../core/domain/market.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { iso, newYorkTimeMs } from "../../core/domain/time.ts";
import { constantLatency } from "../../core/simulation/latency.ts";
import { barOf, MINUTE_MS, NOW_MS, orderOf, played, SPY, told, venueOf } from "./venues.ts";

const limit = { type: "limit", limitPrice: decimal("50") } as const;

/** A bar at one price that opens at a time in New York. */
function barAt(date: string, clock: string, price = 101, lengthMs = MINUTE_MS): Bar {
  const openTimeMs = newYorkTimeMs(date, clock);
  const prices = { open: price, high: price, low: price, close: price, volume: 10_000 };
  return { openTimeMs, closeTimeMs: openTimeMs + lengthMs, ...prices };
}

/** When an order that was sent at a time in New York ended by itself. */
function expiry(date: string, clock: string, changes: Partial<OrderRequest>): string {
  const venue = venueOf();
  venue.submit([orderOf({ ...limit, ...changes })], newYorkTimeMs(date, clock));
  const [last] = venue.onClock(newYorkTimeMs(date, clock) + 40 * 86_400_000);
  return last === undefined ? "never" : iso(last.timeMs);
}

describe("an order by time in force ends just after", () => {
  const day = { timeInForce: "day" } as const;
  const night = { timeInForce: "day", extendedHours: true } as const;
  test.each<[string, Partial<OrderRequest>, string, string, string]>([
    ["its session", day, "2024-07-02", "10:00", "2024-07-02T20:00:00.001Z"],
    ["an early close", day, "2024-07-03", "10:00", "2024-07-03T17:00:00.001Z"],
    [
      "the next session, sent after an early close",
      day,
      "2024-07-03",
      "13:00",
      "2024-07-05T20:00:00.001Z",
    ],
    [
      "the next session, sent before the open",
      day,
      "2024-07-02",
      "08:00",
      "2024-07-02T20:00:00.001Z",
    ],
    [
      "the session after clocks went forward",
      day,
      "2024-03-08",
      "16:00",
      "2024-03-11T20:00:00.001Z",
    ],
    ["the session after clocks went back", day, "2024-11-01", "16:00", "2024-11-04T21:00:00.001Z"],
    ["the evening, for extended hours", night, "2024-07-02", "10:00", "2024-07-03T00:00:00.001Z"],
    ["the same evening, sent in it", night, "2024-07-02", "17:00", "2024-07-03T00:00:00.001Z"],
    ["the next evening, sent at its end", night, "2024-07-01", "20:00", "2024-07-03T00:00:00.001Z"],
    [
      "the session of its auction",
      { timeInForce: "opg" },
      "2024-07-02",
      "10:00",
      "2024-07-03T17:00:00.001Z",
    ],
    [
      "the session of its auction",
      { timeInForce: "cls" },
      "2024-07-02",
      "10:00",
      "2024-07-02T20:00:00.001Z",
    ],
    ["no session", { timeInForce: "gtc" }, "2024-07-02", "10:00", "never"],
  ])("%s", (_, changes, date, clock, expected) => {
    expect(expiry(date, clock, changes)).toBe(expected);
  });

  test("the UTC day, for what is always open", () => {
    const coin = crypto("BTC/USD");
    const venue = venueOf();
    const market = venue.market(coin);
    const request = { ...limit, ...day, symbol: "BTC/USD", quantity: ONE };
    venue.submit([orderOf(request)], Date.UTC(2024, 6, 2, 23));
    const midnight = Date.UTC(2024, 6, 3);
    const bar = { ...barOf(0, [40, 40, 40, 40]), openTimeMs: midnight, closeTimeMs: midnight + 1 };
    expect(told(venue.onBar(market, bar))).toEqual(["o1 expired"]);
  });
});

describe("outside of regular hours", () => {
  test("a market order that arrives within an evening bar waits for the session", () => {
    const venue = venueOf({ latency: constantLatency(500) });
    const market = venue.market(SPY);
    venue.submit([orderOf()], newYorkTimeMs("2024-07-01", "17:00"));
    expect(told(venue.onBar(market, barAt("2024-07-01", "17:00")))).toEqual([]);
    expect(told(venue.onBar(market, barAt("2024-07-02", "09:29")))).toEqual([]);
    expect(told(venue.onBar(market, barAt("2024-07-02", "09:30")))).toEqual([
      "o1 filled 100 @ 101",
    ]);
  });
  test("this-close does not fill at the close of an evening bar", () => {
    const venue = venueOf({ fill: "this-close" });
    venue.onBar(venue.market(SPY), barAt("2024-07-01", "17:00"));
    const sent = venue.submit([orderOf()], newYorkTimeMs("2024-07-01", "17:01"));
    expect(told(sent)).toEqual(["o1 accepted"]);
  });
  test("an auction order whose auction printed nothing ends with the session", () => {
    const venue = venueOf();
    venue.submit([orderOf({ timeInForce: "opg" })], newYorkTimeMs("2024-07-02", "09:00"));
    const market = venue.market(SPY);
    expect(told(venue.onBar(market, barAt("2024-07-02", "09:31")))).toEqual([]);
    expect(told(venue.onClock(newYorkTimeMs("2024-07-02", "16:01")))).toEqual(["o1 expired"]);
  });
  test("a limit in the auction takes its price or better, and ends without it", () => {
    const auction = (price: string) => {
      const venue = venueOf();
      const request = orderOf({ type: "limit", limitPrice: decimal(price), timeInForce: "opg" });
      venue.submit([request], newYorkTimeMs("2024-07-02", "09:00"));
      return told(venue.onBar(venue.market(SPY), barAt("2024-07-02", "09:30")));
    };
    expect(auction("102")).toEqual(["o1 filled 100 @ 101"]);
    expect(auction("101")).toEqual(["o1 filled 100 @ 101"]);
    expect(auction("100")).toEqual(["o1 expired"]);
  });
});

describe("immediate orders", () => {
  const ioc = (price: string) =>
    orderOf({ type: "limit", limitPrice: decimal(price), timeInForce: "ioc" });
  test("take the first price or nothing, not what comes later in the bar", () => {
    const bar = barOf(0, [101, 103, 99, 102]);
    expect(played(venueOf(), [ioc("100")], [bar])).toEqual([["o1 cancelled"]]);
    expect(played(venueOf(), [ioc("102")], [bar])).toEqual([["o1 filled 100 @ 101"]]);
  });
  test("that want all and cannot have it keep nobody else from trading", () => {
    const venue = venueOf({ participation: 0.1 });
    const orders = [orderOf({ timeInForce: "fok" }), orderOf({ id: "o2", quantity: 30n * ONE })];
    expect(played(venue, orders, [barOf(0, [101, 101, 101, 101], 400)])).toEqual([
      ["o1 cancelled", "o2 filled 30 @ 101"],
    ]);
  });
  test("that arrive within a bar end with its close", () => {
    const venue = venueOf({ participation: 0.1, latency: constantLatency(500) });
    const [first] = played(venue, [orderOf({ timeInForce: "ioc" })], [barOf(0, [1, 1, 1, 1], 400)]);
    expect(first).toEqual(["o1 filled 40 @ 1", "o1 cancelled"]);
  });
});

test("the first bar of a series is bounded by its volume as any other", () => {
  const [first] = played(
    venueOf({ participation: 0.1 }),
    [orderOf()],
    [barOf(0, [101, 101, 101, 101], 400)],
  );
  expect(first).toEqual(["o1 filled 40 @ 101"]);
});

test("this-close takes no more than its share of the bar that closed", () => {
  const venue = venueOf({ fill: "this-close", participation: 0.1 });
  venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100], 1_200));
  const sent = venue.submit([orderOf(), orderOf({ id: "o2" })], NOW_MS);
  expect(told(sent).filter((line) => line.includes("filled"))).toEqual([
    "o1 filled 100 @ 100",
    "o2 filled 20 @ 100",
  ]);
});

test("this-close waits for a price where there is none yet", () => {
  const venue = venueOf({ fill: "this-close" });
  expect(told(venue.submit([orderOf()], NOW_MS))).toEqual(["o1 accepted"]);
});

test("orders share a print and a quote, and prints obey the touch rule", () => {
  const prints = venueOf({ fill: "trades" });
  prints.submit([orderOf({ quantity: 60n * ONE }), orderOf({ id: "o2" })], NOW_MS);
  const print = { eventTimeMs: NOW_MS + 1, price: 100, size: 80 };
  expect(told(prints.onTrade(prints.market(SPY), print))).toEqual([
    "o1 filled 60 @ 100",
    "o2 filled 20 @ 100",
  ]);
  const touched = orderOf({ id: "o3", type: "limit", limitPrice: decimal("100") });
  prints.cancel("o2", NOW_MS);
  prints.submit([touched], NOW_MS);
  expect(told(prints.onTrade(prints.market(SPY), print))).toEqual([]);
  const quotes = venueOf({ fill: "quotes" });
  quotes.submit([orderOf({ quantity: 60n * ONE }), orderOf({ id: "o2" })], NOW_MS);
  const quote = { eventTimeMs: NOW_MS + 1, bid: 99, bidSize: 5, ask: 100, askSize: 80 };
  expect(told(quotes.onQuote(quotes.market(SPY), quote))).toEqual([
    "o1 filled 60 @ 100",
    "o2 filled 20 @ 100",
  ]);
});
