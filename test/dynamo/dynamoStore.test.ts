import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STORE_ACTIONS } from "../../functions/dynamo/client.ts";
import { DynamoLeases } from "../../functions/dynamo/dynamoLeases.ts";
import { DynamoStore } from "../../functions/dynamo/dynamoStore.ts";
import { DynamoSwitches } from "../../functions/dynamo/dynamoSwitches.ts";
import { fillsOf, ordersOf } from "../../functions/dynamo/profileLists.ts";
import { type LocalDynamo, startDynamo } from "../../functions/wire/local.ts";
import { storeContract } from "../store/contract.ts";
import { lifeOf, NONE, noise, OPENED, signal, snapshotOf } from "../store/events.ts";
import { actionsOf } from "./actions.ts";
import { hasJava } from "./java.ts";

const DATE = "2024-07-01";
const NOON_MS = Date.parse(`${DATE}T14:00:00Z`);

describe.skipIf(!hasJava)("on DynamoDB Local", () => {
  let dynamo: LocalDynamo;
  let called: ReadonlySet<string>;
  let tables = 0;
  const standing = { nowMs: () => NOON_MS };
  const fresh = () => {
    tables += 1;
    return dynamo.table(`books-${tables}`);
  };

  beforeAll(async () => {
    dynamo = await startDynamo();
    called = actionsOf(dynamo.client);
  }, 30_000);
  afterAll(() => dynamo.stop());

  // A clock that stands still is the hardest one: nothing may hang on two times being different.
  storeContract("a table of DynamoDB", async () => {
    const table = await fresh();
    const store = new DynamoStore(table, standing);
    const switches = new DynamoSwitches(table);
    return { store, journal: store, switches, leases: new DynamoLeases(table), date: DATE };
  });

  test("files an account's commits in the order of its versions, whatever the clocks say", async () => {
    const table = await fresh();
    const ahead = new DynamoStore(table, { nowMs: () => NOON_MS + 5_000 }, "ahead");
    const behind = new DynamoStore(table, standing, "behind");
    for (let i = 0; i < 6; i += 1) {
      const store = i % 2 === 0 ? ahead : behind;
      const bookVersion = (await store.book("main"))?.version ?? 0;
      const book = { account: "main", bookVersion, book: OPENED };
      await store.commit({ ...NONE, ...book, events: [signal(i)], dedupe: null });
    }
    const { entries } = await behind.read({ date: DATE, after: null, limit: 10 });
    const ids = entries.map(({ event }) => event.id);
    expect(ids).toEqual([0, 1, 2, 3, 4, 5].map((i) => `signal.${i}`));
  });

  test("two that decided the same in the same moment are not both told that they were first", async () => {
    const table = await fresh();
    const commit = { ...NONE, account: "main", book: OPENED, events: [signal(1)], dedupe: "a" };
    const told = await Promise.allSettled(
      Array.from({ length: 4 }, () => new DynamoStore(table, standing).commit(commit)),
    );
    expect(told.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("what a crash left unfound of a large commit is found by the next who looks", async () => {
    const table = await fresh();
    const dying = new DynamoStore(brokenAfter(table), standing);
    const ids = Array.from({ length: 120 }, (_, i) => `mix.S${i}.1d.7.0`);
    const events = ids.map((id) => lifeOf(id).requested);
    await dying.commit({ ...NONE, events, dedupe: "large" });
    expect(await notesIn(table)).not.toBe(0);
    const next = new DynamoStore(table, standing);
    expect(await next.order("mix.S119.1d.7.0")).toMatchObject({ status: "requested" });
    expect(await next.ofOrder("mix.S0.1d.7.0")).toHaveLength(1);
    expect(await next.event("mix.S7.1d.7.0.requested")).toEqual(events[7]);
    expect(await notesIn(table)).toBe(0);
  });

  test("a note that comes late does not undo what was committed after it", async () => {
    const table = await fresh();
    const ids = Array.from({ length: 120 }, (_, i) => `mix.S${i}.1d.7.0`);
    const events = ids.map((id) => lifeOf(id).requested);
    await new DynamoStore(brokenAfter(table), standing).commit({ ...NONE, events, dedupe: "l" });
    const notes = await table.query("PENDING", null);
    const store = new DynamoStore(table, standing);
    await store.order("mix.S0.1d.7.0");
    const { cancelled } = lifeOf("mix.S0.1d.7.0");
    await store.commit({ ...NONE, events: [cancelled], dedupe: null });
    for (const item of notes) await table.put({ item });
    expect((await store.order("mix.S0.1d.7.0"))?.status).toBe("cancelled");
    expect(await store.ofOrder("mix.S0.1d.7.0")).toHaveLength(2);
  });

  test("refuses by name what would not fit an item, and writes nothing", async () => {
    const table = await fresh();
    const store = new DynamoStore(table, standing);
    const large = { profile: "mix", profileState: snapshotOf(noise(700_000)) };
    const commit = { ...NONE, ...large, events: [signal(1)], dedupe: "a" };
    await expect(store.commit(commit)).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(
        /^snapshot of mix: expected at most 390000 bytes compressed, .*, got \d+: spread/,
      ),
    });
    expect(await store.event("signal.1")).toBeUndefined();
    expect(await store.profile("mix")).toBeUndefined();
    await store.commit({ ...commit, profileState: snapshotOf(noise(500_000)) });
    expect((await store.profile("mix"))?.value).toEqual(snapshotOf(noise(500_000)));
  });

  test("refuses a commit that would not fit a transaction, and writes nothing", async () => {
    const store = new DynamoStore(await fresh(), standing);
    const text = noise(900_000);
    const events = Array.from({ length: 8 }, (_, i) => {
      const one = signal(i);
      return { ...one, data: { ...one.data, comment: text.slice(i, 480_000 + i) } };
    });
    await expect(store.commit({ ...NONE, events, dedupe: "a" })).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(/^commit: expected at most 3900000 bytes in 100 items/),
    });
    await store.commit({ ...NONE, events: events.slice(0, 5), dedupe: "a" });
    expect(await store.event("signal.4")).toEqual(events[4]);
  });

  test("lists a profile's orders as they stand, and its fills, from a time on", async () => {
    const table = await fresh();
    const store = new DynamoStore(table, standing);
    const one = lifeOf("mix.SPY.1");
    const two = lifeOf("mix.SPY.2");
    const commits = [
      [one.requested, one.approved],
      [two.requested],
      [one.fill("4")],
      [one.cancelled],
    ];
    for (const events of commits) await store.commit({ ...NONE, events, dedupe: null });
    const since = one.requested.data.request.decidedTimeMs;
    const listed = await ordersOf(table, store, "mix", since);
    expect(listed.map(({ request, status }) => [request.id, status])).toEqual([
      ["mix.SPY.1", "cancelled"],
      ["mix.SPY.2", "requested"],
    ]);
    expect(await ordersOf(table, store, "mix", since + 1)).toEqual([]);
    expect(await ordersOf(table, store, "mi", 0)).toEqual([]);
    expect(await fillsOf(table, "mix", NOON_MS)).toEqual([one.fill("4")]);
    expect(await fillsOf(table, "mix", NOON_MS + 1)).toEqual([]);
  });

  test("forgets what it saw, by the table's own clock, and nothing else", async () => {
    const table = await fresh();
    const store = new DynamoStore(table, standing);
    await store.commit({ ...NONE, events: [signal(1)], dedupe: "a" });
    const [seen] = await table.query("SEEN#a", null);
    expect(seen?.expiresAt).toBe(NOON_MS / 1000 + 100 * 86_400);
    const [event] = await table.query("EVENT#signal.1", null);
    expect(event?.expiresAt).toBeUndefined();
  });

  test("says so where there is no table", async () => {
    const { DynamoTable } = await import("../../functions/dynamo/client.ts");
    const store = new DynamoStore(new DynamoTable(dynamo.client, "nowhere"), standing);
    await expect(store.book("main")).rejects.toMatchObject({
      name: "InputError",
      message: expect.stringMatching(/expected a deployed stage/),
    });
  });

  test("calls the actions that it says, and no other", () => {
    expect([...called].sort()).toEqual([...STORE_ACTIONS]);
  });
});

type Table = Awaited<ReturnType<LocalDynamo["table"]>>;

/** Notes of commits that are not wholly found yet. */
async function notesIn(table: Table): Promise<number> {
  const notes = await table.query("PENDING", null);
  return notes.filter(({ expiresAt }) => expiresAt === undefined).length;
}

/** A table whose process dies right after its first transaction. */
function brokenAfter(table: Table) {
  const dead = () => Promise.reject(new Error("the process has ended"));
  return Object.assign(Object.create(table), {
    transact: (...all: Parameters<typeof table.transact>) => table.transact(...all),
    get: dead,
    put: dead,
  });
}
