import { cci } from "../cci.ts";
import { momentum, roc } from "../momentum.ts";
import { rsi } from "../rsi.ts";
import { stochasticFast, stochasticSlow } from "../stochastic.ts";
import { stochasticRsi } from "../stochastic-rsi.ts";
import { williamsR } from "../williams-r.ts";
import type { UngroupedEntry } from "./entry.ts";

/** How hard and how far the price has run. */
export const oscillators: readonly UngroupedEntry[] = [
  {
    name: "rsi",
    description: "Relative strength index",
    usage: "rsi(14)",
    outputs: { now: "share of gains in all moves, 0 to 100" },
    warmUp: "period + 1",
    make: () => rsi(14),
  },
  {
    name: "stochastic-fast",
    description: "Where the close lies in the range of the last bars",
    usage: "stochasticFast(14, { d: 3 })",
    outputs: { now: "%K, 0 to 100", d: "%D, the mean of %K" },
    warmUp: "period + d - 1",
    make: () => stochasticFast(14, { d: 3 }),
  },
  {
    name: "stochastic-slow",
    description: "The same, smoothed",
    usage: "stochasticSlow(14, { smoothing: 3, d: 3 })",
    outputs: { now: "smoothed %K, 0 to 100", d: "%D, the mean of %K" },
    warmUp: "period + smoothing + d - 2",
    make: () => stochasticSlow(14, { smoothing: 3, d: 3 }),
  },
  {
    name: "stochastic-rsi",
    description: "Where the RSI lies in its own range",
    usage: "stochasticRsi(14, { k: 14, d: 3 })",
    outputs: { now: "%K, 0 to 100", d: "%D, the mean of %K" },
    warmUp: "period + k + d - 1",
    make: () => stochasticRsi(14, { k: 14, d: 3 }),
  },
  {
    name: "cci",
    description: "Commodity channel index",
    usage: "cci(20)",
    outputs: { now: "distance from the mean, in units of 0.015 mean deviations" },
    warmUp: "period",
    make: () => cci(20),
  },
  {
    name: "williams-r",
    description: "Williams %R: how far the close lies under the highest high",
    usage: "williamsR(14)",
    outputs: { now: "-100 to 0" },
    warmUp: "period",
    make: () => williamsR(14),
  },
  {
    name: "roc",
    description: "Rate of change",
    usage: "roc(10)",
    outputs: { now: "change over `period` bars, percent" },
    warmUp: "period + 1",
    make: () => roc(10),
  },
  {
    name: "momentum",
    description: "Change of the price",
    usage: "momentum(10)",
    outputs: { now: "change over `period` bars, dollars" },
    warmUp: "period + 1",
    make: () => momentum(10),
  },
];
