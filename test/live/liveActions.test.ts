import { describe, expect, test } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { CorporateAction } from "../../core/ports/marketData.ts";
import { applyActions } from "../../core/runtime/liveActions.ts";
import { reconcile } from "../../core/runtime/reconcileHandler.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { prefix } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";
import { feeds, profile } from "./minutes.ts";

const DATE = "2024-07-02";
const preOpenMs = newYorkTimeMs(DATE, "04:00");
const nightMs = newYorkTimeMs(DATE, "02:00");

const action = (kind: CorporateAction["kind"], value: string) => (symbol: string) => {
  return { symbol, kind, value: decimal(value), newSymbol: null, timeMs: preOpenMs };
};

/** A desk at night that holds a share, and an action of it that the venue announces. */
async function night(actionOf: (symbol: string) => CorporateAction) {
  const desk = await deskOf(profile(), "1m");
  const asked: string[][] = [];
  const half = feeds().map((feed) => ({ ...feed, columns: prefix(feed.columns, 30) }));
  await desk.play(half);
  const [symbol = ""] = Object.keys(
    desk.store.book(desk.name)?.value.ledgers.minutes?.positions ?? {},
  );
  desk.ports.marketData.actions = async (symbols, fromDate, toDate) => {
    asked.push([...symbols, fromDate, toDate]);
    return [actionOf(symbol)];
  };
  desk.time.nowMs = nightMs;
  const ledger = () => desk.store.book(desk.name)?.value.ledgers.minutes;
  const orders = () => desk.store.book(desk.name)?.value.orders ?? [];
  const run = () => applyActions(desk.ports, [compileProfile(profile())]);
  return { ...desk, asked, symbol, ledger, orders, run };
}

describe("corporate actions of the next session", () => {
  test("a split restates positions, orders at the venue and what strategies have seen, once", async () => {
    const desk = await night(action("split", "2"));
    const held = desk.ledger()?.positions[desk.symbol];
    expect(held).toBeDefined();
    const seen = desk.store.profile("minutes")?.value.symbols[desk.symbol]?.lastPrice ?? 0;
    const before = desk.orders().filter(({ request }) => request.symbol === desk.symbol);
    expect(await desk.run()).toBe(1);
    await desk.engine.tick();
    expect(desk.asked[0]).toEqual(["AAA", "BBB", "CCC", DATE, DATE]);
    expect(desk.ledger()?.positions[desk.symbol]?.quantity).toBe((held?.quantity ?? 0n) * 2n);
    expect(desk.store.profile("minutes")?.value.symbols[desk.symbol]?.lastPrice).toBeCloseTo(
      seen / 2,
      9,
    );
    // What follows each order at the venue is written down, in the numbers of after the split.
    const successors = desk.store.entries.flatMap(({ event }) =>
      event.type === "order.requested.v1" && event.eventTimeMs === preOpenMs
        ? [event.data.request.quantity]
        : [],
    );
    expect(successors.length).toBeGreaterThan(0);
    expect(successors).toEqual(before.map(({ request }) => (request.quantity ?? 0n) * 2n));
    const events = desk.store.entries.length;
    expect(await desk.run()).toBe(0);
    await desk.engine.tick();
    expect(desk.store.entries.length).toBe(events);
    expect(desk.notices).toEqual([]);
    // The venue may restate its own books as late as before the open: no difference until then.
    await reconcile(desk.ports, desk.name, nightMs);
    expect(await desk.ports.switches.all()).toEqual([]);
    desk.time.nowMs = newYorkTimeMs(DATE, "09:31");
    await reconcile(desk.ports, desk.name, nightMs);
    expect(await desk.ports.switches.all()).toMatchObject([{ by: "reconciliation" }]);
  });

  test("a dividend is paid to who holds the share, once", async () => {
    const desk = await night(action("dividend", "0.5"));
    const { cash = 0n, positions } = desk.ledger() ?? {};
    const paid = ((positions?.[desk.symbol]?.quantity ?? 0n) * 5n) / 10n;
    expect(paid).not.toBe(0n);
    expect(await desk.run()).toBe(1);
    expect(await desk.run()).toBe(0);
    expect(desk.ledger()?.cash).toBe(cash + paid);
  });

  test("what is heard of after the open is told to a person, and nothing is applied", async () => {
    const desk = await night(action("split", "2"));
    const before = desk.ledger();
    desk.time.nowMs = newYorkTimeMs(DATE, "09:30");
    expect(await desk.run()).toBe(0);
    expect(desk.ledger()).toEqual(before);
    expect(desk.notices).toMatchObject([{ severity: "page", key: expect.stringMatching(/^late/) }]);
  });
});
