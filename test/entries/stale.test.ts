import { describe, expect, test } from "vitest";
import type { Bar } from "../../core/domain/market.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { crypto, defineProfile } from "../../core/index.ts";
import type { BarsQuery, MarketData } from "../../core/ports/marketData.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { staleS } from "../../functions/schedule/stale.ts";
import { openingRange } from "../../strategies/opening-range.ts";

const shares = compileProfile(defineProfile(openingRange, { name: "a", universe: ["SPY", "IBM"] }));
const coins = compileProfile(
  defineProfile(openingRange, { name: "b", universe: [crypto("BTC/USD")] }),
);
const at = (time: string) => newYorkTimeMs("2024-07-02", time);

/** A venue that has a bar of these instruments and of no others. */
function asking(...symbols: readonly string[]) {
  const asked: BarsQuery[] = [];
  const one: Bar = {
    ...{ openTimeMs: 0, closeTimeMs: 0, open: 1, high: 1, low: 1, close: 1, volume: 1 },
  };
  const marketData: Pick<MarketData, "bars"> = {
    bars: async (query) => {
      asked.push(query);
      return new Map(query.symbols.map((name) => [name, symbols.includes(name) ? [one] : []]));
    },
  };
  return { asked, marketData };
}

describe("bars are stale", () => {
  test("where none of any instrument came for ten minutes of a session", async () => {
    const { marketData, asked } = asking();
    expect(await staleS(marketData, [shares], at("11:00"))).toBe(600);
    expect(asked).toMatchObject([{ afterMs: at("10:50"), untilMs: at("11:00"), timeframe: "1m" }]);
    expect(await staleS(asking("IBM").marketData, [shares], at("11:00"))).toBe(0);
  });

  test("and not before the open, soon after it, or at night", async () => {
    const { marketData, asked } = asking();
    for (const time of ["09:00", "09:35", "20:00"]) {
      expect(await staleS(marketData, [shares], at(time))).toBe(0);
    }
    expect(asked).toEqual([]);
  });

  test("though coins go on trading", async () => {
    const { marketData } = asking("BTC/USD");
    expect(await staleS(marketData, [coins, shares], at("11:00"))).toBe(600);
    expect(await staleS(marketData, [coins, shares], at("20:00"))).toBe(0);
  });
});
