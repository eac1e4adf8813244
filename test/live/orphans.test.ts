import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { orphansOf } from "../../core/runtime/orphans.ts";
import { RECONCILE_DEFAULTS, reconcile } from "../../core/runtime/reconcileHandler.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { barsOf } from "../runtime/worlds.ts";
import { requestOf } from "../store/events.ts";
import { deskOf } from "./desk.ts";
import { at, follower, MINUTE, OPEN } from "./follower.ts";

/** An order that rests at the venue, and that no book of ours has. */
async function orphaned(change: Partial<OrderRequest> = {}) {
  const desk = await deskOf(follower({}), "5m");
  const [instrument] = desk.profiles[0]?.instruments ?? [];
  if (instrument === undefined) throw new Error("expected an instrument");
  const play = (row: readonly [number, number, number, number], minute: number) =>
    desk.play([{ instrument, timeframe: "5m", columns: barsOf([row], at(minute), 5 * MINUTE) }]);
  await play([100, 101, 99, 100], 0);
  const lost: OrderRequest = {
    ...requestOf("follower.AAA.lost.0"),
    ...{ profile: "follower", account: "follower", symbol: "AAA", decidedTimeMs: OPEN },
    ...{ type: "limit", limitPrice: decimal("98"), timeInForce: "gtc", ...change },
  };
  desk.account.submit([lost], at(5));
  const look = (strangers: "report" | "cancel" | "adopt") =>
    reconcile(desk.ports, "follower", 0, { ...RECONCILE_DEFAULTS, strangers });
  const book = () => desk.store.book("follower")?.value;
  const sent = () => desk.store.entries.filter(({ event }) => event.type === "order.submitted.v1");
  return { desk, play, look, book, sent };
}

describe("an open order at the venue that is in no book", () => {
  test("is told of, and left, where nothing else was asked for", async () => {
    const { desk, look, book } = await orphaned();
    expect((await look("report")).strangers).toEqual(["follower.AAA.lost.0"]);
    expect(await desk.account.openOrders()).toHaveLength(1);
    expect(book()?.orders).toEqual([]);
    expect(desk.notices[0]?.text).toBe("unknown order follower.AAA.lost.0");
  });

  test("is cancelled where the account says so", async () => {
    const { desk, look } = await orphaned();
    await look("cancel");
    await desk.engine.between(async () => {});
    await look("report");
    expect(await desk.account.openOrders()).toEqual([]);
  });

  test("is adopted by the profile that its id names, once, and sent by nobody", async () => {
    const { desk, look, book, sent } = await orphaned();
    expect((await look("adopt")).strangers).toEqual(["follower.AAA.lost.0"]);
    expect((await look("adopt")).strangers).toEqual([]);
    await desk.engine.tick();
    const [order] = book()?.orders ?? [];
    expect(order).toMatchObject({
      status: "accepted",
      request: { profile: "follower", role: "entry", limitPrice: decimal("98"), type: "limit" },
    });
    expect(sent()).toHaveLength(1);
    expect(await desk.account.openOrders()).toHaveLength(1);
  });

  test("fills as any other from there on; one that had ended before is a drift that halts", async () => {
    for (const isEarly of [true, false]) {
      const { desk, play, look, book } = await orphaned({ quantity: decimal("10") });
      if (!isEarly) await look("adopt");
      await play([98, 98.5, 97, 98], 5);
      const { drifts } = await look("adopt");
      expect([isEarly, drifts.filter(({ isPast }) => isPast)]).toEqual([isEarly, drifts]);
      const held = book()?.ledgers.follower?.positions.AAA?.quantity;
      expect(held).toBe(isEarly ? undefined : decimal("10"));
      expect(desk.store.all()).toHaveLength(isEarly ? 1 : 0);
    }
  });

  test("of whose terms the venue tells nothing is told of, and left", async () => {
    const { desk, book } = await orphaned();
    const bare = Object.assign(Object.create(desk.account), {
      openOrders: async () =>
        (await desk.account.openOrders()).map((one) => ({ ...one, terms: undefined })),
    });
    const ports = { ...desk.ports, venue: () => bare };
    const options = { ...RECONCILE_DEFAULTS, strangers: "adopt" } as const;
    expect((await reconcile(ports, "follower", 0, options)).strangers).toHaveLength(1);
    expect(book()?.orders).toEqual([]);
  });
});

test("what becomes of orphans is the account's to say, in any of its profiles", () => {
  const { strategy, options } = follower({});
  const one = (name: string, orphans?: "cancel" | "adopt") =>
    compileProfile({
      strategy,
      options: { ...options, name, account: { name: "main", ...(orphans && { orphans }) } },
    });
  expect(orphansOf([one("a"), one("b")], "main")).toBe("report");
  expect(orphansOf([one("a"), one("b", "adopt")], "main")).toBe("adopt");
  expect(orphansOf([one("a", "cancel")], "other")).toBe("report");
});
