import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
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
