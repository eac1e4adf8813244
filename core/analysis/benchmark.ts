import { deviationOf, finite, meanOf } from "./returns.ts";

/** How returns went with those of a benchmark. */
export interface Regression {
  /** Dollars that move with one dollar of the benchmark: covariance / variance. */
  readonly beta: number;
  /** Annual return, as a fraction, that beta does not explain; compounding is not counted in. */
  readonly alpha: number;
  /** −1 to 1; null where the returns themselves never varied. */
  readonly correlation: number | null;
}

/**
 * Alpha and beta by ordinary least squares of excess returns on the benchmark's excess returns.
 * Null for fewer than two returns or a benchmark that never varied.
 * @see Jensen, "The Performance of Mutual Funds in the Period 1945–1964", Journal of Finance 23
 * (1968)
 */
export function regress(
  excess: readonly number[],
  benchmarkExcess: readonly number[],
  periodsPerYear: number,
): Regression | null {
  const mean = meanOf(excess);
  const benchmarkMean = meanOf(benchmarkExcess);
  const deviation = deviationOf(excess);
  const benchmarkDeviation = deviationOf(benchmarkExcess);
  if (mean === null || benchmarkMean === null || deviation === null || !benchmarkDeviation) {
    return null;
  }
  let products = 0;
  excess.forEach((value, i) => {
    products += (value - mean) * ((benchmarkExcess[i] ?? 0) - benchmarkMean);
  });
  const covariance = products / (excess.length - 1);
  const beta = covariance / benchmarkDeviation ** 2;
  const alpha = (mean - beta * benchmarkMean) * periodsPerYear;
  if (!Number.isFinite(beta) || !Number.isFinite(alpha)) return null;
  return {
    beta,
    alpha,
    correlation: deviation === 0 ? null : finite(covariance / deviation / benchmarkDeviation),
  };
}
