import { describe, expect, test } from "vitest";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import { carryOutHalts } from "../../core/runtime/haltHandler.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { outcomesOf } from "../../core/runtime/outcomes.ts";
import { parityOf } from "../../core/runtime/parity.ts";
import { rerun } from "../../core/runtime/rerun.ts";
import { standingAt } from "../../core/runtime/standing.ts";
import { takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { barsOf } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";
import { at, follower, MINUTE, OPEN, signalEvent } from "./follower.ts";

const own = [compileProfile(follower({}))];

/** A day in which a test says what is stored when, and what is decided when. */
async function day() {
  const desk = await deskOf(follower({}), "5m");
  await takeSnapshots(desk.store, own, OPEN, "start");
  const take = (event: DomainEvent) => ingest(desk.store, event);
  const decide = (event: EventOf<"bars.closed.v1"> | EventOf<"signal.received.v1">) =>
    handleTriggerAgain(desk.ports, "follower", event);
  /** Five minutes of the market, with all that follows from them. */
  const pass = async (fromMinute: number, price: number) => {
    const rows = [[price, price + 1, price - 1, price] as const];
    const columns = barsOf(rows, at(fromMinute), 5 * MINUTE);
    const instrument = own[0]?.instruments[0];
    if (instrument === undefined) throw new Error("expected an instrument");
    await desk.play([{ instrument, timeframe: "5m", columns }]);
  };
  const journal = () => desk.store.entries.map(({ event }) => event);
  return { desk, take, decide, pass, journal };
}

function closed(minute: number, close: number, receivedMs = at(minute)) {
  const price = { open: close, high: close, low: close, close, volume: 1 };
  const bar = { symbol: "AAA", openTimeMs: at(minute - 5), closeTimeMs: at(minute), ...price };
  const event: EventOf<"bars.closed.v1"> = {
    type: "bars.closed.v1",
    id: `5m.${at(minute)}`,
    causationId: `5m.${at(minute)}`,
    eventTimeMs: at(minute),
    receivedTimeMs: receivedMs,
    data: { timeframe: "5m", closeTimeMs: at(minute), bars: [bar] },
  };
  return event;
}

describe("a bar and a signal that came within milliseconds of one another", () => {
  // The stop hangs on the last close, so who was first shows in the order.
  const bar = closed(10, 120);
  const signal = signalEvent("a", {}, at(10) + 3);

  for (const [first, then] of [
    [bar, signal],
    [signal, bar],
  ] as const) {
    for (const decided of ["as they came", "the other way round"]) {
      test(`${first.id} first, decided ${decided}: no difference`, async () => {
        const { take, decide, pass, journal } = await day();
        await pass(0, 100);
        for (const event of [first, then]) await take(event);
        const turns = decided === "as they came" ? [first, then] : [then, first];
        for (const event of turns) await decide(event);
        expect(rerun(own, journal())).toEqual({ decisions: 3, differences: [] });
        expect(parityOf(own, journal(), null).differences).toEqual([]);
        const seen = turns[0] === bar ? 120 : 100;
        const of = { profile: "follower", causeId: signal.id, symbol: "AAA" };
        expect(standingAt(own, journal(), of)).toMatchObject({ price: seen, decidesAlike: true });
        const ended = outcomesOf(own, journal()).map(({ outcome }) => outcome);
        expect(ended.filter((outcome) => outcome === "order")).toHaveLength(1);
      });
    }
  }

  test("is a difference where no order of the two comes to what was recorded", async () => {
    const { take, decide, pass, journal } = await day();
    await pass(0, 100);
    for (const event of [bar, signal]) await take(event);
    for (const event of [signal, bar]) await decide(event);
    const other = [compileProfile(follower({ stopBelow: 6 }))];
    const { decisions, differences } = rerun(other, journal());
    expect([decisions, differences.length]).toEqual([3, 1]);
    expect(differences[0]?.cause).toBe("signal.a");
  });

  test("is a difference where they came minutes apart", async () => {
    const { take, decide, pass, journal } = await day();
    await pass(0, 100);
    const late = signalEvent("a", {}, at(12));
    for (const event of [bar, late]) await take(event);
    for (const event of [late, bar]) await decide(event);
    expect(rerun(own, journal()).differences).toHaveLength(1);
  });
});

test("a decision that stands before its cause, by another writer's clock, counts where that is", async () => {
  const { take, decide, pass, journal } = await day();
  await pass(0, 100);
  const signal = signalEvent("a", {}, at(6));
  await take(signal);
  await decide(signal);
  await pass(5, 101);
  const told = journal();
  const behind = told.findIndex(({ id }) => id === signal.id);
  const isOwn = (event: DomainEvent) => event.causationId === signal.id && event !== told[behind];
  const made = told.filter(isOwn);
  expect(made.length).toBeGreaterThan(0);
  const others = told.filter((event) => !isOwn(event));
  const skewed = [...others.slice(0, behind), ...made, ...others.slice(behind)];
  expect(rerun(own, skewed)).toEqual({ decisions: 3, differences: [] });
});

test("a signal that waited for its turn decides on what was filled meanwhile", async () => {
  const { desk, take, decide, pass, journal } = await day();
  await pass(0, 100);
  const entry = signalEvent("in", {}, at(5));
  desk.time.nowMs = at(5);
  await desk.engine.between(async () => void (await take(entry)));
  const leave = signalEvent("out", { action: "exit" }, at(5) + 10);
  // It is stored, and nobody decides on it before the fill is booked.
  const { entries } = desk.store;
  await take(leave);
  await pass(5, 100);
  expect(entries.some(({ event }) => event.type === "order.filled.v1")).toBe(true);
  await decide(leave);
  expect(rerun(own, journal()).differences).toEqual([]);
});

test("what a halt closed by itself is closed in a rerun as well", async () => {
  const { desk, take, pass, journal } = await day();
  await pass(0, 100);
  const send = async (event: DomainEvent, atMs: number) => {
    desk.time.nowMs = atMs;
    await desk.engine.between(async () => void (await take(event)));
  };
  await send(signalEvent("in", {}, at(5)), at(5));
  await pass(5, 100);
  const scope = { kind: "profile", name: "follower" } as const;
  const halt = {
    ...scope,
    action: "flatten",
    reason: "drill",
    by: "test",
    sinceMs: at(10),
  } as const;
  desk.store.halt(halt);
  for (const minute of [10, 15, 20]) {
    desk.time.nowMs = at(minute);
    await desk.engine.between(async () => void (await carryOutHalts(desk.ports, own)));
    await pass(minute, 100);
  }
  desk.store.resume(scope);
  await send(signalEvent("again", {}, at(25)), at(25));
  const asked = journal()
    .filter(({ type }) => type === "order.requested.v1")
    .map(({ id }) => id);
  expect(asked.some((id) => id.includes(".flatten."))).toBe(true);
  expect(asked.some((id) => id.includes("signal.again"))).toBe(true);
  expect(rerun(own, journal()).differences).toEqual([]);
});
