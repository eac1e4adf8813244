import { scaleAll, zeros } from "./rolling.ts";

/**
 * The sum of the last numbers, and their sum weighted 1 for the oldest to n for the newest, by the
 * blocks of {@link Rolling}: the newer block's weights are its own plus the length of the older
 * rest.
 */
export interface Weighted {
  head: number;
  /** Sum and weighted sum of the block being filled. */
  blockSum: number;
  blockWeighted: number;
  /** Sum and weighted sum of the window. */
  sum: number;
  weighted: number;
  /** Before `head` the block's own numbers, from it on sums of the last block's ends. */
  sums: number[];
  /** From `head` on the weighted sums of the last block's ends. */
  weights: number[];
}

/** A fresh window of so many numbers. */
export function weighted(period: number): Weighted {
  return {
    head: 0,
    blockSum: 0,
    blockWeighted: 0,
    sum: 0,
    weighted: 0,
    sums: zeros(period),
    weights: zeros(period),
  };
}

/** Takes in a number; `sum` and `weighted` then are those of the window, once it is full. */
export function rollWeighted(window: Weighted, value: number): void {
  const { sums } = window;
  const head = window.head + 1;
  sums[head - 1] = value;
  if (head === sums.length) {
    closeBlock(window);
    return;
  }
  window.head = head;
  window.blockSum += value;
  window.blockWeighted += head * value;
  const rest = sums.length - head;
  window.sum = (sums[head] ?? 0) + window.blockSum;
  window.weighted = (window.weights[head] ?? 0) + window.blockWeighted + rest * window.blockSum;
}

function closeBlock(window: Weighted): void {
  const { sums, weights } = window;
  let sum = 0;
  let weightedSum = 0;
  for (let index = sums.length - 1; index >= 0; index--) {
    sum += sums[index] ?? 0;
    // One number more at the old end raises every weight by one.
    weightedSum += sum;
    sums[index] = sum;
    weights[index] = weightedSum;
  }
  window.head = 0;
  window.blockSum = 0;
  window.blockWeighted = 0;
  window.sum = sum;
  window.weighted = weightedSum;
}

/** As if every number so far had been multiplied by a factor. */
export function scaleWeighted(window: Weighted, factor: number): void {
  window.blockSum *= factor;
  window.blockWeighted *= factor;
  window.sum *= factor;
  window.weighted *= factor;
  scaleAll(window.sums, factor);
  scaleAll(window.weights, factor);
}
