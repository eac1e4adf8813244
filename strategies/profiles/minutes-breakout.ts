import { defineProfile } from "../../core/index.ts";
import { openingRange } from "../opening-range.ts";

/** Four stocks by the minute, 2013-10-04 to 08: break of the first quarter of an hour. */
export const minutesBreakout = defineProfile(openingRange, {
  name: "minutes-breakout",
  description:
    "SPY, IBM, AIG and BAC by the minute, 15-minute opening range, brackets; needs --data",
  universe: ["SPY", "IBM", "AIG", "BAC"],
  sizing: { kind: "risk-per-trade", fraction: 0.002, maxFraction: 0.25 },
  limits: { allowShort: true, maxGrossExposure: 1.5 },
});
