import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decimal, numberOf, ONE } from "../../core/domain/decimal.ts";
import { equity, fractionalEquity } from "../../core/domain/instruments.ts";
import { bandsSchema } from "../../core/portfolio/bands.ts";
import { type RebalanceInput, rebalance } from "../../core/portfolio/rebalance.ts";
import { d, seeded } from "../execution/fixtures.ts";
import { fractional, holding, input, lines } from "./fixtures.ts";

describe("rebalance", () => {
  test("from cash to 60/40 buys both", () => {
    expect(lines(input())).toEqual({ orders: ["buy 600 SPY", "buy 800 IEF"], kept: [] });
  });
  test("sells come before buys, whatever the order of the holdings", () => {
    const holdings = [holding("SPY", "0", "100"), holding("IEF", "2000", "50")];
    const found = lines(input({ holdings, cash: 0n }));
    expect(found.orders).toEqual(["sell 1200 IEF", "buy 600 SPY"]);
  });
  test("what has no weight is sold whole, dust included", () => {
    const holdings = [holding("SPY", "10.5", "100")];
    expect(lines(input({ holdings, weights: {} })).orders).toEqual(["sell 10.5 SPY"]);
  });
  test("weights that leave the cash buffer are not scaled, others leave it", () => {
    const half = { weights: { SPY: 0.5 }, cashBuffer: 0.01 };
    expect(lines(input(half)).orders).toEqual(["buy 500 SPY"]);
    const full = { weights: { SPY: 1 }, cashBuffer: 0.01 };
    expect(lines(input(full)).orders).toEqual(["buy 990 SPY"]);
  });
  test("leverage on margin is kept, less the buffer", () => {
    const found = lines(input({ weights: { SPY: 1.5 }, cash: null, cashBuffer: 0.1 }));
    expect(found.orders).toEqual(["buy 1350 SPY"]);
  });
  test("buys shrink in proportion to the cash that there is, and say so", () => {
    const found = rebalance(input({ cash: d("50000") }));
    expect(found.orders.map(({ quantity }) => numberOf(quantity))).toEqual([300, 400]);
    expect(found.orders[0]?.reason).toBe(
      "SPY from 0.00 % to 60.00 % of equity, cut to the cash there is (50000)",
    );
    expect(lines(input({ cash: 0n })).kept).toEqual(["SPY no-cash", "IEF no-cash"]);
  });
  test("the proceeds of a short sale pay for nothing", () => {
    const weights = { SPY: -0.5, IEF: 0.5 };
    const found = lines(input({ weights, cash: d("1000") }));
    expect(found.orders).toEqual(["sell 500 SPY", "buy 20 IEF"]);
  });
  test("a drift inside its band is let be, and the narrower band counts", () => {
    const holdings = [holding("SPY", "630", "100"), holding("IEF", "740", "50")];
    const at = (bands: RebalanceInput["bands"]) =>
      lines(input({ holdings, cash: 0n, ...(bands && { bands }) }));
    expect(at({ absolute: 0.05 }).kept).toEqual(["SPY inside-band", "IEF inside-band"]);
    expect(at({ absolute: 0.03 }).kept).toEqual(["SPY inside-band", "IEF inside-band"]);
    expect(at({ absolute: 0.02 }).orders).toEqual(["sell 30 SPY", "buy 60 IEF"]);
    // 3 points are 5 % of 60 and 7.5 % of 40.
    expect(at({ absolute: 0.05, relative: 0.06 }).kept).toEqual(["SPY inside-band", "IEF no-cash"]);
    expect(at(undefined).orders).toHaveLength(2);
  });
  test("opening and closing have no band", () => {
    const bands = { absolute: 0.5 };
    expect(lines(input({ bands })).orders).toHaveLength(2);
    const holdings = [holding("SPY", "10", "100")];
    expect(lines(input({ bands, holdings, weights: {} })).orders).toEqual(["sell 10 SPY"]);
  });
  test("fractions are traded to the lot, or in whole shares where asked", () => {
    const of = { holdings: [holding(fractional("SPY"), "0", "333")], weights: { SPY: 1 } };
    expect(lines(input(of)).orders).toEqual(["buy 300.3003003 SPY"]);
    expect(lines(input({ ...of, wholeShares: true })).orders).toEqual(["buy 300 SPY"]);
  });
  test("every instrument that is not traded has a reason code", () => {
    const holdings = [
      holding("ON", "100", "100"),
      holding("SMALL", "100", "100"),
      holding("TINY", "0", "100"),
      holding("BLIND", "5", "0"),
    ];
    const weights = { ON: 0.1, SMALL: 0.101, TINY: 0.0001, BLIND: 0.5, GONE: 0.1 };
    const found = lines(input({ holdings, weights, minTradeNotional: d("500") }));
    expect(found.orders).toEqual([]);
    expect(found.kept).toEqual([
      "GONE unknown-symbol",
      "ON on-target",
      "SMALL too-small",
      "TINY too-small",
      "BLIND no-price",
    ]);
  });
  test("without equity everything is closed", () => {
    const holdings = [holding("SPY", "10", "100"), holding("IEF", "-4", "50")];
    const found = lines(input({ holdings, equity: d("-5"), cash: null }));
    expect(found.orders).toEqual(["sell 10 SPY", "buy 4 IEF"]);
  });
  test("bands without a width are refused", () => {
    expect(bandsSchema.safeParse({}).success).toBe(false);
  });
});

describe("rebalance, for any portfolio", () => {
  const holdingOf = (index: number) =>
    fc
      .record({
        units: fc.bigInt({ min: 0n, max: 2_000n }),
        price: fc.bigInt({ min: ONE / 100n, max: 500n * ONE }),
        weight: fc.integer({ min: 0, max: 100 }),
        isFractional: fc.boolean(),
      })
      .map((one) => ({ symbol: `S${index}`, ...one }));
  const portfolio = fc.record({
    rows: fc.tuple(holdingOf(0), holdingOf(1), holdingOf(2), holdingOf(3)),
    cash: fc.bigInt({ min: 0n, max: 1_000_000n * ONE }),
    cashBuffer: fc.constantFrom(0, 0.01, 0.2),
    least: fc.constantFrom<Decimal>(0n, 100n * ONE),
    bands: fc.constantFrom(undefined, { absolute: 0.05 }, { relative: 0.25 }),
  });
  type Portfolio = typeof portfolio extends fc.Arbitrary<infer T> ? T : never;

  function inputOf({ rows, cash, cashBuffer, least, bands }: Portfolio): RebalanceInput {
    const total = rows.reduce((sum, { weight }) => sum + weight, 0) || 1;
    const holdings = rows.map(({ symbol, units, price, isFractional }) => ({
      instrument: isFractional ? fractionalEquity(symbol) : equity(symbol),
      quantity: units * ONE,
      price,
    }));
    const worth = rows.reduce((sum, { units, price }) => sum + units * price, 0n);
    return {
      holdings,
      weights: Object.fromEntries(rows.map(({ symbol, weight }) => [symbol, weight / total])),
      equity: cash + worth,
      cash,
      minTradeNotional: least,
      cashBuffer,
      ...(bands && { bands }),
    };
  }

  function traded(given: RebalanceInput) {
    let cash = given.cash ?? 0n;
    const held = new Map(given.holdings.map((one) => [one.instrument.symbol, one.quantity]));
    const prices = new Map(given.holdings.map((one) => [one.instrument.symbol, one.price]));
    const seen: Decimal[] = [];
    for (const { symbol, side, quantity } of rebalance(given).orders) {
      const signed = side === "buy" ? quantity : -quantity;
      held.set(symbol, (held.get(symbol) ?? 0n) + signed);
      cash -= (signed * (prices.get(symbol) ?? 0n)) / ONE;
      seen.push(cash);
    }
    return { held, seen };
  }

  test("cash never falls below zero at any point, and buys leave the buffer", () => {
    fc.assert(
      fc.property(portfolio, (one) => {
        const given = inputOf(one);
        const { seen } = traded(given);
        const isBuying = rebalance(given).orders.some(({ side }) => side === "buy");
        for (const cash of seen) expect(cash >= 0n).toBe(true);
        // Rounding each value to the billionth may cost one each.
        const buffer = numberOf(given.equity) * given.cashBuffer;
        if (isBuying) expect(numberOf(seen.at(-1) ?? 0n)).toBeGreaterThanOrEqual(buffer - 1e-6);
      }),
      seeded("rebalance cash", 20260103, 400),
    );
  });
  test("no position turns short or is bought beyond its target", () => {
    fc.assert(
      fc.property(portfolio, (one) => {
        const given = inputOf(one);
        const { held } = traded(given);
        for (const { instrument, quantity, price } of given.holdings) {
          const now = held.get(instrument.symbol) ?? 0n;
          const target = numberOf(given.equity) * (given.weights[instrument.symbol] ?? 0);
          expect(now >= 0n).toBe(true);
          if (now > quantity) {
            expect(numberOf((now * price) / ONE)).toBeLessThanOrEqual(target + 1e-3);
          }
        }
      }),
      seeded("rebalance bounds", 20260104, 400),
    );
  });
  test("each instrument has an order or a reason, and sells come first", () => {
    fc.assert(
      fc.property(portfolio, (one) => {
        const given = inputOf(one);
        const { orders, kept } = rebalance(given);
        const named = [...orders, ...kept].map(({ symbol }) => symbol).toSorted();
        expect(named).toEqual(["S0", "S1", "S2", "S3"]);
        const sides = orders.map(({ side }) => side);
        expect(sides).toEqual(sides.toSorted().reverse());
        for (const { symbol, quantity, side } of orders) {
          const holding = given.holdings.find(({ instrument }) => instrument.symbol === symbol);
          const isWhole = side === "sell" && quantity === holding?.quantity;
          expect(isWhole || quantity % (holding?.instrument.lot ?? 1n) === 0n).toBe(true);
        }
      }),
      seeded("rebalance reasons", 20260105, 400),
    );
  });
});
