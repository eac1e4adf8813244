import * as z from "zod";
import { defineStrategy, enterLong, exit, rsi, sma } from "../core/index.ts";

/** Buys short dips in a long rise: Larry Connors' RSI-2 rules, long side. */
export const rsi2Reversion = defineStrategy({
  name: "rsi2-reversion",
  description: "Buys a 2-bar RSI dip above a long average, sells on strength",
  bars: "1d",
  params: z.object({
    trend: z.int().min(20).default(200).describe("Length of the trend average, in bars"),
    buyBelow: z.number().min(0).max(50).default(10).describe("RSI-2 that counts as a dip"),
    exitAbove: z.int().min(2).default(5).describe("Length of the average to exit above, in bars"),
  }),
  state: z.object({}),
  indicators: ({ trend, exitAbove }) => ({
    dip: rsi(2),
    trend: sma(trend),
    exitAbove: sma(exitAbove),
  }),
  onBar({ bar, params, position, indicators: { dip, trend, exitAbove } }) {
    if (position.side === "flat" && bar.close > trend.now && dip.now < params.buyBelow) {
      const reason = `RSI-2 at ${dip.now.toFixed(1)} above the ${params.trend}-bar average`;
      return { intents: [enterLong({ reason })] };
    }
    if (position.side === "long" && bar.close > exitAbove.now) {
      return { intents: [exit({ reason: `closed above the ${params.exitAbove}-bar average` })] };
    }
  },
});
