import { describe, expect, test } from "vitest";
import * as z from "zod";
import { textOf } from "../../core/domain/decimal.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { EventOf } from "../../core/events/catalogue.ts";
import { defineProfile, defineStrategy, enterLong, equity, moveStop } from "../../core/index.ts";
import { bookOf } from "../../core/runtime/bookHandler.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import { EXECUTE_DEFAULTS, execute, isExecution } from "../../core/runtime/executeHandler.ts";
import { deskOf } from "./desk.ts";

const OPEN = newYorkTimeMs("2024-07-01", "09:30");
const MINUTE = 60_000;
const reason = "as the test says";

const strategy = defineStrategy({
  name: "mover",
  description: "enters with a bracket at the first close, and moves its stop at the second",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onBar({ bar }) {
    const isFirst = bar.closeTimeMs === OPEN + MINUTE;
    const enters = enterLong({ quantity: 10, limit: 99, stop: 90, target: 110, reason });
    return { intents: [isFirst ? enters : moveStop({ stop: 95, reason })] };
  },
});

function barOf(minute: number): EventOf<"bars.closed.v1"> {
  const closeTimeMs = OPEN + minute * MINUTE;
  const times = { openTimeMs: closeTimeMs - MINUTE, closeTimeMs };
  const prices = { open: 100, high: 100, low: 100, close: 100, volume: 1_000 };
  const id = `bars.1m.${minute}`;
  return {
    ...{ type: "bars.closed.v1", id, causationId: id },
    ...{ eventTimeMs: closeTimeMs, receivedTimeMs: closeTimeMs },
    data: { timeframe: "1m", closeTimeMs, bars: [{ symbol: "AAA", ...times, ...prices }] },
  };
}

/** Decides at two closes before the gate comes to the orders of the first. */
async function decidedTwice(submitWithinMs: number) {
  const profile = defineProfile(strategy, { name: "mover", universe: ["AAA"] });
  const { ports, store, time, name, account, simulated } = await deskOf(profile, "1m");
  const market = simulated.market(equity("AAA"));
  for (const minute of [1, 2]) {
    time.nowMs = OPEN + minute * MINUTE + 500;
    const event = barOf(minute);
    for (const bar of event.data.bars) account.observe(simulated.onBar(market, bar));
    await handleTriggerAgain(ports, "mover", event);
  }
  const events = store.entries.map(({ event }) => event).filter(isExecution);
  await execute(ports, name, events, { ...EXECUTE_DEFAULTS, submitWithinMs });
  const open = await ports.venue(name).openOrders();
  const byId = new Map(
    store.entries.flatMap(({ event }) =>
      event.type === "order.requested.v1" ? [[event.data.orderId, event.data.request]] : [],
    ),
  );
  const atVenue = open.map(({ orderId }) => {
    const { role, stopPrice = null } = byId.get(orderId) ?? {};
    return [role, stopPrice === null ? null : textOf(stopPrice)];
  });
  const inBook = (await bookOf(ports, name)).orders.map(({ request: { role }, status }) => {
    return [role, status];
  });
  return { atVenue, inBook, told: store.entries.map(({ event }) => event) };
}

describe("a stop that is moved before its entry was sent", () => {
  test("goes out with the entry, and is moved there", async () => {
    const { atVenue, inBook } = await decidedTwice(10 * MINUTE);
    expect(atVenue).toEqual([
      ["entry", null],
      ["take-profit", null],
      ["stop-loss", "95"],
    ]);
    expect(inBook.map(([role]) => role)).toEqual(["entry", "take-profit", "stop-loss"]);
  });

  test("ends with an entry that is denied as too late, and nothing is sent", async () => {
    const { atVenue, inBook, told } = await decidedTwice(MINUTE);
    expect(atVenue).toEqual([]);
    expect(inBook).toEqual([]);
    const ends = told.filter(
      ({ type }) => type === "order.denied.v1" || type.includes("cancelled"),
    );
    expect(ends.map(({ type }) => type).sort()).toEqual([
      "order.cancelled.v1",
      "order.denied.v1",
      "order.denied.v1",
      "order.denied.v1",
    ]);
  });
});
