import { InputError } from "../domain/errors.ts";

/** What an account was worth at a time, dollars. */
export interface EquityPoint {
  readonly timeMs: number;
  readonly equity: number;
}

/**
 * Milliseconds of a mean Gregorian-Julian year, 365.25 days: what "a year" means in annual figures.
 */
export const YEAR_MS = 31_557_600_000;

/**
 * A deviation this small is rounding, not risk: equal returns computed in float64 differ by about
 * 1e-16, while a millionth of a cent on a million dollars still moves 1e-14.
 */
const NOISE = 1e-14;

/** The number, or null where it would be NaN or infinite. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** a / b, or null where b is 0 or either is unknown. */
export function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null || b === 0 ? null : finite(a / b);
}

/**
 * Refuses curves that no statistic can be drawn from.
 * @throws InputError when there is no point, a value is not finite or times do not ascend.
 */
export function checkEquity(equity: readonly EquityPoint[]): void {
  if (equity.length === 0) throw new InputError("expected an equity curve, got no points");
  equity.forEach((point, i) => {
    const before = equity[i - 1];
    if (!Number.isFinite(point.equity) || !Number.isFinite(point.timeMs)) {
      throw new InputError(`expected finite equity at point ${i}, got ${point.equity}`);
    }
    if (before !== undefined && before.timeMs >= point.timeMs) {
      throw new InputError(
        `expected equity times to ascend, point ${i} is not after point ${i - 1}`,
      );
    }
  });
}

/**
 * Simple returns from value to value, as fractions: one fewer than values. Null when any value but
 * the last is 0 or less, as no return on that exists.
 */
export function simpleReturns(values: readonly number[]): readonly number[] | null {
  const returns: number[] = [];
  for (let i = 1; i < values.length; i++) {
    const before = values[i - 1] ?? 0;
    if (before <= 0) return null;
    returns.push((values[i] ?? 0) / before - 1);
  }
  return returns;
}

/** Arithmetic mean; null without values. */
export function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (const value of values) sum += value;
  return finite(sum / values.length);
}

/** Sample standard deviation (n − 1); null for fewer than two values, 0 where all are equal. */
export function deviationOf(values: readonly number[]): number | null {
  const mean = meanOf(values);
  if (mean === null || values.length < 2) return null;
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  const deviation = Math.sqrt(sum / (values.length - 1));
  return deviation < NOISE ? 0 : finite(deviation);
}
