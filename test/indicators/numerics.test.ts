import { describe, expect, test } from "vitest";
import * as kit from "../../core/indicators/index.ts";
import type { Indicator } from "../../core/indicators/indicator.ts";
import { barAt, feed, series } from "./bars.ts";

const flat = (indicator: Indicator, bars = indicator.warmUp + 5) => {
  const market = Array.from({ length: bars }, (_, index) => barAt(100.1, index, 0));
  return feed(indicator, indicator.create(), market, market).now;
};

describe("where the mathematics gives 0 / 0", () => {
  test.each([
    kit.rsi(),
    kit.stochasticFast(),
    kit.stochasticSlow(),
    kit.stochasticRsi(),
    kit.williamsR(),
    kit.cci(),
    kit.mfi(),
    kit.cmf(),
    kit.adx(),
    kit.zScore(),
    kit.stdDev(),
    kit.correlation(20, { against: "B" }),
    kit.beta(20, { against: "B" }),
    kit.roc(3, { source: "volume" }),
  ])("$name is 0 in a market that stands still without volume", (indicator) => {
    expect(flat(indicator)).toBe(0);
  });

  test("linear regression has no slope and explains nothing", () => {
    const market = Array.from({ length: 40 }, (_, index) => barAt(100.1, index));
    const state = feed(kit.linearRegression(), kit.linearRegression().create(), market);
    expect([state.slope, state.r2]).toEqual([0, 0]);
    expect(state.now).toBeCloseTo(100.1, 12);
  });

  test("beta takes equal returns for equal although their last digits differ", () => {
    const other = Array.from({ length: 60 }, (_, index) => barAt(100 * 0.95 ** index, index));
    const own = Array.from({ length: 60 }, (_, index) => barAt(100 + Math.sin(index), index));
    const indicator = kit.beta(5, { against: "B" });
    expect(feed(indicator, indicator.create(), own, other).now).toBe(0);
  });

  test("adx stands while nothing moves", () => {
    const indicator = kit.adx(5);
    const moving = Array.from({ length: 40 }, (_, index) => barAt(100 + index, index));
    const state = feed(indicator, indicator.create(), moving);
    expect(state.now).toBe(100);
    expect(feed(indicator, state, [barAt(139, 40), barAt(139, 41)]).now).toBe(100);
  });
});

describe("after prices a million times larger", () => {
  const huge = Array.from({ length: 33 }, (_, index) => barAt(1e9 + 1e8 * Math.sin(index), index));
  const small = Array.from({ length: 7 }, (_, index) => barAt(100 + (index % 3) / 7, index + 33));

  test.each([
    kit.sma(7),
    kit.wma(7),
    kit.stdDev(7),
    kit.zScore(7),
    kit.cci(7),
    kit.linearRegression(7),
    kit.bollinger(7),
    kit.cmf(7),
    kit.highest(7),
    kit.lowest(7),
  ])("$name of a full window is what it is without them", (indicator) => {
    const after = feed(indicator, indicator.create(), [...huge, ...small]).now;
    const alone = feed(indicator, indicator.create(), small).now;
    expect(Math.abs(after - alone)).toBeLessThanOrEqual(1e-12 * Math.abs(alone));
  });
});

test("sma does not drift over a million bars", () => {
  const indicator = kit.sma(10);
  const state = indicator.create();
  const market = Array.from({ length: 1_000 }, (_, index) => barAt(0.1 + index * 1e5, index));
  for (let round = 0; round < 1_000; round++) feed(indicator, state, market);
  expect(state.now).toBe(series(indicator, market).at(-1));
});

test("an instrument without its partner's bar is not taken in", () => {
  const indicator = kit.correlation(2, { against: "B" });
  const state = indicator.create();
  indicator.update(state, barAt(1));
  expect(state).toEqual(indicator.create());
  expect(indicator.against).toBe("B");
});

describe("a split of the other instrument of a pair", () => {
  test.each([
    ["correlation", kit.correlation(4, { against: "B" })],
    ["beta", kit.beta(4, { against: "B" })],
  ])("leaves %s as it would have been without", (_, indicator) => {
    const bar = (close: number) => barAt(close);
    const own = [10, 11, 10.5, 12, 11, 12.5, 13];
    const other = [100, 104, 103, 109, 104, 111, 113];
    const whole = indicator.create();
    const split = indicator.create();
    for (const [i, price] of own.entries()) {
      const before = other[i] ?? 0;
      if (i === 4) indicator.rescaleOther?.(split, 0.25, 4);
      indicator.update(whole, bar(price), bar(before));
      indicator.update(split, bar(price), bar(i < 4 ? before : before / 4));
    }
    expect(whole.now).not.toBe(0);
    expect(split.now).toBeCloseTo(whole.now, 12);
  });
});
