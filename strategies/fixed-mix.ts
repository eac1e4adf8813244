import * as z from "zod";
import { defineStrategy } from "../core/index.ts";

/** Keeps a fixed mix such as 60/40, trading only when a weight has drifted out of its band. */
export const fixedMix = defineStrategy({
  name: "fixed-mix",
  description: "Fixed weights with drift bands, checked at each close",
  bars: "1d",
  params: z.object({
    weights: z
      .record(z.string(), z.number().min(0).max(1))
      .default({})
      .describe("Target share of equity by symbol"),
    band: z.number().min(0).max(1).default(0.05).describe("Drift that is let be, share of equity"),
  }),
  state: z.object({}),
  schedules: () => ({ close: { at: "close" } }),
  onSchedule({ params, universe, equity }) {
    const drifted = universe.filter(({ symbol, position, lastPrice }) => {
      const weight = (position.quantity * lastPrice) / equity;
      return Math.abs(weight - (params.weights[symbol] ?? 0)) > params.band;
    });
    if (drifted.length === 0) return;
    const names = drifted.map(({ symbol }) => symbol).join(", ");
    return { weights: params.weights, reason: `${names} drifted over ${params.band * 100} %` };
  },
});
