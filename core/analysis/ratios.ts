import jstat from "jstat";
import { deviationOf, type EquityPoint, finite, meanOf, ratio, YEAR_MS } from "./returns.ts";

/**
 * Compound annual growth rate, (last / first) ^ (1 / years) − 1, by the actual time between first
 * and last point, not by counting periods. Null for a single point, a start of 0 or less, or an end
 * below 0; −1 for an end of 0.
 */
export function annualReturn(equity: readonly EquityPoint[]): number | null {
  const first = equity[0];
  const last = equity.at(-1);
  if (first === undefined || last === undefined || first.equity <= 0) return null;
  const years = (last.timeMs - first.timeMs) / YEAR_MS;
  return years > 0 ? finite((last.equity / first.equity) ** (1 / years) - 1) : null;
}

/** Annual volatility: sample deviation of returns × √periods. Null for fewer than two returns. */
export function volatility(returns: readonly number[], periodsPerYear: number): number | null {
  const deviation = deviationOf(returns);
  return deviation === null ? null : finite(deviation * Math.sqrt(periodsPerYear));
}

/**
 * Sharpe ratio, annual: mean excess return / its sample deviation × √periods. Null for fewer than
 * two returns or where the deviation is 0.
 * @see Sharpe, "The Sharpe Ratio", Journal of Portfolio Management 21 (1994)
 */
export function sharpeRatio(excess: readonly number[], periodsPerYear: number): number | null {
  const perPeriod = ratio(meanOf(excess), deviationOf(excess));
  return perPeriod === null ? null : finite(perPeriod * Math.sqrt(periodsPerYear));
}

/**
 * Sortino ratio, annual: mean excess return / downside deviation × √periods, where the downside
 * deviation is the root of the mean of squared losses over all returns, gains counting 0. Null
 * without returns or without any loss.
 * @see Sortino and Price, "Performance Measurement in a Downside Risk Framework", Journal of
 * Investing 3 (1994)
 */
export function sortinoRatio(excess: readonly number[], periodsPerYear: number): number | null {
  const squares = meanOf(excess.map((value) => Math.min(value, 0) ** 2));
  const perPeriod = ratio(meanOf(excess), squares === null ? null : Math.sqrt(squares));
  return perPeriod === null ? null : finite(perPeriod * Math.sqrt(periodsPerYear));
}

/**
 * Calmar ratio over the whole time: annual return / depth of the maximum drawdown. Null where
 * either is unknown or there was no drawdown.
 * @see Young, "Calmar Ratio: A Smoother Tool", Futures (October 1991), who takes 36 months
 */
export function calmarRatio(annual: number | null, maximumDrawdown: number): number | null {
  return ratio(annual, Math.abs(maximumDrawdown));
}

/** Shape of a distribution by population moments; kurtosis is 3 for a normal one. */
export interface Shape {
  readonly skewness: number;
  readonly kurtosis: number;
}

/** Skewness and kurtosis; null where the deviation is unknown or 0. */
export function shapeOf(values: readonly number[]): Shape | null {
  const mean = meanOf(values);
  if (mean === null || !deviationOf(values)) return null;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (const value of values) {
    const square = (value - mean) ** 2;
    second += square;
    third += square * (value - mean);
    fourth += square * square;
  }
  const variance = second / values.length;
  return {
    skewness: third / values.length / variance ** 1.5,
    kurtosis: fourth / values.length / variance ** 2,
  };
}

/**
 * Probability, 0 to 1, that the true Sharpe ratio is above `benchmark`, given one that was measured
 * over `count` returns; both ratios per period, not annual. Null for fewer than two returns, or
 * where the shape leaves the estimate without a variance above 0.
 * @see Bailey and López de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15 (2012)
 */
export function probabilisticSharpe(
  perPeriod: number,
  count: number,
  { skewness, kurtosis }: Shape,
  benchmark = 0,
): number | null {
  const spread = 1 - skewness * perPeriod + ((kurtosis - 1) / 4) * perPeriod ** 2;
  if (count < 2 || !(spread > 0)) return null;
  const score = ((perPeriod - benchmark) * Math.sqrt(count - 1)) / Math.sqrt(spread);
  return finite(jstat.normal.cdf(score, 0, 1));
}
