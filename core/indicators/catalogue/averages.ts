import { dema, tema } from "../dema-tema.ts";
import { ema } from "../ema.ts";
import { kama } from "../kama.ts";
import { sma } from "../sma.ts";
import { anchoredVwap, vwap } from "../vwap.ts";
import { hma, wma } from "../wma.ts";
import type { UngroupedEntry } from "./entry.ts";

const average = { now: "the average" };

/** Averages of the price. */
export const averages: readonly UngroupedEntry[] = [
  {
    name: "sma",
    description: "Simple moving average",
    usage: "sma(20)",
    outputs: average,
    warmUp: "period",
    make: () => sma(20),
  },
  {
    name: "ema",
    description: "Exponential moving average",
    usage: "ema(20)",
    outputs: average,
    warmUp: "period",
    make: () => ema(20),
  },
  {
    name: "wma",
    description: "Linearly weighted moving average",
    usage: "wma(20)",
    outputs: average,
    warmUp: "period",
    make: () => wma(20),
  },
  {
    name: "hma",
    description: "Hull moving average: weighted averages arranged to lag less",
    usage: "hma(20)",
    outputs: average,
    warmUp: "period + floor(sqrt(period)) - 1",
    make: () => hma(20),
  },
  {
    name: "dema",
    description: "Double exponential moving average",
    usage: "dema(20)",
    outputs: average,
    warmUp: "2 * period - 1",
    make: () => dema(20),
  },
  {
    name: "tema",
    description: "Triple exponential moving average",
    usage: "tema(20)",
    outputs: average,
    warmUp: "3 * period - 2",
    make: () => tema(20),
  },
  {
    name: "kama",
    description: "Kaufman's adaptive moving average: fast in trends, slow in noise",
    usage: "kama(10)",
    outputs: average,
    warmUp: "period + 1",
    make: () => kama(10),
  },
  {
    name: "vwap",
    description: "Mean price by volume since the session began",
    usage: "vwap()",
    outputs: { now: "the mean price" },
    warmUp: "1",
    make: () => vwap(),
  },
  {
    name: "anchored-vwap",
    description: "Mean price by volume since an instant; bars before it do not count",
    usage: "anchoredVwap(0)",
    outputs: { now: "the mean price" },
    warmUp: "1",
    make: () => anchoredVwap(0),
  },
];
