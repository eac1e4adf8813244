/**
 * An exponential average, seeded as TA-Lib does it: the plain mean of the first `period` numbers.
 * `alpha` is 2 / (period + 1) for an EMA and 1 / period for Wilder's average.
 */
export interface Average {
  /** Numbers taken in, up to the period. */
  count: number;
  /** The sum of the numbers until the period is full, the average from then on. */
  value: number;
}

/** A fresh average. */
export function average(): Average {
  return { count: 0, value: 0 };
}

/** Takes in a number and returns the average, which counts once `period` numbers have come. */
export function smooth(average: Average, value: number, period: number, alpha: number): number {
  if (average.count === period) {
    average.value += alpha * (value - average.value);
    return average.value;
  }
  average.count++;
  average.value += value;
  if (average.count === period) average.value /= period;
  return average.value;
}

/** As if every number so far had been multiplied by a factor. */
export function scaleAverage(average: Average, factor: number): void {
  average.value *= factor;
}
