import { describe, expect, test } from "vitest";
import { expectedPrice } from "../../core/execution/expectedPrice.ts";
import { cancelEntries, enterLong, enterShort, exit, moveStop } from "../../core/index.ts";
import type { Entry } from "../../core/strategy/intents.ts";
import { d, request } from "./fixtures.ts";
import {
  cancelled,
  ends,
  type Given,
  lines,
  plan,
  profileOf,
  working,
} from "./planning.fixtures.ts";

const reason = "because";

describe("an entry", () => {
  test("names its profile, its instrument, its cause and its place among the intents", () => {
    const [entry] = plan(enterLong({ reason })).requests;
    expect(entry).toMatchObject({
      id: "alpha.SPY.bar.7.2",
      intentId: "alpha.SPY.bar.7.2",
      profile: "alpha",
      account: "alpha",
      symbol: "SPY",
      timeInForce: "day",
      parentId: null,
      ocoGroup: null,
      reason,
      decidedTimeMs: 5_000,
      referencePrice: d("100"),
      extendedHours: false,
      expiresAtMs: null,
    });
  });

  test.each<[string, Partial<Entry>, string]>([
    ["at market", {}, "buy 10 market - - entry"],
    ["at a limit, in whole ticks", { limit: 99.004 }, "buy 10 limit 99 - entry"],
    ["from a trigger", { trigger: 101 }, "buy 10 stop - 101 entry"],
    ["from a trigger to a limit", { trigger: 101, limit: 102 }, "buy 10 stop-limit 102 101 entry"],
    ["of its own quantity", { quantity: 3.27 }, "buy 3.2 market - - entry"],
    ["of its own dollars, at its limit", { notional: 500, limit: 50 }, "buy 10 limit 50 - entry"],
    [
      "of its own dollars, at its trigger",
      { notional: 500, trigger: 125 },
      "buy 4 stop - 125 entry",
    ],
    ["of its own dollars, at the last price", { notional: 500 }, "buy 5 market - - entry"],
  ])("%s", (_, own, line) => {
    expect(lines(plan(enterLong({ reason, ...own })))).toEqual([line]);
  });

  test("carries how long it is good for and when", () => {
    const own = { timeInForce: "gtd", expiresAtMs: 9_000, extendedHours: true } as const;
    expect(plan(enterLong({ reason, ...own })).requests[0]).toMatchObject(own);
  });

  test("brings its stop and its target, which end each other and wait for it", () => {
    const found = plan(enterLong({ reason, stop: 95, target: 110, timeInForce: "day" }));
    expect(lines(found)).toEqual([
      "buy 10 market - - entry",
      "sell 10 stop - 95 stop-loss",
      "sell 10 limit 110 - take-profit",
    ]);
    const [entry, ...legs] = found.requests;
    for (const leg of legs) {
      expect(leg).toMatchObject({ timeInForce: "gtc", parentId: entry?.id, reason });
      expect(leg.ocoGroup).toBe(`${entry?.id}.oco`);
    }
    expect(legs.map(({ id }) => id)).toEqual([`${entry?.id}.stop`, `${entry?.id}.target`]);
  });

  test("may have a target alone", () => {
    const found = plan(enterLong({ reason, target: 110 }));
    expect(lines(found)).toEqual(["buy 10 market - - entry", "sell 10 limit 110 - take-profit"]);
    expect(found.replaces).toEqual([]);
  });

  test("may trail its stop instead; a stop at a price goes before", () => {
    const found = plan(enterShort({ reason, trailPercent: 2.5 }));
    expect(lines(found)).toEqual([
      "sell 10 market - - entry",
      "buy 10 trailing-stop - - stop-loss",
    ]);
    expect(found.requests[1]).toMatchObject({
      trailPercent: d("2.5"),
      id: expect.stringMatching(/trail$/),
    });
    const both = plan(enterShort({ reason, trailPercent: 2.5, stop: 105 }));
    expect(lines(both)[1]).toBe("buy 10 stop - 105 stop-loss");
    expect(both.requests).toHaveLength(2);
  });

  test("turns a position round: it closes what is held, legs are for what it opens", () => {
    const orders = [
      working({ id: "s", side: "sell", role: "stop-loss" }),
      working({ id: "t", side: "sell", role: "take-profit" }),
      working({ id: "r", side: "sell", role: "rebalance" }),
    ];
    const found = plan(enterShort({ reason, stop: 105 }), { held: "4", orders });
    expect(lines(found)).toEqual(["sell 14 market - - entry", "buy 10 stop - 105 stop-loss"]);
    expect(cancelled(found)).toEqual(["s", "t"]);
    expect(ends(found)).toEqual(["entry buy", "exit buy"]);
    const short = plan(enterLong({ reason }), { held: "-4" });
    expect(lines(short)).toEqual(["buy 14 market - - entry"]);
    expect(ends(short)).toEqual(["entry sell", "exit sell"]);
  });

  test("on top of a position needs `add`, and keeps what protects it", () => {
    const orders = [working({ id: "s", side: "sell", role: "stop-loss" })];
    expect(plan(enterLong({ reason }), { held: "4" }).outcome).toBe("already-long");
    expect(plan(enterShort({ reason }), { held: "-4" }).outcome).toBe("already-short");
    const found = plan(enterLong({ reason, add: true }), { held: "4", orders });
    expect(lines(found)).toEqual(["buy 10 market - - entry"]);
    expect(cancelled(found)).toEqual([]);
    const short = plan(enterShort({ reason, add: true }), { held: "-4" });
    expect(lines(short)).toEqual(["sell 10 market - - entry"]);
  });

  test("waits for no other of its side, unless it is to add", () => {
    const outcome = (own: Given, more: Partial<Entry> = {}) =>
      plan(enterLong({ reason, ...more }), own).outcome;
    const same = { orders: [working({ id: "e" })] };
    expect(outcome(same)).toBe("entry-already-working");
    expect(outcome({ works: [{ role: "entry", side: "buy" }] })).toBe("entry-already-working");
    expect(outcome(same, { add: true })).toBeNull();
    expect(outcome({ orders: [working({ side: "sell" })] })).toBeNull();
    expect(outcome({ orders: [working({ role: "exit" })] })).toBeNull();
    expect(outcome({ orders: [working({ parentId: "p" })] })).toBeNull();
    expect(outcome({ works: [{ role: "entry", side: "sell" }] })).toBeNull();
    expect(outcome({ works: [{ role: "exit", side: "buy" }] })).toBeNull();
  });

  test("that comes to nothing says why", () => {
    const none = plan(enterLong({ reason, quantity: 0.04 }));
    expect(none).toMatchObject({ requests: [], cancels: [], replaces: [], algo: null });
    expect(none.outcome).toBe("too-small");
    expect(ends(none)).toEqual([]);
  });

  test("is cut to what its cause may move, by the smaller of two bounds", () => {
    const found = (maxQuantity: string, of = profileOf()) =>
      lines(plan(enterLong({ reason }), { maxQuantity: d(maxQuantity), profile: of }));
    expect(found("3")).toEqual(["buy 3 market - - entry"]);
    expect(found("30")).toEqual(["buy 10 market - - entry"]);
    const sizing = { kind: "fixed-quantity", quantity: "10", maxQuantity: "2" } as const;
    const bounded = profileOf({ sizing });
    expect(found("3", bounded)).toEqual(["buy 2 market - - entry"]);
    expect(found("1", bounded)).toEqual(["buy 1 market - - entry"]);
  });

  test("is sized by its stop and by its volatility where the profile asks for that", () => {
    const risk = { profile: profileOf({ sizing: { kind: "risk-per-trade", fraction: 0.01 } }) };
    // 1 % of 100 000 over 5 dollars of risk a share.
    expect(lines(plan(enterLong({ reason, stop: 95 }), risk))[0]).toBe("buy 200 market - - entry");
    expect(plan(enterLong({ reason }), risk).outcome).toBe("no-stop");
    const steady = { profile: profileOf({ sizing: { kind: "volatility-target", annual: 0.1 } }) };
    const [found] = lines(plan(enterLong({ reason, volatility: 0.2 }), steady));
    expect(found).toBe("buy 500 market - - entry");
    expect(plan(enterLong({ reason }), steady).outcome).toBe("no-volatility");
  });
});

describe("an exit", () => {
  test("closes what is held, dust included, and ends all that works", () => {
    const orders = [working({ id: "s", side: "sell", role: "stop-loss" }), working({ id: "e" })];
    const found = plan(exit({ reason }), { held: "10.123456789", orders });
    expect(lines(found)).toEqual(["sell 10.123456789 market - - exit"]);
    expect(found.requests[0]).toMatchObject({
      id: "alpha.SPY.bar.7.2",
      timeInForce: "day",
      reason,
    });
    expect(cancelled(found)).toEqual(["s", "e"]);
    expect(ends(found)).toHaveLength(4);
    expect(found.replaces).toEqual([]);
    expect(found.requests[0]?.extendedHours).toBe(false);
    expect(lines(plan(exit({ reason }), { held: "-3" }))).toEqual(["buy 3 market - - exit"]);
  });

  test("of a part is rounded down to the lot, and ends nothing", () => {
    const orders = [working({ id: "s", side: "sell", role: "stop-loss" })];
    const found = plan(exit({ reason, fraction: 0.5 }), { held: "10.3", orders });
    expect(lines(found)).toEqual(["sell 5.1 market - - exit"]);
    expect(cancelled(found)).toEqual([]);
    expect(ends(found)).toEqual([]);
    expect(plan(exit({ reason, fraction: 0.5 }), { held: "0.1" }).outcome).toBe("too-small");
  });

  test("may have a limit, in whole ticks, and hours of its own", () => {
    const own = { limit: 101.004, timeInForce: "gtc", extendedHours: true } as const;
    const found = plan(exit({ reason, ...own }), { held: "1" });
    expect(lines(found)).toEqual(["sell 1 limit 101 - exit"]);
    expect(found.requests[0]).toMatchObject({ timeInForce: "gtc", extendedHours: true });
  });

  test("without a position cancels what works and says that it is flat already", () => {
    const found = plan(exit({ reason }), { orders: [working({ id: "e" })] });
    expect(found.outcome).toBe("already-flat");
    expect(found.requests).toEqual([]);
    expect(cancelled(found)).toEqual(["e"]);
    expect(ends(found)).toHaveLength(4);
  });

  test("waits for another that works already", () => {
    const one = { held: "1", orders: [working({ role: "exit" })] };
    expect(plan(exit({ reason }), one).outcome).toBe("exit-already-working");
    const worked = { held: "1", works: [{ role: "exit", side: "sell" }] as const };
    expect(plan(exit({ reason }), worked).outcome).toBe("exit-already-working");
    const entry = { held: "1", works: [{ role: "entry", side: "sell" }] as const };
    expect(plan(exit({ reason }), entry).outcome).toBeNull();
    expect(plan(exit({ reason }), { held: "1", orders: [working({})] }).outcome).toBeNull();
  });
});

describe("cancelling entries", () => {
  test("ends entries alone, those that are worked, too", () => {
    const orders = [working({ id: "e" }), working({ id: "s", role: "stop-loss" })];
    const found = plan(cancelEntries({ reason }), { orders });
    expect(cancelled(found)).toEqual(["e"]);
    expect(found.outcome).toBeNull();
    expect(ends(found)).toEqual(["entry buy", "entry sell"]);
    const worked = plan(cancelEntries({ reason }), { works: [{ role: "entry", side: "buy" }] });
    expect(worked.outcome).toBeNull();
    const works = [
      { role: "exit", side: "sell" } as const,
      { role: "entry", side: "buy" } as const,
    ];
    expect(plan(cancelEntries({ reason }), { works }).outcome).toBeNull();
  });
  test("says so where nothing works", () => {
    const orders = [working({ id: "s", role: "stop-loss" })];
    const works = [{ role: "exit", side: "sell" }] as const;
    expect(plan(cancelEntries({ reason }), { orders, works }).outcome).toBe("nothing-working");
  });
});

describe("moving the stop", () => {
  const trail = working({
    id: "old",
    side: "sell",
    type: "trailing-stop",
    trailPercent: d("2"),
    trailPrice: d("3"),
    role: "stop-loss",
  });
  test("replaces every protective stop by one at the price, each under an id of its own", () => {
    const other = working({ id: "second", side: "sell", role: "stop-loss", stopPrice: d("90") });
    const orders = [trail, other, working({ id: "t", role: "take-profit" })];
    const found = plan(moveStop({ stop: 97.004, reason: "up" }), { orders });
    expect(found.outcome).toBeNull();
    expect(found.requests).toEqual([]);
    const [first, second] = found.replaces.map(({ replacement }) => replacement);
    expect(first).toMatchObject({
      id: "alpha.SPY.bar.7.2",
      replaces: "old",
      type: "stop",
      stopPrice: d("97"),
      trailPercent: null,
      trailPrice: null,
      reason: "up",
      decidedTimeMs: 5_000,
    });
    expect(second).toMatchObject({ id: "alpha.SPY.bar.7.2.1", replaces: "second" });
    expect(found.replaces.map(({ order }) => order.request.id)).toEqual(["old", "second"]);
  });
  test("changes nothing where the stop is there already, or there is none", () => {
    const at = working({ id: "s", role: "stop-loss", stopPrice: d("97") });
    expect(plan(moveStop({ stop: 97, reason }), { orders: [at] }).outcome).toBe("no-change");
    expect(plan(moveStop({ stop: 97, reason }), {}).outcome).toBe("no-change");
  });
});

describe("how an order is worked", () => {
  const twap = { kind: "twap", slices: 4 } as const;
  const worked = (own: Partial<Entry>, of = profileOf()) =>
    plan(enterLong({ reason, ...own }), { profile: of }).algo;

  test("is as the intent says, else as the profile, and at once by default", () => {
    expect(worked({})).toBeNull();
    expect(worked({ execution: twap })).toMatchObject({
      kind: "twap",
      slices: 4,
      worstPrice: null,
    });
    expect(worked({}, profileOf({ execution: { kind: "twap", slices: 7 } }))).toMatchObject({
      slices: 7,
    });
    expect(worked({ execution: { kind: "immediate" } }, profileOf({ execution: twap }))).toBeNull();
    expect(plan(exit({ reason, execution: twap }), { held: "1" }).algo).toMatchObject(twap);
  });
  test("takes the order's own limit for the worst price", () => {
    expect(worked({ execution: { ...twap, worstPrice: "105" } })?.worstPrice).toBe(d("105"));
    const both = worked({ limit: 101, execution: { ...twap, worstPrice: "105" } });
    expect(both?.worstPrice).toBe(d("101"));
    const iceberg = { kind: "iceberg", worstPrice: "105" } as const;
    expect(worked({ execution: iceberg })).toMatchObject({ kind: "iceberg", worstPrice: d("105") });
    expect(worked({ limit: 101, execution: iceberg })?.worstPrice).toBe(d("101"));
  });
  test("is left to the venue where the order waits for a trigger", () => {
    expect(worked({ trigger: 101, execution: twap })).toBeNull();
  });
  test("stops the profile where it is no execution, by the field", () => {
    const wrong = { kind: "twap", slices: 0 } as const;
    expect(() => worked({ execution: wrong })).toThrow(/^execution\.slices: /);
  });
});

test("slippage is measured from the limit, the stop or the price that was seen, in that order", () => {
  const [limitPrice, stopPrice] = [d("99"), d("98")];
  expect(expectedPrice(request({ limitPrice, stopPrice }))).toBe(limitPrice);
  expect(expectedPrice(request({ stopPrice }))).toBe(stopPrice);
  expect(expectedPrice(request())).toBe(d("100"));
  expect(expectedPrice(request({ type: "trailing-stop", stopPrice }))).toBeNull();
});
