import { describe, expect, test } from "vitest";
import { InputError } from "../../core/domain/errors.ts";
import * as kit from "../../core/indicators/index.ts";

const { crossedAbove: _above, crossedBelow: _below, ...rest } = kit;
const factories = Object.entries(rest).flatMap(([name, value]) => {
  return typeof value === "function" ? [name] : [];
});

/** Evaluates text with names bound to values. */
function evaluate(text: string, scope: object): unknown {
  return new Function(...Object.keys(scope), `return (${text});`)(...Object.values(scope));
}

describe("the catalogue", () => {
  test("has every indicator that is exported, once", () => {
    const used = kit.indicatorCatalogue.map(({ usage }) => usage.replace(/\(.*/, ""));
    expect([...used].sort()).toEqual([...factories].sort());
    expect(new Set(kit.indicatorCatalogue.map(({ name }) => name)).size).toBe(used.length);
  });

  test.each(kit.indicatorCatalogue)("$name says what its indicator does", (entry) => {
    const { name, params, warmUp } = entry.make();
    expect(entry.name).toBe(name);
    expect(evaluate(entry.usage, kit)).toMatchObject({ name, params, warmUp });
    const { max, floor, sqrt } = Math;
    expect(evaluate(entry.warmUp, { ...params, max, floor, sqrt })).toBe(warmUp);
    expect(Object.keys(entry.outputs)[0]).toBe("now");
  });

  test("names the groups in their order", () => {
    expect([...new Set(kit.indicatorCatalogue.map(({ group }) => group))]).toEqual([
      "averages",
      "trend",
      "oscillators",
      "volatility",
      "volume",
      "statistics",
    ]);
  });
});

describe("a wrong parameter is refused by name, with what was expected and what came", () => {
  test.each([
    [() => kit.sma(0), "sma: period must be an integer from 1 to 100000, got 0"],
    [() => kit.ema(2.5), "ema: period must be an integer from 1 to 100000, got 2.5"],
    [() => kit.rsi(Number.NaN), "rsi: period must be an integer from 1 to 100000, got NaN"],
    [() => kit.hma(1), "hma: period must be an integer from 2 to 100000, got 1"],
    [() => kit.wma(200_000), "wma: period must be an integer from 1 to 100000, got 200000"],
    [() => kit.macd({ fast: 26, slow: 12 }), "macd: fast must be below slow, which is 12, got 26"],
    [() => kit.macd({ signal: -1 }), "macd: signal must be an integer from 1 to 100000, got -1"],
    [
      () => kit.bollinger(20, { deviations: 0 }),
      "bollinger: deviations must be a finite number above 0, got 0",
    ],
    [
      () => kit.superTrend(10, { multiple: Number.POSITIVE_INFINITY }),
      "super-trend: multiple must be a finite number above 0, got Infinity",
    ],
    [
      () => kit.vwap({ dayStartMs: -1 }),
      "vwap: dayStartMs must be an integer of milliseconds, 0 or more, got -1",
    ],
    [
      () => kit.correlation(20, { against: " " }),
      'correlation: against must be the symbol of an instrument, got " "',
    ],
    [
      // @ts-expect-error: what JavaScript would let through
      () => kit.sma(20, { source: "mid" }),
      'sma: source must be one of close, open, high, low, hl2, hlc3, ohlc4, volume, got "mid"',
    ],
    [
      // @ts-expect-error: what JavaScript would let through
      () => kit.atr("14"),
      'atr: period must be an integer from 1 to 100000, got "14"',
    ],
  ])("%s", (make, message) => {
    expect(make).toThrow(new InputError(message));
  });
});
