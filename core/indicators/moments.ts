import { scaleAll, zeros } from "./rolling.ts";

/**
 * Mean and sum of squared deviations of the last numbers, by the blocks of {@link Rolling}:
 * Welford's update within a block, Chan's formula to join two. Nothing is subtracted that was added
 * before, so a window of equal numbers has a deviation of exactly 0.
 * @see Chan, Golub and LeVeque 1983, Algorithms for Computing the Sample Variance
 */
export interface Moments {
  head: number;
  /** Mean and squares of the block being filled. */
  blockMean: number;
  blockSquares: number;
  /** Mean of the window. */
  mean: number;
  /** Sum of the squared deviations from it. */
  squares: number;
  /** Before `head` the block's own numbers, from it on means of the last block's ends. */
  means: number[];
  /** From `head` on the squares of the last block's ends. */
  ends: number[];
}

/** A fresh window of so many numbers. */
export function moments(period: number): Moments {
  return {
    head: 0,
    blockMean: 0,
    blockSquares: 0,
    mean: 0,
    squares: 0,
    means: zeros(period),
    ends: zeros(period),
  };
}

/** Takes in a number; `mean` and `squares` then are those of the window, once it is full. */
export function rollMoments(window: Moments, value: number): void {
  const { means } = window;
  const head = window.head + 1;
  means[head - 1] = value;
  if (head === means.length) {
    closeBlock(window);
    return;
  }
  const away = value - window.blockMean;
  const blockMean = window.blockMean + away / head;
  const blockSquares = window.blockSquares + away * (value - blockMean);
  window.head = head;
  window.blockMean = blockMean;
  window.blockSquares = blockSquares;
  const share = head / means.length;
  const restMean = means[head] ?? 0;
  const gap = blockMean - restMean;
  window.mean = restMean + gap * share;
  window.squares =
    (window.ends[head] ?? 0) + blockSquares + gap * gap * share * (means.length - head);
}

function closeBlock(window: Moments): void {
  const { means, ends } = window;
  const period = means.length;
  let mean = 0;
  let squares = 0;
  for (let index = period - 1; index >= 0; index--) {
    const value = means[index] ?? 0;
    const away = value - mean;
    mean += away / (period - index);
    squares += away * (value - mean);
    means[index] = mean;
    ends[index] = squares;
  }
  window.head = 0;
  window.blockMean = 0;
  window.blockSquares = 0;
  window.mean = mean;
  window.squares = squares;
}

/** As if every number so far had been multiplied by a factor. */
export function scaleMoments(window: Moments, factor: number): void {
  window.blockMean *= factor;
  window.blockSquares *= factor * factor;
  window.mean *= factor;
  window.squares *= factor * factor;
  scaleAll(window.means, factor);
  scaleAll(window.ends, factor * factor);
}
