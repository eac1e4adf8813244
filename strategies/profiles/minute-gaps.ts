import { defineProfile } from "../../core/index.ts";
import { gapScanner } from "../gap-scanner.ts";

/** Four stocks by the minute: the two largest gaps up of each morning, small ones included. */
export const minuteGaps = defineProfile(gapScanner, {
  name: "minute-gaps",
  description: "SPY, IBM, AIG and BAC by the minute, the largest opening gaps; needs --data",
  params: { gap: 0.0005 },
  universe: ["SPY", "IBM", "AIG", "BAC"],
  sizing: { kind: "equity-fraction", fraction: 0.25 },
});
