import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { numberOf, ONE } from "../../core/domain/decimal.ts";
import { equity, fractionalEquity } from "../../core/domain/instruments.ts";
import { bandedWeights } from "../../core/portfolio/bands.ts";
import { rebalance } from "../../core/portfolio/rebalance.ts";
import { equalWeights } from "../../core/portfolio/weights.ts";
import { d, seeded } from "../execution/fixtures.ts";
import { holding, input, lines } from "./fixtures.ts";

describe("banded weights", () => {
  const targets = { SPY: 0.6, IEF: 0.4 };
  test("keep what drifted within its band, and bring back the rest", () => {
    const held = { SPY: 0.64, IEF: 0.36 };
    expect(bandedWeights(targets, held, { absolute: 0.05 })).toEqual(held);
    expect(bandedWeights(targets, held, { absolute: 0.03 })).toEqual(targets);
    expect(bandedWeights(targets, held, { relative: 0.08 })).toEqual({ SPY: 0.64, IEF: 0.4 });
  });
  test("have no band for what is opened or closed", () => {
    expect(bandedWeights({ SPY: 0.02 }, { OLD: 0.01 }, { absolute: 0.05 })).toEqual({
      SPY: 0.02,
      OLD: 0,
    });
  });
  test("of a short position are measured from its own target", () => {
    const found = bandedWeights({ SPY: -0.5 }, { SPY: -0.55 }, { relative: 0.2 });
    expect(found).toEqual({ SPY: -0.55 });
  });
});

test("equal weights of nothing are none", () => {
  expect(equalWeights([])).toEqual({});
});

describe("bands of a rebalance that leaves a cash buffer", () => {
  const bands = { absolute: 0.05 };
  const buffered = { weights: { SPY: 1 }, cashBuffer: 0.2, cash: d("100000"), bands };
  test("lie around the target that the buffer leaves", () => {
    const near = input({ ...buffered, holdings: [holding("SPY", "760", "100")] });
    expect(lines(near).kept).toEqual(["SPY inside-band"]);
    const above = input({ ...buffered, holdings: [holding("SPY", "960", "100")] });
    expect(lines(above).orders).toEqual(["sell 160 SPY"]);
  });
});

test("with all its cash a rebalance reaches every weight to within one lot", () => {
  const row = fc.record({
    units: fc.bigInt({ min: 0n, max: 2_000n }),
    price: fc.bigInt({ min: ONE / 100n, max: 500n * ONE }),
    weight: fc.integer({ min: 0, max: 100 }),
    isFractional: fc.boolean(),
  });
  const cash = fc.bigInt({ min: 0n, max: 1_000_000n * ONE });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), cash, (rows, money) => {
      const total = rows.reduce((sum, { weight }) => sum + weight, 0) || 1;
      const holdings = rows.map(({ units, price, isFractional }, i) => ({
        instrument: isFractional ? fractionalEquity(`S${i}`) : equity(`S${i}`),
        quantity: units * ONE,
        price,
      }));
      const worth = rows.reduce((sum, { units, price }) => sum + units * price, money);
      const weights = Object.fromEntries(rows.map(({ weight }, i) => [`S${i}`, weight / total]));
      const { orders } = rebalance(
        input({ holdings, weights, equity: worth, cash: money, minTradeNotional: 0n }),
      );
      for (const { instrument, quantity, price } of holdings) {
        const order = orders.find(({ symbol }) => symbol === instrument.symbol);
        const change = order === undefined ? 0n : order.quantity;
        const now = order?.side === "sell" ? quantity - change : quantity + change;
        const target = numberOf(worth) * (weights[instrument.symbol] ?? 0);
        const missing = target - numberOf(now) * numberOf(price);
        const lot = numberOf(instrument.lot) * numberOf(price);
        // Float weights are billionths off the exact ones, and what is sold stays within a lot
        // above.
        const slack = lot + numberOf(worth) * 2e-9 + 1e-3;
        expect(Math.abs(missing)).toBeLessThanOrEqual(slack);
      }
    }),
    seeded("rebalance targets", 20260106, 400),
  );
});
