import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimal, decimalOf, numberOf, ONE } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { fillModels } from "../../core/simulation/config.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { barOf, NOW_MS, orderOf, played, SPY, told, venueOf } from "./venues.ts";

type Prices = readonly [number, number, number, number];
type Case = readonly [string, Partial<OrderRequest>, Prices, readonly string[]];
const at = (text: string) => decimal(text);

describe("one order against one bar", () => {
  const cases: readonly Case[] = [
    ["a market order fills at the open", {}, [101, 103, 99, 102], ["o1 filled 100 @ 101"]],
    [
      "a buy limit below the bar rests",
      { type: "limit", limitPrice: at("98") },
      [101, 103, 99, 102],
      [],
    ],
    [
      "a buy limit within the bar fills at its limit",
      { type: "limit", limitPrice: at("100") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 100"],
    ],
    [
      "a buy limit above the open fills at the open, which is better",
      { type: "limit", limitPrice: at("105") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 101"],
    ],
    [
      "a limit that is only touched rests",
      { type: "limit", limitPrice: at("99") },
      [101, 103, 99, 102],
      [],
    ],
    [
      "a sell limit within the bar fills at its limit",
      { side: "sell", type: "limit", limitPrice: at("102.5") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 102.5"],
    ],
    [
      "a buy stop within the bar fills at its trigger",
      { type: "stop", stopPrice: at("102.5") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 102.5"],
    ],
    [
      "a gap through a buy stop fills at the open",
      { type: "stop", stopPrice: at("100.5") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 101"],
    ],
    [
      "a gap through a sell stop fills at the open",
      { side: "sell", type: "stop", stopPrice: at("102") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 101"],
    ],
    [
      "a sell stop within the bar fills at its trigger",
      { side: "sell", type: "stop", stopPrice: at("99.5") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 99.5"],
    ],
    [
      "a stop beyond the bar rests",
      { type: "stop", stopPrice: at("104") },
      [101, 103, 99, 102],
      [],
    ],
    [
      "a stop-limit that gaps over its limit rests",
      { type: "stop-limit", stopPrice: at("100"), limitPrice: at("100.5") },
      [101, 103, 100.75, 102],
      [],
    ],
    [
      "a stop-limit fills at its trigger when that is within its limit",
      { type: "stop-limit", stopPrice: at("102"), limitPrice: at("102.25") },
      [101, 103, 99, 102.5],
      ["o1 filled 100 @ 102"],
    ],
    [
      "a trailing stop follows the high and fills on the way back",
      { side: "sell", type: "trailing-stop", trailPrice: at("1.5") },
      [101, 103, 101, 101.2],
      ["o1 filled 100 @ 101.5"],
    ],
    [
      "an order by notional buys whole shares at the fill price",
      { quantity: null, notional: at("1000") },
      [101, 103, 99, 102],
      ["o1 filled 9 @ 101"],
    ],
  ];
  test.each(cases)("%s", (_, order, prices, expected) => {
    expect(played(venueOf(), [orderOf(order)], [barOf(0, prices)])).toEqual([expected]);
  });

  test("a limit that is only touched fills where the rule says so", () => {
    const order = orderOf({ type: "limit", limitPrice: at("99") });
    const [first] = played(venueOf({ touch: "fill" }), [order], [barOf(0, [101, 103, 99, 102])]);
    expect(first).toEqual(["o1 filled 100 @ 99"]);
  });
});

describe("brackets", () => {
  const bracket = [
    orderOf(),
    orderOf({
      id: "stop",
      side: "sell",
      type: "stop",
      stopPrice: at("98"),
      parentId: "o1",
      ocoGroup: "g",
      role: "stop-loss",
    }),
    orderOf({
      id: "target",
      side: "sell",
      type: "limit",
      limitPrice: at("104"),
      parentId: "o1",
      ocoGroup: "g",
      role: "take-profit",
    }),
  ];
  const entered = ["o1 filled 100 @ 101", "stop accepted", "target accepted"];

  test("legs are held until the entry fills, and the fill of one ends the other", () => {
    const bars = [barOf(0, [101, 103, 99, 102]), barOf(1, [102, 105, 101, 104])];
    expect(played(venueOf(), bracket, bars)).toEqual([
      entered,
      ["target filled 100 @ 104", "stop cancelled"],
    ]);
  });

  test("a leg can fill in the entry's own bar, after the entry", () => {
    const [first] = played(venueOf(), bracket, [barOf(0, [101, 102, 97, 98])]);
    expect(first).toEqual([...entered, "stop filled 100 @ 98", "target cancelled"]);
  });

  test("where a bar holds both stop and target, the stop comes first", () => {
    const bars = [barOf(0, [101, 102, 100, 101]), barOf(1, [101, 106, 97, 105])];
    const [, second] = played(venueOf(), bracket, bars);
    expect(second).toEqual(["stop filled 100 @ 98", "target cancelled"]);
  });

  test("bar-path takes the nearer extreme first, its pessimistic variant does not", () => {
    const bars = [barOf(0, [101, 102, 100, 101]), barOf(1, [103, 106, 97, 105])];
    const [, hopeful] = played(venueOf({ fill: "bar-path" }), bracket, bars);
    expect(hopeful?.[0]).toBe("target filled 100 @ 104");
    const [, careful] = played(venueOf({ fill: "bar-path-pessimistic" }), bracket, bars);
    expect(careful?.[0]).toBe("stop filled 100 @ 98");
  });

  test("legs end with an entry that ends unfilled", () => {
    const venue = venueOf();
    venue.submit(bracket, NOW_MS);
    expect(told(venue.cancel("o1", NOW_MS))).toEqual([
      "o1 cancelled",
      "stop cancelled",
      "target cancelled",
    ]);
  });
});

describe("liquidity", () => {
  test("an order takes its share of a bar's volume and the rest over the bars that follow", () => {
    const venue = venueOf({ participation: 0.1 });
    venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
    const bars = [0, 1, 2].map((n) => barOf(n, [101, 101, 101, 101], 400));
    expect(played(venue, [orderOf()], bars)).toEqual([
      ["o1 filled 40 @ 101"],
      ["o1 filled 40 @ 101"],
      ["o1 filled 20 @ 101"],
    ]);
  });

  test("nothing fills on a bar without volume, but in a series that never has any", () => {
    const quiet = barOf(0, [101, 101, 101, 101], 0);
    const venue = venueOf();
    venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
    expect(played(venue, [orderOf()], [quiet])).toEqual([[]]);
    expect(played(venueOf(), [orderOf()], [quiet])).toEqual([["o1 filled 100 @ 101"]]);
  });

  test("nothing fills while trading is halted", () => {
    const venue = venueOf();
    venue.halt("SPY", NOW_MS, NOW_MS + 60_000);
    const bars = [barOf(0, [101, 101, 101, 101]), barOf(1, [102, 102, 102, 102])];
    expect(played(venue, [orderOf()], bars)).toEqual([[], ["o1 filled 100 @ 102"]]);
  });

  test("immediate orders take what is there: the rest is cancelled, or all of it", () => {
    for (const [timeInForce, expected] of [
      ["ioc", ["o1 filled 40 @ 101", "o1 cancelled"]],
      ["fok", ["o1 cancelled"]],
    ] as const) {
      const venue = venueOf({ participation: 0.1 });
      venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
      const bars = [barOf(0, [101, 101, 101, 101], 400)];
      expect(played(venue, [orderOf({ timeInForce })], bars)).toEqual([expected]);
    }
  });
});

describe("whatever the bar", () => {
  const seed = 501;
  console.log(`matching properties: seed ${seed}`);
  const cents = fc.integer({ min: 9_000, max: 11_000 }).map((value) => value / 100);
  const prices = fc
    .tuple(cents, cents, cents, cents)
    .map(([a, b, c, d]): Prices => [a, Math.max(a, b, c, d), Math.min(a, b, c, d), d]);
  const order = fc.record({
    side: fc.constantFrom("buy" as const, "sell" as const),
    type: fc.constantFrom(
      "market" as const,
      "limit" as const,
      "stop" as const,
      "stop-limit" as const,
    ),
    limit: cents,
    stop: cents,
  });

  test("fills lie within the bar, limits are never worse than asked, sums are what was ordered", () => {
    fc.assert(
      fc.property(
        fc.array(prices, { minLength: 1, maxLength: 8 }),
        order,
        fc.constantFrom(...fillModels),
        (rows, shape, fill) => {
          const { side, type, limit, stop } = shape;
          const limits = type === "limit" || type === "stop-limit";
          const stops = type === "stop" || type === "stop-limit";
          const request = orderOf({
            side,
            type,
            limitPrice: limits ? decimalOf(limit) : null,
            stopPrice: stops ? decimalOf(stop) : null,
          });
          const venue = venueOf({ fill, participation: 0.3, slippage: bpsSlippage(5) });
          venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
          let filled = 0;
          venue.submit([request], NOW_MS);
          rows.forEach((row, n) => {
            const bar = barOf(n, row, 200);
            for (const report of venue.onBar(venue.market(SPY), bar)) {
              if (report.kind !== "filled") continue;
              const price = numberOf(report.price);
              const slack = 0.011 + price * 0.0005;
              expect(price).toBeGreaterThanOrEqual(bar.low - slack);
              expect(price).toBeLessThanOrEqual(bar.high + slack);
              if (limits && side === "buy") expect(price).toBeLessThanOrEqual(limit);
              if (limits && side === "sell") expect(price).toBeGreaterThanOrEqual(limit);
              expect(numberOf(report.quantity)).toBeLessThanOrEqual(60);
              filled += numberOf(report.quantity);
            }
          });
          expect(filled).toBeLessThanOrEqual(100);
        },
      ),
      { seed, numRuns: 400 },
    );
  });
});

test("a replaced order gives way to one for what is left", () => {
  const venue = venueOf({ participation: 0.1 });
  venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
  const resting = orderOf({ type: "limit", limitPrice: at("101") });
  played(venue, [resting], [barOf(0, [100.5, 100.75, 100.25, 100.5], 400)]);
  const next = orderOf({ ...resting, id: "o2", replaces: "o1", limitPrice: at("102") });
  expect(told(venue.replace("o1", next, NOW_MS))).toEqual(["o1 replaced", "o2 accepted"]);
  const bar = barOf(1, [101, 101.5, 100.9, 101], 10_000);
  expect(told(venue.onBar(venue.market(SPY), bar))).toEqual(["o2 filled 60 @ 101", "o2 cancelled"]);
  expect(venue.find("o1")?.map(({ kind }) => kind)).toEqual(["accepted", "filled", "replaced"]);
  expect(venue.find("never-sent")).toBeNull();
  expect(numberOf(ONE)).toBe(1);
});
