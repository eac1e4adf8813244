import { accumulation, cmf } from "../accumulation.ts";
import { mfi } from "../mfi.ts";
import { obv } from "../obv.ts";
import type { UngroupedEntry } from "./entry.ts";

/** What the volume says about the price. */
export const volume: readonly UngroupedEntry[] = [
  {
    name: "obv",
    description: "On-balance volume",
    usage: "obv()",
    outputs: { now: "volume of higher closes less that of lower ones" },
    warmUp: "1",
    make: () => obv(),
  },
  {
    name: "mfi",
    description: "Money flow index",
    usage: "mfi(14)",
    outputs: { now: "share of dollars traded at rising prices, 0 to 100" },
    warmUp: "period + 1",
    make: () => mfi(14),
  },
  {
    name: "accumulation",
    description: "Accumulation/distribution line",
    usage: "accumulation()",
    outputs: { now: "running volume by where bars closed in their range" },
    warmUp: "1",
    make: () => accumulation(),
  },
  {
    name: "cmf",
    description: "Chaikin money flow",
    usage: "cmf(20)",
    outputs: { now: "-1 when every bar closed at its low, 1 at its high" },
    warmUp: "period",
    make: () => cmf(20),
  },
];
