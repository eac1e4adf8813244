import { atr, trueRange } from "../atr.ts";
import { bollinger } from "../bollinger.ts";
import { stdDev } from "../deviation.ts";
import { donchian } from "../donchian.ts";
import { highest, lowest } from "../extremes.ts";
import { keltner } from "../keltner.ts";
import type { UngroupedEntry } from "./entry.ts";

/** How far the price moves, and the channels that it moves in. */
export const volatility: readonly UngroupedEntry[] = [
  {
    name: "true-range",
    description: "The bar's range together with the gap before it",
    usage: "trueRange()",
    outputs: { now: "the range, dollars" },
    warmUp: "2",
    make: () => trueRange(),
  },
  {
    name: "atr",
    description: "Average true range",
    usage: "atr(14)",
    outputs: { now: "the average, dollars" },
    warmUp: "period + 1",
    make: () => atr(14),
  },
  {
    name: "std-dev",
    description: "Standard deviation of the last bars (population)",
    usage: "stdDev(20)",
    outputs: { now: "the deviation, dollars" },
    warmUp: "period",
    make: () => stdDev(20),
  },
  {
    name: "bollinger",
    description: "Bollinger bands: an average and standard deviations about it",
    usage: "bollinger(20, { deviations: 2 })",
    outputs: { now: "the middle band", upper: "the upper band", lower: "the lower band" },
    warmUp: "period",
    make: () => bollinger(20, { deviations: 2 }),
  },
  {
    name: "keltner",
    description: "Keltner channels: an EMA and average true ranges about it",
    usage: "keltner(20, { atrPeriod: 10, multiple: 2 })",
    outputs: { now: "the middle line", upper: "the upper line", lower: "the lower line" },
    warmUp: "max(period, atrPeriod + 1)",
    make: () => keltner(20, { atrPeriod: 10, multiple: 2 }),
  },
  {
    name: "donchian",
    description: "Donchian channel: highest high and lowest low",
    usage: "donchian(20)",
    outputs: {
      now: "the middle of the channel",
      upper: "the highest high, this bar included",
      lower: "the lowest low, this bar included",
      previousUpper: "the highest high one bar before",
      previousLower: "the lowest low one bar before",
    },
    warmUp: "period",
    make: () => donchian(20),
  },
  {
    name: "highest",
    description: "Highest of the last bars, of `high` unless told otherwise",
    usage: "highest(20)",
    outputs: { now: "the highest, this bar included" },
    warmUp: "period",
    make: () => highest(20),
  },
  {
    name: "lowest",
    description: "Lowest of the last bars, of `low` unless told otherwise",
    usage: "lowest(20)",
    outputs: { now: "the lowest, this bar included" },
    warmUp: "period",
    make: () => lowest(20),
  },
];
