import * as z from "zod";
import { atr, defineStrategy, enterLong, enterShort, exit } from "../core/index.ts";

/** Does what a webhook says, with its own stop: the outside opinion never decides the risk. */
export const webhookFollower = defineStrategy({
  name: "webhook-follower",
  description: "Follows buy, sell and exit signals, each entry with an ATR stop",
  bars: "1d",
  params: z.object({
    stopAtr: z.number().positive().default(3).describe("Stop distance, in ATRs"),
    shorts: z.boolean().default(false).describe("Whether sell signals open short positions"),
  }),
  state: z.object({ followed: z.int().default(0) }),
  indicators: () => ({ range: atr(14) }),
  onSignal({ signal, params, state, position, lastPrice, indicators: { range } }) {
    const reason = `signal ${signal.signalId}: ${signal.action}`;
    const next = { followed: state.followed + 1 };
    const distance = params.stopAtr * range.now;
    if (signal.action === "buy") {
      const stop = lastPrice - distance;
      return { state: next, intents: [enterLong({ stop, reason })] };
    }
    if (signal.action === "sell" && params.shorts) {
      const stop = lastPrice + distance;
      return { state: next, intents: [enterShort({ stop, reason })] };
    }
    if (position.side === "flat") return { because: "nothing to leave" };
    return { state: next, intents: [exit({ reason })] };
  },
});
