import { defineProfile } from "../../core/index.ts";
import { fixedMix } from "../fixed-mix.ts";

/**
 * A 60/40 mix of two ETFs, traded only when a weight drifts five points out. Raw prices need
 * `--actions FILE` too, and `--to` where one of the recordings ends before the other.
 */
export const sixtyForty = defineProfile(fixedMix, {
  name: "sixty-forty",
  mode: "paper",
  description: "60 % SPY and 40 % EEM daily with bands of five points; needs --data, --actions",
  params: { weights: { SPY: 0.6, EEM: 0.4 }, band: 0.05 },
  universe: ["SPY", "EEM"],
});
