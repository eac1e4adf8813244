import { describe, expect, test } from "vitest";
import * as z from "zod";
import { InvariantError } from "../../core/domain/errors.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { EventOf } from "../../core/events/catalogue.ts";
import { defineProfile, defineStrategy, enterLong } from "../../core/index.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import { openBooks, openProfile } from "../../core/runtime/open.ts";
import type { Ports } from "../../core/runtime/ports.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { LiveStore } from "./liveStore.ts";

const OPEN = newYorkTimeMs("2024-07-01", "09:30");

const strategy = defineStrategy({
  name: "eager",
  description: "buys at every bar",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onBar: () => ({ intents: [enterLong({ quantity: 800, reason: "eager" })] }),
});

function eager(name: string, limits: { readonly maxOrdersPerDay?: number } = {}) {
  const account = { name: "shared", cash: "50000", kind: "cash" } as const;
  return compileProfile(defineProfile(strategy, { name, universe: ["AAA"], account, limits }));
}

function barOf(minute: number): EventOf<"bars.closed.v1"> {
  const openTimeMs = OPEN + (minute - 1) * 60_000;
  const closeTimeMs = OPEN + minute * 60_000;
  const price = { open: 100, high: 100, low: 100, close: 100, volume: 1_000 };
  const id = `bars.1m.${minute}`;
  return {
    type: "bars.closed.v1",
    id,
    eventTimeMs: closeTimeMs,
    receivedTimeMs: closeTimeMs,
    causationId: id,
    data: {
      timeframe: "1m",
      closeTimeMs,
      bars: [{ symbol: "AAA", openTimeMs, closeTimeMs, ...price }],
    },
  };
}

/** Profiles of one account whose decisions load before any of them commits. */
async function desk(profiles: readonly ReturnType<typeof eager>[]) {
  const store = new LiveStore();
  await openBooks(store, profiles);
  for (const one of profiles) {
    await openProfile(store, one, async () => ({ timeframe: "1m", bars: new Map() }), OPEN);
  }
  const byName = new Map(profiles.map((one) => [one.name, one]));
  const ports: Ports = {
    store: {
      book: async (account) => store.book(account),
      profile: async (name) => store.profile(name),
      commit: (commit) => store.commit(commit),
    },
    venue: () => {
      throw new InvariantError("nothing is sent here");
    },
    runner: (name) => new Runner(byName.get(name) ?? eager(name)),
  };
  const decide = (bar: EventOf<"bars.closed.v1">) =>
    Promise.all(profiles.map(({ name }) => handleTriggerAgain(ports, name, bar)));
  const told = (type: string) =>
    store.entries.flatMap(({ event }) => (event.type === type ? [event] : []));
  return { decide, told, ports };
}

describe("profiles that decide at the same moment", () => {
  test("cannot spend the same cash: the second to commit decides again", async () => {
    const { decide, told } = await desk([eager("one"), eager("two")]);
    expect(await decide(barOf(1))).toEqual(["decided", "decided"]);
    expect(told("order.approved.v1")).toMatchObject([{ data: { profile: "one" } }]);
    expect(told("order.denied.v1")).toMatchObject([
      { data: { profile: "two", limit: "buying-power" } },
    ]);
  });
});

describe("limits that were changed", () => {
  test("are told once, with what they were", async () => {
    const { decide, told, ports } = await desk([eager("one")]);
    await decide(barOf(1));
    expect(told("limits.changed.v1")).toEqual([]);
    const changed = new Runner(eager("one", { maxOrdersPerDay: 1 }));
    for (const minute of [2, 3]) {
      await handleTriggerAgain({ ...ports, runner: () => changed }, "one", barOf(minute));
    }
    expect(told("limits.changed.v1")).toMatchObject([
      { data: { profile: "one", before: "{}", after: '{"maxOrdersPerDay":1}' } },
    ]);
  });
});
