import * as z from "zod";
import { defineStrategy, roc } from "../core/index.ts";

/** Holds the strongest few of its universe, chosen anew at the end of each month. */
export const momentumRotation = defineStrategy({
  name: "momentum-rotation",
  description: "Month-end rebalance into the top N by rate of change, equally weighted",
  bars: "1d",
  params: z.object({
    lookback: z.int().min(1).default(126).describe("Length of the rate of change, in bars"),
    top: z.int().min(1).default(2).describe("How many to hold"),
    floor: z.number().default(0).describe("Least rate of change to be held at all, percent"),
  }),
  state: z.object({}),
  indicators: ({ lookback }) => ({ strength: roc(lookback) }),
  schedules: () => ({ "month-end": { at: "close", days: "last-of-month" } }),
  onSchedule({ params, universe }) {
    const ranked = universe
      .filter(({ indicators }) => indicators.strength.now > params.floor)
      .toSorted((a, b) => b.indicators.strength.now - a.indicators.strength.now)
      .slice(0, params.top);
    const weights = Object.fromEntries(ranked.map(({ symbol }) => [symbol, 1 / params.top]));
    const names = ranked.map(({ symbol }) => symbol).join(", ") || "none";
    return { weights, reason: `top ${params.top} by rate of change: ${names}` };
  },
});
