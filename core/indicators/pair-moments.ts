import { scaleAll, zeros } from "./rolling.ts";

/** Means of a set of pairs, and sums of the squares and products of their deviations from them. */
interface Sums {
  x: number;
  y: number;
  xx: number;
  yy: number;
  xy: number;
}

/** The two-series form of {@link Moments}: what correlation and regression are made of. */
export interface PairMoments {
  head: number;
  /** Of the block being filled. */
  block: Sums;
  /** Of the window. */
  window: Sums;
  /** Before `head` the block's own pairs, from it on means of the last block's ends. */
  xs: number[];
  ys: number[];
  /** From `head` on the squares and products of the last block's ends. */
  xxs: number[];
  yys: number[];
  xys: number[];
}

/** A fresh window of so many pairs. */
export function pairMoments(period: number): PairMoments {
  return {
    head: 0,
    block: { x: 0, y: 0, xx: 0, yy: 0, xy: 0 },
    window: { x: 0, y: 0, xx: 0, yy: 0, xy: 0 },
    xs: zeros(period),
    ys: zeros(period),
    xxs: zeros(period),
    yys: zeros(period),
    xys: zeros(period),
  };
}

/** Takes in a pair and returns the sums of the window, which count once it is full. */
export function rollPair(pairs: PairMoments, x: number, y: number): Readonly<Sums> {
  const { block, window, xs, ys } = pairs;
  const period = xs.length;
  const head = pairs.head + 1;
  xs[head - 1] = x;
  ys[head - 1] = y;
  if (head === period) return closeBlock(pairs);
  pairs.head = head;
  addPair(block, x, y, head);
  const share = head / period;
  const weight = share * (period - head);
  const restX = xs[head] ?? 0;
  const restY = ys[head] ?? 0;
  const gapX = block.x - restX;
  const gapY = block.y - restY;
  window.x = restX + gapX * share;
  window.y = restY + gapY * share;
  window.xx = (pairs.xxs[head] ?? 0) + block.xx + gapX * gapX * weight;
  window.yy = (pairs.yys[head] ?? 0) + block.yy + gapY * gapY * weight;
  window.xy = (pairs.xys[head] ?? 0) + block.xy + gapX * gapY * weight;
  return window;
}

/** Welford's update: `count` is the number of pairs with the new one. */
function addPair(sums: Sums, x: number, y: number, count: number): void {
  const awayX = x - sums.x;
  const awayY = y - sums.y;
  sums.x += awayX / count;
  sums.y += awayY / count;
  sums.xx += awayX * (x - sums.x);
  sums.yy += awayY * (y - sums.y);
  sums.xy += awayX * (y - sums.y);
}

function closeBlock(pairs: PairMoments): Sums {
  const { window, xs, ys } = pairs;
  reset(window);
  for (let index = xs.length - 1; index >= 0; index--) {
    addPair(window, xs[index] ?? 0, ys[index] ?? 0, xs.length - index);
    xs[index] = window.x;
    ys[index] = window.y;
    pairs.xxs[index] = window.xx;
    pairs.yys[index] = window.yy;
    pairs.xys[index] = window.xy;
  }
  pairs.head = 0;
  reset(pairs.block);
  return window;
}

function reset(sums: Sums): void {
  sums.x = 0;
  sums.y = 0;
  sums.xx = 0;
  sums.yy = 0;
  sums.xy = 0;
}

/** As if every `x` so far had been multiplied by a factor. */
export function scalePairX(pairs: PairMoments, factor: number): void {
  scaleSums(pairs.block, factor);
  scaleSums(pairs.window, factor);
  scaleAll(pairs.xs, factor);
  scaleAll(pairs.xxs, factor * factor);
  scaleAll(pairs.xys, factor);
}

/** As if every `y` so far had been multiplied by a factor. */
export function scalePairY(pairs: PairMoments, factor: number): void {
  for (const sums of [pairs.block, pairs.window]) {
    sums.y *= factor;
    sums.yy *= factor * factor;
    sums.xy *= factor;
  }
  scaleAll(pairs.ys, factor);
  scaleAll(pairs.yys, factor * factor);
  scaleAll(pairs.xys, factor);
}

function scaleSums(sums: Sums, factor: number): void {
  sums.x *= factor;
  sums.xx *= factor * factor;
  sums.xy *= factor;
}
