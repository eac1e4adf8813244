import * as z from "zod";
import { defineProfile, defineStrategy, enterLong, exit } from "../../../core/index.ts";

/** Buys on a bar, and sells on the next that finds it long. */
const inAndOut = defineStrategy({
  name: "in-and-out",
  description: "Buys on a bar, sells on the next",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onBar({ position }) {
    if (position.side === "flat") return { intents: [enterLong({ reason: "a bar" })] };
    return { intents: [exit({ reason: "another bar" })] };
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
