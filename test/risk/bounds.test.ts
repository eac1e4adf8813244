import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { equity } from "../../core/domain/instruments.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { assess, assessQuick, compileLimits } from "../../core/risk/assess.ts";
import { limitsSchema } from "../../core/risk/limits.ts";
import type { RiskContext } from "../../core/risk/rule.ts";
import { d, request } from "../execution/fixtures.ts";

/** Flat, 100 000 dollars of equity, SPY at 100. */
const flat: RiskContext = {
  instrument: equity("SPY"),
  price: d("100"),
  position: 0n,
  inUniverse: true,
  noEntries: null,
  equity: d("100000"),
  grossExposure: 0n,
  netExposure: 0n,
  openOrders: 0,
  ordersToday: 0,
  dayStartEquity: d("100000"),
  peakEquity: d("100000"),
  buyingPower: d("1000"),
};

type Case = {
  readonly limits: z.input<typeof limitsSchema>;
  readonly order?: Partial<OrderRequest>;
  readonly at: Partial<RiskContext> & { readonly quantity?: bigint; readonly limitPrice?: bigint };
  readonly above: Case["at"];
};

function denial({ limits, order }: Case, change: Case["at"]): string | null {
  const { quantity, limitPrice, ...context } = change;
  const of = request({
    quantity: d("10"),
    ...order,
    ...(quantity !== undefined && { quantity }),
    ...(limitPrice !== undefined && { limitPrice }),
  });
  const rules = compileLimits(limitsSchema.parse(limits));
  const full = assess(rules, of, { ...flat, ...context });
  const quick = assessQuick(rules, of, { ...flat, ...context });
  expect(quick).toBe(full.verdict === "denied" ? full.limit : null);
  return quick;
}

const sale = { side: "sell" } as const;
const cases: Readonly<Record<string, Case>> = {
  "max-order-quantity": {
    limits: { maxOrderQuantity: "10" },
    at: { quantity: d("10") },
    above: { quantity: d("10.000000001") },
  },
  "max-order-notional": {
    limits: { maxOrderNotional: "1000" },
    at: { quantity: d("10") },
    above: { quantity: d("10.00000001") },
  },
  "max-position-notional": {
    limits: { maxPositionNotional: "1500" },
    at: { position: d("5") },
    above: { position: d("5.00000001") },
  },
  "max-gross-exposure": {
    limits: { maxGrossExposure: 1.5 },
    at: { grossExposure: d("149000") },
    above: { grossExposure: d("149000.000000001") },
  },
  "max-net-exposure": {
    limits: { maxNetExposure: 0.5, allowShort: true },
    order: sale,
    at: { netExposure: d("-49000") },
    above: { netExposure: d("-49000.000000001") },
  },
  "max-open-orders": {
    limits: { maxOpenOrders: 3 },
    at: { openOrders: 2 },
    above: { openOrders: 3 },
  },
  "max-orders-per-day": {
    limits: { maxOrdersPerDay: 1 },
    at: { ordersToday: 0 },
    above: { ordersToday: 1 },
  },
  "max-daily-loss": {
    limits: { maxDailyLoss: 0.02 },
    at: { equity: d("98000") },
    above: { equity: d("97999.999999999") },
  },
  "max-drawdown": {
    limits: { maxDrawdown: 0.2 },
    at: { peakEquity: d("125000") },
    above: { peakEquity: d("125000.00000001") },
  },
  "price-collar": {
    limits: { priceCollar: 0.05 },
    order: { type: "limit" },
    at: { limitPrice: d("105") },
    above: { limitPrice: d("105.000000001") },
  },
  "buying-power": {
    limits: { checkBuyingPower: true },
    at: { buyingPower: d("1000") },
    above: { buyingPower: d("999.999999999") },
  },
  "allow-short": {
    limits: {},
    order: sale,
    at: { position: d("10") },
    above: { position: d("9.999999999") },
  },
};

describe("a limit passes at its bound and denies just above it", () => {
  test.each(Object.entries(cases))("%s", (name, one) => {
    expect(denial(one, one.at)).toBeNull();
    expect(denial(one, one.above)).toBe(name);
  });

  test("the numbers of a denial are exact", () => {
    const one = cases["max-daily-loss"];
    if (one === undefined) throw new Error("it is in the table");
    const rules = compileLimits(limitsSchema.parse(one.limits));
    const found = assess(rules, request(), { ...flat, ...one.above });
    expect(found.checks.at(-1)).toMatchObject({ value: "2000.000000001", bound: "2000" });
  });
});

test("dollars of what has no price are no exit: they are denied, whatever is held", () => {
  const dollars = request({ quantity: null, notional: d("1000") });
  const rules = compileLimits(limitsSchema.parse({}));
  const context = { ...flat, price: 0n, position: d("10") };
  expect(assess(rules, dollars, context)).toMatchObject({ verdict: "denied", limit: "price" });
  expect(assessQuick(rules, dollars, context)).toBe("price");
});
