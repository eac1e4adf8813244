import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { barPath } from "../../core/analysis/path.ts";
import { tripStatistics } from "../../core/analysis/trip-statistics.ts";
import { type Fill, type RoundTrip, roundTrips } from "../../core/analysis/trips.ts";
import type { BarColumns } from "../../core/domain/market.ts";

const fill = (
  side: Fill["side"],
  quantity: number,
  price: number,
  timeMs: number,
  fee = 0,
): Fill => {
  return { symbol: "SPY", side, quantity, price, fee, timeMs };
};
const buy = (quantity: number, price: number, timeMs: number, fee = 0) =>
  fill("buy", quantity, price, timeMs, fee);
const sell = (quantity: number, price: number, timeMs: number, fee = 0) =>
  fill("sell", quantity, price, timeMs, fee);

/** Bars of ten milliseconds from 0 on, each given by low and high. */
function bars(ranges: readonly (readonly [number, number])[]): BarColumns {
  const column = (value: (i: number) => number) => Float64Array.from(ranges, (_, i) => value(i));
  const low = column((i) => ranges[i]?.[0] ?? 0);
  const high = column((i) => ranges[i]?.[1] ?? 0);
  return {
    length: ranges.length,
    openTimeMs: column((i) => i * 10),
    closeTimeMs: column((i) => i * 10 + 10),
    open: low,
    high,
    low,
    close: high,
    volume: low,
  };
}

describe("round trips", () => {
  test("the first lot in is the first out", () => {
    const trips = roundTrips([buy(10, 100, 1), buy(10, 110, 2), sell(15, 120, 3), sell(5, 90, 4)]);
    expect(trips).toMatchObject([
      { openTimeMs: 1, closeTimeMs: 3, quantity: 10, entryPrice: 100, exitPrice: 120, profit: 200 },
      { openTimeMs: 2, closeTimeMs: 3, quantity: 5, entryPrice: 110, exitPrice: 120, profit: 50 },
      { openTimeMs: 2, closeTimeMs: 4, quantity: 5, entryPrice: 110, exitPrice: 90, profit: -100 },
    ]);
  });

  test("a short sale wins when it is bought back lower", () => {
    const [trip] = roundTrips([sell(10, 100, 1, 2), buy(10, 90, 2, 3)]);
    expect(trip).toMatchObject({ side: "short", profit: 95, fees: 5, entryPrice: 100 });
  });

  test("a fill past flat closes one side and opens the other, fees shared by quantity", () => {
    const trips = roundTrips([buy(10, 100, 1, 10), sell(30, 110, 2, 30), buy(20, 100, 3)]);
    expect(trips).toMatchObject([
      { side: "long", quantity: 10, fees: 20, profit: 80 },
      { side: "short", quantity: 20, fees: 20, profit: 180 },
    ]);
  });

  test("partial fills of one moment are one trip at their mean price", () => {
    const trips = roundTrips([buy(5, 100, 1), buy(15, 104, 1), sell(8, 110, 2), sell(12, 110, 2)]);
    expect(trips).toMatchObject([{ quantity: 20, entryPrice: 103, exitPrice: 110, profit: 140 }]);
  });

  test("profiles and symbols do not touch each other's lots", () => {
    const other = { ...sell(10, 120, 2), profile: "other" };
    expect(roundTrips([buy(10, 100, 1), other])).toEqual([]);
    expect(roundTrips([buy(10, 100, 1), { ...sell(10, 120, 2), symbol: "QQQ" }])).toEqual([]);
  });

  test("thirds of a share leave no crumbs behind", () => {
    const third = 0.333333333;
    const fills = [buy(third, 3, 1), buy(third, 3, 2), buy(third, 3, 3), sell(0.999999999, 6, 4)];
    expect(roundTrips([...fills, sell(1, 5, 5), buy(1, 4, 6)])).toHaveLength(4);
  });

  test("a split restates the lots: 10 at 700 become 70 at 100", () => {
    const splits = [{ symbol: "SPY", timeMs: 2, ratio: 7 }];
    const [trip] = roundTrips([buy(10, 700, 1, 7), sell(70, 110, 3)], { splits });
    expect(trip).toMatchObject({ quantity: 70, entryPrice: 100 });
    expect(trip?.fees).toBeCloseTo(7, 9);
    expect(trip?.profit).toBeCloseTo(693, 9);
    const foreign = [{ symbol: "QQQ", timeMs: 2, ratio: 7 }];
    expect(roundTrips([buy(10, 700, 1), sell(10, 710, 3)], { splits: foreign })).toHaveLength(1);
  });

  test("profits of all trips and what is left open account for every dollar (seed 42)", () => {
    const fills = fc.array(
      fc.record({
        side: fc.constantFrom("buy" as const, "sell" as const),
        quantity: fc.integer({ min: 1, max: 50 }),
        price: fc.integer({ min: 1, max: 500 }),
        fee: fc.integer({ min: 0, max: 5 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(fills, (list) => {
        const all = list.map((f, i) => ({ ...f, symbol: "SPY", timeMs: i }));
        const position = all.reduce(
          (sum, f) => sum + (f.side === "buy" ? f.quantity : -f.quantity),
          0,
        );
        const flat = { ...fill(position > 0 ? "sell" : "buy", Math.abs(position), 77, 99), fee: 1 };
        const closed = position === 0 ? all : [...all, flat];
        const cash = closed.reduce((sum, f) => {
          return sum + f.quantity * f.price * (f.side === "buy" ? -1 : 1) - f.fee;
        }, 0);
        const profit = roundTrips(closed).reduce((sum, trip) => sum + trip.profit, 0);
        expect(profit).toBeCloseTo(cash, 6);
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});

describe("excursions", () => {
  const path = barPath(
    new Map([
      [
        "SPY",
        bars([
          [1, 999],
          [95, 105],
          [80, 112],
          [100, 130],
          [1, 999],
        ]),
      ],
    ]),
  );

  test("they run over the bars between the fills, the bar of an exit at its open left out", () => {
    const [trip] = roundTrips([buy(1, 100, 10), sell(1, 101, 40)], { path });
    expect(trip).toMatchObject({ maePct: 0.2, mfePct: 0.3, bars: 3 });
  });

  test("a short position suffers from highs", () => {
    const [trip] = roundTrips([sell(1, 100, 10), buy(1, 101, 30)], { path });
    expect(trip?.maePct).toBeCloseTo(0.12, 12);
    expect(trip?.mfePct).toBeCloseTo(0.2, 12);
  });

  test("the fills themselves count, and without prices nothing is known", () => {
    const [beyond] = roundTrips([buy(1, 100, 10), sell(1, 150, 20)], { path });
    expect(beyond).toMatchObject({ mfePct: 0.5, maePct: 0.05 });
    expect(roundTrips([buy(1, 100, 10), sell(1, 150, 20)])[0]).toMatchObject({
      maePct: null,
      bars: 0,
    });
    const later = roundTrips([buy(1, 100, 500), sell(1, 150, 600)], { path });
    expect(later[0]).toMatchObject({ maePct: null, mfePct: null, bars: 0 });
  });

  test("prices before a split are restated in shares of the exit", () => {
    const split = barPath(
      new Map([
        [
          "SPY",
          bars([
            [600, 840],
            [90, 110],
          ]),
        ],
      ]),
    );
    const splits = [{ symbol: "SPY", timeMs: 10, ratio: 7 }];
    const [trip] = roundTrips([buy(1, 700, 0), sell(7, 100, 20)], { path: split, splits });
    expect(trip?.mfePct).toBeCloseTo(0.2, 12);
    expect(trip?.maePct).toBeCloseTo(1 - 600 / 700, 12);
    expect(trip?.bars).toBe(2);
  });
});

describe("trip statistics", () => {
  const trip = (profit: number, maePct: number | null = null): RoundTrip => ({
    symbol: "SPY",
    side: "long",
    openTimeMs: 0,
    closeTimeMs: 1,
    quantity: 1,
    entryPrice: 1,
    exitPrice: 1,
    profit,
    fees: 0,
    maePct,
    mfePct: maePct,
    bars: 4,
  });

  test("break-even trips count as trips, as neither win nor loss", () => {
    expect(tripStatistics([trip(30, 0.1), trip(-10), trip(0, 0.3), trip(10)])).toEqual({
      trips: 4,
      hitRate: 0.5,
      profitFactor: 4,
      expectancy: 7.5,
      averageWin: 20,
      averageLoss: -10,
      averageMae: 0.2,
      averageMfe: 0.2,
      averageBars: 4,
    });
  });

  test("winners alone have no profit factor, no trips have nothing", () => {
    expect(tripStatistics([trip(5)])).toMatchObject({
      profitFactor: null,
      averageLoss: null,
      hitRate: 1,
    });
    expect(tripStatistics([])).toMatchObject({ trips: 0, hitRate: null, expectancy: null });
  });
});
