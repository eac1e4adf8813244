import { describe, expect, test } from "vitest";
import type { OrderRequest } from "../../core/domain/order.ts";
import { d } from "../execution/fixtures.ts";
import { type Change, NOW_MS, type Options, outcome, verdict } from "./context.ts";

type Step = Change & { readonly quantity?: bigint; readonly limitPrice?: bigint };

type Case = {
  readonly limits: Options;
  readonly order?: Partial<OrderRequest>;
  readonly at: Step;
  readonly above: Step;
};

function denial({ limits, order }: Case, { quantity, limitPrice, ...change }: Step): string {
  const asked = {
    quantity: d("10"),
    ...order,
    ...(quantity !== undefined && { quantity }),
    ...(limitPrice !== undefined && { limitPrice }),
  };
  return outcome(limits, asked, change);
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
  "max-concentration": {
    limits: { maxConcentration: 0.25 },
    at: { position: d("240") },
    above: { position: d("240.000000001") },
  },
  "max-orders-per-minute": {
    limits: { maxOrdersPerMinute: 5 },
    at: { ordersLastMinute: 4 },
    above: { ordersLastMinute: 5 },
  },
  duplicate: {
    limits: { duplicateSeconds: 30 },
    at: { twins: 0 },
    above: { twins: 1 },
  },
  "cool-down": {
    limits: { coolDown: { losses: 3, minutes: 30 } },
    at: { lossesInRow: 3, lastLossMs: NOW_MS - 30 * 60_000 },
    above: { lossesInRow: 3, lastLossMs: NOW_MS - 30 * 60_000 + 1 },
  },
  "max-price-age": {
    limits: { maxPriceAgeSeconds: 90 },
    at: { priceTimeMs: NOW_MS - 90_000 },
    above: { priceTimeMs: NOW_MS - 90_001 },
  },
  "regular-hours": {
    limits: { regularHoursOnly: true },
    at: { inSession: true },
    above: { inSession: false },
  },
  tradable: {
    limits: {},
    at: { tradable: true },
    above: { tradable: false },
  },
  "trading-halt": {
    limits: {},
    at: { halted: false },
    above: { halted: true },
  },
  "tick-and-lot": {
    limits: {},
    order: { type: "limit" },
    at: { limitPrice: d("99.99") },
    above: { limitPrice: d("99.999") },
  },
  "self-trade": {
    limits: {},
    at: { account: { opposing: 0 } },
    above: { account: { opposing: 1 } },
  },
  "account-max-open-orders": {
    limits: { account: { maxOpenOrders: 3 } },
    at: { account: { openOrders: 2 } },
    above: { account: { openOrders: 3 } },
  },
  "account-max-daily-loss": {
    limits: { account: { maxDailyLoss: 0.02 } },
    at: { account: { equity: d("98000") } },
    above: { account: { equity: d("97999.999999999") } },
  },
  "account-max-gross-exposure": {
    limits: { account: { maxGrossExposure: 1.5 } },
    at: { account: { grossExposure: d("149000") } },
    above: { account: { grossExposure: d("149000.000000001") } },
  },
  "buying-power": {
    limits: {},
    at: { account: { buyingPower: d("1000") } },
    above: { account: { buyingPower: d("999.999999999") } },
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
    expect(denial(one, one.at)).toBe("approved");
    expect(denial(one, one.above)).toBe(name);
  });

  test("a denial says why in words", async () => {
    const reasons = Object.entries(cases).map(([name, { limits, order, above }]) => {
      const { quantity = d("10"), limitPrice, ...change } = above;
      const asked = { quantity, ...order, ...(limitPrice !== undefined && { limitPrice }) };
      const found = verdict(limits, asked, change);
      return `${name}: ${found.verdict === "denied" ? found.reason : ""}`;
    });
    await expect(`${reasons.join("\n")}\n`).toMatchFileSnapshot("./reasons.txt");
  });

  test("the numbers of a denial are exact", () => {
    const limits = { maxDailyLoss: 0.02 };
    const found = verdict(limits, {}, { equity: d("97999.999999999") });
    expect(found.checks.at(-1)).toMatchObject({ value: "2000.000000001", bound: "2000" });
  });
});

describe("what working entries may still add counts", () => {
  const limits = { maxPositionNotional: "2000" };
  test("on the side of the order, as if it were held", () => {
    expect(outcome(limits, {}, { inFlight: { buys: d("10") } })).toBe("approved");
    expect(outcome(limits, {}, { inFlight: { buys: d("10.01") } })).toBe("max-position-notional");
    expect(outcome(limits, {}, { inFlight: { sells: d("50") } })).toBe("approved");
  });
  test("in other instruments and on either side to the gross exposure", () => {
    const gross = { maxGrossExposure: 0.5 };
    expect(outcome(gross, {}, { inFlight: { elsewhere: d("49000") } })).toBe("approved");
    expect(outcome(gross, {}, { inFlight: { elsewhere: d("49000.01") } })).toBe(
      "max-gross-exposure",
    );
    // Sold short before the purchase fills, it is the short position that counts.
    expect(outcome(gross, {}, { inFlight: { sells: d("501") } })).toBe("max-gross-exposure");
  });
  test("on its own side to the net exposure", () => {
    const net = { maxNetExposure: 0.5 };
    expect(outcome(net, {}, { inFlight: { buyDollars: d("49000") } })).toBe("approved");
    expect(outcome(net, {}, { inFlight: { buyDollars: d("49000.01") } })).toBe("max-net-exposure");
    expect(outcome(net, {}, { inFlight: { sellDollars: d("90000") } })).toBe("approved");
  });
});

test("what has no margin takes two dollars of a margin account's buying power for each", () => {
  const account = { buyingPower: d("2000"), payFactor: d("2") };
  expect(outcome({}, { quantity: d("10") }, { account })).toBe("approved");
  expect(outcome({}, { quantity: d("11") }, { account })).toBe("buying-power");
});

test("dollars of what has no price are no exit: they are denied, whatever is held", () => {
  const dollars = { quantity: null, notional: d("1000") };
  expect(outcome({}, dollars, { price: 0n, position: d("10") })).toBe("price");
});
