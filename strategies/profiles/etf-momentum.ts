import { defineProfile } from "../../core/index.ts";
import { momentumRotation } from "../momentum-rotation.ts";

/**
 * Four ETFs, daily: the two strongest of the last half year, rebalanced at each month's end.
 * Raw prices need `--actions FILE` too: three of the four were split.
 */
export const etfMomentum = defineProfile(momentumRotation, {
  name: "etf-momentum",
  description:
    "SPY, IWM, EEM and USO daily, the two strongest over half a year; needs --data, --actions",
  params: { lookback: 126, top: 2 },
  universe: ["SPY", "IWM", "EEM", "USO"],
});
