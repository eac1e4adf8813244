import { describe, expect, test } from "vitest";
import { splitOrder } from "../../core/domain/corporate.ts";
import { type Decimal, decimal, ONE } from "../../core/domain/decimal.ts";
import { crypto, equity } from "../../core/domain/instruments.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { EventData } from "../../core/events/catalogue.ts";
import type { AccountView } from "../../core/simulation/config.ts";
import { randomBpsSlippage } from "../../core/simulation/slippage.ts";
import { lived, say } from "../execution/fixtures.ts";
import { barOf, NOW_MS, orderOf, played, SPY, told, venueOf } from "./venues.ts";

type Action = EventData<"corporate-action.applied.v1">;

function action(kind: Action["kind"], value: string, changes: Partial<Action> = {}): Action {
  const ratio = decimal(value);
  const priceFactor = kind === "split" ? 1e9 / Number(ratio) : 1;
  return { symbol: "SPY", kind, value: ratio, newSymbol: null, priceFactor, ...changes };
}

describe("a split", () => {
  test.each<[string, string, Partial<OrderRequest>]>([
    ["7 for 1", "7", { type: "limit", limitPrice: decimal("645.57") }],
    [
      "2 for 1",
      "2",
      { type: "stop-limit", stopPrice: decimal("90.01"), limitPrice: decimal("89") },
    ],
    ["1 for 8", "0.125", { type: "stop", stopPrice: decimal("2.37"), quantity: 99n * ONE }],
    ["1 for 3", "0.333333333", { type: "limit", limitPrice: decimal("10"), quantity: 300n * ONE }],
    ["3 for 2", "1.5", { type: "trailing-stop", trailPrice: decimal("2.5"), quantity: 33n * ONE }],
    ["5 for 4", "1.25", { quantity: null, notional: decimal("1000") }],
  ])("%s leaves a working order as the book's copy of it", (_, ratio, changes) => {
    const request = orderOf(changes);
    const copy = splitOrder(lived([say.accepted(request)], request), decimal(ratio), SPY);
    const venue = venueOf();
    venue.submit([request], NOW_MS);
    venue.onCorporateAction(action("split", ratio), NOW_MS);
    expect(venue.market(SPY).orders[0]?.request).toEqual(copy.request);
  });

  test("scales what a market remembers, and where a trailing stop stands", () => {
    const venue = venueOf();
    const market = venue.market(SPY);
    venue.onBar(market, barOf(-1, [100, 102, 100, 100], 500));
    venue.onQuote(market, { eventTimeMs: NOW_MS, bid: 98, bidSize: 1, ask: 102, askSize: 1 });
    venue.submit(
      [orderOf({ side: "sell", type: "trailing-stop", trailPrice: decimal("4") })],
      NOW_MS,
    );
    venue.onCorporateAction(action("split", "2"), NOW_MS);
    expect(market).toMatchObject({
      lastPrice: 50,
      lastRange: 1,
      lastVolume: 1_000,
      bid: 49,
      ask: 51,
    });
    expect(told(venue.onBar(market, barOf(0, [49, 49, 47, 48])))).toEqual(["o1 filled 200 @ 48"]);
  });

  test("ends an order of which no lot is left", () => {
    const venue = venueOf();
    venue.submit([orderOf({ quantity: 5n * ONE })], NOW_MS);
    expect(told(venue.onCorporateAction(action("split", "0.125"), NOW_MS))).toEqual([
      "o1 cancelled",
    ]);
    expect(told(venue.onBar(venue.market(SPY), barOf(0, [8, 8, 8, 8])))).toEqual([]);
  });
});

test("a delisting ends working orders, parents before their legs", () => {
  const venue = venueOf();
  const leg = orderOf({ id: "leg", side: "sell", parentId: "o1", type: "stop", stopPrice: ONE });
  venue.submit([orderOf(), leg], NOW_MS);
  const ended = venue.onCorporateAction(action("delisting", "1"), NOW_MS);
  expect(told(ended)).toEqual(["o1 expired", "leg cancelled"]);
});

describe("a new symbol", () => {
  const changed = action("symbol-change", "1", { newSymbol: "VOO" });
  test("takes the orders along to its market", () => {
    const venue = venueOf();
    const market = venue.market(equity("VOO"));
    venue.submit([orderOf()], NOW_MS);
    expect(venue.onCorporateAction(changed, NOW_MS)).toEqual([]);
    expect(told(venue.onBar(venue.market(SPY), barOf(0, [100, 100, 100, 100])))).toEqual([]);
    expect(told(venue.onBar(market, barOf(0, [100, 100, 100, 100])))).toEqual([
      "o1 filled 100 @ 100",
    ]);
  });
  test("ends them where it is not traded", () => {
    const venue = venueOf();
    venue.submit([orderOf()], NOW_MS);
    expect(venue.onCorporateAction(changed, NOW_MS)).toMatchObject([
      { kind: "expired", reason: "SPY became VOO" },
    ]);
  });
});

describe("what the account is asked", () => {
  const holding = (position: bigint, power = "0"): AccountView => ({
    buyingPower: () => decimal(power),
    position: () => position * ONE,
  });
  const outcome = (account: AccountView, changes: Partial<OrderRequest>, instrument = SPY) => {
    const venue = venueOf({ account });
    venue.market(instrument);
    const [said] = venue.submit([orderOf({ symbol: instrument.symbol, ...changes })], NOW_MS);
    return said?.kind === "rejected" ? said.reason : said?.kind;
  };
  const coin = crypto("BTC/USD");
  const dollars = { quantity: null, notional: decimal("1000") };
  const poor = "insufficient buying power";
  test.each<[string, AccountView, Partial<OrderRequest>, typeof SPY, string]>([
    ["a whole exit needs no money", holding(100n), { side: "sell" }, SPY, "accepted"],
    ["nor does covering a short", holding(-100n), {}, SPY, "accepted"],
    ["the part that turns round does", holding(99n), { side: "sell" }, SPY, poor],
    ["by dollars a long is closed", holding(10n), { side: "sell", ...dollars }, coin, "accepted"],
    [
      "beyond it is not shortable",
      holding(9n),
      { side: "sell", ...dollars },
      coin,
      "not shortable",
    ],
    ["before a price the decision's counts", holding(0n, "9999.99"), {}, SPY, poor],
    ["and what it costs exactly is enough", holding(0n, "10000"), {}, SPY, "accepted"],
  ])("%s", (_, account, changes, instrument, expected) => {
    expect(outcome(account, changes, instrument)).toBe(expected);
  });
});

test("slippage never makes a sale negative, and depends on the executed quantity", () => {
  const seen: number[] = [];
  const venue = venueOf({
    participation: 0.1,
    slippage: ({ quantity }) => {
      seen.push(quantity);
      return 1_000;
    },
  });
  const sale = orderOf({ side: "sell" });
  expect(played(venue, [sale], [barOf(0, [101, 101, 101, 101], 400)])).toEqual([
    ["o1 filled 40 @ 0.01"],
  ]);
  const notional: Decimal = decimal("1000");
  const dollars = orderOf({ id: "o2", quantity: null, notional });
  played(venue, [dollars], [barOf(1, [100, 100, 100, 100])]);
  expect(seen).toEqual([40, 60, 10]);
});

test("an order's luck in price is not its luck in time", async () => {
  const { uniformLatency } = await import("../../core/simulation/latency.ts");
  const ids = Array.from({ length: 400 }, (_, i) => `profile.SPY.bar.${i}`);
  const late = uniformLatency(0, 1_000_000, 7);
  const dear = randomBpsSlippage(10_000, 7);
  const pairs = ids.map((orderId) => {
    const fill = { orderId, price: 1, quantity: 1, range: 0, volume: 0, spread: 0 };
    return [late(orderId) / 1e6 - 0.5, dear(fill) - 0.5] as const;
  });
  const covariance = pairs.reduce((sum, [a, b]) => sum + a * b, 0) / pairs.length;
  // Independent draws have a correlation of about 1/20 at most here; a twelfth is the variance.
  expect(Math.abs(covariance * 12)).toBeLessThan(0.15);
});
