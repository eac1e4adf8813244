import { describe, expect, test } from "vitest";
import * as z from "zod";
import { InvariantError, TransientError } from "../../core/domain/errors.ts";
import type { Bar } from "../../core/domain/market.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { EventOf } from "../../core/events/catalogue.ts";
import { defineProfile, defineStrategy, sma } from "../../core/index.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import { openBooks, openProfile } from "../../core/runtime/open.ts";
import { type CompiledProfile, compileProfile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { LiveStore } from "./liveStore.ts";

const MINUTE = 60_000;
const OPEN = newYorkTimeMs("2024-07-01", "09:30");

const strategy = defineStrategy({
  name: "remembers",
  description: "counts the bars that it saw",
  bars: "1m",
  params: z.object({ length: z.int().default(3) }),
  state: z.object({ seen: z.int().default(0) }),
  indicators: ({ length }) => ({ mean: sma(length) }),
  onBar: ({ state }) => ({ state: { seen: state.seen + 1 } }),
});

const profile = (universe: readonly string[], length = 3) =>
  compileProfile(defineProfile(strategy, { name: "remembers", universe, params: { length } }));

/** The same strategy, which has learned to call what it saw a count. */
const counting = (universe: readonly string[]) => {
  const { name, description, bars, params } = strategy;
  const second = defineStrategy({
    ...{ name, description, bars, params },
    version: 2,
    indicators: ({ length }) => ({ mean: sma(length) }),
    state: z.object({ count: z.int().default(0) }),
    migrate: (old) => ({ count: z.strictObject({ seen: z.int() }).parse(old).seen }),
  });
  return compileProfile(defineProfile(second, { name, universe }));
};

/** A minute's bar that closes at as many dollars as minutes have passed. */
function barAt(minute: number): Bar {
  const openTimeMs = OPEN + (minute - 1) * MINUTE;
  const price = { open: minute, high: minute, low: minute, close: minute };
  return { openTimeMs, closeTimeMs: openTimeMs + MINUTE, ...price, volume: 1 };
}

/** Every bar from the open on. */
const history = async () => ({
  timeframe: "1m" as const,
  bars: new Map(
    ["AAA", "BBB"].map((symbol) => [symbol, Array.from({ length: 60 }, (_, i) => barAt(i + 1))]),
  ),
});

async function running(first: CompiledProfile, minutes: number) {
  const store = new LiveStore();
  await openBooks(store, [first]);
  await openProfile(store, first, history, OPEN);
  const at = (one: CompiledProfile, minute: number, isAlone = false) => {
    const bar = barAt(minute);
    const { closeTimeMs } = bar;
    const event: EventOf<"bars.closed.v1"> = {
      type: "bars.closed.v1",
      id: `bars.${minute}`,
      eventTimeMs: closeTimeMs,
      receivedTimeMs: closeTimeMs,
      causationId: `bars.${minute}`,
      data: {
        timeframe: "1m",
        closeTimeMs,
        bars: [...one.universe].map((symbol) => ({ symbol, ...bar })),
      },
    };
    const absent = (): never => {
      throw new Error("nothing is sent here");
    };
    const ports = { store, venue: absent, runner: () => new Runner(one) };
    return handleTriggerAgain(ports, one.name, event, isAlone);
  };
  for (let minute = 1; minute <= minutes; minute += 1) await at(first, minute);
  const of = (symbol: string) => store.profile("remembers")?.value.symbols[symbol];
  const told = () =>
    store.entries.flatMap(({ event }) =>
      event.type === "decision.made.v1" ? [event.data.reason] : [],
    );
  return { store, at, of, told };
}

describe("a profile that is opened again", () => {
  test("stays as it is where nothing changed, and history is not asked for", async () => {
    const { store } = await running(profile(["AAA"]), 10);
    const before = store.profile("remembers");
    const none = () => Promise.reject(new Error("asked for history"));
    expect(await openProfile(store, profile(["AAA"]), none, OPEN + 10 * MINUTE)).toBeNull();
    expect(store.profile("remembers")).toEqual(before);
  });

  test("trades an instrument that came into its universe from its first bar on", async () => {
    const { store, at, of, told } = await running(profile(["AAA"]), 10);
    const wider = profile(["AAA", "BBB"]);
    const kept = of("AAA");
    expect(await openProfile(store, wider, history, OPEN + 10 * MINUTE)).toEqual([]);
    expect(of("AAA")).toEqual(kept);
    expect(of("BBB")).toMatchObject({ warm: true, lastPrice: 10, state: { seen: 0 } });
    await at(wider, 11);
    expect(of("BBB")).toMatchObject({ state: { seen: 1 }, indicators: { mean: { now: 10 } } });
    expect(told()).toEqual(["BBB came into the universe"]);
  });

  test("decides by new parameters on indicators that are warm for them", async () => {
    const { store, at, of, told } = await running(profile(["AAA"]), 20);
    const longer = profile(["AAA"], 9);
    await expect(at(longer, 21)).rejects.toThrow(TransientError);
    expect(store.profile("remembers")?.value.halted).toBeNull();
    await openProfile(store, longer, history, OPEN + 20 * MINUTE);
    await at(longer, 21);
    // Bars 13 to 21, and the strategy still knows how many it had seen.
    expect(of("AAA")).toMatchObject({ indicators: { mean: { now: 17 } }, state: { seen: 18 } });
    expect(told()).toEqual(["parameters, bars or indicators are others than before"]);
  });

  test("brings what was kept to a new version before an instrument is put beside it", async () => {
    const { store, at, of } = await running(profile(["AAA"]), 10);
    const wider = counting(["AAA", "BBB"]);
    await openProfile(store, wider, history, OPEN + 10 * MINUTE);
    await at(wider, 11);
    expect(store.profile("remembers")?.value.halted).toBeNull();
    expect(of("AAA")).toMatchObject({ state: { count: 7 } });
    expect(of("BBB")).toMatchObject({ state: { count: 0 } });
  });

  test("is left as it is by an older version, which neither decides nor halts it", async () => {
    const first = counting(["AAA"]);
    const { store, at } = await running(first, 10);
    const before = store.profile("remembers");
    const older = profile(["AAA", "BBB"], 9);
    expect(await openProfile(store, older, history, OPEN + 10 * MINUTE)).toBeNull();
    await expect(at(older, 11)).rejects.toThrow(/version 2, which is newer than this code/);
    await expect(at(older, 11, true)).rejects.toThrow(InvariantError);
    expect(store.profile("remembers")).toEqual(before);
    await at(first, 11);
    expect(store.profile("remembers")?.version).toBe((before?.version ?? 0) + 1);
  });

  test("keeps the last price where there is no history, and waits", async () => {
    const { store, of } = await running(profile(["AAA"]), 20);
    const none = async () => ({ timeframe: "1m" as const, bars: new Map() });
    const cold = await openProfile(store, profile(["AAA"], 9), none, OPEN + 20 * MINUTE);
    expect(cold).toEqual(["AAA"]);
    expect(of("AAA")).toMatchObject({ warm: false, lastPrice: 20, state: { seen: 17 } });
  });
});
