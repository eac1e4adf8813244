import { describe, expect, test } from "vitest";
import * as z from "zod";
import { TransientError } from "../../core/domain/errors.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, defineStrategy, enterLong, equity } from "../../core/index.ts";
import type { HaltAction } from "../../core/ports/switches.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import { watchComparison } from "../../core/runtime/deadMan.ts";
import { carryOutHalts } from "../../core/runtime/haltHandler.ts";
import { reconcile } from "../../core/runtime/reconcileHandler.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { barsOf } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";

const MINUTE = 60_000;
const OPEN = newYorkTimeMs("2024-07-01", "09:30");
const AAA = equity("AAA");
const BBB = equity("BBB");

/** Buys AAA with a stop and a target at the first bar, and waits for BBB to fall far. */
const strategy = defineStrategy({
  name: "halted",
  description: "holds one, waits for another",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onBar({ bar, symbol }) {
    if (bar.openTimeMs !== OPEN) return;
    const reason = "first bar";
    return symbol === "AAA"
      ? { intents: [enterLong({ quantity: 10, reason, stop: 90, target: 120 })] }
      : { intents: [enterLong({ quantity: 10, reason, limit: 50 })] };
  },
});
const profile = defineProfile(strategy, { name: "halted", universe: [AAA, BBB] });

function feeds(from: number, to: number) {
  const rows = Array.from({ length: to - from }, () => [100, 100.5, 99.5, 100] as const);
  return [AAA, BBB].map((instrument) => ({
    instrument,
    timeframe: "1m" as const,
    columns: barsOf(rows, OPEN + from * MINUTE, MINUTE),
  }));
}

/** A desk that holds AAA with its two legs, and has BBB's entry resting. */
async function deskThatHolds(wrap?: (account: VenueAccount) => VenueAccount) {
  const desk = await deskOf(profile, "1m", wrap);
  await desk.play(feeds(0, 3));
  const working = () =>
    (desk.store.book(desk.name)?.value.orders ?? []).map(
      ({ request }) => `${request.symbol} ${request.role}`,
    );
  const held = () => Object.keys(desk.store.book(desk.name)?.value.ledgers.halted?.positions ?? {});
  expect(working().sort()).toEqual(["AAA stop-loss", "AAA take-profit", "BBB entry"]);
  expect(held()).toEqual(["AAA"]);
  const halt = async (action?: HaltAction) => {
    const more = action === undefined ? {} : { action };
    const by = { reason: "drill", by: "test", sinceMs: desk.time.nowMs, ...more };
    await desk.ports.switches.halt({ kind: "account", name: desk.name, ...by });
  };
  const carryOut = () =>
    desk.engine.between(
      async () => void (await carryOutHalts(desk.ports, [compileProfile(profile)])),
    );
  return { ...desk, working, held, halt, carryOut };
}

describe("a kill switch that is turned on", () => {
  test("cancels what would open, and leaves what protects", async () => {
    const { halt, carryOut, working, held } = await deskThatHolds();
    await halt();
    await carryOut();
    expect(working().sort()).toEqual(["AAA stop-loss", "AAA take-profit"]);
    expect(held()).toEqual(["AAA"]);
  });

  test("leaves all orders where it is only to stop new ones", async () => {
    const { halt, carryOut, working } = await deskThatHolds();
    await halt("stop");
    await carryOut();
    expect(working()).toHaveLength(3);
  });

  test("closes positions once their own orders are out of the way, and once only", async () => {
    const { halt, carryOut, working, held, play, store } = await deskThatHolds();
    await halt("flatten");
    await carryOut();
    await carryOut();
    await carryOut();
    expect(working()).toEqual(["AAA exit"]);
    await play(feeds(3, 5));
    expect(held()).toEqual([]);
    await carryOut();
    expect(working()).toEqual([]);
    const exits = store.entries.filter(
      ({ event }) => event.type === "order.requested.v1" && event.data.request.role === "exit",
    );
    expect(exits).toMatchObject([
      {
        event: {
          data: { request: { quantity: 10_000_000_000n, reason: "halted by test: drill" } },
        },
      },
    ]);
  });

  test("goes further when it is asked to, and never back", async () => {
    const { halt, carryOut, ports, working } = await deskThatHolds();
    await halt("stop");
    await halt("flatten");
    await halt("stop");
    expect(await ports.switches.all()).toMatchObject([{ action: "flatten" }]);
    await carryOut();
    await carryOut();
    expect(working()).toEqual(["AAA exit"]);
  });
});

describe("the dead man's switch", () => {
  const WITHIN = 15 * MINUTE;
  /** A venue whose line can be cut. */
  function cuttable() {
    const line = { isCut: false };
    const wrap = (account: VenueAccount): VenueAccount => ({
      submit: (requests, nowMs) => account.submit(requests, nowMs),
      cancel: (id, nowMs) => account.cancel(id, nowMs),
      replace: (id, next, nowMs) => account.replace(id, next, nowMs),
      find: (id) => account.find(id),
      openOrders: () => account.openOrders(),
      positions: () => account.positions(),
      balances: () => account.balances(),
      fillsSince: async (timeMs) => {
        if (line.isCut) throw new TransientError("the venue does not answer", 1_000);
        return account.fillsSince(timeMs);
      },
    });
    return { line, wrap };
  }

  test("compares where nobody else did, and halts the account once that fails for long", async () => {
    const { line, wrap } = cuttable();
    const { ports, name, time, notices } = await deskThatHolds(wrap);
    const watch = () => watchComparison(ports, name, WITHIN);
    expect(await watch()).toBe("in time");
    await reconcile(ports, name, 0);
    time.nowMs += WITHIN;
    expect(await watch()).toBe("in time");
    time.nowMs += 1;
    expect(await watch()).toBe("made up for");
    line.isCut = true;
    time.nowMs += WITHIN + 1;
    expect(await watch()).toBe("failing");
    time.nowMs += WITHIN - 1;
    expect(await watch()).toBe("failing");
    expect(await ports.switches.all()).toEqual([]);
    time.nowMs += 1;
    expect(await watch()).toBe("halted");
    expect(await ports.switches.all()).toMatchObject([
      { kind: "account", name, by: "the dead man's switch" },
    ]);
    expect(notices).toMatchObject([{ severity: "page" }]);
  });

  test("an outage that was over does not count towards the next", async () => {
    const { line, wrap } = cuttable();
    const { ports, name, time } = await deskThatHolds(wrap);
    const watch = () => watchComparison(ports, name, WITHIN);
    await reconcile(ports, name, 0);
    line.isCut = true;
    time.nowMs += WITHIN + 1;
    expect(await watch()).toBe("failing");
    line.isCut = false;
    time.nowMs += MINUTE;
    expect(await watch()).toBe("made up for");
    line.isCut = true;
    time.nowMs += WITHIN + 1;
    expect(await watch()).toBe("failing");
    expect(await ports.switches.all()).toEqual([]);
  });

  test("nothing is sent on books that were not compared for too long", async () => {
    const { line, wrap } = cuttable();
    const desk = await deskOf(profile, "1m", wrap);
    await reconcile(desk.ports, desk.name, 0);
    line.isCut = true;
    await expect(desk.play(feeds(0, 2))).rejects.toThrow("the venue does not answer");
    expect(await desk.account.openOrders()).toEqual([]);
    line.isCut = false;
    await desk.engine.tick();
    expect((await desk.account.openOrders()).length).toBeGreaterThan(0);
  });
});
