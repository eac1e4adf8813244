import * as z from "zod";
import { symbolText } from "../domain/schema.ts";

const share = z.number().min(0).max(1);
/** Float sums of shares that are meant to be one may differ from it by this much. */
const TOLERANCE = 1e-9;

const common = {
  cashBuffer: share.default(0).describe("Share of equity that no weight is given to"),
  maxWeight: share.default(1).describe("Largest weight of one instrument; what is cut stays cash"),
};

const fixed = z
  .record(symbolText, share)
  .refine((weights) => sumOf(Object.values(weights)) <= 1 + TOLERANCE, {
    error: ({ input }) => `expected weights that sum to at most 1, got ${sumOf(numbersOf(input))}`,
  });

/** How target weights are made: shares of equity from 0 to 1 whose sum is at most 1. */
export const constructionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("equal-weight"), ...common }),
  z.strictObject({ kind: z.literal("fixed-weights"), weights: fixed, ...common }),
  z.strictObject({ kind: z.literal("inverse-volatility"), ...common }),
  z.strictObject({
    kind: z.literal("momentum-top-n"),
    top: z.int().min(1).describe("How many are held"),
    minScore: z.number().default(0).describe("Only scores above it are held at all"),
    weighting: z.enum(["equal", "score"]).default("equal").describe("How the held ones share"),
    ...common,
  }),
]);
/** A checked construction, its defaults filled in. */
export type Construction = Readonly<z.output<typeof constructionSchema>>;

/** Target share of equity by symbol. */
export type Weights = Readonly<Record<string, number>>;
/** A number by symbol; what has none, or no finite one, is left out of the portfolio. */
export type Measures = Readonly<Record<string, number | null | undefined>>;

/** What construction looks at. */
export interface ConstructionContext {
  /** The instruments that may be held. */
  readonly symbols: readonly string[];
  /** Volatility over any one period, the same for all: asked by `inverse-volatility`. */
  readonly volatilities?: Measures;
  /** Higher is better: asked by `momentum-top-n`. */
  readonly scores?: Measures;
}

/**
 * Target weights of a construction. Every symbol of the context has one, 0 where it is not held;
 * each is at most `maxWeight`, and their sum at most 1 less `cashBuffer`.
 */
export function weightsOf(construction: Construction, context: ConstructionContext): Weights {
  const { cashBuffer, maxWeight } = construction;
  const raw = rawWeights(construction, context);
  const room = 1 - cashBuffer;
  // Fixed weights that leave the buffer already are meant as they are; relative ones fill the room.
  const total = sumOf(Object.values(raw));
  const factor = construction.kind === "fixed-weights" ? (total > room ? room / total : 1) : room;
  const cut = (symbol: string) => Math.min((raw[symbol] ?? 0) * factor, maxWeight);
  return Object.fromEntries(context.symbols.map((symbol) => [symbol, cut(symbol)]));
}

function rawWeights(construction: Construction, context: ConstructionContext): Weights {
  const { symbols, volatilities = {}, scores = {} } = context;
  switch (construction.kind) {
    case "equal-weight":
      return equalWeights(symbols);
    case "fixed-weights":
      return construction.weights;
    case "inverse-volatility":
      return inverseVolatilityWeights(pick(volatilities, symbols));
    case "momentum-top-n": {
      const { top, minScore, weighting } = construction;
      return topWeights(pick(scores, symbols), { top, minScore, weighting });
    }
  }
}

/** The same weight for each, summing to 1. */
export function equalWeights(symbols: readonly string[]): Weights {
  return Object.fromEntries(symbols.map((symbol) => [symbol, 1 / symbols.length]));
}

/**
 * Weights in proportion to 1 / volatility, summing to 1; what has none above 0 is left out.
 * @see Maillard, Roncalli and Teïletche 2010: equal risk contributions where correlations are equal
 */
export function inverseVolatilityWeights(volatilities: Measures): Weights {
  const known = finite(volatilities).filter(([, volatility]) => volatility > 0);
  // Relative to the calmest, so that no inverse overflows.
  const least = known.reduce((min, [, volatility]) => Math.min(min, volatility), Infinity);
  return proportional(known.map(([symbol, volatility]) => [symbol, least / volatility]));
}

/** Terms of {@link topWeights}. */
export interface TopTerms {
  readonly top: number;
  readonly minScore?: number;
  readonly weighting?: "equal" | "score";
}

/**
 * The highest scores above `minScore` (0), each with 1 / `top`; where fewer qualify the rest stays
 * cash. With weighting `score` the held ones share the same sum in proportion to their scores; a
 * score of 0 or less then has no weight. Equal scores are ordered by symbol.
 * @see Jegadeesh and Titman 1993, Returns to Buying Winners and Selling Losers
 */
export function topWeights(
  scores: Measures,
  { top, minScore = 0, weighting = "equal" }: TopTerms,
): Weights {
  const held = finite(scores)
    .filter(([, score]) => score > minScore)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, top);
  if (weighting === "equal") return Object.fromEntries(held.map(([symbol]) => [symbol, 1 / top]));
  const relative = proportional(held.filter(([, score]) => score > 0));
  const invested = held.length / top;
  return Object.fromEntries(
    Object.entries(relative).map(([symbol, weight]) => [symbol, weight * invested]),
  );
}

function proportional(entries: readonly (readonly [string, number])[]): Weights {
  const total = sumOf(entries.map(([, value]) => value));
  return Object.fromEntries(entries.map(([symbol, value]) => [symbol, value / total]));
}

function pick(measures: Measures, symbols: readonly string[]): Measures {
  return Object.fromEntries(symbols.map((symbol) => [symbol, measures[symbol]]));
}

function finite(measures: Measures): [string, number][] {
  const found: [string, number][] = [];
  for (const [symbol, value] of Object.entries(measures)) {
    if (typeof value === "number" && Number.isFinite(value)) found.push([symbol, value]);
  }
  return found;
}

function numbersOf(input: unknown): readonly number[] {
  const values = typeof input === "object" && input !== null ? Object.values(input) : [];
  return values.filter((value) => typeof value === "number");
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
