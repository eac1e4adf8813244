import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { larger, ONE, smaller } from "../../core/domain/decimal.ts";
import { equity } from "../../core/domain/instruments.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { riskCheck } from "../../core/events/catalogue.ts";
import { assess } from "../../core/risk/assess.ts";
import { limitsSchema } from "../../core/risk/limits.ts";
import { d, request, seeded } from "../execution/fixtures.ts";
import { type Change, flat, type Options, outcome, rulesOf, verdict } from "./context.ts";

const buy = (quantity: string, more: Partial<OrderRequest> = {}) =>
  ({ side: "buy", quantity: d(quantity), ...more }) as const;
const sell = (quantity: string, more: Partial<OrderRequest> = {}) =>
  ({ side: "sell", quantity: d(quantity), ...more }) as const;

describe("limits", () => {
  test("without any set, an order passes with the checks that always hold", () => {
    const found = verdict({});
    expect(found.verdict).toBe("approved");
    expect(found.checks.map(({ limit }) => limit)).toEqual([
      "universe",
      "price",
      "tradable",
      "trading-halt",
      "allow-short",
      "tick-and-lot",
      "self-trade",
      "buying-power",
    ]);
    for (const check of found.checks) expect(riskCheck.parse(check)).toEqual(check);
  });
  test("a misspelt limit is refused by name", () => {
    const issue = limitsSchema.safeParse({ maxDrawDown: 0.1 }).error?.issues[0];
    expect(issue?.message).toContain("maxDrawDown");
    expect(limitsSchema.safeParse({ maxOrderQuantity: "0" }).error?.issues[0]?.path).toEqual([
      "maxOrderQuantity",
    ]);
  });
  test("an instrument outside of the universe or without a price is denied", () => {
    expect(outcome({}, {}, { inUniverse: false })).toBe("universe");
    expect(outcome({}, {}, { price: 0n })).toBe("price");
    const found = verdict({}, {}, { inUniverse: false });
    expect(found).toMatchObject({ reason: "the instrument is not in the profile's universe" });
  });
  test("a short position needs the permission and an instrument that can be shorted", () => {
    expect(outcome({}, sell("1"))).toBe("allow-short");
    expect(outcome({ allowShort: true }, sell("1"))).toBe("approved");
    expect(outcome({ allowShort: true }, sell("1"), { shortable: false })).toBe("allow-short");
    expect(outcome({}, sell("15"), { position: d("10") })).toBe("allow-short");
  });

  test.each<[keyof Options, Options, Partial<OrderRequest>, Partial<OrderRequest>]>([
    ["maxOrderQuantity", { maxOrderQuantity: "10" }, buy("10"), buy("11")],
    ["maxOrderNotional", { maxOrderNotional: "1000" }, buy("10"), buy("11")],
    ["maxPositionNotional", { maxPositionNotional: "1000" }, buy("10"), buy("11")],
    ["maxGrossExposure", { maxGrossExposure: 0.5 }, buy("500"), buy("501")],
    ["maxNetExposure", { maxNetExposure: 0.5 }, buy("500"), buy("501")],
    ["checkBuyingPower", { checkBuyingPower: true }, buy("2000"), buy("2001")],
  ])("%s lets through what equals it and denies one more", (_, limits, within, beyond) => {
    expect(outcome(limits, within)).toBe("approved");
    expect(outcome(limits, beyond)).not.toBe("approved");
  });
  test("a notional order is measured like the shares that it buys", () => {
    const dollars = { quantity: null, notional: d("1001") };
    expect(outcome({ maxOrderNotional: "1000" }, dollars)).toBe("max-order-notional");
    expect(outcome({ maxOrderQuantity: "10" }, dollars)).toBe("max-order-quantity");
    expect(outcome({ maxPositionNotional: "1000" }, dollars)).toBe("max-position-notional");
    expect(outcome({}, { ...dollars, side: "sell" })).toBe("allow-short");
  });
  test("dollars count the multiplier of the instrument", () => {
    const future = { instrument: equity("ES", { multiplier: d("50") }) };
    expect(outcome({ maxPositionNotional: "5000" }, buy("1"), future)).toBe("approved");
    expect(outcome({ maxPositionNotional: "4999" }, buy("1"), future)).toBe(
      "max-position-notional",
    );
  });
  test("counts include the order itself", () => {
    expect(outcome({ maxOpenOrders: 2 }, {}, { openOrders: 1 })).toBe("approved");
    expect(outcome({ maxOpenOrders: 2 }, {}, { openOrders: 2 })).toBe("max-open-orders");
    expect(outcome({ maxOrdersPerDay: 2 }, {}, { ordersToday: 2 })).toBe("max-orders-per-day");
  });
  test("losses end entries, and a drawdown is to halt the profile", () => {
    const lost = { equity: d("89999") };
    expect(verdict({ maxDailyLoss: 0.1 }, {}, lost)).toMatchObject({
      limit: "max-daily-loss",
      reason: "the day's loss is too large for entries: expected at most 10000, got 10001",
      halts: false,
    });
    expect(verdict({ maxDrawdown: 0.1 }, {}, lost)).toMatchObject({
      limit: "max-drawdown",
      halts: true,
    });
    expect(outcome({ maxDailyLoss: 0.1, maxDrawdown: 0.1 }, {}, { equity: d("90000") })).toBe(
      "approved",
    );
  });
  test("a limit price may not cross the market by more than the collar", () => {
    const limits = { priceCollar: 0.05 };
    const at = (price: string) => ({ type: "limit", limitPrice: d(price) }) as const;
    expect(outcome(limits, buy("1", at("105")))).toBe("approved");
    expect(outcome(limits, buy("1", at("105.01")))).toBe("price-collar");
    expect(outcome(limits, buy("1", at("10")))).toBe("approved");
    const held = { position: d("10") };
    expect(outcome(limits, sell("1", at("94")), held)).toBe("price-collar");
    const stop = { type: "stop-limit", stopPrice: d("80"), limitPrice: d("79") } as const;
    expect(outcome(limits, sell("1", stop), held)).toBe("approved");
  });
  test("only the opening part of a flip is paid for", () => {
    const short = { position: d("-10"), account: { buyingPower: d("500") } };
    const limits = { checkBuyingPower: true, allowShort: true };
    expect(outcome(limits, buy("15"), short)).toBe("approved");
    expect(outcome(limits, buy("16"), short)).toBe("buying-power");
  });
  test("beyond the net bound, what brings it nearer is let through", () => {
    const context = { netExposure: d("90000"), grossExposure: d("90000") };
    const limits = { maxNetExposure: 0.5, allowShort: true };
    expect(outcome(limits, sell("100"), context)).toBe("approved");
    expect(outcome(limits, buy("1"), context)).toBe("max-net-exposure");
  });
  test("the first limit that fails ends the checks, and its numbers are kept", () => {
    const found = verdict({ maxOrderQuantity: "5", maxOrdersPerDay: 1 });
    expect(found.checks.at(-1)).toEqual({
      limit: "max-order-quantity",
      value: "10",
      bound: "5",
      passed: false,
    });
  });
  test("a limit that is not set is not looked at", () => {
    const context = { ...flat };
    for (const name of ["equity", "grossExposure", "peakEquity", "openOrders"] as const) {
      Object.defineProperty(context, name, {
        get: () => {
          throw new Error(`looked at ${name}`);
        },
      });
    }
    expect(assess(rulesOf({ maxOrderQuantity: "10" }), request(), context).verdict).toBe(
      "approved",
    );
    expect(() => assess(rulesOf({ maxDrawdown: 0.1 }), request(), context)).toThrow("peakEquity");
  });
  test("the protective legs of an entry pass while there is no position yet", () => {
    const leg = sell("10", { role: "stop-loss", type: "stop", stopPrice: d("90") });
    expect(outcome({ maxOpenOrders: 1 }, { ...leg, parentId: "o1" }, { openOrders: 1 })).toBe(
      "approved",
    );
    expect(outcome({}, leg)).toBe("allow-short");
  });
});

describe("limits, for any order", () => {
  const amount = fc.bigInt({ min: 1n, max: 2_000n * ONE });
  const tight: Options = {
    maxOrderQuantity: "1",
    maxOrderNotional: "1",
    maxPositionNotional: "1",
    maxGrossExposure: 0.001,
    maxNetExposure: 0.001,
    maxOpenOrders: 1,
    maxOrdersPerDay: 1,
    maxDailyLoss: 0.01,
    maxDrawdown: 0.01,
    checkBuyingPower: true,
  };
  const worst: Change = {
    equity: d("1"),
    grossExposure: d("1000000"),
    netExposure: d("1000000"),
    openOrders: 99,
    ordersToday: 99,
    account: { buyingPower: 0n, opposing: 9 },
    inUniverse: false,
  };

  test("an order that only makes a position smaller is never denied", () => {
    fc.assert(
      fc.property(amount, amount, fc.boolean(), (a, b, isLong) => {
        const quantity = smaller(a, b);
        const held = larger(a, b);
        const order = { side: isLong ? "sell" : "buy", quantity } as const;
        const context = { ...worst, position: isLong ? held : -held };
        expect(outcome(tight, order, context)).toBe("approved");
      }),
      seeded("risk exits", 20260106, 200),
    );
  });
});
