import * as z from "zod";
import {
  cancelEntries,
  defineProfile,
  defineStrategy,
  enterLong,
  enterShort,
  equity,
  exit,
  type Intent,
  moveStop,
} from "../../core/index.ts";
import { type CompiledProfile, compileProfile } from "../../core/strategy/profile.ts";
import { withShadows } from "../../core/strategy/shadowed.ts";
import { ACCOUNT, type Actors, type CentBar, OPEN_MS, type Setting } from "./setting.ts";

/** What a scripted strategy wants at the close of some minutes, the first of which is 1. */
type Script = Readonly<Record<number, (close: number) => readonly Intent[]>>;

const reason = "as the scenario says";
const universe = [equity("AAA"), equity("BBB")];

/** A profile that does what a script says, buys and sells by signals, and holds by schedule. */
function scripted(name: string, script: Script = {}, version = 1): CompiledProfile {
  const strategy = defineStrategy({
    name,
    description: "Does what its scenario says",
    bars: "1m",
    version,
    migrate: (old) => old,
    params: z.object({}),
    state: z.object({ bars: z.int().default(0) }),
    indicators: () => ({}),
    onBar({ bar, state, instrument }) {
      const bars = state.bars + 1;
      const wanted = instrument.symbol === "AAA" ? script[bars]?.(bar.close) : undefined;
      return { state: { bars }, ...(wanted === undefined ? {} : { intents: wanted }) };
    },
    onSignal({ signal, position }) {
      if (signal.action === "buy" && position.side === "flat") {
        return { intents: [enterLong({ reason, quantity: 7 })] };
      }
      return signal.action === "buy" ? undefined : { intents: [exit({ reason })] };
    },
  });
  return profileOf(strategy, name);
}

/** A profile that is half in one instrument at one firing, and half in the other at the next. */
function rotating(name: string): CompiledProfile {
  const strategy = defineStrategy({
    name,
    description: "Holds one instrument after the other",
    bars: "1m",
    params: z.object({}),
    state: z.object({ turns: z.int().default(0) }),
    indicators: () => ({}),
    schedules: () => ({ rotate: { at: "every", minutes: 3 } }),
    onSchedule: ({ state }) => ({
      state: { turns: state.turns + 1 },
      weights: state.turns % 2 === 0 ? { AAA: 0.01 } : { AAA: 0.002, BBB: 0.01 },
      reason,
    }),
  });
  return profileOf(strategy, name);
}

function profileOf(
  strategy: Parameters<typeof defineProfile>[0],
  name: string,
  kind: "margin" | "cash" = "margin",
): CompiledProfile {
  return compileProfile(
    defineProfile(strategy, {
      name,
      universe,
      sizing: { kind: "fixed-quantity", quantity: "10" },
      limits: { maxOpenOrders: 12, maxOrderQuantity: "60", allowShort: true },
      account: { name: ACCOUNT, cash: "100000", kind },
    }),
  );
}

/** A profile as one that decides beside another, and may not order. */
function inShadow(profile: CompiledProfile, shadowOf: string): CompiledProfile {
  return { ...profile, mode: "shadow", shadowOf };
}

/** Bars along closes in cents; every bar opens where the one before closed. */
function along(closes: readonly number[], volume = 10_000): Setting["bar"] {
  return (_symbol, minute): CentBar => {
    const at = (index: number) => closes[Math.min(Math.max(index, 0), closes.length - 1)] ?? 0;
    const open = at(minute - 1);
    const close = at(minute);
    const [low, high] = [Math.min(open, close) - 3, Math.max(open, close) + 3];
    return { open, high, low, close, volume };
  };
}

const calm: Omit<Setting, "name" | "profiles"> = {
  minutes: 6,
  // Crashed jobs come again after half a minute: all is over long before.
  rest: [3, 2],
  venue: { participation: null, latencyMs: 200 },
  bar: along([10_000, 10_010, 10_020, 10_010, 10_000, 10_010]),
  drops: () => null,
  act: async () => {},
};

const scenario = (name: string, profile: CompiledProfile, rest: Partial<Setting> = {}) => ({
  ...calm,
  name,
  profiles: [profile],
  ...rest,
});

const bracket = (close: number) => [
  enterLong({ reason, stop: close * 0.99, target: close * 1.01 }),
];
const limit = (close: number) => [enterLong({ reason, limit: close - 0.5 })];
const out = () => [exit({ reason })];
const slices = [enterLong({ reason, execution: { kind: "twap", durationMs: 120_000, slices: 3 } })];
const buys = (repeats: number) => async (actors: Actors) => {
  const what = { profile: "one", symbol: "AAA" } as const;
  await actors.until(70);
  void actors.signal("in", { ...what, action: "buy" }, repeats);
  await actors.until(190);
  void actors.signal("out", { ...what, action: "exit" }, repeats);
};

/** What is crashed at every await: short, and decided by nothing but where it crashes. */
export const scenarios: readonly Setting[] = [
  scenario("a signal in, and a signal out", scripted("one"), { act: buys(0) }),
  scenario("signals sent three times each", scripted("one"), { act: buys(2) }),
  scenario("a bracket that ends by its target", scripted("one", { 1: bracket }), {
    bar: along([10_000, 10_020, 10_060, 10_140, 10_150, 10_150]),
  }),
  scenario("an exit that its target is quicker than", scripted("one", { 1: bracket, 4: out }), {
    bar: along([10_000, 10_020, 10_060, 10_140, 10_150, 10_150]),
  }),
  scenario("an OCO whose stop is jumped over", scripted("one", { 1: bracket }), {
    bar: along([10_000, 10_020, 9_700, 9_600, 9_700, 9_700]),
  }),
  scenario(
    "a stop that is replaced twice",
    scripted("one", {
      1: bracket,
      2: (close) => [moveStop({ reason, stop: close * 0.992 })],
      4: (close) => [moveStop({ reason, stop: close * 0.995 })],
    }),
  ),
  scenario(
    "a cancel that races a fill",
    scripted("one", { 1: limit, 2: () => [cancelEntries({ reason })] }),
    { bar: along([10_000, 9_990, 9_940, 9_930, 9_930, 9_930]), minutes: 5 },
  ),
  scenario("a fill in parts, and an exit before its end", scripted("one", { 1: limit, 4: out }), {
    venue: { participation: 0.05, latencyMs: 200 },
    bar: along([10_000, 9_900, 9_900, 9_900, 9_900, 9_900], 80),
  }),
  scenario("a kill in the middle", scripted("one", { 1: bracket, 2: limit, 3: limit, 5: out }), {
    async act(actors) {
      await actors.until(121);
      actors.halt();
      await actors.until(290);
      actors.resume();
    },
  }),
  scenario("a kill that closes what is held", scripted("one", { 1: bracket, 2: limit }), {
    async act(actors) {
      await actors.until(170);
      actors.halt("flatten");
    },
    minutes: 6,
  }),
  scenario("a fill that the stream never told", scripted("one", { 1: bracket, 4: out }), {
    drops: (minute) => (minute === 0 ? 100_000 : null),
  }),
  scenario("a schedule that rotates", rotating("one"), {
    async act(actors) {
      for (const seconds of [70, 190]) {
        await actors.until(seconds);
        actors.fire("one", "rotate");
      }
    },
  }),
  scenario("a worked order and its wakes", scripted("one", { 1: () => slices })),
  scenario(
    "a long position turned short",
    scripted("one", {
      1: bracket,
      3: (close) => [enterShort({ reason, stop: close * 1.01 })],
    }),
  ),
  {
    ...calm,
    name: "two profiles at the same moment",
    profiles: [scripted("one", { 1: bracket, 4: out }), scripted("two", { 1: bracket, 4: out })],
  },
  {
    ...calm,
    name: "one in the shadow of another",
    profiles: withShadows([
      scripted("one", { 1: bracket, 4: out }),
      inShadow(scripted("two", { 1: bracket, 2: limit, 4: out }), "one"),
    ]),
  },
  scenario("an order whose answer is lost", scripted("one", { 1: bracket, 3: out }), {
    given: [{ call: "venue.submit", times: 1, kind: "timeout after" }],
    drops: (minute) => (minute === 0 ? 40_000 : null),
  }),
  scenario("an order that never arrives", scripted("one", { 1: bracket, 4: out }), {
    given: [{ call: "venue.submit", times: 1, kind: "timeout before" }],
  }),
  scenario("a signal that expires while its order is lost", scripted("one"), {
    given: [{ call: "venue.submit", times: 1, kind: "timeout before" }],
    async act(actors) {
      await actors.until(70);
      const what = { profile: "one", symbol: "AAA", action: "buy", forMs: 2_000 } as const;
      void actors.signal("in", what, 0);
    },
  }),
  scenario("a refusal that is read late", scripted("one", { 1: bracket, 4: out }), {
    given: [
      { call: "venue.submit", times: 1, kind: "venue rejection" },
      { call: "execute: venue.submit", times: 1, kind: "pause after" },
    ],
  }),
  scenario("a deploy while orders work", scripted("one", { 1: bracket, 4: out }), {
    deploy: () => ({
      fromMs: OPEN_MS + 90_000,
      untilMs: OPEN_MS + 260_000,
      profiles: [scripted("one", { 1: bracket, 4: out }, 2), scripted("two", { 2: bracket })],
    }),
    act: buys(1),
  }),
  scenario("a split in the night", scripted("one", { 1: bracket, 4: out }), {
    // A venue that cancels at once, as no bar comes at night at which a word could arrive.
    venue: { participation: null, latencyMs: 0 },
    night: { afterMinute: 2, symbol: "AAA", ratio: "2" },
    bar: along([10_000, 10_010, 10_020]),
  }),
];
