import * as z from "zod";
import { defineProfile, defineStrategy, enterLong, exit } from "../../../core/index.ts";

/** Buys on a bar, and sells on the one after the next: on that one its fill is known. */
const inAndOut = defineStrategy({
  name: "in-and-out",
  description: "Buys on a bar, sells two later",
  bars: "1m",
  params: z.object({}),
  state: z.object({ bars: z.int().default(0) }),
  onBar({ state, position }) {
    const bars = state.bars + 1;
    if (bars % 2 === 0) return { state: { bars } };
    if (position.side === "flat")
      return { state: { bars }, intents: [enterLong({ reason: "a bar" })] };
    return { state: { bars }, intents: [exit({ reason: "another bar" })] };
  },
});

/** Trades on what the stream task tells. */
export const streamed = defineProfile(inAndOut, {
  name: "streamed",
  mode: "paper",
  universe: ["AAA", "BBB"],
  account: { name: "main" },
  sizing: { kind: "fixed-quantity", quantity: "1" },
  deploy: { bars: "stream" },
});
