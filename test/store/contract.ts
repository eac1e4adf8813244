import { describe, expect, test } from "vitest";
import { ConflictError } from "../../core/domain/errors.ts";
import { emptyBook } from "../../core/domain/ledger.ts";
import { again } from "../../core/runtime/again.ts";
import { NONE, OPENED, signal, snapshotOf } from "./events.ts";
import { journalContract } from "./journalContract.ts";
import { leaseContract } from "./leaseContract.ts";
import type { Open } from "./subject.ts";

/** What every store promises, whatever it keeps its books in. */
export function storeContract(name: string, open: Open): void {
  describe(`${name} keeps the promises of a store`, () => {
    versions(open);
    races(open);
    switches(open);
  });
  journalContract(name, open);
  leaseContract(name, open);
}

function versions(open: Open): void {
  test("a book comes back exact to the billionth, with its version", async () => {
    const { store } = await open();
    expect(await store.book("main")).toBeUndefined();
    const commit = { ...NONE, account: "main", book: OPENED, events: [], dedupe: null };
    await store.commit(commit);
    expect(await store.book("main")).toMatchObject({ version: 1, value: OPENED });
    await store.commit({ ...commit, bookVersion: 1 });
    expect((await store.book("main"))?.version).toBe(2);
    expect(await store.book("other")).toBeUndefined();
  });

  test("a snapshot comes back as it was, with its version", async () => {
    const { store } = await open();
    expect(await store.profile("mix")).toBeUndefined();
    const profileState = snapshotOf('𝄞 über 価格 \u0000 \u2028 \\ "');
    const commit = { ...NONE, profile: "mix", profileState, events: [], dedupe: null };
    await store.commit(commit);
    expect(await store.profile("mix")).toMatchObject({ version: 1, value: profileState });
    await store.commit({ ...commit, profileVersion: 1, profileState: snapshotOf("next") });
    expect(await store.profile("mix")).toMatchObject({ version: 2, value: snapshotOf("next") });
  });

  test("what is read is nobody else's: changing it changes nothing that is kept", async () => {
    const { store } = await open();
    const profileState = snapshotOf("first");
    await store.commit({ ...NONE, profile: "mix", profileState, events: [], dedupe: null });
    const read = await store.profile("mix");
    if (read !== undefined) read.value.halted = "by a handler that failed later";
    expect((await store.profile("mix"))?.value.halted).toBeNull();
  });

  test("a snapshot and a book of some 100 KB come back whole", async () => {
    const { store } = await open();
    const profileState = snapshotOf("价".repeat(50_000));
    await store.commit({ ...NONE, profile: "mix", profileState, events: [], dedupe: null });
    expect((await store.profile("mix"))?.value).toEqual(profileState);
  });
}

function races(open: Open): void {
  const first = { ...NONE, account: "main", book: emptyBook("main", "margin") };

  test("a lost race writes nothing at all", async () => {
    const { store, journal } = await open();
    await store.commit({ ...first, events: [signal(1)], dedupe: null });
    const late = async () => store.commit({ ...first, events: [signal(2)], dedupe: "b" });
    await expect(late()).rejects.toMatchObject({ name: "ConflictError", repeatOf: null });
    expect(await journal.event("signal.2")).toBeUndefined();
    expect((await store.book("main"))?.version).toBe(1);
    // It was no repeat: on fresh versions the same may come again.
    await store.commit({ ...first, bookVersion: 1, events: [signal(2)], dedupe: "b" });
    expect(await journal.event("signal.2")).toEqual(signal(2));
  });

  test("a race that is lost on one of two versions writes neither", async () => {
    const { store } = await open();
    const both = { ...first, profile: "mix", profileState: snapshotOf("new"), dedupe: null };
    await store.commit({ ...both, events: [] });
    const late = async () =>
      store.commit({ ...both, profileVersion: 1, bookVersion: 0, events: [signal(1)] });
    await expect(late()).rejects.toBeInstanceOf(ConflictError);
    expect((await store.profile("mix"))?.version).toBe(1);
    const never = async () =>
      store.commit({ ...both, profileVersion: 0, bookVersion: 1, events: [] });
    await expect(never()).rejects.toBeInstanceOf(ConflictError);
    expect((await store.book("main"))?.version).toBe(1);
  });

  test("a version that is not there yet can't be written upon", async () => {
    const { store } = await open();
    const ahead = async () => store.commit({ ...first, bookVersion: 3, events: [], dedupe: null });
    await expect(ahead()).rejects.toBeInstanceOf(ConflictError);
    expect(await store.book("main")).toBeUndefined();
  });

  test("a repeat is told from a lost race, also with old versions", async () => {
    const { store } = await open();
    const commit = { ...first, events: [], dedupe: "a" };
    await store.commit(commit);
    const repeat = async () => store.commit(commit);
    await expect(repeat()).rejects.toMatchObject({ name: "ConflictError", repeatOf: "a" });
    const fresh = async () => store.commit({ ...commit, bookVersion: 1 });
    await expect(fresh()).rejects.toMatchObject({ repeatOf: "a" });
    expect((await store.book("main"))?.version).toBe(1);
  });

  test("an event that can't be written keeps all else from being written", async () => {
    const { store, journal } = await open();
    const broken = signal(2);
    Object.assign(broken.data, { symbol: 7 });
    const commit = async () =>
      store.commit({
        ...first,
        profile: "mix",
        profileState: snapshotOf("new"),
        events: [signal(1), broken],
        dedupe: "a",
      });
    await expect(commit()).rejects.toThrow();
    expect(await store.book("main")).toBeUndefined();
    expect(await store.profile("mix")).toBeUndefined();
    expect(await journal.event("signal.1")).toBeUndefined();
    await store.commit({ ...first, events: [], dedupe: "a" });
  });

  test("of many writers at once on one version, one is first", async () => {
    const { store } = await open();
    const commit = { ...first, events: [], dedupe: null };
    const told = await Promise.allSettled(
      Array.from({ length: 8 }, async () => store.commit(commit)),
    );
    expect(told.filter(({ status }) => status === "fulfilled").length).toBe(1);
    for (const one of told) {
      if (one.status === "rejected") expect(one.reason).toBeInstanceOf(ConflictError);
    }
    expect((await store.book("main"))?.version).toBe(1);
  });

  test("of many who tell the same at once, one is heard and the others are repeats", async () => {
    const { store, journal, date } = await open();
    const told = await Promise.allSettled(
      Array.from({ length: 6 }, async () =>
        store.commit({ ...NONE, events: [signal(1)], dedupe: "signal.1" }),
      ),
    );
    expect(told.filter(({ status }) => status === "fulfilled").length).toBe(1);
    for (const one of told) {
      if (one.status === "rejected") expect(one.reason.repeatOf).toBe("signal.1");
    }
    const { entries } = await journal.read({ date, after: null, limit: 10 });
    expect(entries.map(({ event }) => event.id)).toEqual(["signal.1"]);
  });

  test("writers who load and decide again lose nothing of each other", async () => {
    const { store, journal, date } = await open();
    const write = async (i: number) => {
      const kept = await store.profile("mix");
      const count = kept === undefined ? 0 : Number(kept.value.halted);
      const profileState = { ...snapshotOf(""), halted: String(count + 1) };
      const profileVersion = kept?.version ?? 0;
      const commit = { ...NONE, profile: "mix", profileVersion, profileState };
      await store.commit({ ...commit, events: [signal(i)], dedupe: `s${i}` });
    };
    await Promise.all(Array.from({ length: 5 }, (_, i) => again(() => write(i), 50)));
    expect(await store.profile("mix")).toMatchObject({ version: 5, value: { halted: "5" } });
    expect((await journal.read({ date, after: null, limit: 10 })).entries).toHaveLength(5);
  });
}

function switches(open: Open): void {
  const all = { kind: "all", name: "all", reason: "storm", by: "test", sinceMs: 2 } as const;
  const mix = { kind: "profile", name: "mix", reason: "drill", by: "test", sinceMs: 1 } as const;

  test("a kill switch that is on keeps its first reason, until it is lifted", async () => {
    const { switches } = await open();
    await switches.halt(mix);
    await switches.halt({ ...mix, reason: "again" });
    expect(await switches.halts("mix", "main")).toEqual([mix]);
    await switches.halt(all);
    expect(await switches.halts("other", "main")).toEqual([all]);
    await switches.resume(mix);
    await switches.resume(all);
    expect(await switches.all()).toEqual([]);
    await switches.resume(all);
    await switches.halt({ ...mix, reason: "another day" });
    expect((await switches.all())[0]?.reason).toBe("another day");
  });

  test("a kill switch that is turned on again does what goes further, and nothing less", async () => {
    const { switches } = await open();
    await switches.halt(mix);
    await switches.halt({ ...mix, action: "stop", reason: "again" });
    expect(await switches.all()).toEqual([mix]);
    await switches.halt({ ...mix, action: "flatten", reason: "again", sinceMs: 9 });
    await switches.halt({ ...mix, action: "cancel" });
    expect(await switches.all()).toEqual([{ ...mix, action: "flatten" }]);
  });

  test("a switch stops its own profile or account, and nothing of the same name", async () => {
    const { switches } = await open();
    const account = { ...mix, kind: "account", name: "main" } as const;
    await switches.halt(mix);
    await switches.halt(account);
    expect(await switches.halts("mix", "other")).toEqual([mix]);
    expect(await switches.halts("other", "main")).toEqual([account]);
    expect(await switches.halts("main", "mix")).toEqual([]);
    expect(await switches.all()).toHaveLength(2);
  });
}
