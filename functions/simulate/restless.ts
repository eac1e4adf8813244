import * as z from "zod";
import {
  cancelEntries,
  defineProfile,
  defineStrategy,
  enterLong,
  equity,
  exit,
  moveStop,
} from "../../core/index.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import type { Dice } from "./dice.ts";
import { ACCOUNT, MINUTE_MS, type Setting } from "./setting.ts";

const symbols = ["AAA", "BBB"] as const;

/** Trades more, and in more ways, than anybody should: every path to the venue is walked often. */
const restless = defineStrategy({
  name: "restless",
  description: "Enters, protects, moves stops, works orders and exits at every other chance",
  bars: "1m",
  params: z.object({ every: z.int().min(1).default(3) }),
  state: z.object({ bars: z.int().default(0) }),
  indicators: () => ({}),
  onBar({ bar, params, state, position }) {
    const bars = state.bars + 1;
    const turn = bars % (params.every * 4);
    const reason = `bar ${bars}`;
    const next = { bars };
    if (position.side === "flat") {
      if (turn % params.every !== 0) return { state: next };
      const stop = bar.close * 0.99;
      const target = bar.close * 1.01;
      const limit = bar.close * 0.999;
      const entries = [
        enterLong({ reason, stop, target }),
        enterLong({ reason, limit }),
        enterLong({ reason, execution: { kind: "twap", durationMs: 180_000, slices: 3 } }),
        enterLong({ reason, stop }),
      ];
      return { state: next, intents: [entries[turn / params.every] ?? exit({ reason })] };
    }
    if (turn === 1)
      return { state: next, intents: [moveStop({ reason, stop: bar.close * 0.995 })] };
    if (turn === 2) return { state: next, intents: [cancelEntries({ reason })] };
    if (turn % params.every === 0) return { state: next, intents: [exit({ reason })] };
    return { state: next };
  },
  onSignal({ signal, position }) {
    const reason = `signal ${signal.signalId}`;
    if (signal.action === "buy" && position.side === "flat") {
      return { intents: [enterLong({ reason, quantity: 7 })] };
    }
    if (signal.action !== "buy" && position.side !== "flat") return { intents: [exit({ reason })] };
  },
});

const universe = symbols.map((symbol) => equity(symbol));
const profileOf = (name: string, every: number) =>
  compileProfile(
    defineProfile(restless, {
      name,
      params: { every },
      universe,
      sizing: { kind: "fixed-quantity", quantity: "10" },
      limits: { maxOpenOrders: 12, maxOrderQuantity: "30" },
      account: { name: ACCOUNT, cash: "100000" },
    }),
  );

/** Two that share an account, and so its book. */
const profiles = [profileOf("quick", 2), profileOf("slow", 3)];

/**
 * The setting of a run that a seed decides: bars that wander, signals that somebody sends up to
 * four times, sockets that drop, and a person who now and then stops everything.
 */
export function restlessSetting(dice: Dice, minutes: number): Setting {
  const prices = new Map<string, number>();
  return {
    name: "restless",
    minutes,
    rest: [6, 5.5],
    profiles,
    venue: {
      participation: dice.oneIn(2) ? 0.05 : null,
      latencyMs: dice.pick([0, 0, 200, 3_000]),
    },
    bar(symbol) {
      const open = prices.get(symbol) ?? 10_000;
      const close = Math.max(5_000, open + dice.between(-120, 120));
      prices.set(symbol, close);
      const high = Math.max(open, close) + dice.between(0, 20);
      const low = Math.min(open, close) - dice.between(0, 20);
      // Little volume now and then, so that orders fill in parts where participation is bounded.
      return { open, high, low, close, volume: dice.pick([80, 200, 10_000]) };
    },
    drops: (_minute, luck) => (luck.oneIn(8) ? luck.between(20_000, 150_000) : null),
    async act(actors) {
      void actors.callers(minutes * MINUTE_MS);
      void actors.operator(minutes);
    },
  };
}
