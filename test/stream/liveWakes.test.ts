import { describe, expect, test } from "vitest";
import { defineProfile, type ExecutionOptions } from "../../core/index.ts";
import type { JournalQuery } from "../../core/ports/journal.ts";
import { LiveWakes } from "../../core/runtime/liveWakes.ts";
import { needsOf } from "../../functions/deploy/needs.ts";
import { deskOf } from "../live/desk.ts";
import { MINUTE, OPEN, rising, scripted } from "../runtime/scripted.ts";

/** Six slices, ten seconds apart. */
const fine = { kind: "twap", durationMs: MINUTE, slices: 6 } as const;

/** Enters at the fifth minute, its orders worked as the profile says. */
function worked(execution: ExecutionOptions) {
  const { strategy, options } = scripted({ 5: "enter" }, execution);
  return { strategy, options: { ...options, mode: "paper" as const, execution } };
}

/** The session up to the entry, without anyone to wake what is worked. */
async function entered(execution: ExecutionOptions = fine) {
  const desk = await deskOf(worked(execution), "1m");
  const [feed] = rising(5).feeds;
  if (feed === undefined) throw new Error("expected a feed");
  await desk.play([feed]);
  const told = () => desk.store.entries.filter(({ event }) => event.type === "execution.due.v1");
  return { ...desk, told, wakes: new LiveWakes(desk.ports, desk.profiles) };
}

describe("a worked order with slices of seconds", () => {
  test("is woken at its second by a process that runs, and once", async () => {
    const { wakes, time, told } = await entered();
    await wakes.start();
    time.nowMs = OPEN + 5 * MINUTE + 9_999;
    expect(await wakes.step()).toBe(0);
    time.nowMs += 1;
    expect([await wakes.step(), await wakes.step()]).toEqual([1, 0]);
    expect(told().map(({ event }) => event.eventTimeMs)).toEqual([OPEN + 5 * MINUTE + 10_000]);
  });

  test("goes on with what it wishes for next, which the journal tells", async () => {
    const { wakes, time, told, engine } = await entered();
    await wakes.start();
    for (let second = 0; second <= 61; second += 1) {
      time.nowMs = OPEN + 5 * MINUTE + second * 1_000;
      await wakes.step();
      // Whoever decides: another process, which knows of the wishes of its own day alone.
      await engine.between(async () => {});
    }
    const seconds = told().map(({ event }) => (event.eventTimeMs - OPEN) / 1_000 - 300);
    expect(seconds.slice(0, 5)).toEqual([10, 20, 30, 40, 50]);
  });

  test("is found by who takes over in the snapshot, whatever the journal has", async () => {
    const { ports, profiles, time } = await entered();
    const asked: JournalQuery[] = [];
    const read: typeof ports.journal.read = (query) => {
      asked.push(query);
      return { entries: [], next: null };
    };
    const journal = Object.assign(Object.create(ports.journal), { read });
    const other = new LiveWakes({ ...ports, journal }, profiles);
    await other.start();
    time.nowMs = OPEN + 5 * MINUTE + 10_000;
    expect(await other.step()).toBe(1);
    expect(asked[0]).toMatchObject({ date: "2024-07-01", after: null });
  });

  test("of profiles whose orders go at once costs no look at the journal", async () => {
    const { ports } = await entered();
    const { profiles } = await deskOf(
      defineProfile(scripted({}, fine).strategy, {
        ...{ name: "plain", universe: ["AAA"] },
      }),
      "1m",
    );
    const read = () => {
      throw new Error("was read");
    };
    const journal = Object.assign(Object.create(ports.journal), { read });
    const wakes = new LiveWakes({ ...ports, journal }, profiles);
    await wakes.start();
    expect(await wakes.step()).toBe(0);
  });
});

describe("a stage", () => {
  test("runs the stream task where orders are worked in less than a minute a slice", () => {
    const runs = (execution: ExecutionOptions) => needsOf([worked(execution)], "dev").streams;
    expect(runs(fine)).toBe(true);
    expect(runs({ ...fine, slices: 1 })).toBe(false);
    expect(runs({ kind: "chase", worstPrice: "200" })).toBe(true);
    expect(runs({ kind: "chase", worstPrice: "200", intervalMs: MINUTE })).toBe(false);
    expect(runs({ kind: "iceberg", worstPrice: "200" })).toBe(false);
    expect(runs({ kind: "immediate" })).toBe(false);
  });
});
