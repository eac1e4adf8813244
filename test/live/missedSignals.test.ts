import { describe, expect, test } from "vitest";
import { InvariantError } from "../../core/domain/errors.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { EventData } from "../../core/events/catalogue.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { watchSignals } from "../../core/runtime/missedSignals.ts";
import { outcomesOf } from "../../core/runtime/outcomes.ts";
import { takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import type { WatchOptions } from "../../core/strategy/watch.ts";
import { barsOf } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";
import { at, follower, MINUTE, OPEN, signalEvent } from "./follower.ts";

async function followed(watch: WatchOptions = {}) {
  const profile = follower({ watch });
  const own = [compileProfile(profile)];
  const desk = await deskOf(profile, "5m");
  await takeSnapshots(desk.store, own, OPEN, "start");
  let minute = 0;
  /** Five minutes at 100 dollars, or down to `low`. */
  const pass = async (low = 99.5) => {
    const columns = barsOf([[100, 100.5, low, 100]], OPEN + minute * MINUTE, 5 * MINUTE);
    const instrument = own[0]?.instruments[0];
    if (instrument === undefined) throw new Error("expected an instrument");
    await desk.play([{ instrument, timeframe: "5m", columns }]);
    minute += 5;
  };
  const signal = (id: string, data: Partial<EventData<"signal.received.v1">>, atMs: number) => {
    desk.time.nowMs = atMs;
    return desk.engine.between(
      async () => void (await ingest(desk.store, signalEvent(id, data, atMs))),
    );
  };
  const look = async (atMs: number) => {
    desk.time.nowMs = atMs;
    const told = await watchSignals(desk.ports, own);
    // Whoever looks again tells nothing anew.
    expect(await watchSignals(desk.ports, own)).toBe(0);
    return told;
  };
  const codes = () =>
    desk.store.entries.flatMap(({ event }) =>
      event.type === "signal.missed.v1" ? [event.data.code] : [],
    );
  return { desk, own, pass, signal, look, codes };
}

const numbered = (number: number) => ({ sequence: { series: "AAA 5", number } });

test("a snapshot that cannot be read keeps nobody else's signals from being watched", async () => {
  const { desk, own, pass, signal } = await followed();
  await pass();
  await signal("a", numbered(4), at(6));
  await signal("b", numbered(7), at(7));
  desk.time.nowMs = at(8);
  const store = Object.assign(Object.create(desk.store) as typeof desk.store, {
    profile(name: string) {
      if (name === "broken") throw new InvariantError("does not parse");
      return desk.store.profile(name);
    },
  });
  const all = own.flatMap((one) => [{ ...one, name: "broken" }, one]);
  expect(await watchSignals({ ...desk.ports, store }, all)).toBe(1);
});

describe("a number that never came", () => {
  test("is told once, with the signal that came after it, and is an outcome of the day", async () => {
    const { desk, own, pass, signal, look } = await followed();
    await pass();
    await signal("a", numbered(4), at(6));
    await signal("b", numbered(7), at(7));
    expect(await look(at(8))).toBe(1);
    const text = "AAA 5: numbers 5 to 6 never came, though signal.b did after them";
    expect(desk.notices).toMatchObject([{ title: "follower: signals are missing", text }]);
    const day = desk.store.entries.map(({ event }) => event);
    expect(outcomesOf(own, day)).toContainEqual(
      expect.objectContaining({ profile: "follower", outcome: "sequence-gap", reason: text }),
    );
    expect(await look(at(30))).toBe(0);
  });

  test("is not told while it may still be on its way, nor when it comes late", async () => {
    const { pass, signal, look } = await followed();
    await pass();
    await signal("a", numbered(1), at(6));
    await signal("c", numbered(3), at(7));
    expect(await look(at(7) + 19_000)).toBe(0);
    await signal("b", numbered(2), at(7) + 19_500);
    expect(await look(at(9))).toBe(0);
    await signal("d", numbered(4), at(10));
    expect(await look(at(11))).toBe(0);
  });

  test("is not told of a script that was set up anew, nor where nobody wants to know", async () => {
    const anew = await followed();
    await anew.signal("a", numbered(40), at(6));
    await anew.signal("b", numbered(3), at(7));
    await anew.signal("c", numbered(4), at(8));
    expect(await anew.look(at(9))).toBe(0);
    const off = await followed({ sequence: false });
    await off.signal("a", numbered(1), at(6));
    await off.signal("b", numbered(9), at(7));
    expect(await off.look(at(9))).toBe(0);
  });
});

describe("silence", () => {
  test("is told once when so many bars have closed without a signal", async () => {
    const { signal, look, codes } = await followed({ maxBarsWithoutSignal: 3 });
    await signal("a", {}, at(6));
    expect(await look(at(19))).toBe(0);
    expect(await look(at(20))).toBe(1);
    expect(await look(at(60))).toBe(0);
    await signal("b", {}, at(61));
    expect(await look(at(74))).toBe(0);
    expect(await look(at(75))).toBe(1);
    expect(codes()).toEqual(["silence", "silence"]);
  });

  test("does not grow while the market is closed", async () => {
    const { signal, look } = await followed({ maxBarsWithoutSignal: 3 });
    // Two closes are left of this session; Tuesday's first is the third.
    await signal("a", {}, at(381));
    const tuesday = newYorkTimeMs("2024-07-02", "09:30");
    expect(await look(at(390) + 10 * 3_600_000)).toBe(0);
    expect(await look(tuesday + 4 * MINUTE)).toBe(0);
    expect(await look(tuesday + 5 * MINUTE)).toBe(1);
  });

  test("counts from the first look where there never was a signal", async () => {
    const { look } = await followed({ maxBarsWithoutSignal: 2 });
    expect(await look(at(1))).toBe(0);
    expect(await look(at(9))).toBe(0);
    expect(await look(at(10))).toBe(1);
    const unasked = await followed();
    expect(await unasked.look(at(300))).toBe(0);
  });
});

describe("the position that a signal leads to", () => {
  const long = { leadsTo: { side: "long", quantity: 10_000_000_000n } } as const;
  const larger = { leadsTo: { side: "long", quantity: 25_000_000_000n } } as const;

  test("is waited for as long as an order is at work, and then is as it should be", async () => {
    const { pass, signal, look } = await followed();
    await pass();
    await signal("a", long, at(5));
    // Market orders are filled at the next open here: it is at work until then.
    expect(await look(at(9))).toBe(0);
    await pass();
    expect(await look(at(11))).toBe(0);
  });

  test("is told when it is not there although nothing is at work any more", async () => {
    const { desk, pass, signal, look, codes } = await followed();
    await pass();
    desk.store.halt({ kind: "all", name: "all", reason: "drill", by: "test", sinceMs: 0 });
    await signal("a", long, at(6));
    expect(await look(at(6) + 59_000)).toBe(0);
    expect(await look(at(7))).toBe(1);
    expect(codes()).toEqual(["position"]);
    expect(desk.notices.at(-1)?.text).toBe(
      "AAA: signal.a leads to long 10, and with no order at work it is flat 0",
    );
  });

  test("is told when our own stop leaves a position that the sender still has", async () => {
    const { pass, signal, look } = await followed();
    await pass();
    await signal("a", long, at(5));
    await pass();
    expect(await look(at(11))).toBe(0);
    await pass(90);
    await pass();
    expect(await look(at(20))).toBe(1);
    await signal("b", { action: "exit", leadsTo: { side: "flat", quantity: 0n } }, at(21));
    expect(await look(at(23))).toBe(0);
  });

  test("counts in size only where the profile says so", async () => {
    for (const [expectedPosition, told] of [
      ["side", 0],
      ["size", 1],
      ["off", 0],
    ] as const) {
      const { pass, signal, look } = await followed({ expectedPosition });
      await pass();
      await signal("a", larger, at(5));
      await pass();
      expect(await look(at(11))).toBe(told);
    }
  });
});
