import { InputError } from "../domain/errors.ts";
import type { EquityPoint } from "./returns.ts";
import type { PerformanceInput } from "./statistics.ts";

/**
 * The sum of several equity curves at all of their times. Between its points a curve keeps its last
 * value; before its first it stands at its start, as the cash that lies ready.
 */
export function sumEquity(curves: readonly (readonly EquityPoint[])[]): readonly EquityPoint[] {
  const times = allTimes(curves);
  const aligned = curves.map((curve) => carried(curve, times, (_, at) => curve[at]?.equity ?? 0));
  return times.map((timeMs, i) => {
    return { timeMs, equity: aligned.reduce((sum, values) => sum + (values[i] ?? 0), 0) };
  });
}

/**
 * Several runs as one account: equities, notionals, fees and slippage add up, all trips count, and
 * exposure is dollars exposed over the sum of equities. The benchmark is the first run's when it
 * has one at every point of the sum. Points a year must agree, as one annual figure is made of
 * them.
 * @throws InputError without runs, or when points a year or risk-free rates differ.
 */
export function combine(inputs: readonly PerformanceInput[]): PerformanceInput {
  const [first] = inputs;
  if (first === undefined) throw new InputError("expected at least one run to combine, got none");
  const { periodsPerYear, riskFreeRate = 0 } = first;
  for (const input of inputs) {
    if (input.periodsPerYear !== periodsPerYear || (input.riskFreeRate ?? 0) !== riskFreeRate) {
      throw new InputError(
        `expected all runs to have ${periodsPerYear} periods a year and a risk-free rate of ` +
          `${riskFreeRate}, got ${input.periodsPerYear} and ${input.riskFreeRate ?? 0}`,
      );
    }
  }
  const equity = sumEquity(inputs.map((input) => input.equity));
  const exposure = combinedExposure(inputs, equity);
  const benchmark = equity.length === first.equity.length ? first.benchmark : undefined;
  const sum = (value: (input: PerformanceInput) => number) =>
    inputs.reduce((total, input) => total + value(input), 0);
  return {
    equity,
    trips: inputs
      .flatMap((input) => input.trips)
      .sort((a, b) => a.closeTimeMs - b.closeTimeMs || a.openTimeMs - b.openTimeMs),
    tradedNotional: sum((input) => input.tradedNotional),
    fees: sum((input) => input.fees),
    slippage: sum((input) => input.slippage),
    periodsPerYear,
    riskFreeRate,
    ...(exposure === null ? {} : { exposure }),
    ...(benchmark === undefined ? {} : { benchmark }),
  };
}

/** Null when a run has not recorded its exposure. */
function combinedExposure(
  inputs: readonly PerformanceInput[],
  equity: readonly EquityPoint[],
): readonly number[] | null {
  const times = equity.map((point) => point.timeMs);
  const dollars: (readonly number[])[] = [];
  for (const { exposure, equity: own } of inputs) {
    if (exposure === undefined) return null;
    // Nothing is exposed before a run has begun.
    dollars.push(
      carried(own, times, (begun, at) =>
        begun ? (exposure[at] ?? 0) * (own[at]?.equity ?? 0) : 0,
      ),
    );
  }
  return equity.map(({ equity: total }, i) => {
    const exposed = dollars.reduce((sum, values) => sum + (values[i] ?? 0), 0);
    return total > 0 ? exposed / total : 0;
  });
}

function allTimes(curves: readonly (readonly EquityPoint[])[]): readonly number[] {
  const times = new Set(curves.flatMap((curve) => curve.map((point) => point.timeMs)));
  return [...times].sort((a, b) => a - b);
}

/** A value at each time, from the index of the curve's last point by then (0 before its first). */
function carried(
  curve: readonly EquityPoint[],
  times: readonly number[],
  value: (begun: boolean, at: number) => number,
): readonly number[] {
  let at = -1;
  return times.map((timeMs) => {
    while ((curve[at + 1]?.timeMs ?? Number.POSITIVE_INFINITY) <= timeMs) at += 1;
    return value(at >= 0, Math.max(at, 0));
  });
}
