import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { defineProfile } from "../../core/index.ts";
import { EVENTS_ALONE, ingest } from "../../core/runtime/ingest.ts";
import { orderRecords } from "../../core/runtime/orderRecords.ts";
import { Replay } from "../../core/runtime/replay.ts";
import { compareShadow, triggersFor } from "../../core/runtime/shadow.ts";
import { summarise } from "../../core/runtime/summary.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { allProfiles, picked } from "../../functions/cli/catalogue.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { DEFAULTS, worldOf } from "../../functions/replay/run.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { run } from "../cli/terminal.ts";
import { deskOf } from "../live/desk.ts";
import { at, follower, MINUTE, OPEN, signalEvent } from "../live/follower.ts";
import { feeds, profile } from "../live/minutes.ts";
import { barsOf } from "../runtime/worlds.ts";

const journalOf = ({ store }: Awaited<ReturnType<typeof deskOf>>) =>
  store.entries.map(({ event }) => event);

function walked(one: Profile, of: string, events: readonly DomainEvent[], fromMs = 0) {
  const recording = triggersFor(compileProfile(one), of, events, fromMs);
  const world = worldOf({ ...DEFAULTS, profiles: [one], fromMs }, recording);
  const replay = new Replay(world, recording);
  void replay.run();
  const [result] = summarise(world, replay, recording, (text) => text).profiles;
  if (result === undefined) throw new Error("expected a result");
  return result;
}

function candidate(quantity: string) {
  const { universe } = profile().options;
  const sizing = { kind: "fixed-quantity", quantity } as const;
  return defineProfile(openingRange, { name: "next", universe, sizing });
}

describe("a profile in the shadow of another", () => {
  test("of the same rules asks for the same at every moment, as live did", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(feeds());
    const journal = journalOf(desk);
    const [ours, theirs] = [profile(), candidate("10")].map((one) =>
      walked(one, "minutes", journal),
    );
    if (ours === undefined || theirs === undefined) throw new Error("expected two");
    const found = compareShadow(ours, theirs);
    expect(found.moments).toBeGreaterThan(2);
    expect([found.alike, found.differences]).toEqual([found.moments, []]);
    expect(found.candidate).toEqual({ ...found.incumbent, profile: "next" });
    // What it is held against is what really was decided live.
    const live = orderRecords(journal).map(({ order: { request } }) => request);
    expect(ours.orders.map(({ request }) => request.id)).toEqual(live.map(({ id }) => id));
  });

  test("of other rules differs where they do, in words, and says what it came to", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(feeds());
    const journal = journalOf(desk);
    const found = compareShadow(
      walked(profile(), "minutes", journal),
      walked(candidate("11"), "minutes", journal),
    );
    expect(found.alike).toBeLessThan(found.moments);
    const [first] = found.differences;
    expect([first?.incumbent, first?.candidate]).toEqual([
      expect.stringMatching(/^(buy|sell) 10 \w+ \(entry\)$/),
      expect.stringMatching(/^(buy|sell) 11 \w+ \(entry\)$/),
    ]);
    expect(found.candidate.profit).toBeCloseTo(found.incumbent.profit * 1.1, 6);
  });

  test("hears the signals of the other one, by its own name", async () => {
    const desk = await deskOf(follower({}), "5m");
    const [instrument] = compileProfile(follower({})).instruments;
    if (instrument === undefined) throw new Error("expected an instrument");
    const rows = Array.from({ length: 6 }, () => [100, 101, 99, 100] as const);
    const all = barsOf(rows, OPEN, 5 * MINUTE);
    await desk.play([{ instrument, timeframe: "5m", columns: all }]);
    await ingest(desk.store, signalEvent("a", {}, at(11)));
    const { strategy, options } = follower({});
    const next = { strategy, options: { ...options, name: "next" } };
    const { orders } = walked(next, "follower", journalOf(desk));
    expect(orders[0]?.request).toMatchObject({ profile: "next", side: "buy", reason: "a" });
  });

  test("is refused instruments that the other never saw", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(feeds());
    const other = defineProfile(openingRange, { name: "next", universe: ["AAA", "ZZZ"] });
    expect(() => walked(other, "minutes", journalOf(desk))).toThrow(/^expected bars of ZZZ in the/);
  });
});

describe("bellwether shadow", () => {
  const NAME = "minutes-breakout";
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "bellwether-shadow-"));
    const own = picked(await allProfiles(), NAME, "profile");
    const desk = await deskOf(own, "1m");
    const { instruments } = compileProfile(own);
    const wandering = [...feeds(), ...feeds()].map(({ columns }) => columns);
    await desk.play(
      instruments.flatMap((instrument, i) => {
        const columns = wandering[i];
        return columns === undefined ? [] : [{ instrument, timeframe: "1m" as const, columns }];
      }),
    );
    const store = new LocalStore({ folder });
    store.commit({ ...EVENTS_ALONE, events: journalOf(desk), dedupe: null });
    await store.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const shadow = (...args: string[]) => run("shadow", ...args, "--store", folder);

  test("tells how far two profiles agree, as text and as JSON", async () => {
    const asked = [NAME, "--of", NAME, "--from", "2024-07-01"];
    const { code, out, err } = await shadow(...asked);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/(\d+) of \1 moments are alike/);
    const json = JSON.parse((await shadow(...asked, "--json")).out);
    expect(json.moments).toBeGreaterThan(0);
    expect(json.differences).toEqual([]);
  });

  test("without --of reads what a shadow decided, and is refused one of another mode", async () => {
    const { code, err } = await shadow(NAME, "--from", "2024-07-01");
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`--of: expected the profile that runs, as ${NAME} is not of mode`),
    ]);
  });

  test("says what it lacks", async () => {
    const none = await shadow(NAME, "--of", NAME, "--from", "2020-01-02");
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("journal with bars")]);
    expect((await shadow(NAME, "--of", "nobody")).code).toBe(2);
  });
});
