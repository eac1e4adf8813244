import * as z from "zod";
import type { EventOf } from "../../core/events/catalogue.ts";
import {
  cancelEntries,
  defineProfile,
  defineStrategy,
  enterLong,
  exit,
  type Intent,
  moveStop,
} from "../../core/index.ts";
import { type CompiledProfile, compileProfile } from "../../core/strategy/profile.ts";
import type { Dice } from "./dice.ts";
import type { FaultSource } from "./faults.ts";
import { ACCOUNT, type Deploy, MINUTE_MS, OPEN_MS, type Setting } from "./setting.ts";

/** What both versions have in common. */
const common = {
  name: "restless",
  description: "Enters, protects, moves stops, works orders and exits at every other chance",
  bars: "1m",
  params: z.object({ every: z.int().min(1).default(3) }),
} as const;

/** What it wants at its so many-th bar. */
function wanted(bars: number, every: number, close: number, isFlat: boolean): readonly Intent[] {
  const turn = bars % (every * 4);
  const reason = `bar ${bars}`;
  if (isFlat) {
    if (turn % every !== 0) return [];
    const stop = close * 0.99;
    const entries = [
      enterLong({ reason, stop, target: close * 1.01 }),
      enterLong({ reason, limit: close * 0.999 }),
      enterLong({ reason, execution: { kind: "twap", durationMs: 180_000, slices: 3 } }),
      enterLong({ reason, stop }),
    ];
    return [entries[turn / every] ?? exit({ reason })];
  }
  if (turn === 1) return [moveStop({ reason, stop: close * 0.995 })];
  if (turn === 2) return [cancelEntries({ reason })];
  return turn % every === 0 ? [exit({ reason })] : [];
}

function answer(
  { signalId, action }: EventOf<"signal.received.v1">["data"],
  isFlat: boolean,
): readonly Intent[] {
  const reason = `signal ${signalId}`;
  if (action === "buy") return isFlat ? [enterLong({ reason, quantity: 7 })] : [];
  return isFlat ? [] : [exit({ reason })];
}

const firstState = z.strictObject({ bars: z.int().default(0) });

/** Trades more, and in more ways, than anybody should: every path to the venue is walked often. */
const restless = defineStrategy({
  ...common,
  state: firstState,
  onBar({ bar, params, state, position }) {
    const bars = state.bars + 1;
    return {
      state: { bars },
      intents: wanted(bars, params.every, bar.close, position.side === "flat"),
    };
  },
  onSignal: ({ signal, position }) => ({ intents: answer(signal, position.side === "flat") }),
});

/** The same, keeping what it remembers in another shape. */
const next = defineStrategy({
  ...common,
  version: 2,
  state: z.strictObject({ count: z.int().default(0) }),
  migrate: (old) => ({ count: firstState.parse(old).bars }),
  onBar({ bar, params, state, position }) {
    const count = state.count + 1;
    return {
      state: { count },
      intents: wanted(count, params.every, bar.close, position.side === "flat"),
    };
  },
  onSignal: ({ signal, position }) => ({ intents: answer(signal, position.side === "flat") }),
});

interface Changed {
  readonly isNext?: boolean;
  readonly universe?: readonly string[];
}

function profileOf(name: string, every: number, changed: Changed = {}): CompiledProfile {
  const { isNext = false, universe = ["AAA", "BBB"] } = changed;
  const options = {
    name,
    params: { every },
    universe,
    sizing: { kind: "fixed-quantity", quantity: "10" },
    limits: {
      maxOpenOrders: 12,
      maxOrderQuantity: "30",
      maxPositionNotional: "1500",
      maxOrdersPerMinute: 3,
    },
    account: { name: ACCOUNT, cash: "100000" },
  } as const;
  return compileProfile(isNext ? defineProfile(next, options) : defineProfile(restless, options));
}

/** Two that share an account, and so its book. */
const profiles = [profileOf("quick", 2), profileOf("slow", 3)];

/** What a newer version may have changed. */
const changes = [
  [profileOf("quick", 3), profileOf("slow", 3)],
  [profileOf("quick", 2, { isNext: true }), profileOf("slow", 3)],
  [profileOf("quick", 2, { universe: ["AAA", "BBB", "CCC"] }), profileOf("slow", 3)],
  [...profiles, profileOf("third", 2)],
  [
    profileOf("quick", 3, { isNext: true, universe: ["AAA", "BBB", "CCC"] }),
    profileOf("slow", 2, { isNext: true, universe: ["BBB", "AAA"] }),
    profileOf("third", 2, { isNext: true, universe: ["CCC"] }),
  ],
] as const;

/** A deploy in one run of three: for some minutes both versions work on one table. */
function deployIn(faults: FaultSource, minutes: number): Deploy | null {
  if (minutes < 3 || !faults.happens("deploy", 3, "the next version", OPEN_MS)) return null;
  const { luck } = faults;
  const fromMs = OPEN_MS + luck.between(MINUTE_MS, (minutes - 1) * MINUTE_MS);
  const untilMs = fromMs + luck.between(10_000, 4 * MINUTE_MS);
  return { fromMs, untilMs, profiles: luck.pick(changes) };
}

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
    deploy: (faults) => deployIn(faults, minutes),
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
