import { beta, correlation } from "../correlation.ts";
import { zScore } from "../deviation.ts";
import { linearRegression } from "../linear-regression.ts";
import { percentRank } from "../percent-rank.ts";
import type { UngroupedEntry } from "./entry.ts";

/** Where a bar stands among the last ones, and one instrument beside another. */
export const statistics: readonly UngroupedEntry[] = [
  {
    name: "z-score",
    description: "Distance from the mean of the last bars",
    usage: "zScore(20)",
    outputs: { now: "the distance, standard deviations" },
    warmUp: "period",
    make: () => zScore(20),
  },
  {
    name: "percent-rank",
    description: "Share of the bars before this one that were not above it",
    usage: "percentRank(100)",
    outputs: { now: "the share, 0 to 100" },
    warmUp: "period + 1",
    make: () => percentRank(100),
  },
  {
    name: "linear-regression",
    description: "Least-squares line through the last bars",
    usage: "linearRegression(20)",
    outputs: {
      now: "the line at the last bar",
      slope: "its rise a bar",
      r2: "share of the variance that it explains, 0 to 1",
    },
    warmUp: "period",
    make: () => linearRegression(20),
  },
  {
    name: "correlation",
    description: "Correlation of the prices of two instruments",
    usage: 'correlation(20, { against: "SPY" })',
    outputs: { now: "-1 to 1" },
    warmUp: "period",
    make: () => correlation(20, { against: "SPY" }),
  },
  {
    name: "beta",
    description: "Slope of this instrument's returns on another's",
    usage: 'beta(60, { against: "SPY" })',
    outputs: { now: "the slope" },
    warmUp: "period + 1",
    make: () => beta(60, { against: "SPY" }),
  },
];
