import { describe, expect, test } from "vitest";
import { decimal, numberOf } from "../../core/domain/decimal.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { parseFees } from "../../core/simulation/fees.ts";
import { parseLatency } from "../../core/simulation/latency.ts";
import { regulatoryFees } from "../../core/simulation/regulatoryFees.ts";
import { parseSlippage } from "../../core/simulation/slippage.ts";

const sale = {
  assetClass: "us-equity",
  side: "sell",
  quantity: decimal("100000"),
  price: decimal("10"),
  liquidity: "taker",
  filledBefore: 0n,
} as const;

/** Dollars that regulators take of a million dollars, 100,000 shares sold. */
function fee(date: string, clock = "10:00"): number {
  return numberOf(parseFees("us-regulatory")({ ...sale, timeMs: newYorkTimeMs(date, clock) }));
}

describe("regulatory fees of a million dollars sold as 100,000 shares", () => {
  test.each([
    ["1997-12-31", 0],
    ["2001-12-27", 33.3],
    ["2001-12-28", 15],
    ["2002-10-01", 30.1 + 5],
    ["2004-03-31", 39 + 10],
    ["2009-12-31", 25.7 + 3.75],
    ["2013-05-24", 22.4 + 5.95],
    ["2013-05-25", 17.4 + 5.95],
    ["2022-05-13", 5.1 + 6.49],
    ["2025-05-13", 27.8 + 8.3],
    ["2025-05-14", 8.3],
    ["2026-04-03", 9.79],
    ["2026-04-04", 20.6 + 9.79],
    ["2026-12-31", 20.6],
    ["2027-01-01", 20.6 + 11.61],
  ])("on %s are %d", (date, expected) => {
    expect(fee(date)).toBeCloseTo(expected, 9);
  });
  test("go by the date in New York, also late in the evening", () => {
    expect(fee("2025-05-13", "19:59")).toBeCloseTo(36.1, 9);
  });
  test("are no matter of coins", () => {
    const timeMs = newYorkTimeMs("2024-07-02", "10:00");
    expect(parseFees("us-regulatory")({ ...sale, assetClass: "crypto", timeMs })).toBe(0n);
  });
  test("have rows in order, and a cap that is what 50,000 shares or so come to", () => {
    const { section31, tradingActivity } = regulatoryFees;
    for (const rows of [section31, tradingActivity]) {
      const dates = rows.map(({ from }) => from);
      expect(dates).toEqual(dates.toSorted());
      expect(new Set(dates).size).toBe(dates.length);
    }
    for (const { from, perShare, cap } of tradingActivity) {
      // The first two caps were those of 100,000 shares.
      if (from < "2004-11-01") expect(Number(cap) / Number(perShare)).toBeCloseTo(100_000, -3);
      else if (perShare !== "0") expect(Number(cap) / Number(perShare)).toBeCloseTo(50_000, -3);
    }
  });
});

describe("a model that is written wrong is refused", () => {
  test.each([
    "bps:1:2",
    "per-share:0.005,",
    "maker-taker:,5",
    "bps:0x10",
    "per-share:-1",
    "bps: 5",
  ])("fees %s", (text) => {
    expect(() => parseFees(text)).toThrow(`got "${text}"`);
  });
  test.each(["bps:1,2", "none:0", "volatility:1e3", "bps:Infinity", ""])("slippage %s", (text) => {
    expect(() => parseSlippage(text, 1)).toThrow(`got "${text}"`);
  });
  test.each(["uniform:200,20", "none:1", "constant:1,2", "lognormal:5"])("latency %s", (text) => {
    expect(() => parseLatency(text, 1)).toThrow(`got "${text}"`);
  });
  test("a sum names the part that is wrong", () => {
    expect(() => parseFees("bps:1+us-regulatory+wrong")).toThrow('got "wrong"');
  });
});
