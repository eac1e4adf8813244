import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combine, sumEquity } from "../../core/analysis/combine.ts";
import { drawdownSeries, maximumDrawdown } from "../../core/analysis/drawdown.ts";
import { statisticsOf, statisticsSchema } from "../../core/analysis/statistics.ts";
import { anyCurve, curve, DAY, inputOf, START } from "./curves.ts";

const seed = 19_870_909;
const runs = { seed, numRuns: 200 };

/** Figures that are about returns and times, not about dollars. */
const SCALE_FREE = [
  "totalReturn",
  "annualReturn",
  "volatility",
  "sharpe",
  "sortino",
  "calmar",
  "probabilisticSharpe",
  "maximumDrawdown",
  "longestUnderWaterDays",
  "underWaterShare",
] as const;

describe(`properties (seed ${seed})`, () => {
  test("scaling equity by a power of two changes no return, ratio or drawdown at all", () => {
    fc.assert(
      fc.property(anyCurve, fc.integer({ min: -10, max: 10 }), (equity, power) => {
        const scaled = equity.map((p) => ({ ...p, equity: p.equity * 2 ** power }));
        const before = statisticsOf(inputOf(equity));
        const after = statisticsOf(inputOf(scaled));
        for (const name of SCALE_FREE) expect(after[name], name).toBe(before[name]);
        expect(after.monthlyReturns).toEqual(before.monthlyReturns);
      }),
      runs,
    );
  });

  test("moving a curve in time by whole days changes nothing but dates", () => {
    fc.assert(
      fc.property(anyCurve, fc.nat(5000), (equity, days) => {
        const moved = equity.map((p) => ({ ...p, timeMs: p.timeMs + days * DAY }));
        for (const name of SCALE_FREE) {
          expect(statisticsOf(inputOf(moved))[name]).toBe(statisticsOf(inputOf(equity))[name]);
        }
      }),
      { ...runs, numRuns: 50 },
    );
  });

  test("the maximum drawdown is the worst of all pairs of points, found by trying them all", () => {
    fc.assert(
      fc.property(anyCurve, (equity) => {
        let worst = 0;
        for (const [i, early] of equity.entries()) {
          for (const late of equity.slice(i))
            worst = Math.min(worst, late.equity / early.equity - 1);
        }
        const found = maximumDrawdown(drawdownSeries(equity));
        expect(found.depth).toBe(worst);
        if (worst === 0) return;
        const at = (timeMs: number | null) => equity.find((p) => p.timeMs === timeMs)?.equity ?? 0;
        expect(at(found.troughMs) / at(found.startMs) - 1).toBe(worst);
        if (found.recoveryMs !== null) {
          expect(at(found.recoveryMs)).toBeGreaterThanOrEqual(at(found.startMs));
        }
      }),
      runs,
    );
  });

  test("months and years compound to the total return", () => {
    fc.assert(
      fc.property(anyCurve, (equity) => {
        const { monthlyReturns, yearlyReturns, totalReturn } = statisticsOf(inputOf(equity));
        for (const table of [monthlyReturns, yearlyReturns]) {
          const growth = table.reduce((product, entry) => product * (1 + (entry.return ?? 0)), 1);
          expect(growth - 1).toBeCloseTo(totalReturn ?? Number.NaN, 9);
        }
      }),
      runs,
    );
  });

  test("a curve measured against itself has beta 1 and alpha 0", () => {
    fc.assert(
      fc.property(anyCurve, (equity) => {
        const benchmark = equity.map((point) => point.equity);
        const { alpha, beta, volatility } = statisticsOf(inputOf(equity, { benchmark }));
        if (!volatility) {
          expect(beta).toBeNull();
          return;
        }
        expect(beta).toBeCloseTo(1, 6);
        expect(alpha).toBeCloseTo(0, 6);
      }),
      runs,
    );
  });

  test("no figure is ever NaN or infinite, whatever the finite curve", () => {
    const wild = fc.array(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
      {
        minLength: 1,
        maxLength: 20,
      },
    );
    fc.assert(
      fc.property(wild, (values) => {
        const result = statisticsOf(inputOf(curve(values), { benchmark: values }));
        expect(statisticsSchema.safeParse(result).error).toBeUndefined();
      }),
      { ...runs, numRuns: 500 },
    );
  });

  test("combining a run with itself doubles its dollars and leaves its ratios", () => {
    fc.assert(
      fc.property(anyCurve, (equity) => {
        const one = inputOf(equity, {
          exposure: equity.map(() => 0.5),
          fees: 1,
          tradedNotional: 7,
        });
        const both = combine([one, one]);
        const result = statisticsOf(both);
        for (const name of SCALE_FREE) expect(result[name]).toBe(statisticsOf(one)[name]);
        expect(result.turnover).toBe(statisticsOf(one).turnover);
        expect([both.fees, result.exposure]).toEqual([2, 0.5]);
      }),
      { ...runs, numRuns: 50 },
    );
  });
});

describe("combining runs of different times", () => {
  const early = curve([100, 110], 2 * DAY);
  const late = curve([50, 60, 90], DAY, START + DAY);

  test("a curve stands at its start before it begins and at its end after that", () => {
    expect(sumEquity([early, late]).map((point) => point.equity)).toEqual([150, 150, 170, 200]);
  });

  test("exposure is weighed by dollars and is nothing before a run begins", () => {
    const { exposure } = combine([
      inputOf(early, { exposure: [1, 0] }),
      inputOf(late, { exposure: [1, 1, 0.5] }),
    ]);
    [100 / 150, 150 / 150, 60 / 170, 45 / 200].forEach((value, i) => {
      expect(exposure?.[i]).toBeCloseTo(value, 12);
    });
  });

  test("runs that count years differently cannot be one", () => {
    const crypto = inputOf(late, { periodsPerYear: 365 });
    expect(() => combine([inputOf(early), crypto])).toThrow("365");
    expect(() => combine([])).toThrow("at least one");
  });
});
