import { describe, expect, test } from "vitest";
import { InvariantError, TransientError } from "../../core/domain/errors.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { envelopeOf } from "../../core/events/envelope.ts";
import { defineProfile } from "../../core/index.ts";
import { Audience } from "../../core/runtime/audience.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { openBooks, openProfile } from "../../core/runtime/open.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { parseSnapshot } from "../../core/strategy/snapshot.ts";
import { decideEntry } from "../../functions/decide/handler.ts";
import { fixedMix } from "../../strategies/fixed-mix.ts";
import { deskOf } from "../live/desk.ts";
import { LiveStore } from "../live/liveStore.ts";

const params = { weights: { AAA: 1 } };
const [broken, sound] = ["broken", "sound"].map((name) =>
  defineProfile(fixedMix, { name, universe: ["AAA"], params }),
);
if (broken === undefined || sound === undefined) throw new Error("expected two profiles");
const closeMs = newYorkTimeMs("2024-07-01", "16:00");
const openTimeMs = newYorkTimeMs("2024-07-01", "09:30");
const price = { open: 100, high: 110, low: 90, close: 100, volume: 1e6 };

const closed: DomainEvent = {
  type: "bars.closed.v1",
  id: "bars.1d.1",
  eventTimeMs: closeMs,
  receivedTimeMs: closeMs,
  causationId: "bars.1d.1",
  data: {
    timeframe: "1d",
    closeTimeMs: closeMs,
    bars: [{ symbol: "AAA", openTimeMs, closeTimeMs: closeMs, ...price }],
  },
};
const fromBus = { id: "1", "detail-type": closed.type, detail: envelopeOf(closed) };

/** Its first profile's snapshot is no snapshot any more, until somebody restores it. */
class DamagedStore extends LiveStore {
  isDamaged = true;

  override profile(name: string) {
    return this.isDamaged && name === "broken"
      ? { version: 1, value: parseSnapshot(name, "{}") }
      : super.profile(name);
  }
}

async function deployed(change: (ports: LivePorts) => LivePorts = (ports) => ports) {
  const store = new DamagedStore();
  store.isDamaged = false;
  const profiles = [broken, sound].map((one) => compileProfile(one ?? expect.fail()));
  const desk = await deskOf(broken ?? expect.fail(), "1d", undefined, undefined, undefined, store);
  await openBooks(store, profiles);
  for (const one of profiles) {
    await openProfile(store, one, async () => ({ timeframe: "1d", bars: new Map() }), 0);
  }
  store.isDamaged = true;
  const runners = new Map(profiles.map((one) => [one.name, new Runner(one)]));
  const runner = (name: string) => runners.get(name) ?? expect.fail();
  const ports = change({ ...desk.ports, runner });
  const seenMs = (name: string) => store.profile(name)?.value.symbols.AAA?.lastTimeMs;
  return { ...desk, store, seenMs, decide: decideEntry(ports, new Audience(profiles)) };
}

describe("a deployed profile whose snapshot cannot be read", () => {
  test("is halted by its switch, with a page, and the event is given back", async () => {
    const { decide, store, notices, time } = await deployed();
    time.nowMs = closeMs + 1_000;
    await expect(decide(fromBus)).rejects.toThrow(InvariantError);
    expect(store.all()).toMatchObject([
      { kind: "profile", name: "broken", by: "a decision that failed", sinceMs: time.nowMs },
    ]);
    expect(store.all()[0]?.reason).toContain("the snapshot does not parse");
    expect(notices).toMatchObject([
      { severity: "page", title: "bars.closed.v1 could not be handled by broken" },
    ]);
  });

  test("keeps no other profile of the same event from deciding", async () => {
    const { decide, store, seenMs } = await deployed();
    await expect(decide(fromBus)).rejects.toThrow("the snapshot does not parse");
    expect(seenMs("sound")).toBe(closeMs);
    expect(await store.halts("sound", "paper")).toEqual([]);
  });

  test("decides on the event that comes again once it was restored, and stays halted", async () => {
    const { decide, store, seenMs } = await deployed();
    await decide(fromBus).catch(() => {});
    store.isDamaged = false;
    await decide(fromBus);
    expect(seenMs("broken")).toBe(closeMs);
    expect(store.all().map(({ name }) => name)).toEqual(["broken"]);
  });

  test("is told by its own error where the switch cannot be turned either", async () => {
    const halt = () => Promise.reject(new Error("table: gone"));
    const { decide, seenMs } = await deployed((ports) => ({
      ...ports,
      switches: { ...ports.switches, halts: () => [], all: () => [], resume: () => {}, halt },
    }));
    await expect(decide(fromBus)).rejects.toThrow("the snapshot does not parse");
    expect(seenMs("sound")).toBe(closeMs);
  });
});

test("trouble that passes halts nobody, and the event is given back", async () => {
  const busy = new TransientError("table: throttled", 1_000);
  const { decide, store, notices, seenMs } = await deployed((ports) => ({
    ...ports,
    store: {
      ...ports.store,
      book: (account) => ports.store.book(account),
      commit: (commit) => ports.store.commit(commit),
      profile: (name) => (name === "broken" ? Promise.reject(busy) : ports.store.profile(name)),
    },
  }));
  await expect(decide(fromBus)).rejects.toBe(busy);
  expect([store.all(), notices]).toEqual([[], []]);
  expect(seenMs("sound")).toBe(closeMs);
});
