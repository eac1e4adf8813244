import * as z from "zod";
import {
  type Decimal,
  decimalOf,
  divide,
  multiply,
  ONE,
  roundDown,
  smaller,
  ZERO,
} from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import { decimalText } from "../domain/schema.ts";

const fraction = z.number().positive();
const maxFraction = z
  .number()
  .positive()
  .default(1)
  .describe("Largest notional of a position, as a share of equity");

/** How large an entry is. Every kind rounds down to the lot. */
export const sizingSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("fixed-quantity"), quantity: decimalText }),
  z.strictObject({ kind: z.literal("fixed-notional"), notional: decimalText }),
  z.strictObject({ kind: z.literal("equity-fraction"), fraction }),
  z.strictObject({
    kind: z.literal("risk-per-trade"),
    fraction: fraction.max(1).describe("Share of equity that is lost when the stop is hit"),
    maxFraction,
  }),
  z.strictObject({
    kind: z.literal("volatility-target"),
    annual: fraction.describe("Volatility that the position should have, a fraction a year"),
    maxFraction,
  }),
]);
export type Sizing = z.output<typeof sizingSchema>;

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

/** A size, or 0 with the reason why there is none. */
export interface Size {
  readonly quantity: Decimal;
  /** `too-small`, `no-stop`, `no-volatility` or `no-equity`; null where there is a size. */
  readonly reason: string | null;
}

/** The quantity of an entry, in whole lots. */
export function sizeOf(sizing: Sizing, context: SizingContext): Size {
  switch (sizing.kind) {
    case "fixed-quantity":
      return lots(sizing.quantity, context);
    case "fixed-notional":
      return lots(units(sizing.notional, context), context);
    case "equity-fraction":
      return lots(units(share(sizing.fraction, context), context), context);
    case "risk-per-trade":
      return riskSize(sizing.fraction, sizing.maxFraction, context);
    case "volatility-target": {
      const { annualVolatility } = context;
      if (annualVolatility === null || annualVolatility <= 0) return none("no-volatility");
      const wanted = Math.min(sizing.annual / annualVolatility, sizing.maxFraction);
      return lots(units(share(wanted, context), context), context);
    }
  }
}

/** Quantity at which the distance from price to stop costs the given share of equity. */
function riskSize(fraction: number, maxFraction: number, context: SizingContext): Size {
  const { stopPrice, price, instrument } = context;
  if (stopPrice === null || stopPrice === price) return none("no-stop");
  const distance = multiply(
    price > stopPrice ? price - stopPrice : stopPrice - price,
    instrument.multiplier,
  );
  if (distance === ZERO) return none("no-stop");
  const atRisk = divide(share(fraction, context), distance);
  return lots(smaller(atRisk, units(share(maxFraction, context), context)), context);
}

function share(fraction: number, { equity }: SizingContext): Decimal {
  const all = equity();
  return fraction === 1 ? all : multiply(all, decimalOf(fraction));
}

function units(notional: Decimal, { price, instrument }: SizingContext): Decimal {
  const unit = instrument.multiplier === ONE ? price : multiply(price, instrument.multiplier);
  return unit <= ZERO || notional <= ZERO ? ZERO : divide(notional, unit);
}

function lots(quantity: Decimal, { instrument }: SizingContext): Size {
  const rounded = roundDown(quantity, instrument.lot);
  return rounded > ZERO ? { quantity: rounded, reason: null } : none("too-small");
}

function none(reason: string): Size {
  return { quantity: ZERO, reason };
}
