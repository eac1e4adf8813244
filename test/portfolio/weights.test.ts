import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod";
import {
  type ConstructionContext,
  constructionSchema,
  inverseVolatilityWeights,
  topWeights,
  weightsOf,
} from "../../core/portfolio/weights.ts";
import { seeded } from "../execution/fixtures.ts";

const symbols = ["AAPL", "MSFT", "SPY", "TLT"];
type Options = z.input<typeof constructionSchema>;

function weights(options: Options, context: Partial<ConstructionContext> = {}) {
  return weightsOf(constructionSchema.parse(options), { symbols, ...context });
}

describe("portfolio construction", () => {
  test("equal weights share what the cash buffer leaves", () => {
    expect(weights({ kind: "equal-weight", cashBuffer: 0.2 })).toEqual({
      AAPL: 0.2,
      MSFT: 0.2,
      SPY: 0.2,
      TLT: 0.2,
    });
  });
  test("fixed weights are meant as they are, as long as they leave the buffer", () => {
    const mix = { SPY: 0.6, TLT: 0.4 };
    expect(weights({ kind: "fixed-weights", weights: mix })).toEqual({ AAPL: 0, MSFT: 0, ...mix });
    const cut = weights({ kind: "fixed-weights", weights: mix, cashBuffer: 0.1 });
    expect(cut.SPY).toBeCloseTo(0.54, 12);
    expect(weights({ kind: "fixed-weights", weights: { SPY: 0.5 }, cashBuffer: 0.1 }).SPY).toBe(
      0.5,
    );
  });
  test("weights that sum to more than one are refused by name", () => {
    const wrong = { kind: "fixed-weights", weights: { SPY: 0.8, TLT: 0.4 } };
    const issue = constructionSchema.safeParse(wrong).error?.issues[0];
    expect(issue?.path).toEqual(["weights"]);
    expect(issue?.message).toMatch(/sum to at most 1, got 1.2/);
  });
  test("inverse volatility gives half the volatility twice the weight", () => {
    const found = inverseVolatilityWeights({ SPY: 0.2, TLT: 0.1, NEW: null, FLAT: 0 });
    expect(found.TLT).toBeCloseTo(2 / 3, 12);
    expect(Object.keys(found)).toEqual(["SPY", "TLT"]);
  });
  test("the highest scores are held, and what does not qualify stays cash", () => {
    const scores = { AAPL: 0.3, MSFT: -0.1, SPY: 0.2, TLT: Number.NaN };
    expect(topWeights(scores, { top: 1 })).toEqual({ AAPL: 1 });
    expect(weights({ kind: "momentum-top-n", top: 4 }, { scores })).toEqual({
      AAPL: 0.25,
      MSFT: 0,
      SPY: 0.25,
      TLT: 0,
    });
  });
  test("weighting by score shares in proportion to the scores", () => {
    const found = topWeights({ AAPL: 0.3, SPY: 0.1 }, { top: 2, weighting: "score" });
    expect(found.AAPL).toBeCloseTo(0.75, 12);
  });
  test("equal scores are taken by symbol, whatever their order", () => {
    expect(topWeights({ SPY: 1, AAPL: 1, MSFT: 1 }, { top: 2 })).toEqual({ AAPL: 0.5, MSFT: 0.5 });
  });
  test("no weight is above the largest allowed", () => {
    const volatilities = { AAPL: 1, SPY: 0.01 };
    const found = weights({ kind: "inverse-volatility", maxWeight: 0.4 }, { volatilities });
    expect(found.SPY).toBe(0.4);
  });

  test("every construction keeps its weights and their sum in bounds", () => {
    const measure = fc.oneof(fc.double({ noNaN: false }), fc.constant(null));
    const measures = fc.record({ AAPL: measure, MSFT: measure, SPY: measure, TLT: measure });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const kind = fc.constantFrom<Options>(
      { kind: "equal-weight" },
      { kind: "fixed-weights", weights: { AAPL: 0.5, SPY: 0.5 } },
      { kind: "inverse-volatility" },
      { kind: "momentum-top-n", top: 3 },
      { kind: "momentum-top-n", top: 3, weighting: "score", minScore: -1 },
    );
    fc.assert(
      fc.property(kind, measures, share, share, (options, scores, cashBuffer, maxWeight) => {
        const found = weights(
          { ...options, cashBuffer, maxWeight },
          { scores, volatilities: scores },
        );
        const values = Object.values(found);
        expect(Object.keys(found)).toEqual(symbols);
        for (const value of values) expect(value >= 0 && value <= maxWeight).toBe(true);
        const sum = values.reduce((total, value) => total + value, 0);
        expect(sum).toBeLessThanOrEqual(1 - cashBuffer + 1e-12);
      }),
      seeded("construction", 20260102, 300),
    );
  });
});
