import { describe, expect, test } from "vitest";
import { Engine } from "../../core/runtime/engine.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { MINUTE, rising, scripted, twap } from "../runtime/scripted.ts";
import { replayed } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";

const profile = () => scripted({ 5: "protected", 40: "exit" }, twap);

/** The session's minutes from one to another. */
function minutes(from: number, to: number) {
  return rising().feeds.map(({ instrument, timeframe, columns }) => {
    const cut = (column: Float64Array) => column.slice(from, to);
    const part = {
      length: to - from,
      openTimeMs: cut(columns.openTimeMs),
      closeTimeMs: cut(columns.closeTimeMs),
      open: cut(columns.open),
      high: cut(columns.high),
      low: cut(columns.low),
      close: cut(columns.close),
      volume: cut(columns.volume),
    };
    return { instrument, timeframe, columns: part };
  });
}

const typesOf = (desk: Awaited<ReturnType<typeof deskOf>>, type: string) =>
  desk.store.entries.filter(({ event }) => event.type === type);

describe("an order that is worked live", () => {
  test("sends the children of a replay, fill for fill", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(minutes(0, 60));
    const { hash, world } = await replayed([profile()], rising());
    expect(desk.hash()).toBe(hash);
    expect(desk.store.book(desk.name)?.value).toEqual(world.book(desk.name));
    expect(typesOf(desk, "execution.ended.v1")).toHaveLength(2);
    expect(desk.notices).toEqual([]);
  });

  test("repeats every event after a crash and sends no child twice", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(minutes(0, 9));
    const before = { hash: desk.hash(), events: desk.store.entries.length };
    desk.store.forgetPublished();
    await desk.engine.tick();
    expect({ hash: desk.hash(), events: desk.store.entries.length }).toEqual(before);
  });

  test("goes on after a restart: what was asked for is in the snapshot", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(minutes(0, 6));
    const { ports, store, time } = desk;
    const options = {
      profiles: [compileProfile(profile())],
      bars: { base: "1m" as const, graceMs: 0 },
      deadlineMs: 60_000,
    };
    const engine = new Engine(ports, store, options, Number.MAX_SAFE_INTEGER);
    time.nowMs += 20 * MINUTE;
    await engine.tick();
    // One turn was missed by a long way: what is due by then goes out at once, and not in pieces.
    const children = typesOf(desk, "order.requested.v1").filter(({ event }) =>
      /\.c\d+\.requested$/.test(event.id),
    );
    expect(children.length).toBeGreaterThan(1);
    expect(typesOf(desk, "execution.due.v1").length).toBeGreaterThan(0);
  });

  test("ends at a kill switch: nothing more is sent, and an exit passes", async () => {
    const desk = await deskOf(profile(), "1m");
    await desk.play(minutes(0, 8));
    desk.store.halt({ kind: "all", name: "all", reason: "test", by: "test", sinceMs: 0 });
    const sent = typesOf(desk, "order.submitted.v1").length;
    await desk.play(minutes(8, 39));
    expect(typesOf(desk, "order.submitted.v1")).toHaveLength(sent);
    expect(typesOf(desk, "execution.ended.v1")).toHaveLength(1);
    await desk.play(minutes(39, 60));
    const ledger = desk.store.book(desk.name)?.value.ledgers.worked;
    expect(ledger?.positions).toEqual({});
  });
});
