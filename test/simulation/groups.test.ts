import { describe, expect, test } from "vitest";
import { decimal, ONE } from "../../core/domain/decimal.ts";
import { fractionalEquity } from "../../core/domain/instruments.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { barOf, MINUTE_MS, NOW_MS, orderOf, played, SPY, told, venueOf } from "./venues.ts";

const at = decimal;
const shares = (count: number) => BigInt(count) * ONE;

/** A bracket: entry, stop and target, each changed as asked. */
function bracketOf(
  entry: Partial<OrderRequest> = {},
  stop: Partial<OrderRequest> = {},
  target: Partial<OrderRequest> = {},
): readonly OrderRequest[] {
  const leg = { side: "sell", parentId: "o1", ocoGroup: "g" } as const;
  return [
    orderOf(entry),
    orderOf({ ...leg, id: "stop", type: "stop", stopPrice: at("98"), role: "stop-loss", ...stop }),
    orderOf({
      ...leg,
      id: "target",
      type: "limit",
      limitPrice: at("104"),
      role: "take-profit",
      ...target,
    }),
  ];
}

/** A venue that has seen a bar and grants a tenth of each bar's volume. */
function thinVenue() {
  const venue = venueOf({ participation: 0.1 });
  venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
  return venue;
}

describe("the bar that holds entry, stop and target", () => {
  test.each<[string, Partial<OrderRequest>, readonly [number, number, number, number], string[]]>([
    ["at market: the stop comes first", {}, [101, 105, 97, 103], ["o1", "stop", "target"]],
    [
      "by a stop above: stopped out after it",
      { type: "stop", stopPrice: at("102") },
      [101, 103, 97.5, 101],
      ["o1", "stop", "target"],
    ],
    [
      "by a limit below: stopped out with it",
      { type: "limit", limitPrice: at("99") },
      [101, 105, 97, 103],
      ["o1", "stop", "target"],
    ],
    [
      "by a limit below and no stop reached: the target does not follow in the high before it",
      { type: "limit", limitPrice: at("99") },
      [101, 105, 98.5, 103],
      ["o1"],
    ],
  ])("entered %s", (_, entry, prices, expected) => {
    const venue = venueOf();
    venue.submit(bracketOf(entry), NOW_MS);
    const reports = venue.onBar(venue.market(SPY), barOf(0, prices));
    const ended = reports.filter(({ kind }) => kind === "filled" || kind === "cancelled");
    expect(ended.map(({ orderId }) => orderId)).toEqual(expected);
  });

  test("a short position's stop above comes before its target below", () => {
    const buy = { side: "buy" } as const;
    const orders = bracketOf(
      { side: "sell" },
      { ...buy, stopPrice: at("104") },
      { ...buy, limitPrice: at("98") },
    );
    const [, second] = played(venueOf(), orders, [
      barOf(0, [101, 102, 100, 101]),
      barOf(1, [101, 105, 97, 98]),
    ]);
    expect(second).toEqual(["stop filled 100 @ 104", "target cancelled"]);
  });

  test("a gap through the stop fills at the open of the bar", () => {
    const bars = [barOf(0, [101, 102, 100, 101]), barOf(1, [95, 96, 94, 95])];
    expect(played(venueOf(), bracketOf(), bars)[1]).toEqual([
      "stop filled 100 @ 95",
      "target cancelled",
    ]);
  });
});

describe("legs of an entry that fills in part", () => {
  test("stay held until it is whole", () => {
    const bars = [barOf(0, [101, 101, 97, 99], 400), barOf(1, [99, 99, 99, 99], 600)];
    expect(played(thinVenue(), bracketOf(), bars)).toEqual([
      ["o1 filled 40 @ 101"],
      ["o1 filled 60 @ 99", "stop accepted", "target accepted"],
    ]);
  });

  test("protect what it bought when it is cancelled, each less what was not bought", () => {
    const venue = thinVenue();
    const smaller = { quantity: shares(80), ocoGroup: "smaller" };
    played(venue, bracketOf({}, {}, smaller), [barOf(0, [101, 101, 99, 99], 400)]);
    expect(told(venue.cancel("o1", NOW_MS))).toEqual([
      "o1 cancelled",
      "stop accepted",
      "target accepted",
    ]);
    expect(told(venue.onBar(venue.market(SPY), barOf(1, [105, 105, 105, 105])))).toEqual([
      "target filled 20 @ 105",
      "target cancelled",
    ]);
    // The book knows the stop for 100: what is left of it ends by itself.
    expect(told(venue.onBar(venue.market(SPY), barOf(2, [97, 97, 97, 97])))).toEqual([
      "stop filled 40 @ 97",
      "stop cancelled",
    ]);
  });

  test("open no position when it was to reverse one and only closed that", () => {
    const venue = thinVenue();
    // Short 100: buys 200, of which 100 close, so that the stop covers the other 100.
    const [entry, stop] = bracketOf({ quantity: shares(200) });
    venue.submit(
      [entry, stop].filter((one) => one !== undefined),
      NOW_MS,
    );
    const bought = venue.onBar(venue.market(SPY), barOf(0, [101, 101, 99, 99], 1_200));
    expect(told(bought)).toEqual(["o1 filled 120 @ 101"]);
    expect(told(venue.cancel("o1", NOW_MS))).toEqual(["o1 cancelled", "stop accepted"]);
    expect(told(venue.onBar(venue.market(SPY), barOf(1, [97, 97, 97, 97])))).toEqual([
      "stop filled 20 @ 97",
      "stop cancelled",
    ]);
    const half = thinVenue();
    half.submit(
      [entry, stop].filter((one) => one !== undefined),
      NOW_MS,
    );
    half.onBar(half.market(SPY), barOf(0, [101, 101, 99, 99], 1_000));
    expect(told(half.cancel("o1", NOW_MS))).toEqual(["o1 cancelled", "stop cancelled"]);
  });

  test("end where less than a lot is left for them", () => {
    const venue = thinVenue();
    const one = { quantity: ONE };
    played(venue, bracketOf({}, {}, one), [barOf(0, [101, 101, 99, 99], 400)]);
    expect(told(venue.cancel("o1", NOW_MS))).toContain("target cancelled");
  });
});

describe("a group of orders that exclude each other", () => {
  test("shares its quantity: what one fills, the others lose", () => {
    const venue = thinVenue();
    const bars = [
      barOf(0, [101, 101, 101, 101], 1_000),
      barOf(1, [105, 105, 105, 105], 300),
      barOf(2, [97, 97, 97, 97], 10_000),
    ];
    expect(played(venue, bracketOf(), bars).slice(1)).toEqual([
      ["target filled 30 @ 105"],
      ["stop filled 70 @ 97", "stop cancelled", "target cancelled"],
    ]);
  });

  test("a stop that was reached without liquidity works on, although the price came back", () => {
    const venue = thinVenue();
    const stop = orderOf({ side: "sell", type: "stop", stopPrice: at("99") });
    const other = orderOf({ id: "o2", side: "sell" });
    const bars = [barOf(0, [101, 101, 98, 101], 300), barOf(1, [102, 102, 102, 102], 10_000)];
    expect(played(venue, [other, stop], bars)).toEqual([
      ["o2 filled 30 @ 101"],
      ["o2 filled 70 @ 102", "o1 filled 100 @ 102"],
    ]);
  });
});

describe("trailing stops", () => {
  const trail = (changes: Partial<OrderRequest>) =>
    orderOf({ side: "sell", type: "trailing-stop", ...changes });

  test("start from the last price, so that a gap against them fills at the open", () => {
    const venue = venueOf();
    venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
    const [first] = played(venue, [trail({ trailPrice: at("1.5") })], [barOf(0, [97, 98, 96, 97])]);
    expect(first).toEqual(["o1 filled 100 @ 97"]);
  });
  test("by percent keep their share of the best price, on either side", () => {
    const bars = [barOf(0, [100, 110, 100, 110]), barOf(1, [110, 110, 98, 98])];
    const sold = played(venueOf(), [trail({ trailPercent: at("10") })], bars);
    expect(sold).toEqual([[], ["o1 filled 100 @ 99"]]);
    const down = [barOf(0, [100, 100, 90, 90]), barOf(1, [90, 100, 90, 100])];
    const bought = played(venueOf(), [trail({ side: "buy", trailPercent: at("10") })], down);
    expect(bought).toEqual([[], ["o1 filled 100 @ 99"]]);
  });
  test("do not fill on the way up because another order trades there", () => {
    const venue = venueOf({ participation: 0.1 });
    venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
    const limit = orderOf({ id: "o2", side: "sell", type: "limit", limitPrice: at("105") });
    const orders = [trail({ trailPrice: at("1.5") }), limit];
    const [first] = played(venue, orders, [barOf(0, [100, 110, 100, 110])]);
    expect(first).toEqual(["o2 filled 100 @ 105"]);
  });
});

describe("replacing", () => {
  test("counts what the order before it has filled, also twice over", () => {
    const venue = thinVenue();
    const limit = orderOf({ type: "limit", limitPrice: at("101") });
    played(venue, [limit], [barOf(0, [100.5, 100.5, 100.5, 100.5], 400)]);
    venue.replace("o1", orderOf({ ...limit, id: "o2", quantity: shares(150) }), NOW_MS);
    const bar = barOf(1, [100.5, 100.5, 100.5, 100.5], 200);
    expect(told(venue.onBar(venue.market(SPY), bar))).toEqual(["o2 filled 20 @ 100.5"]);
    venue.replace("o2", orderOf({ ...limit, id: "o3", quantity: shares(80) }), NOW_MS);
    const last = barOf(2, [100.5, 100.5, 100.5, 100.5]);
    expect(told(venue.onBar(venue.market(SPY), last))).toEqual([
      "o3 filled 20 @ 100.5",
      "o3 cancelled",
    ]);
  });
  test("is refused for what is filled already, a known id, and an order that is final", () => {
    const venue = thinVenue();
    const limit = orderOf({ type: "limit", limitPrice: at("101") });
    played(venue, [limit], [barOf(0, [100.5, 100.5, 100.5, 100.5], 400)]);
    const refused = (id: string, changes: Partial<OrderRequest>) =>
      venue.replace(id, orderOf({ ...limit, ...changes }), NOW_MS);
    expect(refused("o1", { id: "o2", quantity: shares(40) })).toMatchObject([
      { kind: "replace-rejected", orderId: "o1", reason: "the order has filled as much already" },
      { kind: "rejected", orderId: "o2" },
    ]);
    expect(refused("o1", { id: "o1" })).toMatchObject([
      { kind: "replace-rejected", reason: "duplicate" },
      { kind: "rejected", orderId: "o1", reason: "duplicate" },
    ]);
    expect(refused("nobody", { id: "o9" })[0]).toMatchObject({
      reason: "the order is not known",
    });
    expect(told(venue.onBar(venue.market(SPY), barOf(1, [100, 100, 100, 100])))).toEqual([
      "o1 filled 60 @ 100",
    ]);
  });
  test("an entry keeps its legs waiting for the one in its place", () => {
    const venue = venueOf();
    const entry = { type: "limit", limitPrice: at("99") } as const;
    venue.submit(bracketOf(entry), NOW_MS);
    venue.replace("o1", orderOf({ ...entry, id: "o2", limitPrice: at("102") }), NOW_MS);
    const reports = venue.onBar(venue.market(SPY), barOf(0, [101, 101, 100, 100]));
    expect(told(reports)).toEqual(["o2 filled 100 @ 101", "stop accepted", "target accepted"]);
  });
});

describe("orders by notional", () => {
  const dollars = (changes: Partial<OrderRequest> = {}) =>
    orderOf({ quantity: null, notional: at("1000"), ...changes });

  test("go on with what they have not spent", () => {
    const bars = [barOf(0, [101, 101, 101, 101], 40), barOf(1, [102, 102, 102, 102])];
    expect(played(thinVenue(), [dollars()], bars)).toEqual([
      ["o1 filled 4 @ 101"],
      ["o1 filled 5 @ 102"],
    ]);
  });
  test("below one lot end, and keep nobody else from trading", () => {
    const orders = [dollars({ notional: at("50") }), orderOf({ id: "o2" })];
    const [first] = played(thinVenue(), orders, [barOf(0, [101, 101, 101, 101])]);
    expect(first).toEqual(["o1 cancelled", "o2 filled 100 @ 101"]);
  });
  test("buy fractions where the instrument has them", () => {
    const venue = venueOf();
    const market = venue.market(fractionalEquity("IVV"));
    venue.submit([dollars({ symbol: "IVV" })], NOW_MS);
    const bar = barOf(0, [300, 300, 300, 300]);
    expect(told(venue.onBar(market, bar))).toEqual(["o1 filled 3.333333333 @ 300"]);
  });
});

test("legs come with their parent, whatever latency was drawn for them", () => {
  const latency = (id: string) => (id === "o1" ? 0 : 30_000);
  const [first] = played(venueOf({ latency }), bracketOf(), [barOf(0, [101, 102, 97, 98])]);
  expect(first).toContain("stop filled 100 @ 98");
  expect(MINUTE_MS).toBeGreaterThan(30_000);
});

test("however many orders meet the open, all of them have its price and time", () => {
  const venue = venueOf();
  const ids = Array.from({ length: 400 }, (_, i) => `o${i}`);
  venue.submit(
    ids.map((id) => orderOf({ id })),
    NOW_MS,
  );
  const reports = venue.onBar(venue.market(SPY), barOf(0, [101, 103, 99, 102]));
  expect(told(reports)).toEqual(ids.map((id) => `${id} filled 100 @ 101`));
  expect(new Set(reports.map(({ timeMs }) => timeMs))).toEqual(new Set([NOW_MS]));
});
