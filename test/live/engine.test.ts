import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { TransientError } from "../../core/domain/errors.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import { fireSchedule } from "../../core/runtime/jobHandler.ts";
import { reconcile } from "../../core/runtime/reconcileHandler.ts";
import type { SimulatedAccount } from "../../core/runtime/simulatedAccount.ts";
import { recordingOf, replayed } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";
import { feeds, profile, SEED } from "./minutes.ts";

/** An account's own answers, to be overridden one by one. */
function viewOf(account: SimulatedAccount): VenueAccount {
  return {
    submit: (requests, nowMs) => account.submit(requests, nowMs),
    cancel: (id, nowMs) => account.cancel(id, nowMs),
    replace: (id, request, nowMs) => account.replace(id, request, nowMs),
    find: (id) => account.find(id),
    openOrders: () => account.openOrders(),
    positions: () => account.positions(),
    balances: () => account.balances(),
    fillsSince: (timeMs) => account.fillsSince(timeMs),
  };
}

describe(`one process trading live (seed ${SEED})`, () => {
  test("sends the orders of a replay of the same bars, fill for fill", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(feeds());
    const { hash, world } = await replayed([profile()], recordingOf(feeds()));
    expect(world.journal.filter(({ type }) => type === "order.filled.v1").length).toBeGreaterThan(
      3,
    );
    expect(desk.hash()).toBe(hash);
    expect(desk.store.book(desk.name)?.value).toEqual(world.book(desk.name));
    expect(desk.notices).toEqual([]);
  });

  test("repeats every event after a crash and sends nothing twice", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(feeds());
    const before = { hash: desk.hash(), events: desk.store.entries.length };
    desk.store.forgetPublished();
    await desk.engine.tick();
    expect(desk.hash()).toBe(before.hash);
    expect(desk.store.entries.length).toBe(before.events);
  });

  test("an outcome that nobody knows is asked of the venue, and its order is sent once", async () => {
    const sent: string[] = [];
    const desk = await deskOf(profile(), "1m", (account) => ({
      ...viewOf(account),
      submit: (requests, nowMs) => {
        sent.push(...requests.map(({ id }) => id));
        account.submit(requests, nowMs);
        throw new TransientError("socket hang up", 1000);
      },
    }));
    const played = feeds();
    await desk.play(played);
    const statuses = desk.store.entries.map(({ event }) => event.type);
    expect(statuses).toContain("order.unknown.v1");
    desk.time.nowMs += 60_000;
    await desk.engine.between(async () => {
      await reconcile(desk.ports, desk.name, 0);
    });
    const { world } = await replayed([profile()], recordingOf(played));
    expect(desk.store.book(desk.name)?.value.ledgers).toEqual(world.book(desk.name).ledgers);
    expect(new Set(sent).size).toBe(sent.length);
    expect(desk.store.all()).toEqual([]);
  });

  test("fills that were never heard of are booked by reconciliation, also after the end", async () => {
    let isDeaf = true;
    const desk = await deskOf(profile(), "1m", undefined, (reports) => (isDeaf ? [] : reports));
    const [feed] = feeds();
    if (feed === undefined) throw new Error("expected a feed");
    await desk.play([feed]);
    const heard = () => desk.store.entries.filter(({ event }) => event.type === "order.filled.v1");
    expect(heard()).toEqual([]);
    isDeaf = false;
    await desk.engine.between(async () => {
      const found = await reconcile(desk.ports, desk.name, 0);
      expect(found.booked).toBeGreaterThan(0);
      expect(found.drifts).toEqual([]);
    });
    expect(heard().length).toBeGreaterThan(0);
  });

  test("a kill switch keeps entries from the venue and lets exits pass", async () => {
    const desk = await deskOf(profile(), "1m");
    const scope = { kind: "profile", name: "minutes" } as const;
    desk.store.halt({ ...scope, reason: "drill", by: "test", sinceMs: 0 });
    await desk.play(feeds());
    const types = new Set(desk.store.entries.map(({ event }) => event.type));
    expect(types).toContain("order.denied.v1");
    expect(types).not.toContain("order.submitted.v1");
    expect(await desk.account.openOrders()).toEqual([]);
  });

  test("a difference that remains halts who holds the instrument, and trades nothing", async () => {
    const desk = await deskOf(profile(), "1m", (account) => ({
      ...viewOf(account),
      positions: async () => [{ symbol: "ZZZ", quantity: decimal("3") }],
    }));
    await desk.engine.between(async () => {
      const { drifts } = await reconcile(desk.ports, desk.name, 0);
      expect(drifts.map(({ what, venues }) => [what, venues])).toEqual([["ZZZ", decimal("3")]]);
    });
    expect(desk.store.all().map(({ kind, name }) => [kind, name])).toEqual([
      ["account", "minutes"],
    ]);
    expect(desk.notices.map(({ severity }) => severity)).toEqual(["page"]);
    expect(await desk.account.openOrders()).toEqual([]);
  });
});

describe("a schedule that is due", () => {
  const due = { profile: "minutes", schedule: "open", dueTimeMs: 1_000, sessionDate: "2024-07-01" };

  test("fires once, however often it comes", async () => {
    const { ports, time } = await deskOf(profile(), "1m");
    time.nowMs = 5_000;
    expect(await fireSchedule(ports, due, 60_000)).toBe("fired");
    expect(await fireSchedule(ports, due, 60_000)).toBe("repeat");
  });

  test("is recorded as missed, told, and not run past its deadline", async () => {
    const { ports, time, store, notices } = await deskOf(profile(), "1m");
    time.nowMs = 3_600_000;
    expect(await fireSchedule(ports, due, 60_000)).toBe("missed");
    expect(await fireSchedule(ports, due, 60_000)).toBe("missed");
    expect(store.entries.map(({ event }) => event.type)).toEqual(["job.missed.v1"]);
    expect(notices.map(({ title }) => title)).toEqual(["minutes: schedule open was missed"]);
  });
});
