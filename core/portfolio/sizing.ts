import * as z from "zod";
import {
  absolute,
  type Decimal,
  decimalOf,
  multiply,
  ONE,
  roundDown,
  smaller,
  textOf,
  ZERO,
} from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import { positiveDecimal } from "./amount.ts";

const fraction = z.number().positive();
const maxFraction = fraction
  .default(1)
  .describe("Largest notional of a position, as a share of equity");

/** Bounds that every kind may have beside its own. */
const bounds = {
  maxQuantity: positiveDecimal.optional().describe("Largest entry, shares or coins"),
  maxNotional: positiveDecimal.optional().describe("Largest entry, dollars"),
};

/**
 * How large an entry is. Every kind rounds down to the lot and stays within its bounds. Fractions
 * and volatilities are shares of one: 0.01 is one percent.
 */
export const sizingSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fixed-quantity"), quantity: positiveDecimal, ...bounds }),
  z.strictObject({ kind: z.literal("fixed-notional"), notional: positiveDecimal, ...bounds }),
  z.strictObject({ kind: z.literal("equity-fraction"), fraction, ...bounds }),
  z.strictObject({
    kind: z.literal("risk-per-trade"),
    fraction: fraction.max(1).describe("Share of equity that is lost when the stop is hit"),
    maxFraction,
    ...bounds,
  }),
  z.strictObject({
    kind: z.literal("volatility-target"),
    annual: fraction.describe("Volatility that the position should have, a fraction a year"),
    maxFraction,
    ...bounds,
  }),
]);
/** A checked sizing, its defaults filled in. */
export type Sizing = Readonly<z.output<typeof sizingSchema>>;

/** What sizing looks at. */
export interface SizingContext {
  readonly instrument: Instrument;
  /** Price that the entry is expected at, dollars. */
  readonly price: Decimal;
  /** The profile's equity, dollars; asked only by the kinds that need it. */
  readonly equity: () => Decimal;
  /** Protective stop, dollars, or null. */
  readonly stopPrice: Decimal | null;
  /** Volatility of the instrument, a fraction a year, or null. */
  readonly annualVolatility: number | null;
}

/** Why an entry has no size. */
export type NoSize = "too-small" | "no-price" | "no-stop" | "no-volatility" | "no-equity";

/** A size, or 0 with the reason code why there is none; either way in words. */
export type Size =
  | { readonly quantity: Decimal; readonly reason: null; readonly explanation: string }
  | { readonly quantity: typeof ZERO; readonly reason: NoSize; readonly explanation: string };

/** An unrounded quantity and where it comes from. */
interface Wanted {
  readonly quantity: Decimal;
  readonly explanation: string;
}

/**
 * The quantity of an entry, in whole lots, rounded down: it never costs more than was asked for.
 * Nothing is thrown: what cannot be sized has quantity 0 and a reason.
 * @see Vince 1990, Portfolio Management Formulas, for sizing by the risk of a trade
 */
export function sizeOf(sizing: Sizing, context: SizingContext): Size {
  if (context.price <= ZERO) return none("no-price", "no price is known");
  const wanted = wantedBy(sizing, context);
  return "reason" in wanted ? wanted : bounded(sizing, wanted, context);
}

function wantedBy(sizing: Sizing, context: SizingContext): Wanted | Size {
  switch (sizing.kind) {
    case "fixed-quantity":
      return { quantity: sizing.quantity, explanation: `${textOf(sizing.quantity)} units` };
    case "fixed-notional":
      return {
        quantity: unitsFor(sizing.notional, context.price, context.instrument),
        explanation: `${textOf(sizing.notional)} dollars`,
      };
    case "equity-fraction":
      return shareOfEquity(sizing.fraction, context);
    case "risk-per-trade":
      return byRisk(sizing.fraction, sizing.maxFraction, context);
    case "volatility-target":
      return byVolatility(sizing.annual, sizing.maxFraction, context);
  }
}

function shareOfEquity(fraction: number, context: SizingContext): Wanted | Size {
  const equity = context.equity();
  if (equity <= ZERO) return none("no-equity", `equity is ${textOf(equity)}`);
  return {
    quantity: unitsFor(share(equity, fraction), context.price, context.instrument),
    explanation: `${percent(fraction)} of equity ${textOf(equity)}`,
  };
}

/** Quantity at which the way from price to stop costs the given share of equity. */
function byRisk(fraction: number, maxFraction: number, context: SizingContext): Wanted | Size {
  const { stopPrice, price, instrument } = context;
  if (stopPrice === null || stopPrice === price) {
    return none("no-stop", "risk-per-trade needs a stop away from the price");
  }
  const most = shareOfEquity(maxFraction, context);
  if ("reason" in most) return most;
  const distance = absolute(price - stopPrice);
  const atRisk = unitsFor(share(context.equity(), fraction), distance, instrument);
  const line = `${percent(fraction)} of equity at risk over ${textOf(distance)} a unit`;
  if (atRisk <= most.quantity) return { quantity: atRisk, explanation: line };
  return { quantity: most.quantity, explanation: `${line}, bounded by ${most.explanation}` };
}

function byVolatility(annual: number, maxFraction: number, context: SizingContext): Wanted | Size {
  const { annualVolatility } = context;
  if (annualVolatility === null || !(annualVolatility > 0)) {
    return none("no-volatility", "volatility-target needs a volatility above 0");
  }
  const wanted = shareOfEquity(Math.min(annual / annualVolatility, maxFraction), context);
  if ("reason" in wanted) return wanted;
  const line = `volatility ${percent(annual)} wanted, ${percent(annualVolatility)} measured`;
  return { quantity: wanted.quantity, explanation: `${line}: ${wanted.explanation}` };
}

function bounded(sizing: Sizing, wanted: Wanted, { price, instrument }: SizingContext): Size {
  const { maxQuantity, maxNotional } = sizing;
  let { quantity } = wanted;
  if (maxQuantity !== undefined) quantity = smaller(quantity, maxQuantity);
  if (maxNotional !== undefined) {
    quantity = smaller(quantity, unitsFor(maxNotional, price, instrument));
  }
  const line = quantity < wanted.quantity ? `${wanted.explanation}, bounded` : wanted.explanation;
  const rounded = roundDown(quantity, instrument.lot);
  if (rounded > ZERO) return { quantity: rounded, reason: null, explanation: line };
  return none("too-small", `${line}: below the lot of ${textOf(instrument.lot)}`);
}

/** How many units some dollars buy at a price, cut off (never rounded up) at the billionth. */
export function unitsFor(dollars: Decimal, price: Decimal, { multiplier }: Instrument): Decimal {
  if (dollars <= ZERO || price <= ZERO) return ZERO;
  if (multiplier === ONE) return (dollars * ONE) / price;
  return (dollars * ONE * ONE) / (price * multiplier);
}

function share(equity: Decimal, fraction: number): Decimal {
  return fraction === 1 ? equity : multiply(equity, decimalOf(fraction));
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(4))} %`;
}

function none(reason: NoSize, explanation: string): Size {
  return { quantity: ZERO, reason, explanation };
}
