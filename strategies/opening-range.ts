import * as z from "zod";
import { defineStrategy, enterLong, enterShort, exit } from "../core/index.ts";

const MINUTE_MS = 60_000;

/**
 * Trades the break of the first minutes' range once a day, inside a bracket, and goes home flat.
 */
export const openingRange = defineStrategy({
  name: "opening-range",
  description: "Breakout of the opening range with a bracket, flat before the close",
  bars: "1m",
  params: z.object({
    minutes: z
      .int()
      .min(1)
      .max(120)
      .default(15)
      .describe("Length of the opening range, in minutes"),
    reward: z.number().positive().default(2).describe("Target distance, in multiples of the risk"),
    exitBefore: z.int().min(1).default(5).describe("Minutes before the close to be flat"),
    shorts: z.boolean().default(true).describe("Whether to sell breaks below the range"),
  }),
  state: z.object({
    session: z.string().default(""),
    high: z.number().default(0),
    low: z.number().default(0),
    traded: z.boolean().default(false),
  }),
  onBar({ bar, params, state, position, session }) {
    if (session === null) return;
    const sinceOpen = (bar.closeTimeMs - session.openTimeMs) / MINUTE_MS;
    const toClose = (session.closeTimeMs - bar.closeTimeMs) / MINUTE_MS;
    if (state.session !== session.date) {
      const { high, low } = bar;
      return { state: { session: session.date, high, low, traded: false } };
    }
    if (sinceOpen <= params.minutes) {
      const high = Math.max(state.high, bar.high);
      const low = Math.min(state.low, bar.low);
      return { state: { ...state, high, low } };
    }
    if (toClose <= params.exitBefore) {
      if (position.side === "flat") return;
      return { intents: [exit({ reason: `${params.exitBefore} minutes before the close` })] };
    }
    if (state.traded || position.side !== "flat") return;
    const risk = state.high - state.low;
    if (bar.close > state.high) {
      const reason = `closed above the ${params.minutes}-minute range`;
      const target = bar.close + params.reward * risk;
      return {
        state: { ...state, traded: true },
        intents: [enterLong({ stop: state.low, target, reason })],
      };
    }
    if (params.shorts && bar.close < state.low) {
      const reason = `closed below the ${params.minutes}-minute range`;
      const target = bar.close - params.reward * risk;
      return {
        state: { ...state, traded: true },
        intents: [enterShort({ stop: state.high, target, reason })],
      };
    }
  },
});
