import { adx } from "../adx.ts";
import { aroon } from "../aroon.ts";
import { heikinAshi } from "../heikin-ashi.ts";
import { ichimoku } from "../ichimoku.ts";
import { macd } from "../macd.ts";
import { parabolicSar } from "../parabolic-sar.ts";
import { pivotPoints } from "../pivot-points.ts";
import { superTrend } from "../super-trend.ts";
import type { UngroupedEntry } from "./entry.ts";

const direction = "1 while the trend is up, -1 while it is down";

/** Whether there is a trend, which way it goes, and where it would end. */
export const trend: readonly UngroupedEntry[] = [
  {
    name: "macd",
    description: "Moving average convergence divergence",
    usage: "macd({ fast: 12, slow: 26, signal: 9 })",
    outputs: {
      now: "fast EMA less slow EMA",
      signal: "the EMA of that",
      histogram: "the line less its signal",
    },
    warmUp: "slow + signal - 1",
    make: () => macd({ fast: 12, slow: 26, signal: 9 }),
  },
  {
    name: "adx",
    description: "Average directional index, with both directional indicators",
    usage: "adx(14)",
    outputs: {
      now: "strength of the trend, 0 to 100",
      plusDi: "upward movement, 0 to 100",
      minusDi: "downward movement, 0 to 100",
    },
    warmUp: "2 * period",
    make: () => adx(14),
  },
  {
    name: "aroon",
    description: "How recent the highest high and the lowest low are",
    usage: "aroon(25)",
    outputs: {
      now: "up less down, -100 to 100",
      up: "100 at a new high, 0 when it is `period` bars old",
      down: "the same for the low",
    },
    warmUp: "period + 1",
    make: () => aroon(25),
  },
  {
    name: "super-trend",
    description: "Bands of average true ranges that tighten until a close breaks them",
    usage: "superTrend(10, { multiple: 3 })",
    outputs: {
      now: "the band on the trend's side",
      direction,
      upper: "the band above the price",
      lower: "the band below the price",
    },
    warmUp: "period + 1",
    make: () => superTrend(10, { multiple: 3 }),
  },
  {
    name: "parabolic-sar",
    description: "Parabolic stop and reverse",
    usage: "parabolicSar({ step: 0.02, maximum: 0.2 })",
    outputs: { now: "the stop", direction },
    warmUp: "2",
    make: () => parabolicSar({ step: 0.02, maximum: 0.2 }),
  },
  {
    name: "ichimoku",
    description: "Ichimoku: conversion and base line, leading spans and cloud",
    usage: "ichimoku({ conversion: 9, base: 26, spanB: 52, displacement: 26 })",
    outputs: {
      now: "the conversion line",
      base: "the base line",
      spanA: "leading span A of this bar, for `displacement` bars later",
      spanB: "leading span B of this bar, for `displacement` bars later",
      cloudA: "leading span A that lies over this bar",
      cloudB: "leading span B that lies over this bar",
    },
    warmUp: "max(conversion, base, spanB) + displacement",
    make: () => ichimoku({ conversion: 9, base: 26, spanB: 52, displacement: 26 }),
  },
  {
    name: "heikin-ashi",
    description: "Averaged bars",
    usage: "heikinAshi()",
    outputs: { now: "its close", open: "its open", high: "its high", low: "its low" },
    warmUp: "1",
    make: () => heikinAshi(),
  },
  {
    name: "pivot-points",
    description: "Floor traders' pivot points of the bar that closed last",
    usage: "pivotPoints()",
    outputs: {
      now: "the pivot",
      r1: "first resistance",
      r2: "second resistance",
      r3: "third resistance",
      s1: "first support",
      s2: "second support",
      s3: "third support",
    },
    warmUp: "1",
    make: () => pivotPoints(),
  },
];
