import { defineProfile } from "../../core/index.ts";
import { webhookFollower } from "../webhook-follower.ts";

/** Follows recorded signals on SPY: `--data DIR --signals FILE`. */
export const webhookSpy = defineProfile(webhookFollower, {
  name: "webhook-spy",
  description: "SPY daily, follows signals with a 3 ATR stop; needs --data and --signals",
  universe: ["SPY"],
  sizing: { kind: "risk-per-trade", fraction: 0.01 },
});
