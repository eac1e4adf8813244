import { describe, expect, test } from "vitest";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import { EXECUTE_DEFAULTS, execute } from "../../core/runtime/executeHandler.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { barsOf } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";
import { at, follower, MINUTE, OPEN, signalEvent } from "./follower.ts";

type Approved = EventOf<"order.approved.v1">;

const isApproved = (event: DomainEvent): event is Approved => event.type === "order.approved.v1";

/** A desk after two bars, on which signals are decided at once and sent when a test says so. */
async function quiet() {
  const desk = await deskOf(follower({}), "5m");
  const [instrument] = desk.profiles[0]?.instruments ?? [];
  if (instrument === undefined) throw new Error("expected an instrument");
  const rows = Array.from({ length: 2 }, () => [100, 101, 99, 100] as const);
  await desk.play([{ instrument, timeframe: "5m", columns: barsOf(rows, OPEN, 5 * MINUTE) }]);
  const events = () => desk.store.entries.map(({ event }) => event);
  /** Decides on a signal, and answers the orders that it led to. */
  const decided = async (id: string, data: Parameters<typeof signalEvent>[1]) => {
    const signal = signalEvent(id, data, desk.time.nowMs);
    await ingest(desk.store, signal);
    await handleTriggerAgain(desk.ports, "follower", signal);
    const own = events().filter(({ causationId }) => causationId === signal.id);
    // Legs go with the entry that they hang on.
    return own.filter(isApproved).slice(0, 1);
  };
  const sent = async (orders: readonly Approved[], laterMs: number) => {
    const before = events().length;
    desk.time.nowMs += laterMs;
    await execute(desk.ports, "follower", orders, EXECUTE_DEFAULTS);
    const what = events().slice(before);
    const denied = what.find((event) => event.type === "order.denied.v1");
    if (denied?.type === "order.denied.v1") return `${denied.data.limit}: ${denied.data.reason}`;
    return what.some(({ type }) => type === "order.submitted.v1") ? "sent" : "nothing";
  };
  return { desk, decided, sent };
}

describe("an order that waited between its decision and the gate", () => {
  test("is not sent once its signal has expired, to the millisecond", async () => {
    const expiresAtMs = at(10) + 30_000;
    for (const [laterMs, outcome] of [
      [30_000, "sent"],
      [30_001, "signal-expiry: the signal expired at 2024-07-01T13:40:30.000Z, before sending"],
    ] as const) {
      const { decided, sent } = await quiet();
      expect(await sent(await decided("a", { expiresAtMs }), laterMs)).toBe(outcome);
    }
  });

  test("is not sent a minute after its decision, however long its signal lasts", async () => {
    const { decided, sent } = await quiet();
    const orders = await decided("a", { expiresAtMs: at(60) });
    expect(await sent(orders, 60_001)).toBe(
      "freshness: decided 60.001 s before sending, expected 60 s or less",
    );
  });

  test("is sent however late where it is an exit", async () => {
    const { desk, decided, sent } = await quiet();
    expect(await sent(await decided("a", {}), 0)).toBe("sent");
    const [instrument] = desk.profiles[0]?.instruments ?? [];
    if (instrument === undefined) throw new Error("expected an instrument");
    const columns = barsOf([[100, 101, 99, 100]], at(10), 5 * MINUTE);
    await desk.play([{ instrument, timeframe: "5m", columns }]);
    const exits = await decided("b", { action: "exit", expiresAtMs: desk.time.nowMs });
    expect(exits).toHaveLength(1);
    expect(await sent(exits, 10 * MINUTE)).toBe("sent");
  });
});
