import * as z from "zod";
import { defineStrategy } from "../core/index.ts";

/** Trades the ratio of two instruments back to its mean: long the cheap one, short the dear one. */
export const pairsSpread = defineStrategy({
  name: "pairs-spread",
  description: "Mean reversion of the log price ratio of two instruments",
  bars: "1d",
  params: z.object({
    lookback: z.int().min(10).default(60).describe("Days that mean and deviation are taken over"),
    enterZ: z.number().positive().default(2).describe("Deviations from the mean to enter at"),
    exitZ: z.number().min(0).default(0.5).describe("Deviations from the mean to leave at"),
    gross: z.number().positive().max(2).default(1).describe("Long plus short, share of equity"),
  }),
  state: z.object({
    ratios: z.array(z.number()).default([]),
    side: z.enum(["flat", "long", "short"]).default("flat"),
  }),
  schedules: () => ({ close: { at: "close" } }),
  onSchedule({ params, state, universe }) {
    const [first, second] = universe;
    if (first === undefined || second === undefined)
      return { because: "one of the two is missing" };
    if (first.lastTimeMs !== second.lastTimeMs) return { because: "one of the two did not trade" };
    const ratio = Math.log(first.lastPrice / second.lastPrice);
    const ratios = [...state.ratios, ratio].slice(-params.lookback);
    if (ratios.length < params.lookback) return { state: { ...state, ratios } };

    const z = zScoreOf(ratios, ratio);
    const side = nextSide(state.side, z, params.enterZ, params.exitZ);
    if (side === state.side) return { state: { ...state, ratios } };
    const half = params.gross / 2;
    const weight = side === "flat" ? 0 : side === "long" ? half : -half;
    return {
      state: { ratios, side },
      weights: { [first.symbol]: weight, [second.symbol]: -weight },
      reason: `ratio ${z.toFixed(2)} deviations from its mean`,
    };
  },
});

type PairSide = "flat" | "long" | "short";

function nextSide(side: PairSide, z: number, enterZ: number, exitZ: number): PairSide {
  if (z <= -enterZ) return "long";
  if (z >= enterZ) return "short";
  if (side === "long" && z >= -exitZ) return "flat";
  if (side === "short" && z <= exitZ) return "flat";
  return side;
}

function zScoreOf(values: readonly number[], value: number): number {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / values.length);
  return deviation === 0 ? 0 : (value - mean) / deviation;
}
