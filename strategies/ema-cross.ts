import * as z from "zod";
import {
  atr,
  crossedAbove,
  crossedBelow,
  defineStrategy,
  ema,
  enterLong,
  exit,
} from "../core/index.ts";

/** Follows the trend: long while the fast average is above the slow one, with a stop below. */
export const emaCross = defineStrategy({
  name: "ema-cross",
  description: "Long when a fast EMA crosses above a slow one, with a stop some ATRs below",
  bars: "1d",
  params: z.object({
    fast: z.int().min(2).default(12).describe("Fast EMA length, in bars"),
    slow: z.int().min(3).default(26).describe("Slow EMA length, in bars"),
    stopAtr: z.number().positive().default(2).describe("Stop distance, in ATRs"),
  }),
  state: z.object({ entries: z.int().default(0) }),
  indicators: ({ fast, slow }) => ({ fast: ema(fast), slow: ema(slow), range: atr(14) }),
  onBar({ bar, params, state, position, indicators: { fast, slow, range } }) {
    if (position.side === "flat" && crossedAbove(fast, slow)) {
      const stop = bar.close - params.stopAtr * range.now;
      const reason = "fast EMA crossed above slow";
      return { state: { entries: state.entries + 1 }, intents: [enterLong({ stop, reason })] };
    }
    if (position.side === "long" && crossedBelow(fast, slow)) {
      return { intents: [exit({ reason: "fast EMA crossed below slow" })] };
    }
  },
});
