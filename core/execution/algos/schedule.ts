import { type Decimal, decimalOf, roundDown, ZERO } from "../../domain/decimal.ts";
import { InputError } from "../../domain/errors.ts";
import type { PlanOf, Slice } from "./state.ts";

/** What is to be spread, from when on, over how long and in how many slices. */
export interface Window {
  readonly quantity: Decimal;
  readonly lot: Decimal;
  readonly startMs: number;
  readonly durationMs: number;
  readonly slices: number;
}

/** A volume profile laid over time. */
export interface Volumes {
  readonly profile: readonly number[];
  readonly bucketMs: number;
  /** When the first bucket begins. */
  readonly openMs: number;
  /** Most of a slice's volume to send in it, above 0 and up to 1; null for no bound. */
  readonly participation: number | null;
}

/** The largest weight as an integer: fine enough that rounding moves no lot of a real order. */
const FINENESS = 1e12;

/** Equal slices: the first at the start, the others at equal intervals before the end. */
export function evenSchedule(window: Window): PlanOf<"schedule"> {
  return scheduleOf(window, new Array<number>(window.slices).fill(1), null);
}

/**
 * Slices at equal intervals, in proportion to the profile's volume in each; a bucket that a slice
 * covers in part counts for that part. A window outside of the profile is sliced evenly.
 * @throws InputError when participation is bounded and the profile has no volume in the window.
 */
export function volumeSchedule(window: Window, volumes: Volumes): PlanOf<"schedule"> {
  const { slices } = window;
  const { participation } = volumes;
  const expected = Array.from({ length: slices }, (_, i) =>
    volumeBetween(volumes, timeOf(window, i), timeOf(window, i + 1)),
  );
  if (expected.some((volume) => volume > 0)) return scheduleOf(window, expected, participation);
  if (participation === null) return evenSchedule(window);
  throw new InputError("participation: expected a profile with volume in the window, got none");
}

function timeOf({ startMs, durationMs, slices }: Window, index: number): number {
  return startMs + Math.floor((durationMs * index) / slices);
}

function volumeBetween(volumes: Volumes, fromMs: number, toMs: number): number {
  const { profile, bucketMs, openMs } = volumes;
  return profile.reduce((sum, volume, i) => {
    const from = Math.max(openMs + i * bucketMs, fromMs);
    const to = Math.min(openMs + (i + 1) * bucketMs, toMs);
    return to > from ? sum + (volume * (to - from)) / bucketMs : sum;
  }, 0);
}

/**
 * Running totals in whole lots, rounded down, in integers: the remainder is spread over the slices,
 * no error adds up, and the last total is the quantity.
 */
function scheduleOf(
  window: Window,
  weights: readonly number[],
  participation: number | null,
): PlanOf<"schedule"> {
  const { quantity, lot } = window;
  const largest = weights.reduce((a, b) => Math.max(a, b), 0);
  const parts = weights.map((weight) => BigInt(Math.round((weight / largest) * FINENESS)));
  const all = parts.reduce((a, b) => a + b, 0n);
  let sum = 0n;
  const slices = parts.map((part, i): Slice => {
    sum += part;
    const total = (((quantity / lot) * sum) / all) * lot;
    const bound = participation === null ? null : (weights[i] ?? 0) * participation;
    return { timeMs: timeOf(window, i), total, most: bound === null ? null : lotsUp(bound, lot) };
  });
  return { kind: "schedule", slices, next: 0 };
}

/** Up to the lot, as a bound below one lot would never let anything through. */
function lotsUp(value: number, lot: Decimal): Decimal {
  const exact = decimalOf(value);
  const down = roundDown(exact, lot);
  return exact > down || down === ZERO ? down + lot : down;
}
