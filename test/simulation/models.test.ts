import { describe, expect, test } from "vitest";
import { decimal, numberOf } from "../../core/domain/decimal.ts";
import { crypto } from "../../core/domain/instruments.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { parseFees } from "../../core/simulation/fees.ts";
import { parseLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage, parseSlippage } from "../../core/simulation/slippage.ts";
import { barOf, NOW_MS, orderOf, played, SPY, told, venueOf } from "./venues.ts";

describe("fees", () => {
  const fill = {
    assetClass: "us-equity",
    side: "sell",
    quantity: decimal("1000"),
    price: decimal("50"),
    liquidity: "taker",
    filledBefore: 0n,
    timeMs: Date.UTC(2024, 6, 2),
  } as const;
  test.each([
    ["none", "0"],
    ["per-share:0.005", "5"],
    ["per-share:0.0001,1", "1"],
    ["bps:2", "10"],
    ["maker-taker:-1,3", "15"],
    // 50,000 dollars at 27.80 a million is 1.39; a thousand shares at 0.000166 are 0.17 when
    // rounded up.
    ["us-regulatory", "1.56"],
    ["bps:2+us-regulatory", "11.56"],
  ])("%s of 1,000 sold at 50 in July 2024 is %s", (text, expected) => {
    expect(parseFees(text)(fill)).toBe(decimal(expected));
  });

  test("resting earns the rebate, buying pays no regulator", () => {
    expect(parseFees("maker-taker:-1,3")({ ...fill, liquidity: "maker" })).toBe(decimal("-5"));
    expect(parseFees("us-regulatory")({ ...fill, side: "buy" })).toBe(0n);
  });

  test("a regulator's rate is that of the day, and nothing before the first known", () => {
    const feeOn = (year: number) =>
      parseFees("us-regulatory")({ ...fill, timeMs: Date.UTC(year, 6, 2) });
    expect(numberOf(feeOn(2023))).toBeCloseTo(0.4 + 0.15, 9);
    expect(feeOn(1997)).toBe(0n);
  });

  test.each(["cheap", "bps", "bps:x", "per-share:1,2,3", "none:1", "bps:1+nope"])(
    "%s is refused by name",
    (text) => {
      expect(() => parseFees(text)).toThrow(/fees: expected none, per-share/);
    },
  );
});

describe("slippage", () => {
  const fill = { orderId: "o1", price: 100, quantity: 50, range: 2, volume: 1_000, spread: 0.04 };
  test.each([
    ["none", 0],
    ["bps:5", 0.05],
    ["half-spread", 0.02],
    ["volatility:0.1", 0.2],
    // 100 × 0.1 × (50 / 1000)²
    ["volume-share:0.1", 0.025],
  ])("%s costs %d dollars a share", (text, expected) => {
    expect(parseSlippage(text, 1)(fill)).toBeCloseTo(expected, 12);
  });

  test("random slippage belongs to seed and order, not to the sequence of draws", () => {
    const model = parseSlippage("random-bps:10", 7);
    const first = model(fill);
    model({ ...fill, orderId: "o2" });
    expect(model(fill)).toBe(first);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first).toBeLessThanOrEqual(0.1);
    expect(parseSlippage("random-bps:10", 8)(fill)).not.toBe(first);
  });

  test("never makes a limit worse than its limit, and lands on the worse tick", () => {
    const slipping = venueOf({ slippage: bpsSlippage(100) });
    const limited = orderOf({ type: "limit", limitPrice: decimal("101.5") });
    expect(played(slipping, [limited], [barOf(0, [101, 101, 101, 101])])).toEqual([
      ["o1 filled 100 @ 101.5"],
    ]);
    const odd = venueOf({ slippage: bpsSlippage(0.3) });
    expect(played(odd, [orderOf()], [barOf(0, [101, 101, 101, 101])])).toEqual([
      ["o1 filled 100 @ 101.01"],
    ]);
  });

  test.each(["wild", "bps", "bps:-1", "half-spread:2"])("%s is refused by name", (text) => {
    expect(() => parseSlippage(text, 1)).toThrow(/slippage: expected none, bps:N/);
  });
});

describe("latency", () => {
  test("draws belong to seed and order and keep to their bounds", () => {
    const model = parseLatency("uniform:20,200", 3);
    const draws = Array.from({ length: 200 }, (_, i) => model(`o${i}`));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...draws)).toBeLessThanOrEqual(200);
    expect(new Set(draws).size).toBeGreaterThan(50);
    expect(model("o7")).toBe(draws[7]);
    const skewed = Array.from({ length: 400 }, (_, i) =>
      parseLatency("lognormal:100,0.5", 3)(`o${i}`),
    );
    const median = skewed.sort((a, b) => a - b)[200] ?? 0;
    expect(median).toBeGreaterThan(85);
    expect(median).toBeLessThan(115);
  });

  test("an order that arrives within a bar fills at its close, the first price known to come after", () => {
    const venue = venueOf({ latency: parseLatency("constant:500", 1) });
    expect(played(venue, [orderOf()], [barOf(0, [101, 103, 99, 102])])).toEqual([
      ["o1 filled 100 @ 102"],
    ]);
  });

  test.each(["slow", "constant", "uniform:1", "constant:-5"])("%s is refused by name", (text) => {
    expect(() => parseLatency(text, 1)).toThrow(/latency: expected none, constant:MS/);
  });
});

describe("time in force", () => {
  const day = orderOf({ timeInForce: "day", type: "limit", limitPrice: decimal("50") });

  test("a day order ends with its session, early where that closes early", () => {
    for (const [date, close] of [
      ["2024-07-02", "16:00"],
      ["2024-07-03", "13:00"],
    ] as const) {
      const venue = venueOf();
      venue.submit([day], newYorkTimeMs(date, "10:00"));
      const closeMs = newYorkTimeMs(date, close);
      expect(told(venue.onClock(closeMs))).toEqual([]);
      expect(told(venue.onClock(closeMs + 1))).toEqual(["o1 expired"]);
    }
  });

  test("a day order sent at the close is for the next session, also over a change of clocks", () => {
    const venue = venueOf();
    venue.submit([day], newYorkTimeMs("2024-03-08", "16:00"));
    expect(told(venue.onClock(newYorkTimeMs("2024-03-11", "15:59")))).toEqual([]);
    expect(told(venue.onClock(newYorkTimeMs("2024-03-11", "16:01")))).toEqual(["o1 expired"]);
  });

  test("gtd ends at its time, gtc does not end", () => {
    const venue = venueOf();
    const limit = { type: "limit", limitPrice: decimal("50") } as const;
    venue.submit([orderOf({ ...limit, timeInForce: "gtd", expiresAtMs: NOW_MS + 5 })], NOW_MS);
    venue.submit([orderOf({ ...limit, id: "o2" })], NOW_MS);
    expect(told(venue.onClock(NOW_MS + 5))).toEqual(["o1 expired"]);
    expect(told(venue.onClock(NOW_MS + 1e11))).toEqual([]);
  });

  test("outside of the session only orders that ask for extended hours fill", () => {
    const evening = newYorkTimeMs("2024-07-02", "17:00");
    const bar = {
      ...barOf(0, [101, 101, 101, 101]),
      openTimeMs: evening,
      closeTimeMs: evening + 60_000,
    };
    const limit = { type: "limit", limitPrice: decimal("102"), timeInForce: "day" } as const;
    const venue = venueOf();
    venue.submit([orderOf(limit), orderOf({ ...limit, id: "o2", extendedHours: true })], NOW_MS);
    expect(told(venue.onBar(venue.market(SPY), bar))).toEqual([
      "o1 expired",
      "o2 filled 100 @ 101",
    ]);
  });

  test("opg takes part in the opening and cls in the closing auction only", () => {
    const venue = venueOf();
    const before = newYorkTimeMs("2024-07-02", "09:00");
    venue.submit(
      [orderOf({ timeInForce: "opg" }), orderOf({ id: "o2", timeInForce: "cls" })],
      before,
    );
    const session = {
      ...barOf(0, [101, 103, 99, 102]),
      openTimeMs: newYorkTimeMs("2024-07-02", "09:30"),
      closeTimeMs: newYorkTimeMs("2024-07-02", "16:00"),
    };
    expect(told(venue.onBar(venue.market(SPY), session))).toEqual([
      "o1 filled 100 @ 101",
      "o2 filled 100 @ 102",
    ]);
  });
});

describe("what a venue refuses", () => {
  test("an id that it has seen before, for ever", () => {
    const venue = venueOf();
    played(venue, [orderOf()], [barOf(0, [101, 101, 101, 101])]);
    expect(venue.submit([orderOf()], NOW_MS)).toMatchObject([
      { kind: "rejected", reason: "duplicate" },
    ]);
  });

  test("what the account cannot pay, and short sales of what cannot be borrowed", () => {
    const account = { buyingPower: () => decimal("500"), position: () => 0n };
    const venue = venueOf({ account });
    venue.onBar(venue.market(SPY), barOf(-1, [100, 100, 100, 100]));
    expect(venue.submit([orderOf()], NOW_MS)).toMatchObject([
      { reason: "insufficient buying power" },
    ]);
    const coin = crypto("BTC/USD");
    venue.market(coin);
    const short = orderOf({ id: "o2", symbol: "BTC/USD", side: "sell" });
    expect(venue.submit([short], NOW_MS)).toMatchObject([{ reason: "not shortable" }]);
  });

  test("cancelling what is final, and anything in what is delisted", () => {
    const venue = venueOf();
    played(venue, [orderOf()], [barOf(0, [101, 101, 101, 101])]);
    expect(venue.cancel("o1", NOW_MS)).toMatchObject([
      { kind: "cancel-rejected", reason: "the order is final" },
    ]);
    const data = {
      symbol: "SPY",
      kind: "delisting",
      value: decimal("1"),
      priceFactor: 1,
      newSymbol: null,
    } as const;
    venue.onCorporateAction(data, NOW_MS);
    expect(venue.submit([orderOf({ id: "o2" })], NOW_MS)).toMatchObject([
      { reason: "SPY is delisted" },
    ]);
  });
});

describe("other ways to fill", () => {
  test("this-close fills at the close of the deciding bar, or at the quote where one is known", () => {
    const venue = venueOf({ fill: "this-close" });
    venue.onBar(venue.market(SPY), barOf(-1, [100, 101, 99, 100.5]));
    expect(told(venue.submit([orderOf()], NOW_MS))).toContain("o1 filled 100 @ 100.5");
    venue.onQuote(venue.market(SPY), {
      eventTimeMs: NOW_MS,
      bid: 100.4,
      bidSize: 9,
      ask: 100.6,
      askSize: 9,
    });
    expect(told(venue.submit([orderOf({ id: "o2" })], NOW_MS))).toContain("o2 filled 100 @ 100.6");
  });

  test("quotes fill against the other side and at most its size", () => {
    const venue = venueOf({ fill: "quotes" });
    venue.submit([orderOf()], NOW_MS);
    const quote = { eventTimeMs: NOW_MS + 1, bid: 100, bidSize: 500, ask: 100.1, askSize: 60 };
    expect(told(venue.onQuote(venue.market(SPY), quote))).toEqual(["o1 filled 60 @ 100.1"]);
    expect(told(venue.onQuote(venue.market(SPY), { ...quote, ask: 0 }))).toEqual([]);
    expect(told(venue.onQuote(venue.market(SPY), { ...quote, ask: 100.2 }))).toEqual([
      "o1 filled 40 @ 100.2",
    ]);
  });

  test("prints fill at their price and at most their size", () => {
    const venue = venueOf({ fill: "trades" });
    venue.submit([orderOf({ type: "limit", limitPrice: decimal("100") })], NOW_MS);
    const print = { eventTimeMs: NOW_MS + 1, price: 100.5, size: 80 };
    expect(told(venue.onTrade(venue.market(SPY), print))).toEqual([]);
    expect(told(venue.onTrade(venue.market(SPY), { ...print, price: 99.5 }))).toEqual([
      "o1 filled 80 @ 99.5",
    ]);
  });
});
