import { type Decimal, decimalOf, multiply, roundDown, textOf } from "../../domain/decimal.ts";
import type { Plan } from "./state.ts";

type Schedule = Extract<Plan, { kind: "schedule" }>;

/** A time and how much weighs on it. */
interface Weighted {
  readonly timeMs: number;
  readonly weight: number;
}

const MOST_EVEN_SLICES = 100;

/** Equal slices: the first at the start, the others at equal intervals before the end. */
export function evenSchedule(
  quantity: Decimal,
  lot: Decimal,
  startMs: number,
  durationMs: number,
  slices: number,
): Schedule {
  const even = Array.from({ length: slices }, (_, i) => ({
    timeMs: startMs + Math.floor((durationMs * i) / slices),
    weight: 1,
  }));
  return scheduleOf(quantity, lot, even);
}

/** A volume profile laid over time. */
export interface Volumes {
  readonly profile: readonly number[];
  readonly bucketMs: number;
  /** When the first bucket begins. */
  readonly openMs: number;
}

/**
 * One slice a bucket, in proportion to the profile; a bucket that the window covers in part counts
 * for that part. A window outside of the profile is sliced evenly.
 */
export function volumeSchedule(
  quantity: Decimal,
  lot: Decimal,
  startMs: number,
  durationMs: number,
  { profile, bucketMs, openMs }: Volumes,
): Schedule {
  const endMs = startMs + durationMs;
  const weighted = profile.flatMap((share, i): Weighted[] => {
    const from = Math.max(openMs + i * bucketMs, startMs);
    const to = Math.min(openMs + (i + 1) * bucketMs, endMs);
    const weight = (share * (to - from)) / bucketMs;
    return to > from && weight > 0 ? [{ timeMs: from, weight }] : [];
  });
  if (weighted.length > 0) return scheduleOf(quantity, lot, weighted);
  const slices = Math.min(Math.ceil(durationMs / bucketMs), MOST_EVEN_SLICES);
  return evenSchedule(quantity, lot, startMs, durationMs, slices);
}

/** Running totals rounded down to the lot, so rounding never adds up; the last is the quantity. */
function scheduleOf(quantity: Decimal, lot: Decimal, weighted: readonly Weighted[]): Schedule {
  const all = weighted.reduce((sum, { weight }) => sum + weight, 0);
  let sum = 0;
  const slices = weighted.map(({ timeMs, weight }, i) => {
    sum += weight;
    const isLast = i === weighted.length - 1;
    const part = isLast ? quantity : multiply(quantity, decimalOf(Math.min(sum / all, 1)));
    return { timeMs, total: textOf(isLast ? quantity : roundDown(part, lot)) };
  });
  return { kind: "schedule", slices, next: 0 };
}
