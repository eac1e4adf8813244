import { describe, expect, test } from "vitest";
import * as z from "zod";
import { emptyBook, openLedger } from "../../core/domain/ledger.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { defineProfile, defineStrategy } from "../../core/index.ts";
import { bookEvents, bookOf } from "../../core/runtime/bookHandler.ts";
import { execute, isExecution } from "../../core/runtime/executeHandler.ts";
import {
  endOverdue,
  keepUnsentLegs,
  restateAfterSplit,
  watchLegs,
} from "../../core/runtime/legsHandler.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { MemoryLeases } from "../../core/runtime/memoryLeases.ts";
import { STREAM_DEFAULTS, StreamHandler } from "../../core/runtime/streamHandler.ts";
import { handleUpdates } from "../../core/runtime/updatesHandler.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { reportsOfUpdate } from "../../functions/alpaca/reports.ts";
import { wireUpdate } from "../../functions/alpaca/wire.ts";
import { MockAlpaca } from "../alpaca/mockAlpaca.ts";
import { venueOn } from "../alpaca/rigs.ts";
import { d, event, request } from "../execution/fixtures.ts";
import { LiveStore } from "./liveStore.ts";

/** Does nothing: its legs are at work. */
const quiet = defineStrategy({
  name: "quiet",
  description: "Does nothing",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
});

const half = { quantity: d("0.5") };
const entry = request({ id: "e1", intentId: "e1", ...half });
const leg = { side: "sell", timeInForce: "gtc", parentId: "e1", ocoGroup: "g", ...half } as const;
const stop = request({ id: "stop", ...leg, role: "stop-loss", type: "stop", stopPrice: d("95") });
const target = request({
  id: "target",
  ...leg,
  role: "take-profit",
  type: "limit",
  limitPrice: d("110"),
});

/** An account at a mock of Alpaca, with its books and the gate; events go round by hand. */
async function deskOf(group: readonly OrderRequest[]) {
  const store = new LiveStore();
  const mock = new MockAlpaca();
  const nowMs = Date.UTC(2026, 10, 20, 15, 30);
  const absent = (): never => {
    throw new Error("not part of this desk");
  };
  const time = { nowMs };
  const venue = venueOn(mock.fetchApi, {
    known: async () => (await bookOf({ store }, "main")).orders,
  });
  const ports: LivePorts = {
    store,
    journal: store,
    switches: store,
    clock: { nowMs: () => time.nowMs },
    venue: () => venue,
    runner: absent,
    leases: new MemoryLeases(),
    scheduler: { once: absent, remove: absent },
    marketData: { bars: absent, calendar: absent, assets: absent },
    notifier: { notify: async () => {} },
  };
  const book = openLedger(emptyBook("main", "margin"), "alpha", d("10000"));
  store.commit({
    profile: null,
    profileVersion: 0,
    profileState: null,
    account: "main",
    bookVersion: 0,
    book,
    events: [],
    dedupe: null,
  });
  await bookEvents(ports, "main", () =>
    group.flatMap((one) => [
      event("order.requested.v1", { request: one }, one, nowMs),
      event("order.approved.v1", { checks: [] }, one, nowMs),
    ]),
  );
  /** Lets events and updates go round until nothing follows. */
  const settle = async () => {
    for (;;) {
      const pending = store.pending(100);
      const events = pending.map((one) => one.event).filter(isExecution);
      if (events.length > 0) await execute(ports, "main", events);
      const last = pending.at(-1);
      if (last !== undefined) store.published(last.position);
      const updates = mock.updates.splice(0);
      for (const message of updates) {
        const update = wireUpdate.parse(message);
        const orderId = await venue.names.nameOf(update.order);
        const reports = reportsOfUpdate(update, await venue.termsOf(update.order, orderId));
        await handleUpdates(ports, "main", reports, time.nowMs);
      }
      if (pending.length === 0 && updates.length === 0) return;
    }
  };
  const standing = async () =>
    Object.fromEntries(
      (await bookOf(ports, "main")).orders.map(({ request: one, status }) => [one.id, status]),
    );
  const sent = () =>
    mock.orders.map(({ client_order_id, type, qty }) => [client_order_id, type, qty]);
  await settle();
  return { mock, store, ports, time, settle, standing, sent };
}

const at = (price: string) => ({ price: d(price), high: d(price), low: d("99") });

describe("legs of a fraction of a share at Alpaca", () => {
  test("the stop goes when the entry has filled, the target is kept for its price", async () => {
    const desk = await deskOf([entry, stop, target]);
    expect(await desk.standing()).toEqual({ e1: "accepted", stop: "held", target: "held" });
    desk.mock.fill("e1", 0.5, 100);
    await desk.settle();
    expect(desk.sent()).toEqual([
      ["e1", "market", "0.5"],
      ["stop", "stop", "0.5"],
    ]);
    expect(await desk.standing()).toEqual({ stop: "accepted", target: "held" });
    await watchLegs(desk.ports, "main", "SPY", () => at("109.99"));
    await desk.settle();
    expect(desk.mock.find("stop").status).toBe("new");
    await watchLegs(desk.ports, "main", "SPY", () => at("110"));
    await desk.settle();
    expect(desk.mock.find("stop").status).toBe("canceled");
    expect(await desk.standing()).toEqual({ target: "accepted" });
    desk.mock.fill("target", 0.5, 110);
    await desk.settle();
    const book = await bookOf(desk.ports, "main");
    expect([book.orders, book.ledgers.alpha?.positions]).toEqual([[], {}]);
  });

  test("a trade that the stream brings sends the target, where no bar has closed", async () => {
    const desk = await deskOf([entry, stop, target]);
    desk.mock.fill("e1", 0.5, 100);
    await desk.settle();
    const profile = compileProfile(
      defineProfile(quiet, {
        name: "alpha",
        universe: ["SPY"],
        account: { name: "main" },
        sizing: { kind: "fixed-quantity", quantity: "1" },
      }),
    );
    const turn = (run: () => Promise<void>) => run();
    const options = { ...STREAM_DEFAULTS, profiles: [profile], turn };
    const handler = new StreamHandler(desk.ports, options);
    const market = handler.market();
    market.onState(true);
    expect((await handler.wanted()).trades).toEqual(["SPY"]);
    for (const [price, standing] of [
      [109.99, "new"],
      [110.01, "canceled"],
    ] as const) {
      await market.onTrade("SPY", { eventTimeMs: desk.time.nowMs, price, size: 1 });
      await handler.step();
      await desk.settle();
      expect(desk.mock.find("stop").status).toBe(standing);
    }
    expect(await desk.standing()).toEqual({ target: "accepted" });
  });

  test("the stop's fill ends the target, and events that come again send nothing", async () => {
    const desk = await deskOf([entry, stop, target]);
    desk.mock.fill("e1", 0.5, 100);
    await desk.settle();
    desk.mock.fill("stop", 0.5, 95);
    await desk.settle();
    expect(await desk.standing()).toEqual({});
    const count = desk.sent().length;
    desk.store.forgetPublished();
    await desk.settle();
    expect(desk.sent()).toHaveLength(count);
  });

  test("a stop that expires with the day is sent again under an id of its own", async () => {
    const desk = await deskOf([entry, stop]);
    desk.mock.fill("e1", 0.5, 100);
    await desk.settle();
    desk.mock.end(desk.mock.find("stop"), "expired");
    await desk.settle();
    const [, , renewed] = desk.sent();
    expect(renewed).toEqual([expect.stringMatching(/^stop~/), "stop", "0.5"]);
    expect(Object.values(await desk.standing())).toEqual(["accepted"]);
  });

  test("legs that a crash kept from being sent are found and sent", async () => {
    const desk = await deskOf([entry, stop, target]);
    desk.mock.fill("e1", 0.5, 100);
    const [first] = desk.mock.updates.splice(0);
    const fill = wireUpdate.parse(first);
    const terms = { orderId: "e1", order: undefined, replacementId: null, fees: () => 0n };
    await handleUpdates(desk.ports, "main", reportsOfUpdate(fill, terms), desk.time.nowMs);
    // The event is lost with the process: only the book is left.
    const last = desk.store.pending(100).at(-1);
    desk.store.published(last?.position ?? "0");
    await keepUnsentLegs(desk.ports, "main");
    await keepUnsentLegs(desk.ports, "main");
    expect(desk.sent().map(([id]) => id)).toEqual(["e1", "stop"]);
  });

  test("an order until a time is cancelled at it", async () => {
    const expiresAtMs = Date.UTC(2026, 10, 20, 18);
    const gtd = { timeInForce: "gtd", expiresAtMs, type: "limit", limitPrice: d("90") } as const;
    const desk = await deskOf([request({ id: "g1", ...gtd })]);
    await endOverdue(desk.ports, "main");
    await desk.settle();
    expect(desk.mock.find("g1")).toMatchObject({ status: "new", time_in_force: "gtc" });
    desk.time.nowMs = expiresAtMs;
    await endOverdue(desk.ports, "main");
    await desk.settle();
    expect(desk.mock.find("g1").status).toBe("canceled");
    expect(await desk.standing()).toEqual({});
  });

  test("after a split the orders at the venue are sent anew, as they hang together", async () => {
    const whole = { quantity: d("10") };
    const group = [
      { ...entry, ...whole },
      { ...stop, ...whole },
      { ...target, ...whole },
    ];
    const desk = await deskOf(group);
    desk.mock.fill("e1", 10, 100);
    await desk.settle();
    const splitMs = desk.time.nowMs;
    await bookEvents(desk.ports, "main", () => [
      {
        type: "corporate-action.applied.v1",
        id: "split",
        eventTimeMs: splitMs,
        receivedTimeMs: splitMs,
        causationId: "split",
        data: { symbol: "SPY", kind: "split", value: d("2"), priceFactor: 0.5, newSymbol: null },
      },
    ]);
    await restateAfterSplit(desk.ports, "main", "SPY", splitMs);
    await restateAfterSplit(desk.ports, "main", "SPY", splitMs);
    await desk.settle();
    const oco = desk.mock.orders.at(-1);
    expect(oco).toMatchObject({ order_class: "oco", qty: "20", limit_price: "55", status: "new" });
    expect(oco?.legs).toMatchObject([{ stop_price: "47.5", status: "held" }]);
    expect(desk.mock.orders).toHaveLength(2);
    expect(Object.values(await desk.standing()).sort()).toEqual(["accepted", "held"]);
  });
});
