import * as z from "zod";
import { InputError } from "../domain/errors.ts";
import { timeMs } from "../domain/schema.ts";
import { type Regression, regress } from "./benchmark.ts";
import { drawdownSeries, maximumDrawdown, underWater } from "./drawdown.ts";
import { monthlyReturns, yearlyReturns } from "./periods.ts";
import {
  annualReturn,
  calmarRatio,
  probabilisticSharpe,
  shapeOf,
  sharpeRatio,
  sortinoRatio,
  volatility,
} from "./ratios.ts";
import {
  checkEquity,
  deviationOf,
  type EquityPoint,
  meanOf,
  ratio,
  simpleReturns,
  YEAR_MS,
} from "./returns.ts";
import { tripStatistics } from "./trip-statistics.ts";
import type { RoundTrip } from "./trips.ts";

/** What a run left behind, as far as statistics go. Money in dollars. */
export interface PerformanceInput {
  /** Account value at the end of each period; the first point is the start. Times ascend. */
  readonly equity: readonly EquityPoint[];
  readonly trips: readonly RoundTrip[];
  /** Gross exposure / equity at each point of `equity`; 1 is fully invested. */
  readonly exposure?: readonly number[];
  /** Sum of price × quantity over all fills, buys and sells. */
  readonly tradedNotional: number;
  /** All fees paid, open positions' too. */
  readonly fees: number;
  /** Dollars lost against the price that each decision saw; below 0 when fills were better. */
  readonly slippage: number;
  /** Closes of a benchmark at the points of `equity`, above 0. */
  readonly benchmark?: readonly number[];
  /** How many points make a year: 252, 365 or 12. */
  readonly periodsPerYear: number;
  /** Annual risk-free return, as a fraction; default 0. */
  readonly riskFreeRate?: number;
}

const figure = z.number().nullable();

/**
 * The published statistics. Rates and returns are fractions (0.1 is 10 %), money is dollars. A
 * figure that is not defined is null, never NaN or infinite; each function named in the comments
 * says when.
 */
export const statisticsSchema = z.object({
  fromMs: timeMs,
  toMs: timeMs,
  startEquity: z.number(),
  endEquity: z.number(),
  /** End / start − 1; null for a start of 0 or less. */
  totalReturn: figure,
  /** See `annualReturn`. */
  annualReturn: figure,
  /** See `volatility`. */
  volatility: figure,
  /** See `sharpeRatio`. */
  sharpe: figure,
  /** See `sortinoRatio`. */
  sortino: figure,
  /** See `calmarRatio`. */
  calmar: figure,
  /** Probability that the true Sharpe ratio is above 0; see `probabilisticSharpe`. */
  probabilisticSharpe: figure,
  /** 0 or less; see `maximumDrawdown`. */
  maximumDrawdown: z.number(),
  drawdownStartMs: timeMs.nullable(),
  drawdownTroughMs: timeMs.nullable(),
  /** Null too while the peak is not reached again. */
  drawdownRecoveryMs: timeMs.nullable(),
  /** See `underWater`. */
  longestUnderWaterDays: z.number(),
  underWaterShare: figure,
  /** Mean gross exposure / equity; null when it was not recorded. */
  exposure: figure,
  /** Traded notional (buys and sells) a year / mean equity; null without time or equity. */
  turnover: figure,
  /** Closed round trips; the eight that follow are explained at `TripStatistics`. */
  trips: z.int(),
  hitRate: figure,
  profitFactor: figure,
  expectancy: figure,
  averageWin: figure,
  averageLoss: figure,
  averageMae: figure,
  averageMfe: figure,
  averageBars: figure,
  fees: z.number(),
  slippage: z.number(),
  /** Total return of the benchmark; null without one, as the next three. */
  benchmarkReturn: figure,
  /** See `Regression`. */
  alpha: figure,
  beta: figure,
  correlation: figure,
  monthlyReturns: z
    .array(z.object({ year: z.int(), month: z.int().min(1).max(12), return: figure }))
    .readonly(),
  yearlyReturns: z.array(z.object({ year: z.int(), return: figure })).readonly(),
  /** Drawdown at each point of the equity curve. */
  drawdowns: z.array(z.object({ timeMs, drawdown: z.number() })).readonly(),
});
export type Statistics = Readonly<z.output<typeof statisticsSchema>>;

/**
 * All statistics of one run.
 * @throws InputError for an equity curve that is empty, not finite or not ascending, and for
 * exposures or benchmark closes that do not match its points.
 */
export function statisticsOf(input: PerformanceInput): Statistics {
  const { equity, periodsPerYear } = input;
  checkInput(input);
  const start = equity[0] ?? { timeMs: 0, equity: 0 };
  const end = equity.at(-1) ?? start;
  const series = drawdownSeries(equity);
  const deepest = maximumDrawdown(series);
  const water = underWater(series);
  const annual = annualReturn(equity);
  const excess = excessReturns(
    equity.map((point) => point.equity),
    input,
  );
  return {
    fromMs: start.timeMs,
    toMs: end.timeMs,
    startEquity: start.equity,
    endEquity: end.equity,
    totalReturn: start.equity > 0 ? growthOf(start.equity, end.equity) : null,
    annualReturn: annual,
    // A constant risk-free rate shifts returns and leaves their deviation alone.
    volatility: excess === null ? null : volatility(excess, periodsPerYear),
    sharpe: excess === null ? null : sharpeRatio(excess, periodsPerYear),
    sortino: excess === null ? null : sortinoRatio(excess, periodsPerYear),
    calmar: calmarRatio(annual, deepest.depth),
    probabilisticSharpe: sharpeProbability(excess),
    maximumDrawdown: deepest.depth,
    drawdownStartMs: deepest.startMs,
    drawdownTroughMs: deepest.troughMs,
    drawdownRecoveryMs: deepest.recoveryMs,
    longestUnderWaterDays: water.longestDays,
    underWaterShare: water.share,
    exposure: meanOf(input.exposure ?? []),
    turnover: turnoverOf(input, end.timeMs - start.timeMs),
    ...tripStatistics(input.trips),
    fees: input.fees,
    slippage: input.slippage,
    ...benchmarkFigures(excess, input),
    monthlyReturns: monthlyReturns(equity),
    yearlyReturns: yearlyReturns(equity),
    drawdowns: series,
  };
}

function checkInput({ equity, exposure, benchmark }: PerformanceInput): void {
  checkEquity(equity);
  for (const [name, values] of Object.entries({ exposure, benchmark })) {
    if (values === undefined) continue;
    if (values.length !== equity.length || !values.every(Number.isFinite)) {
      throw new InputError(`expected ${equity.length} finite values of ${name}, one a point`);
    }
  }
}

/** Returns above the risk-free rate of a period; null where returns are not defined. */
function excessReturns(
  values: readonly number[],
  { riskFreeRate = 0, periodsPerYear }: PerformanceInput,
): readonly number[] | null {
  return simpleReturns(values)?.map((value) => value - riskFreeRate / periodsPerYear) ?? null;
}

function growthOf(start: number, end: number): number | null {
  const growth = ratio(end, start);
  return growth === null ? null : growth - 1;
}

function sharpeProbability(excess: readonly number[] | null): number | null {
  if (excess === null) return null;
  const perPeriod = ratio(meanOf(excess), deviationOf(excess));
  const shape = shapeOf(excess);
  if (perPeriod === null || shape === null) return null;
  return probabilisticSharpe(perPeriod, excess.length, shape);
}

function turnoverOf({ equity, tradedNotional }: PerformanceInput, lengthMs: number): number | null {
  const mean = meanOf(equity.map((point) => point.equity));
  return mean === null || mean <= 0 ? null : ratio(tradedNotional / mean, lengthMs / YEAR_MS);
}

function benchmarkFigures(
  excess: readonly number[] | null,
  input: PerformanceInput,
): Pick<Statistics, "benchmarkReturn" | keyof Regression> {
  const none = { benchmarkReturn: null, alpha: null, beta: null, correlation: null };
  const closes = input.benchmark;
  if (closes === undefined) return none;
  const benchmarkReturn = growthOf(closes[0] ?? 0, closes.at(-1) ?? 0);
  const other = excessReturns(closes, input);
  if (excess === null || other === null) return { ...none, benchmarkReturn };
  return { ...none, ...regress(excess, other, input.periodsPerYear), benchmarkReturn };
}
