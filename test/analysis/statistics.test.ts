import * as simple from "simple-statistics";
import { describe, expect, test } from "vitest";
import { probabilisticSharpe } from "../../core/analysis/ratios.ts";
import { simpleReturns, YEAR_MS } from "../../core/analysis/returns.ts";
import { statisticsOf, statisticsSchema } from "../../core/analysis/statistics.ts";
import { InputError } from "../../core/domain/errors.ts";
import { curve, curveOfReturns, DAY, inputOf, START } from "./curves.ts";

const WAVE = curveOfReturns(Array.from({ length: 300 }, (_, i) => Math.sin(i * 1.7) * 2 + 0.1));

describe("against simple-statistics", () => {
  const returns = [...(simpleReturns(WAVE.map((point) => point.equity)) ?? [])];
  const other = Array.from({ length: 300 }, (_, i) => Math.sin(i * 1.7 + 0.5) + Math.cos(i * 0.9));
  const benchmark = curveOfReturns(other).map((point) => point.equity);
  const result = statisticsOf(inputOf(WAVE, { benchmark }));

  test("volatility is the sample deviation by the root of 252", () => {
    const expected = simple.sampleStandardDeviation(returns) * Math.sqrt(252);
    expect(result.volatility).toBeCloseTo(expected, 12);
  });

  test("Sharpe is mean by deviation, with the risk-free rate taken off", () => {
    const expected = (rate: number) =>
      ((simple.mean(returns) - rate / 252) / simple.sampleStandardDeviation(returns)) *
      Math.sqrt(252);
    expect(result.sharpe).toBeCloseTo(expected(0), 9);
    expect(statisticsOf(inputOf(WAVE, { riskFreeRate: 0.03 })).sharpe).toBeCloseTo(
      expected(0.03),
      9,
    );
  });

  test("alpha, beta and correlation are those of its linear regression", () => {
    const market = other.map((percent) => percent / 100);
    const line = simple.linearRegression(returns.map((value, i) => [market[i] ?? 0, value]));
    expect(result.beta).toBeCloseTo(line.m, 9);
    expect(result.alpha).toBeCloseTo(line.b * 252, 9);
    expect(result.correlation).toBeCloseTo(simple.sampleCorrelation(returns, market), 9);
  });
});

describe("against the expected values of empyrical's own tests", () => {
  // https://github.com/quantopian/empyrical/blob/master/empyrical/tests/test_stats.py; its first
  // releases expected other weekly and monthly Sortino ratios, annualised by two factors at once.
  const mixed = [1, 10, -4, 2, 3, 2, 1, -10];
  const negative = [-6, -7, -1, -9, -2, -6, -8, -5];

  test.each([
    [
      "monthly",
      12,
      0.052242061386048144,
      0.18663690238892558,
      0.52242061386048144,
      0.53605626741889756,
    ],
    ["weekly", 52, 0.2469083051399821, 0.38851569394870583, 2.469083051399821, 1.1158901056866439],
  ])(
    "%s: annual return, volatility, Calmar, Sortino",
    (_, periodsPerYear, annual, deviation, calmar, sortino) => {
      const equity = curveOfReturns([0, ...mixed], YEAR_MS / periodsPerYear);
      const result = statisticsOf(inputOf(equity, { periodsPerYear }));
      expect(result.annualReturn).toBeCloseTo(annual, 8);
      expect(result.volatility).toBeCloseTo(deviation, 8);
      expect(result.calmar).toBeCloseTo(calmar, 8);
      expect(result.sortino).toBeCloseTo(sortino, 8);
    },
  );

  test("daily: Sharpe, Sortino, maximum drawdown, total return", () => {
    const result = statisticsOf(inputOf(curveOfReturns(mixed)));
    expect(result.sharpe).toBeCloseTo(1.7238613961706866, 8);
    expect(result.sortino).toBeCloseTo(2.605531251673693, 8);
    expect(result.maximumDrawdown).toBeCloseTo(-0.1, 8);
    expect(result.totalReturn).toBeCloseTo(0.03893, 4);
    const falling = statisticsOf(inputOf(curveOfReturns([0, ...negative])));
    expect(falling.sharpe).toBeCloseTo(-24.406808633910085, 8);
    expect(falling.sortino).toBeCloseTo(-13.532743075043401, 8);
    expect(falling.maximumDrawdown).toBeCloseTo(-0.365907303498736, 8);
  });

  test("daily: alpha and beta", () => {
    const benchmark = curveOfReturns(negative).map((point) => point.equity);
    const result = statisticsOf(inputOf(curveOfReturns(mixed), { benchmark }));
    expect(result.alpha).toBeCloseTo(-8.306666666666668, 8);
    expect(result.beta).toBeCloseTo(-0.7129629629629631, 8);
  });
});

test("the probabilistic Sharpe ratio, worked by hand, falls with rare large losses", () => {
  // Normal: 0.458 × √23 / √(1 + 0.5 × 0.458²) = 2.0893, whose normal probability is 0.982.
  // Skewed: the root is √(1 + 2.448 × 0.458 + 9.164 / 4 × 0.458²) = 1.6130; 1.3617 gives 0.913.
  expect(probabilisticSharpe(0.458, 24, { skewness: 0, kurtosis: 3 })).toBeCloseTo(0.982, 3);
  expect(probabilisticSharpe(0.458, 24, { skewness: -2.448, kurtosis: 10.164 })).toBeCloseTo(
    0.913,
    3,
  );
});

describe("undefined figures are null, and the schema takes every result", () => {
  const check = (values: readonly number[]) => {
    const result = statisticsOf(inputOf(curve(values)));
    expect(statisticsSchema.parse(result)).toEqual(result);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    return result;
  };

  test("a single point has a start and no statistics", () => {
    const { totalReturn, annualReturn, volatility, sharpe, underWaterShare } = check([100]);
    expect([totalReturn, annualReturn, volatility, sharpe, underWaterShare]).toEqual([
      0,
      null,
      null,
      null,
      null,
    ]);
  });

  test("a flat curve has no ratios", () => {
    const { volatility, sharpe, sortino, calmar, profitFactor, hitRate } = check([5, 5, 5, 5]);
    expect([volatility, sharpe, sortino, calmar, profitFactor, hitRate]).toEqual([
      0,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test("steady growth has no Sharpe ratio, whatever the rounding", () => {
    const values = Array.from({ length: 400 }, (_, i) => 1e6 * 1.01 ** i);
    const { volatility, sharpe, probabilisticSharpe: probability, sortino, calmar } = check(values);
    expect([volatility, sharpe, probability, sortino, calmar]).toEqual([0, null, null, null, null]);
  });

  test("ruin is a return of −1; below zero no growth rate exists", () => {
    expect(check([100, 0])).toMatchObject({
      totalReturn: -1,
      annualReturn: -1,
      maximumDrawdown: -1,
    });
    expect(check([100, -50])).toMatchObject({ totalReturn: -1.5, annualReturn: null });
    expect(check([100, 0, 50])).toMatchObject({ volatility: null, sharpe: null });
    expect(check([0, 50])).toMatchObject({ totalReturn: null, annualReturn: null });
  });

  test.each([
    ["no points", inputOf([])],
    ["NaN", inputOf(curve([1, Number.NaN]))],
    ["times that do not ascend", inputOf([...curve([1, 2]), ...curve([3])])],
    ["a short benchmark", inputOf(curve([1, 2]), { benchmark: [1] })],
    ["an infinite exposure", inputOf(curve([1, 2]), { exposure: [0, Infinity] })],
  ])("%s is refused", (_, input) => {
    expect(() => statisticsOf(input)).toThrow(InputError);
  });
});

describe("figures by hand", () => {
  const equity = curve([100, 120, 90, 110, 130, 125]);
  const result = statisticsOf(
    inputOf(equity, { tradedNotional: 1125, exposure: [0, 1, 1, 0.5, 0, 0] }),
  );

  test("the drawdown has its dates", () => {
    expect(result.maximumDrawdown).toBe(-0.25);
    expect(result.drawdownStartMs).toBe(START + DAY);
    expect(result.drawdownTroughMs).toBe(START + 2 * DAY);
    expect(result.drawdownRecoveryMs).toBe(START + 4 * DAY);
    expect(result.drawdowns.map((point) => point.drawdown)).toEqual([
      0,
      0,
      -0.25,
      110 / 120 - 1,
      0,
      125 / 130 - 1,
    ]);
  });

  test("time under water lasts from the peak to the recovery or the end", () => {
    expect(result.longestUnderWaterDays).toBe(3);
    expect(result.underWaterShare).toBe(3 / 5);
    expect(statisticsOf(inputOf(curve([100, 90, 95, 99]))).longestUnderWaterDays).toBe(3);
  });

  test("an unrecovered drawdown has no recovery", () => {
    const last = statisticsOf(inputOf(curve([100, 120, 60])));
    expect(last.drawdownTroughMs).toBe(START + 2 * DAY);
    expect(last.drawdownRecoveryMs).toBeNull();
  });

  test("exposure is a mean; turnover is a year's notional by mean equity", () => {
    expect(result.exposure).toBeCloseTo(2.5 / 6, 12);
    expect(result.turnover).toBeCloseTo(1125 / 112.5 / ((5 * DAY) / YEAR_MS), 9);
  });

  test("growth a year goes by the time that passed, not by the count of points", () => {
    const two = [
      { timeMs: 0, equity: 100 },
      { timeMs: 2 * YEAR_MS, equity: 121 },
    ];
    expect(statisticsOf(inputOf(two)).annualReturn).toBeCloseTo(0.1, 12);
  });

  test("a day that closes at midnight belongs to the month that it closes", () => {
    const points = ["2020-12-31", "2021-01-01", "2021-02-01", "2021-02-02"].map((date, i) => {
      return { timeMs: Date.parse(`${date}T00:00:00Z`), equity: [100, 110, 99, 198][i] ?? 0 };
    });
    const { monthlyReturns, yearlyReturns } = statisticsOf(inputOf(points));
    expect(monthlyReturns.map(({ year, month }) => `${year}-${month}`)).toEqual([
      "2020-12",
      "2021-1",
      "2021-2",
    ]);
    const returns = monthlyReturns.map((entry) => entry.return);
    for (const [i, value] of [0.1, -0.1, 1].entries()) expect(returns[i]).toBeCloseTo(value, 12);
    expect(yearlyReturns.map(({ year }) => year)).toEqual([2020, 2021]);
  });
});
