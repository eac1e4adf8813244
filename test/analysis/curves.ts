import fc from "fast-check";
import type { EquityPoint } from "../../core/analysis/returns.ts";
import type { PerformanceInput } from "../../core/analysis/statistics.ts";

/** A day in milliseconds. */
export const DAY = 86_400_000;
/** Where the curves of these tests begin: the close of 2020-01-02 in New York. */
export const START = Date.parse("2020-01-02T21:00:00Z");

/** An equity curve with a point every `stepMs`. */
export function curve(values: readonly number[], stepMs = DAY, startMs = START): EquityPoint[] {
  return values.map((equity, i) => ({ timeMs: startMs + i * stepMs, equity }));
}

/** The curve that 100 dollars make of returns given in percent. */
export function curveOfReturns(percents: readonly number[], stepMs = DAY): EquityPoint[] {
  const values = [100];
  for (const percent of percents) values.push((values.at(-1) ?? 0) * (1 + percent / 100));
  return curve(values, stepMs);
}

/** An input with nothing but a curve. */
export function inputOf(
  equity: readonly EquityPoint[],
  rest: Partial<PerformanceInput> = {},
): PerformanceInput {
  return {
    equity,
    trips: [],
    tradedNotional: 0,
    fees: 0,
    slippage: 0,
    periodsPerYear: 252,
    ...rest,
  };
}

/** Curves that lose and win up to a tenth a day, of 2 to 60 points. */
export const anyCurve = fc
  .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 59 })
  .map((percents) => curveOfReturns(percents));
