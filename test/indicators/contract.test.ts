import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Bar } from "../../core/domain/market.ts";
import * as kit from "../../core/indicators/index.ts";
import type { Indicator, IndicatorState } from "../../core/indicators/indicator.ts";
import { feed, scaled } from "./bars.ts";

const SEED = 20_240_308;
console.log(`indicator contract: fast-check seed ${SEED}`);
const runs = { seed: SEED, numRuns: 20 };

/** Shortest windows, where a block of a window is one bar, and other sources. */
const edges: readonly Indicator[] = [
  kit.sma(1),
  kit.ema(1),
  kit.wma(1),
  kit.hma(2),
  kit.dema(1),
  kit.tema(1),
  kit.kama(1, { fast: 1, slow: 2 }),
  kit.rsi(1),
  kit.macd({ fast: 1, slow: 2, signal: 1 }),
  kit.adx(2),
  kit.aroon(1),
  kit.atr(1),
  kit.bollinger(1),
  kit.keltner(1, { atrPeriod: 1 }),
  kit.keltner(2, { atrPeriod: 9 }),
  kit.donchian(1),
  kit.stochasticFast(1, { d: 1 }),
  kit.stochasticSlow(1, { smoothing: 1, d: 1 }),
  kit.stochasticRsi(1, { k: 2, d: 1 }),
  kit.cci(2),
  kit.williamsR(1),
  kit.mfi(1),
  kit.cmf(1),
  kit.superTrend(1),
  kit.stdDev(2),
  kit.zScore(2),
  kit.linearRegression(2),
  kit.percentRank(1),
  kit.correlation(2, { against: "B" }),
  kit.beta(2, { against: "B" }),
  kit.ichimoku({ conversion: 1, base: 1, spanB: 1, displacement: 1 }),
  kit.sma(7, { source: "volume" }),
  kit.bollinger(7, { source: "volume" }),
  kit.rsi(7, { source: "volume" }),
  kit.roc(3, { source: "ohlc4" }),
];

const all = [...kit.indicatorCatalogue.map((entry) => entry.make()), ...edges];
const titled = all.map((indicator) => {
  return [`${indicator.name} ${JSON.stringify(indicator.params)}`, indicator] as const;
});

/** Where the value of each output is read from, by the indicator's name. */
const outputsOf = new Map(
  kit.indicatorCatalogue.map((entry) => [entry.name, Object.keys(entry.outputs)]),
);

interface Market {
  readonly own: readonly Bar[];
  readonly other: readonly Bar[];
}

/** A wandering market; a lazy one also stands still, has no range and no volume at times. */
function market(length: number, lazy: boolean): fc.Arbitrary<Market> {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const step = fc.record({
    move: lazy ? fc.oneof(share, fc.constant(0.5)) : share,
    up: lazy ? fc.oneof(share, fc.constant(0)) : share.map((value) => value + 0.01),
    down: lazy ? fc.oneof(share, fc.constant(0)) : share.map((value) => value + 0.01),
    volume: lazy ? fc.oneof(share, fc.constant(0)) : share.map((value) => value + 0.01),
  });
  const steps = fc.array(step, { minLength: length, maxLength: length, size: "max" });
  const bars = steps.map((list) => {
    let close = 100;
    return list.map(({ move, up, down, volume }, index): Bar => {
      const open = close;
      close *= 1 + (move - 0.5) / 10;
      return Object.freeze({
        openTimeMs: index * 3_600_000,
        closeTimeMs: (index + 1) * 3_600_000,
        open,
        high: Math.max(open, close) * (1 + up / 20),
        low: Math.min(open, close) * (1 - down / 20),
        close,
        volume: Math.round(volume * 1e9) / 1e3,
      });
    });
  });
  return fc.record({ own: bars, other: bars });
}

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  if (Array.isArray(value)) return value.flatMap(numbersIn);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(numbersIn);
  throw new Error(`a state may hold numbers, arrays and objects, but it holds ${String(value)}`);
}

function outputs(indicator: Indicator, state: IndicatorState): number[] {
  const names = outputsOf.get(indicator.name);
  if (names === undefined) throw new Error(`${indicator.name} is not in the catalogue`);
  return names.map((name) => {
    const value = Object.entries(state).find(([key]) => key === name)?.[1];
    if (typeof value !== "number") throw new Error(`${indicator.name} has no output ${name}`);
    return value;
  });
}

describe.each(titled)("%s", (_title, indicator) => {
  const { warmUp } = indicator;
  const length = warmUp + 40;

  test("holds 0 until exactly its warm-up, and a value from then on", () => {
    const samples = fc.sample(market(length, false), { seed: SEED, numRuns: 10 });
    let sawValue = false;
    for (const { own, other } of samples) {
      const state = indicator.create();
      let previous = 0;
      own.forEach((bar, index) => {
        indicator.update(state, bar, other[index]);
        const isZero = [state.previous, ...outputs(indicator, state)].every((v) => v === 0);
        expect(state.count).toBe(index + 1);
        if (state.count < warmUp) expect(isZero).toBe(true);
        else expect(state.previous).toBe(state.count === warmUp ? state.now : previous);
        // Oscillators may be 0 by right, so it is enough that one of the samples is not.
        if (state.count === warmUp && !isZero) sawValue = true;
        previous = state.now;
      });
    }
    expect(sawValue).toBe(true);
  });

  test("goes on from a snapshot exactly as without one", () => {
    const cut = fc.integer({ min: 0, max: length });
    fc.assert(
      fc.property(market(length, true), cut, ({ own, other }, at) => {
        const straight = feed(indicator, indicator.create(), own, other);
        const before = feed(indicator, indicator.create(), own.slice(0, at), other.slice(0, at));
        const restored: IndicatorState = JSON.parse(JSON.stringify(before));
        feed(indicator, restored, own.slice(at), other.slice(at));
        expect(JSON.stringify(restored)).toBe(JSON.stringify(straight));
      }),
      runs,
    );
  });

  test("stays finite in a market that stands still", () => {
    fc.assert(
      fc.property(market(length, true), ({ own, other }) => {
        const state = indicator.create();
        own.forEach((bar, index) => {
          indicator.update(state, bar, other[index]);
          expect(numbersIn(state).every(Number.isFinite)).toBe(true);
        });
      }),
      runs,
    );
  });

  test("restates the past as if it had been fed restated bars", () => {
    const cut = fc.integer({ min: 1, max: length });
    const factor = fc.constantFrom(0.25, 1 / 3, 0.9871, 2, 7);
    fc.assert(
      fc.property(market(length, false), cut, factor, factor, (sample, at, price, volume) => {
        const { other } = sample;
        const past = sample.own.slice(0, at);
        const restated = past.map((bar) => scaled(bar, price, volume));
        const next = sample.own.slice(at).map((bar) => scaled(bar, price, volume));
        const got = feed(indicator, indicator.create(), past, other);
        indicator.rescale(got, price, volume);
        const expected = feed(indicator, indicator.create(), restated, other);
        expectClose(got, expected);
        feed(indicator, got, next, other.slice(at));
        feed(indicator, expected, next, other.slice(at));
        expectClose(got, expected);
      }),
      runs,
    );
  });

  test("gives each state its own memory, the three common fields first", () => {
    const [sample] = fc.sample(market(length, false), { seed: SEED, numRuns: 1 });
    const fresh = JSON.stringify(indicator.create());
    feed(indicator, indicator.create(), sample?.own ?? [], sample?.other ?? []);
    expect(JSON.stringify(indicator.create())).toBe(fresh);
    expect(Object.keys(indicator.create()).slice(0, 3)).toEqual(["count", "now", "previous"]);
  });

  function expectClose(got: IndicatorState, expected: IndicatorState): void {
    const wanted = outputs(indicator, expected);
    const size = Math.max(...wanted.map(Math.abs), 1e-3);
    outputs(indicator, got).forEach((value, index) => {
      const error = Math.abs(value - (wanted[index] ?? Number.NaN));
      expect(error / size).toBeLessThan(1e-9);
    });
    expect(Math.abs(got.previous - expected.previous) / size).toBeLessThan(1e-9);
  }
});
