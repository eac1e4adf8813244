import * as z from "zod";
import {
  cancelEntries,
  defineProfile,
  defineStrategy,
  enterLong,
  exit,
  moveStop,
} from "../../core/index.ts";

/** A secret of a test's webhook. */
export const SECRET = "crash-test-secret-of-length";

/** Who trades: an order at nearly every bar, and one at every signal. */
const busy = defineStrategy({
  name: "busy",
  description: "Enters, protects, moves stops, cancels and exits, one after the other",
  bars: "1m",
  params: z.object({}),
  state: z.object({ bars: z.int().default(0) }),
  onBar({ bar, state, position }) {
    const bars = state.bars + 1;
    const reason = `bar ${bars}`;
    const step = { state: { bars } };
    if (position.side === "flat") {
      const entries = [
        enterLong({ reason, stop: bar.close * 0.99, target: bar.close * 1.01 }),
        enterLong({ reason, limit: bar.close * 0.9995 }),
        cancelEntries({ reason }),
      ];
      return { ...step, intents: [entries[bars % 3] ?? cancelEntries({ reason })] };
    }
    if (bars % 3 === 1)
      return { ...step, intents: [moveStop({ reason, stop: bar.close * 0.995 })] };
    return bars % 3 === 2 ? { ...step, intents: [exit({ reason })] } : step;
  },
  onSignal({ signal, position }) {
    const reason = `signal ${signal.signalId}`;
    if (position.side === "flat") return { intents: [enterLong({ reason, quantity: 3 })] };
  },
});

/** The profile of a crash test. */
export const crashProfile = () =>
  defineProfile(busy, {
    name: "busy",
    universe: ["AAA", "BBB"],
    sizing: { kind: "fixed-quantity", quantity: "10" },
    limits: { maxOpenOrders: 30 },
    account: { cash: "100000" },
  });
