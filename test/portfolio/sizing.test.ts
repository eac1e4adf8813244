import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { type Decimal, ONE, textOf } from "../../core/domain/decimal.ts";
import { equity, fractionalEquity } from "../../core/domain/instruments.ts";
import { type SizingContext, sizeOf, sizingSchema } from "../../core/portfolio/sizing.ts";
import { d, seeded } from "../execution/fixtures.ts";

const context: SizingContext = {
  instrument: equity("SPY"),
  price: d("99.5"),
  equity: () => d("100000"),
  stopPrice: null,
  annualVolatility: null,
};

function size(sizing: z.input<typeof sizingSchema>, changes: Partial<SizingContext> = {}) {
  const { quantity, reason } = sizeOf(sizingSchema.parse(sizing), { ...context, ...changes });
  return reason ?? textOf(quantity);
}

describe("sizing", () => {
  test("a fixed quantity is cut to the lot", () => {
    expect(size({ kind: "fixed-quantity", quantity: "10.9" })).toBe("10");
  });
  test("a fixed notional buys whole shares for no more than its dollars", () => {
    expect(size({ kind: "fixed-notional", notional: "1000" })).toBe("10");
    const instrument = fractionalEquity("SPY");
    expect(size({ kind: "fixed-notional", notional: "1000" }, { instrument })).toBe("10.050251256");
  });
  test("a fraction of equity counts the multiplier of the instrument", () => {
    expect(size({ kind: "equity-fraction", fraction: 0.5 })).toBe("502");
    const instrument = equity("ES", { multiplier: d("50") });
    expect(size({ kind: "equity-fraction", fraction: 0.5 }, { instrument })).toBe("10");
  });
  test("risk per trade is the share of equity over the stop distance, on either side", () => {
    const sizing = { kind: "risk-per-trade", fraction: 0.01 } as const;
    expect(size(sizing, { stopPrice: d("97") })).toBe("400");
    expect(size(sizing, { stopPrice: d("102") })).toBe("400");
  });
  test("a near stop is bounded by the largest share of equity, 1 unless set", () => {
    const near = { stopPrice: d("99.49") };
    expect(size({ kind: "risk-per-trade", fraction: 0.01 }, near)).toBe("1005");
    expect(size({ kind: "risk-per-trade", fraction: 0.01, maxFraction: 0.1 }, near)).toBe("100");
  });
  test("a volatility target scales by target over measured, up to its largest share", () => {
    const sizing = { kind: "volatility-target", annual: 0.1 } as const;
    expect(size(sizing, { annualVolatility: 0.2 })).toBe("502");
    expect(size(sizing, { annualVolatility: 0.01 })).toBe("1005");
  });
  test("bounds in quantity and dollars hold for every kind", () => {
    const all = { kind: "equity-fraction", fraction: 1 } as const;
    expect(size({ ...all, maxQuantity: "7" })).toBe("7");
    expect(size({ ...all, maxNotional: "500" })).toBe("5");
  });
  test("what cannot be sized has a reason", () => {
    expect(size({ kind: "fixed-notional", notional: "99" })).toBe("too-small");
    expect(size({ kind: "risk-per-trade", fraction: 0.01 })).toBe("no-stop");
    expect(size({ kind: "risk-per-trade", fraction: 0.01 }, { stopPrice: d("99.5") })).toBe(
      "no-stop",
    );
    expect(size({ kind: "volatility-target", annual: 0.1 })).toBe("no-volatility");
    expect(size({ kind: "equity-fraction", fraction: 1 }, { equity: () => d("-5") })).toBe(
      "no-equity",
    );
    expect(size({ kind: "fixed-quantity", quantity: "1" }, { price: 0n })).toBe("no-price");
  });
  test("equity is not asked for where it is not needed", () => {
    const asked = () => {
      throw new Error("asked");
    };
    expect(size({ kind: "fixed-quantity", quantity: "1" }, { equity: asked })).toBe("1");
  });
  test("the explanation says where the size comes from", () => {
    const sizing = sizingSchema.parse({ kind: "risk-per-trade", fraction: 0.01 });
    expect(sizeOf(sizing, { ...context, stopPrice: d("97") }).explanation).toBe(
      "1 % of equity at risk over 2.5 a unit",
    );
  });
  test("a wrong configuration is refused with the field's name", () => {
    const issue = (value: unknown) => sizingSchema.safeParse(value).error?.issues[0];
    expect(issue({ kind: "fixed-quantity", quantity: "0" })?.path).toEqual(["quantity"]);
    expect(issue({ kind: "equity-fraction", fraction: -1 })?.path).toEqual(["fraction"]);
    expect(issue({ kind: "equity-fraction", fraction: 1, fractoin: 2 })?.message).toContain(
      "fractoin",
    );
    expect(issue({ kind: "all-in" })?.path).toEqual(["kind"]);
  });

  test("a size is whole lots, within its dollars, and one lot more would not be", () => {
    const amount = (most: bigint) => fc.bigInt({ min: 1n, max: most * ONE });
    const lot = fc.constantFrom<Decimal>(1n, d("0.001"), ONE, 100n * ONE);
    const multiplier = fc.constantFrom<Decimal>(ONE, d("0.1"), 50n * ONE);
    fc.assert(
      fc.property(amount(10_000n), amount(1_000_000n), lot, multiplier, (price, notional, l, m) => {
        const instrument = equity("SPY", { lot: l, multiplier: m });
        const sizing = { kind: "fixed-notional", notional } as const;
        const { quantity } = sizeOf(sizing, { ...context, instrument, price });
        const cost = (units: Decimal) => units * price * m;
        expect(quantity % l).toBe(0n);
        expect(cost(quantity) <= notional * ONE * ONE).toBe(true);
        expect(cost(quantity + l) > notional * ONE * ONE).toBe(true);
      }),
      seeded("sizing", 20260101, 300),
    );
  });
});
