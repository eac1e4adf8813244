import type { IndicatorState } from "./indicator.ts";

/**
 * An aggregate of the last `values.length` numbers that never subtracts, so it cannot drift: a sum
 * of zeros is exactly 0 however large the numbers before were. Time is cut into blocks of one
 * window's length. A full block is turned in place into the aggregates of its ends; the window then
 * is the rest of the last block, read at `values[head]`, joined with the block being filled.
 * One pass a block, hence O(1) a bar on average.
 * @see van Herk 1992 and Gil and Werman 1993, for the running maximum
 */
export interface Rolling {
  /** How many numbers the block being filled has. */
  head: number;
  /** Their aggregate. */
  prefix: number;
  /** Before `head` the block's own numbers, from it on the aggregates of the last block's ends. */
  values: number[];
}

/** A fresh window of so many numbers. What the functions below return counts once it is full. */
export function rolling(period: number): Rolling {
  return { head: 0, prefix: 0, values: zeros(period) };
}

/** Takes in a number and returns the sum of the window. */
export function rollSum(window: Rolling, value: number): number {
  const { values } = window;
  values[window.head] = value;
  window.prefix += value;
  window.head++;
  if (window.head === values.length) closeSum(window);
  return window.prefix + (values[window.head] ?? 0);
}

function closeSum(window: Rolling): void {
  const { values } = window;
  let sum = 0;
  for (let index = values.length - 1; index >= 0; index--) {
    sum += values[index] ?? 0;
    values[index] = sum;
  }
  window.head = 0;
  window.prefix = 0;
}

/** Takes in a number and returns the highest of the window. */
export function rollHighest(window: Rolling, value: number): number {
  const { values } = window;
  if (window.head === 0 || value > window.prefix) window.prefix = value;
  values[window.head] = value;
  window.head++;
  if (window.head === values.length) closeHighest(window);
  return Math.max(window.prefix, values[window.head] ?? 0);
}

/** The block's own highest stays in `prefix`, as it also is that of the window now. */
function closeHighest(window: Rolling): void {
  const { values } = window;
  let highest = values[values.length - 1] ?? 0;
  for (let index = values.length - 2; index >= 0; index--) {
    highest = Math.max(highest, values[index] ?? 0);
    values[index] = highest;
  }
  window.head = 0;
}

/** Takes in a number and returns the lowest of the window. */
export function rollLowest(window: Rolling, value: number): number {
  const { values } = window;
  if (window.head === 0 || value < window.prefix) window.prefix = value;
  values[window.head] = value;
  window.head++;
  if (window.head === values.length) closeLowest(window);
  return Math.min(window.prefix, values[window.head] ?? 0);
}

/** The block's own lowest stays in `prefix`, as it also is that of the window now. */
function closeLowest(window: Rolling): void {
  const { values } = window;
  let lowest = values[values.length - 1] ?? 0;
  for (let index = values.length - 2; index >= 0; index--) {
    lowest = Math.min(lowest, values[index] ?? 0);
    values[index] = lowest;
  }
  window.head = 0;
}

/** As if every number so far had been multiplied by a factor above 0. */
export function scaleRolling(window: Rolling, factor: number): void {
  window.prefix *= factor;
  scaleAll(window.values, factor);
}

/** The last `values.length` numbers themselves; the oldest is at `head`. */
export interface Ring {
  head: number;
  values: number[];
}

/** A fresh ring of so many numbers, zeros at first. */
export function ring(period: number): Ring {
  return { head: 0, values: zeros(period) };
}

/**
 * Takes in a number and returns the one it displaces, which came `values.length` numbers before.
 */
export function displace(window: Ring, value: number): number {
  const { values, head } = window;
  const oldest = values[head] ?? 0;
  values[head] = value;
  window.head = head + 1 === values.length ? 0 : head + 1;
  return oldest;
}

/**
 * So many zeros, kept as doubles: V8 would keep an array of nothing but 0 as integers and convert
 * it at the first price, and code that has seen both kinds runs slower from then on.
 */
export function zeros(length: number): number[] {
  return Array.from({ length }, () => 0.5).fill(0);
}

/** Multiplies numbers in place. */
export function scaleAll(values: number[], factor: number): void {
  for (let index = 0; index < values.length; index++) {
    values[index] = (values[index] ?? 0) * factor;
  }
}

/** Multiplies an indicator's value and the one before it. */
export function scaleValue(state: IndicatorState, factor: number): void {
  state.now *= factor;
  state.previous *= factor;
}
