import { defineProfile } from "../../core/index.ts";
import { pairsSpread } from "../pairs-spread.ts";

/** Large against small US companies, daily. Raw prices need `--actions FILE` too. */
export const indexPair = defineProfile(pairsSpread, {
  name: "index-pair",
  description: "SPY against IWM daily, back to a 60-day mean; needs --data, --actions",
  universe: ["SPY", "IWM"],
  limits: { allowShort: true, maxGrossExposure: 1.2 },
});
