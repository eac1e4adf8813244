import { describe, expect, test } from "vitest";
import { decimal, ONE } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { VenueConfig } from "../../core/simulation/config.ts";
import { volumeShareSlippage } from "../../core/simulation/slippage.ts";
import { barOf, orderOf, played, SPY, venueOf } from "./venues.ts";

type Prices = readonly [number, number, number, number];
const at = (text: string) => decimal(text);

/** What one order does in one bar. */
function outcome(order: Partial<OrderRequest>, prices: Prices, config: Partial<VenueConfig> = {}) {
  return played(venueOf(config), [orderOf(order)], [barOf(0, prices)])[0];
}

/** @see https://www.backtrader.com/docu/order-creation-execution/order-creation-execution */
describe("as backtrader documents execution", () => {
  const touched: Partial<VenueConfig> = { touch: "fill" };
  test.each<[string, Partial<OrderRequest>, Prices, string[]]>([
    ["Market: the next opening price", {}, [101, 103, 99, 102], ["o1 filled 100 @ 101"]],
    [
      "Limit: the open where that is better",
      { type: "limit", limitPrice: at("102") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 101"],
    ],
    [
      "Limit: its price where the session only touches it",
      { type: "limit", limitPrice: at("99") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 99"],
    ],
    [
      "Stop: the open where that is beyond it",
      { type: "stop", stopPrice: at("100") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 101"],
    ],
    [
      "Stop: its price where the session touches it",
      { type: "stop", stopPrice: at("103") },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 103"],
    ],
    [
      "StopLimit: a limit order once it is triggered",
      { type: "stop-limit", stopPrice: at("102"), limitPrice: at("100") },
      [101, 103, 99, 99],
      ["o1 filled 100 @ 100"],
    ],
    [
      "Close: the closing price",
      { timeInForce: "cls" },
      [101, 103, 99, 102],
      ["o1 filled 100 @ 102"],
    ],
  ])("%s", (_, order, prices, expected) => {
    const bar = barOf(0, prices);
    const closing = { ...bar, closeTimeMs: bar.openTimeMs + 6 * 3_600_000 };
    const shown = order.timeInForce === "cls" ? closing : bar;
    expect(played(venueOf(touched), [orderOf(order)], [shown])[0]).toEqual(expected);
  });
});

/**
 * LEAN asks for a price strictly beyond a limit; ours does the same unless told otherwise.
 * @see https://www.quantconnect.com/docs/v2/writing-algorithms/reality-modeling/trade-fills
 */
describe("as LEAN documents its fill models", () => {
  const buy = { type: "limit", limitPrice: at("99") } as const;
  const sell = { side: "sell", type: "limit", limitPrice: at("103") } as const;
  test.each<[string, Partial<OrderRequest>, Prices, string[]]>([
    ["a buy limit needs a low below it", buy, [101, 103, 98.99, 102], ["o1 filled 100 @ 99"]],
    ["a low at it is not enough", buy, [101, 103, 99, 102], []],
    ["a sell limit needs a high above it", sell, [101, 103.01, 99, 102], ["o1 filled 100 @ 103"]],
    ["a high at it is not enough", sell, [101, 103, 99, 102], []],
  ])("%s", (_, order, prices, expected) => {
    expect(outcome(order, prices)).toEqual(expected);
  });
  test("a trade quote fills a limit at the better of both prices", () => {
    const venue = venueOf({ fill: "quotes" });
    const request = orderOf(buy);
    venue.submit([request], request.decidedTimeMs);
    const quote = { eventTimeMs: request.decidedTimeMs + 1, bidSize: 500, askSize: 500 };
    const found = venue.onQuote(venue.market(SPY), { ...quote, bid: 98, ask: 98.5 });
    expect(found).toMatchObject([{ kind: "filled", price: at("98.5") }]);
  });
});

/**
 * Its defaults are a limit of 2.5 % of volume and an impact of 0.1.
 * @see https://zipline.ml4trading.io/api-reference.html, VolumeShareSlippage
 */
describe("as zipline documents its volume share", () => {
  const volume = 10_000;
  const zipline = { participation: 0.025, slippage: volumeShareSlippage(0.1) };

  test("an order takes 2.5 % of the volume of each bar until it is done", () => {
    const venue = venueOf(zipline);
    const flat = (n: number) => barOf(n, [100, 100, 100, 100], volume);
    const request = orderOf({ quantity: 600n * ONE });
    const filled = played(venue, [request], [flat(0), flat(1), flat(2)]).flat();
    expect(filled.map((line) => line.split(" ")[2])).toEqual(["250", "250", "100"]);
  });
  test("and pays the price times impact times the share squared", () => {
    const venue = venueOf({ slippage: volumeShareSlippage(0.1) });
    venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100], 1_000));
    const [first] = played(venue, [orderOf()], [barOf(0, [100, 100, 100, 100])]);
    // 100 × 0.1 × (100 / 1000)² = 0.1
    expect(first).toEqual(["o1 filled 100 @ 100.1"]);
  });
});
