import { absolute, type Decimal, divide, multiply, ONE, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest } from "../domain/order.ts";

/** What the rules look at. Costly looks are getters: a limit that is not set costs nothing. */
export interface RiskContext {
  readonly instrument: Instrument;
  /** Last price, dollars. */
  readonly price: Decimal;
  /** The profile's position in the instrument, signed. */
  readonly position: Decimal;
  readonly inUniverse: boolean;
  /** Why no position may be opened any more, or null. */
  readonly noEntries: string | null;
  readonly equity: Decimal;
  /** Sums of the profile's positions at last prices, dollars: absolute, and signed. */
  readonly grossExposure: Decimal;
  readonly netExposure: Decimal;
  /** Working orders of the profile, without the one that is judged. */
  readonly openOrders: number;
  readonly ordersToday: number;
  readonly dayStartEquity: Decimal;
  readonly peakEquity: Decimal;
  /** Dollars of new positions that the account may still open; undefined where not reckoned. */
  readonly buyingPower?: Decimal | undefined;
}

/**
 * One limit as a comparison: the order passes while `value` is at most `bound`. Both are numbers
 * alone, so that a quick verdict needs no text and an audited one has all of it.
 */
export interface Rule {
  readonly limit: string;
  /** Why an order that fails is denied, in words. */
  readonly reason: string;
  /** A yes or no (value 0 or 1) rather than an amount: the reason alone says it all. */
  readonly isFlag?: boolean;
  /** Whether it also binds orders that only make a position smaller; false by default. */
  readonly bindsExits?: boolean;
  /** Whether a denial by it is to stop the profile; false by default. */
  readonly halts?: boolean;
  value(request: OrderRequest, context: RiskContext): Decimal;
  bound(request: OrderRequest, context: RiskContext): Decimal;
}

/** Signed quantity that the order adds when it fills whole; dollars count at the last price. */
export function deltaOf({ side, quantity, notional }: OrderRequest, context: RiskContext): Decimal {
  const size = quantity ?? unitsOf(notional ?? ZERO, context);
  return side === "buy" ? size : -size;
}

/** The position that is there when the order has filled whole. */
export function positionAfter(request: OrderRequest, context: RiskContext): Decimal {
  return context.position + deltaOf(request, context);
}

/** Whether an order only makes the position smaller, without turning it round. */
export function reduces(request: OrderRequest, context: RiskContext): boolean {
  const { parentId, role } = request;
  // The position that a protective leg closes is there only once its parent has filled.
  if (parentId !== null && (role === "stop-loss" || role === "take-profit")) return true;
  const { position } = context;
  if (position === ZERO) return false;
  const delta = deltaOf(request, context);
  // Dollars of what has no price come to nothing: no reason to take them for an exit.
  if (delta === ZERO) return false;
  return delta > ZERO !== position > ZERO && absolute(delta) <= absolute(position);
}

/** Unsigned dollars of a quantity at the last price. */
export function dollarsOf(quantity: Decimal, { price, instrument }: RiskContext): Decimal {
  return absolute(notionalAt(quantity, price, instrument));
}

/** Dollars of an order at the price that it names, else at the last. */
export function orderDollars(request: OrderRequest, context: RiskContext): Decimal {
  if (request.notional !== null) return request.notional;
  const price = request.limitPrice ?? request.stopPrice ?? context.price;
  return notionalAt(request.quantity ?? ZERO, price, context.instrument);
}

function notionalAt(quantity: Decimal, price: Decimal, { multiplier }: Instrument): Decimal {
  const unit = multiplier === ONE ? price : multiply(price, multiplier);
  return multiply(quantity, unit);
}

function unitsOf(dollars: Decimal, { price, instrument }: RiskContext): Decimal {
  if (price <= ZERO) return ZERO;
  return divide(dollars, multiply(price, instrument.multiplier));
}
