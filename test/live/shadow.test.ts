import { describe, expect, test } from "vitest";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { defineProfile } from "../../core/index.ts";
import { bookEvents } from "../../core/runtime/bookHandler.ts";
import { EXECUTE_DEFAULTS, execute } from "../../core/runtime/executeHandler.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { compareShadows, shadowDay } from "../../core/runtime/shadowCompared.ts";
import type { Profile } from "../../core/strategy/profile.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { barsOf } from "../runtime/worlds.ts";
import { requestOf } from "../store/events.ts";
import { deskOf } from "./desk.ts";
import { at, follower, MINUTE, OPEN, signalEvent } from "./follower.ts";
import { feeds, profile } from "./minutes.ts";

/** Breakouts as `minutes` has them, in its shadow. */
function shadow(quantity = "10", more: object = {}): Profile {
  const { universe } = profile().options;
  const sizing = { kind: "fixed-quantity", quantity } as const;
  const beside = { mode: "shadow", shadowOf: "minutes" } as const;
  return defineProfile(openingRange, { name: "next", universe, sizing, ...beside, ...more });
}

async function played(beside: readonly Profile[]) {
  const desk = await deskOf(profile(), "1m", undefined, undefined, undefined, undefined, beside);
  await desk.play(feeds());
  return desk;
}

const journalOf = ({ store }: Awaited<ReturnType<typeof deskOf>>): readonly DomainEvent[] =>
  store.entries.map(({ event }) => event);

const ordersOf = (journal: readonly DomainEvent[], name: string) =>
  journal.filter(
    ({ type, data }) =>
      (type.startsWith("order.") || type.startsWith("execution.")) &&
      "profile" in data &&
      data.profile === name,
  );

describe("a profile in the shadow of another", () => {
  test("of the same rules decides the same on every trigger, and orders nothing", async () => {
    const [alone, desk] = [await played([]), await played([shadow()])];
    const journal = journalOf(desk);
    const told = shadowDay("next", "minutes", journal);
    expect(told).toMatchObject({
      same: 3,
      differing: 0,
      onlyShadow: 0,
      onlyShadowed: 0,
      differences: [],
    });
    expect(ordersOf(journal, "next")).toEqual([]);
    // The one that trades does so as if nobody were beside it.
    expect(desk.hash()).toBe(alone.hash());
    const book = (await desk.store.book(desk.name))?.value;
    expect(Object.keys(book?.ledgers ?? {})).toEqual(["minutes"]);
    expect(book).toEqual((await alone.store.book(alone.name))?.value);
  });

  test("of other rules differs in words, on the other's positions every time", async () => {
    const told = shadowDay("next", "minutes", journalOf(await played([shadow("11")])));
    expect(told?.differing).toBe(3);
    expect(told?.differences[0]).toMatchObject({
      shadow: expect.stringMatching(/^(buy|sell) 11 .* \(entry\)/),
      shadowed: expect.stringMatching(/^(buy|sell) 10 .* \(entry\)/),
    });
    // What is closed is what the other holds.
    const exits = told?.differences.filter(({ shadow }) => shadow?.includes("(exit)"));
    expect(exits).toEqual([]);
  });

  test("by other limits is denied alone, and takes nothing of the account's buying power", async () => {
    const limits = { maxOrderNotional: "1" };
    const desk = await played([shadow("10", { limits })]);
    const told = shadowDay("next", "minutes", journalOf(desk));
    expect(told?.differences[0]?.shadow).toMatch(/, denied by max-order-notional$/);
    expect(ordersOf(journalOf(desk), "minutes").map(({ type }) => type)).not.toContain(
      "order.denied.v1",
    );
  });

  test("hears the signals of the other, and its own name is nobody's to send to", async () => {
    const { strategy, options } = follower({});
    const beside = { mode: "shadow", shadowOf: "follower" } as const;
    const next = { strategy, options: { ...options, name: "next", ...beside } };
    const desk = await deskOf(follower({}), "5m", undefined, undefined, undefined, undefined, [
      next,
    ]);
    const [instrument] = desk.profiles[0]?.instruments ?? [];
    if (instrument === undefined) throw new Error("expected an instrument");
    const rows = Array.from({ length: 2 }, () => [100, 101, 99, 100] as const);
    await desk.play([{ instrument, timeframe: "5m", columns: barsOf(rows, OPEN, 5 * MINUTE) }]);
    for (const [id, to] of [
      ["a", "follower"],
      ["b", "next"],
    ] as const) {
      desk.time.nowMs = at(11);
      await ingest(desk.store, signalEvent(id, { profile: to }, at(11)));
      await desk.engine.tick();
    }
    const wishes = journalOf(desk).filter(({ type }) => type === "shadow.decided.v1");
    // The entry and its stop, of the first signal.
    expect(wishes.map(({ causationId }) => causationId)).toEqual(["signal.a", "signal.a"]);
    expect(shadowDay("next", "follower", journalOf(desk))).toMatchObject({ same: 1 });
  });

  test("that throws is halted by itself", async () => {
    const { strategy, options } = shadow();
    const onBar = () => {
      throw new Error("not ready");
    };
    const desk = await played([{ strategy: { ...strategy, onBar }, options }]);
    expect((await desk.store.profile("next"))?.value.halted).toBe("not ready");
    expect((await desk.store.profile("minutes"))?.value.halted).toBeNull();
    expect(desk.hash()).toBe((await played([])).hash());
    expect(shadowDay("next", "minutes", journalOf(desk))).toMatchObject({
      same: 0,
      halted: "not ready",
    });
  });
});

describe("the gate", () => {
  const of = { account: "follower", profile: "follower" };
  const times = { eventTimeMs: at(10), receivedTimeMs: at(10), causationId: "mistake" };

  /** What comes of an order that is approved in the profile's book, by whatever mistake. */
  async function sentFor(role: "entry" | "exit", shadows: ReadonlySet<string>) {
    const desk = await deskOf(follower({}), "5m");
    const [instrument] = desk.profiles[0]?.instruments ?? [];
    if (instrument === undefined) throw new Error("expected an instrument");
    const rows = Array.from({ length: 2 }, () => [100, 101, 99, 100] as const);
    await desk.play([{ instrument, timeframe: "5m", columns: barsOf(rows, OPEN, 5 * MINUTE) }]);
    const asked = { ...requestOf("x.0"), ...of, symbol: "AAA", role, decidedTimeMs: at(10) };
    const head = { ...times, type: "order.approved.v1", id: "x.0.approved" } as const;
    const approved = { ...head, data: { ...of, orderId: "x.0", checks: [] } };
    const data = { ...of, orderId: "x.0", request: asked };
    const requested = { ...times, type: "order.requested.v1", id: "x.0.requested", data } as const;
    await bookEvents(desk.ports, "follower", () => [requested, approved]);
    await execute(desk.ports, "follower", [approved], { ...EXECUTE_DEFAULTS, shadows });
    const told = journalOf(desk).filter(({ id }) => id.startsWith("x.0."));
    const open = await desk.account.openOrders();
    return { told: told.slice(2).map(({ type }) => type), open: open.length, desk };
  }

  test("refuses an approved order by the name of a shadow, and sends the same of another", async () => {
    const refused = await sentFor("entry", new Set(["follower"]));
    expect([refused.told, refused.open]).toEqual([["order.denied.v1"], 0]);
    const denied = journalOf(refused.desk).find(({ type }) => type === "order.denied.v1");
    expect(denied?.data).toMatchObject({
      limit: "shadow",
      reason: "follower is a shadow, and has no right to order",
    });
    const sent = await sentFor("entry", new Set(["next"]));
    expect([sent.told[0], sent.open]).toEqual(["order.submitted.v1", 1]);
  });

  test("lets no exit pass either", async () => {
    const { told, open } = await sentFor("exit", new Set(["follower"]));
    expect([told, open]).toEqual([["order.denied.v1"], 0]);
  });
});

describe("comparing shadows", () => {
  test("tells a person once a date, with what came of it", async () => {
    const desk = await played([shadow("11")]);
    const { ports, profiles, notices } = desk;
    notices.length = 0;
    expect(await compareShadows(ports, profiles, "2024-07-01")).toBe(1);
    expect(await compareShadows(ports, profiles, "2024-07-01")).toBe(0);
    expect(notices).toHaveLength(1);
    expect(notices[0]?.title).toBe("next in the shadow of minutes, 2024-07-01");
    expect(notices[0]?.text).toMatch(/^\d+ of \d+ decisions are the same, \d+ differ, /);
    const event = journalOf(desk).find(({ type }) => type === "shadow.compared.v1");
    expect(event?.data).toMatchObject({ profile: "next", of: "minutes", date: "2024-07-01" });
  });
});
