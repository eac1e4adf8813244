import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { makerTakerFee } from "../../core/simulation/fees.ts";
import { barOf, NOW_MS, orderOf, played, SPY, venueOf } from "./venues.ts";

const at = decimal;
type Prices = readonly [number, number, number, number];

/** An entry to the long side, a stop at 99 and a target at 102.5. */
function bracketOf(entry: Partial<OrderRequest>): readonly OrderRequest[] {
  const leg = { side: "sell", parentId: "entry", ocoGroup: "legs" } as const;
  return [
    orderOf({ id: "entry", ...entry }),
    orderOf({ ...leg, id: "stop", type: "stop", stopPrice: at("99"), role: "stop-loss" }),
    orderOf({ ...leg, id: "goal", type: "limit", limitPrice: at("102.5"), role: "take-profit" }),
  ];
}

/** The exits of a position, whose stop is not called one by its role. */
function exitsOf(name: string, side: "buy" | "sell", stop: string, target: string) {
  const exit = { side, role: "exit", ocoGroup: name } as const;
  return [
    orderOf({ ...exit, id: `${name}-stop`, type: "stop", stopPrice: at(stop) }),
    orderOf({ ...exit, id: `${name}-goal`, type: "limit", limitPrice: at(target) }),
  ];
}

const filled = (lines: readonly string[] | undefined) =>
  (lines ?? []).filter((line) => line.includes("filled"));

describe("in the bar that enters a position, its stop comes before its target", () => {
  const above = { type: "stop", stopPrice: at("101") } as const;
  const dip = { ...above, type: "stop-limit" } as const;
  test.each<[string, Partial<OrderRequest>, Prices, string[]]>([
    ["by a stop, both reached", above, [100, 103, 98, 102], ["entry @ 101", "stop @ 99"]],
    ["by a stop that gaps", above, [101.5, 103, 98, 102], ["entry @ 101.5", "stop @ 99"]],
    ["by a stop, no stop-loss", above, [100, 103, 99.5, 100], ["entry @ 101", "goal @ 102.5"]],
    [
      "by a stop-limit that takes",
      { ...dip, limitPrice: at("101.5") },
      [100, 103, 98, 102],
      ["entry @ 101", "stop @ 99"],
    ],
    [
      "by a stop-limit that waits for a dip",
      { ...dip, limitPrice: at("100.5") },
      [100, 103, 99.5, 102],
      ["entry @ 100.5"],
    ],
    [
      "by a stop-limit that waits for a dip, and falls on",
      { ...dip, limitPrice: at("100.5") },
      [100, 103, 98, 102],
      ["entry @ 100.5", "stop @ 99"],
    ],
    [
      "by a limit that takes at the open",
      { type: "limit", limitPrice: at("100.5") },
      [100, 103, 99.5, 100],
      ["entry @ 100", "goal @ 102.5"],
    ],
  ])("%s", (_, entry, prices, expected) => {
    const [first] = played(venueOf(), bracketOf(entry), [barOf(0, prices)]);
    expect(filled(first).map((line) => line.replace("filled 100 ", ""))).toEqual(expected);
  });

  test("also for a short position, the other way round", () => {
    const leg = { side: "buy", parentId: "entry", ocoGroup: "legs" } as const;
    const orders = [
      orderOf({ id: "entry", side: "sell", type: "stop", stopPrice: at("99") }),
      orderOf({ ...leg, id: "stop", type: "stop", stopPrice: at("101"), role: "stop-loss" }),
      orderOf({ ...leg, id: "goal", type: "limit", limitPrice: at("97"), role: "take-profit" }),
    ];
    const [first] = played(venueOf(), orders, [barOf(0, [100, 102, 96, 98])]);
    expect(filled(first)).toEqual(["entry filled 100 @ 99", "stop filled 100 @ 101"]);
  });
});

test("opposite positions in one market are each stopped first", () => {
  const orders = [...exitsOf("long", "sell", "99", "102"), ...exitsOf("short", "buy", "102", "99")];
  const [first] = played(venueOf(), orders, [barOf(0, [100, 103, 98, 100])]);
  expect(filled(first)).toEqual(["long-stop filled 100 @ 99", "short-stop filled 100 @ 102"]);
});

test("a stop is one by its type, whatever its role", () => {
  const bar = barOf(0, [100, 102, 96, 97]);
  const [first] = played(venueOf(), exitsOf("long", "sell", "97", "101"), [bar]);
  expect(first).toEqual(["long-stop filled 100 @ 97", "long-goal cancelled"]);
});

test("entries that exclude each other go along the natural path, as neither protects", () => {
  const either = { type: "stop", ocoGroup: "either" } as const;
  const orders = [
    orderOf({ ...either, id: "down", side: "sell", stopPrice: at("99") }),
    orderOf({ ...either, id: "up", side: "buy", stopPrice: at("101") }),
  ];
  const [first] = played(venueOf(), orders, [barOf(0, [100, 101.5, 97, 98])]);
  expect(first).toEqual(["up filled 100 @ 101", "down cancelled"]);
});

test("orders of different families share what there is by price, not by family", () => {
  const limit = (id: string, price: string) =>
    orderOf({ id, type: "limit", limitPrice: at(price) });
  const venue = venueOf({ participation: 0.01 });
  const bar = barOf(0, [100, 100, 97, 97]);
  const [first] = played(venue, [limit("low", "98"), limit("near", "99")], [bar]);
  expect(first).toEqual(["near filled 100 @ 99"]);
});

test("limits that the open makes marketable all take", () => {
  const venue = venueOf({ fees: makerTakerFee(0, 100) });
  const limit = { type: "limit", limitPrice: at("101") } as const;
  venue.submit([orderOf(limit), orderOf({ ...limit, id: "o2" })], NOW_MS);
  const reports = venue.onBar(venue.market(SPY), barOf(0, [100, 100, 100, 100]));
  expect(reports).toMatchObject([{ liquidity: "taker" }, { liquidity: "taker" }]);
});
