import { sampleCorrelation } from "simple-statistics";
import {
  AD,
  CMF,
  DonchianChannels,
  HMA,
  IchimokuCloud,
  KeltnerChannels,
  OBV,
  SuperTrend,
  VWAP,
} from "trading-signals";
import { describe, expect, test } from "vitest";
import type { Bar } from "../../core/domain/market.ts";
import * as kit from "../../core/indicators/index.ts";
import { apple, barAt, feed, largestError, pairs, series, sp500 } from "./bars.ts";

/** Every window of so many bars, oldest first, with the bar it ends at last. */
function windows<T>(items: readonly T[], length: number): T[][] {
  return items.slice(length - 1).map((_, index) => items.slice(index, index + length));
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const closes = (bars: readonly Bar[]) => bars.map(({ close }) => close);
const last = <T>(items: readonly T[]): T => {
  const item = items.at(-1);
  if (item === undefined) throw new Error("no items");
  return item;
};
const squares = (values: readonly number[]) => {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
};
const products = (xs: readonly number[], ys: readonly number[]) => {
  const [x, y] = [mean(xs), mean(ys)];
  return xs.reduce((sum, value, index) => sum + (value - x) * ((ys[index] ?? 0) - y), 0);
};

/** What the library trading-signals makes of the bars, from bar `skip` on. */
function theirs<R>(
  indicator: { update(bar: Bar, replace: false): R | null },
  bars: readonly Bar[],
  skip: number,
): R[] {
  const results = bars.map((bar) => indicator.update(bar, false));
  return results.slice(skip).flatMap((result) => (result === null ? [] : [result]));
}

function expectEqual(got: readonly number[], expected: readonly number[]): void {
  expect(largestError(got, expected)).toBeLessThan(1e-9);
}

describe("as trading-signals has them, on Apple from 2013 to 2018", () => {
  test("hma", () => {
    const hma = new HMA(30);
    const expected = closes(apple).flatMap((close) => hma.update(close, false) ?? []);
    expectEqual(series(kit.hma(30), apple), expected);
  });

  test("obv, which they start at 0 where TA-Lib starts with the first volume", () => {
    const start = apple[0]?.volume ?? 0;
    const expected = theirs(new OBV(2), apple, 1).map((value) => value + start);
    expectEqual(series(kit.obv(), apple).slice(-expected.length), expected);
    expect(expected.length).toBeGreaterThan(1_200);
  });

  test("accumulation", () => {
    expectEqual(series(kit.accumulation(), apple), theirs(new AD(), apple, 0));
  });

  test("cmf", () => {
    expectEqual(series(kit.cmf(20), apple), theirs(new CMF(20), apple, 0));
  });

  test("anchored vwap", () => {
    expectEqual(series(kit.anchoredVwap(0), apple), theirs(new VWAP(), apple, 0));
  });

  test("donchian", () => {
    const expected = theirs(new DonchianChannels(20), apple, 0);
    expectEqual(
      series(kit.donchian(20), apple),
      expected.map(({ middle }) => middle),
    );
    expectEqual(
      series(kit.donchian(20), apple, (state) => state.upper),
      expected.map(({ upper }) => upper),
    );
    expectEqual(
      series(kit.donchian(20), apple, (state) => state.previousLower).slice(1),
      expected.slice(0, -1).map(({ lower }) => lower),
    );
  });

  test("ichimoku, whose cloud is the spans of 26 bars before", () => {
    const expected = theirs(new IchimokuCloud(), apple, 0);
    const displaced = expected.slice(26);
    for (const [read, wanted] of [
      [(s: kit.IchimokuState) => s.now, displaced.map(({ conversion }) => conversion)],
      [(s: kit.IchimokuState) => s.base, displaced.map(({ base }) => base)],
      [(s: kit.IchimokuState) => s.spanA, displaced.map(({ spanA }) => spanA)],
      [(s: kit.IchimokuState) => s.spanB, displaced.map(({ spanB }) => spanB)],
      [(s: kit.IchimokuState) => s.cloudA, expected.slice(0, -26).map(({ spanA }) => spanA)],
      [(s: kit.IchimokuState) => s.cloudB, expected.slice(0, -26).map(({ spanB }) => spanB)],
    ] as const) {
      expectEqual(series(kit.ichimoku(), apple, read), wanted);
    }
  });

  // Their averages start from the first bar, ours as TA-Lib's; 600 bars later both are one.
  test("super-trend and its direction, once the start is forgotten", () => {
    const expected = theirs(new SuperTrend(), apple, 600);
    const skipped = 600 - kit.superTrend().warmUp + 1;
    expectEqual(
      series(kit.superTrend(), apple).slice(skipped),
      expected.map(({ supertrend }) => supertrend),
    );
    expect(series(kit.superTrend(), apple, (state) => state.direction).slice(skipped)).toEqual(
      expected.map(({ trend }) => (trend === "BULLISH" ? 1 : -1)),
    );
  });

  test("keltner, once the start is forgotten", () => {
    const expected = theirs(new KeltnerChannels(), apple, 600);
    const skipped = 600 - kit.keltner().warmUp + 1;
    expectEqual(
      series(kit.keltner(), apple, (state) => state.upper).slice(skipped),
      expected.map(({ upper }) => upper),
    );
    expectEqual(
      series(kit.keltner(), apple, (state) => state.lower).slice(skipped),
      expected.map(({ lower }) => lower),
    );
  });
});

describe("as their definitions have them, window by window", () => {
  test.each([3, 20, 111])("z-score and standard deviation over %i bars", (period) => {
    const expected = windows(closes(sp500), period).map((window) => {
      return (last(window) - mean(window)) / Math.sqrt(squares(window) / period);
    });
    expectEqual(series(kit.zScore(period), sp500), expected);
    expectEqual(
      series(kit.stdDev(period, { source: "volume" }), sp500),
      windows(sp500, period).map((bars) => {
        return Math.sqrt(squares(bars.map((bar) => bar.volume)) / period);
      }),
    );
  });

  test.each([1, 7, 100])("percent rank over %i bars", (period) => {
    const expected = windows(closes(apple), period + 1).map((window) => {
      const before = window.slice(0, -1);
      return (100 * before.filter((close) => close <= last(window)).length) / period;
    });
    expectEqual(series(kit.percentRank(period), apple), expected);
  });

  test.each([3, 5, 50])("correlation and beta over %i bars", (period) => {
    const own = pairs.map(([bar]) => bar);
    const other = pairs.map(([, bar]) => bar);
    const against = { against: "SPX" };
    expectEqual(
      series(kit.correlation(period, against), own, (state) => state.now, other),
      windows(pairs, period).map((window) => {
        return sampleCorrelation(
          window.map(([bar]) => bar.close),
          window.map(([, bar]) => bar.close),
        );
      }),
    );
    const changes = (bars: readonly Bar[]) =>
      windows(closes(bars), 2).map(([before = 0, now = 0]) => now / before - 1);
    const [xs, ys] = [windows(changes(other), period), windows(changes(own), period)];
    expectEqual(
      series(kit.beta(period, against), own, (state) => state.now, other),
      xs.map((x, index) => products(x, ys[index] ?? []) / squares(x)),
    );
  });

  test.each([3, 14, 60])("r² of the linear regression over %i bars", (period) => {
    const time = Array.from({ length: period }, (_, index) => index);
    const expected = windows(closes(apple), period).map((window) => {
      return products(time, window) ** 2 / (squares(time) * squares(window));
    });
    expectEqual(
      series(kit.linearRegression(period), apple, (state) => state.r2),
      expected,
    );
  });

  test("heikin-ashi, worked by hand", () => {
    const bars = [
      { ...barAt(0, 0), open: 10, high: 14, low: 8, close: 12 },
      { ...barAt(0, 1), open: 12, high: 13, low: 11.5, close: 12.5 },
    ];
    const state = feed(kit.heikinAshi(), kit.heikinAshi().create(), bars);
    expect(state).toEqual({ count: 2, now: 12.25, previous: 11, open: 11, high: 13, low: 11 });
  });

  test("pivot points, worked by hand", () => {
    const bar = { ...barAt(0), high: 110, low: 95, close: 104 };
    const state = feed(kit.pivotPoints(), kit.pivotPoints().create(), [bar]);
    const levels = { r1: 111, r2: 118, r3: 126, s1: 96, s2: 88, s3: 81 };
    expect(state).toEqual({ count: 1, now: 103, previous: 103, ...levels });
  });

  test("every source is read off the bar", () => {
    const bar = { ...barAt(0), open: 1, high: 8, low: 2, close: 5, volume: 9 };
    const read = kit.SOURCES.map((source) => {
      return [source, feed(kit.sma(1, { source }), kit.sma(1).create(), [bar]).now];
    });
    expect(Object.fromEntries(read)).toEqual({
      close: 5,
      open: 1,
      high: 8,
      low: 2,
      hl2: 5,
      hlc3: 5,
      ohlc4: 4,
      volume: 9,
    });
  });
});

describe("vwap", () => {
  const DAY_MS = 86_400_000;
  const at = (openTimeMs: number, close: number, volume: number) => {
    return { ...barAt(close, 0, volume), openTimeMs };
  };

  test("starts again with each session", () => {
    const bars = [at(0, 10, 1), at(DAY_MS - 1, 20, 3), at(DAY_MS, 40, 2)];
    expect(series(kit.vwap(), bars)).toEqual([10, 17.5, 40]);
  });

  test("takes the start of the session from its option", () => {
    const hour = DAY_MS / 24;
    const bars = [at(23 * hour, 10, 1), at(25 * hour, 20, 1), at(30 * hour, 40, 1)];
    expect(series(kit.vwap({ dayStartMs: 6 * hour }), bars)).toEqual([10, 15, 40]);
    expect(series(kit.vwap(), bars)).toEqual([10, 20, 30]);
  });

  test("is the typical price until something trades", () => {
    expect(series(kit.vwap(), [at(0, 10, 0), at(1, 12, 0)])).toEqual([10, 12]);
  });

  test("anchored does not take in bars that open before its anchor", () => {
    const anchored = kit.anchoredVwap(100);
    const bars = [at(99, 10, 5), at(100, 20, 1), at(200, 30, 1)];
    expect(feed(anchored, anchored.create(), bars.slice(0, 1)).count).toBe(0);
    expect(series(anchored, bars)).toEqual([20, 25]);
  });
});
