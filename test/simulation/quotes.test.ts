import { describe, expect, test } from "vitest";
import { decimal, numberOf, ONE } from "../../core/domain/decimal.ts";
import { perShareFee } from "../../core/simulation/fees.ts";
import { halfSpreadSlippage } from "../../core/simulation/slippage.ts";
import { barOf, MINUTE_MS, NOW_MS, orderOf, played, SPY, told, venueOf } from "./venues.ts";

const quote = { bid: 98, ask: 99, bidSize: 10, askSize: 10 };

describe("a quote counts from the open of the last bar on", () => {
  test.each([
    ["of an older one", NOW_MS - 1, "o1 filled 100 @ 100"],
    ["since its open", NOW_MS, "o1 filled 100 @ 99"],
  ])("this-close with a quote %s", (_, eventTimeMs, expected) => {
    const venue = venueOf({ fill: "this-close" });
    const market = venue.market(SPY);
    venue.onQuote(market, { ...quote, eventTimeMs });
    venue.onBar(market, barOf(0, [100, 101, 99, 100]));
    expect(told(venue.submit([orderOf()], NOW_MS + MINUTE_MS))).toContain(expected);
  });

  test.each([
    ["of an older one", NOW_MS - 1, "o1 filled 100 @ 100"],
    ["since its open", NOW_MS, "o1 filled 100 @ 100.5"],
  ])("half-spread with a quote %s", (_, eventTimeMs, expected) => {
    const venue = venueOf({ slippage: halfSpreadSlippage });
    venue.onQuote(venue.market(SPY), { ...quote, eventTimeMs });
    expect(played(venue, [orderOf()], [barOf(0, [100, 101, 99, 100])])).toEqual([[expected]]);
  });
});

describe("a size that was not recorded is no bound", () => {
  const none = { eventTimeMs: NOW_MS, bid: 99, ask: 100, bidSize: 0, askSize: 0 };

  test("of a quote", () => {
    const venue = venueOf({ fill: "quotes" });
    venue.submit([orderOf(), orderOf({ id: "o2" })], NOW_MS);
    const reports = venue.onQuote(venue.market(SPY), none);
    expect(told(reports)).toEqual(["o1 filled 100 @ 100", "o2 filled 100 @ 100"]);
  });
  test("of a print", () => {
    const venue = venueOf({ fill: "trades" });
    venue.submit([orderOf()], NOW_MS);
    const reports = venue.onTrade(venue.market(SPY), { eventTimeMs: NOW_MS, price: 100, size: 0 });
    expect(told(reports)).toEqual(["o1 filled 100 @ 100"]);
  });
  test("but a price that was not is an empty side", () => {
    const venue = venueOf({ fill: "quotes" });
    venue.submit([orderOf()], NOW_MS);
    expect(venue.onQuote(venue.market(SPY), { ...none, ask: 0 })).toEqual([]);
  });
});

describe("a price between two ticks becomes the worse one of both", () => {
  test.each([
    ["buy", "o1 filled 100 @ 100.01"],
    ["sell", "o1 filled 100 @ 100"],
  ] as const)("to %s", (side, expected) => {
    const bar = barOf(0, [100.004, 101, 100.004, 100.5]);
    expect(played(venueOf(), [orderOf({ side })], [bar])).toEqual([[expected]]);
  });
  test("never beyond a limit, also where it rested", () => {
    const venue = venueOf();
    const limit = orderOf({ type: "limit", limitPrice: decimal("100") });
    const bars = [barOf(0, [101, 101, 101, 101]), barOf(1, [99.996, 101, 99.996, 100.5])];
    expect(played(venue, [limit], bars)).toEqual([[], ["o1 filled 100 @ 100"]]);
  });
});

test("the least fee is an order's, however many executions it takes", () => {
  const fees = perShareFee(decimal("0.005"), decimal("1"));
  const feesOf = (shares: bigint) => {
    const venue = venueOf({ participation: 0.1, fees });
    venue.submit([orderOf({ quantity: shares * ONE })], NOW_MS);
    return [0, 1, 2, 3]
      .flatMap((n) => venue.onBar(venue.market(SPY), barOf(n, [100, 101, 99, 100], 1_000)))
      .map((report) => (report.kind === "filled" ? numberOf(report.fee) : report.kind));
  };
  expect(feesOf(150n)).toEqual([1, 0]);
  expect(feesOf(400n)).toEqual([1, 0, 0.5, 0.5]);
});

test("slippage is against an order's own price, or the decision's at market", () => {
  const slippageOf = (changes: Parameters<typeof orderOf>[0]) => {
    const venue = venueOf();
    venue.submit([orderOf({ referencePrice: decimal("100"), ...changes })], NOW_MS);
    const [report] = venue.onBar(venue.market(SPY), barOf(0, [102, 103, 101, 102]));
    return report?.kind === "filled" ? report.slippage : null;
  };
  expect(slippageOf({})).toBe(decimal("200"));
  expect(slippageOf({ type: "limit", limitPrice: decimal("105") })).toBe(decimal("-300"));
  expect(slippageOf({ type: "stop", stopPrice: decimal("101.5") })).toBe(decimal("50"));
  const trail = { type: "trailing-stop", side: "sell", trailPrice: decimal("0.5") } as const;
  expect(slippageOf(trail)).toBe(0n);
});
