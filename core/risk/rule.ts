import { absolute, type Decimal, divide, multiply, ONE, smaller, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { RiskCheck } from "../events/catalogue.ts";

/** What the rules look at. Costly looks are getters: a limit that is not set costs nothing. */
export interface RiskContext {
  readonly instrument: Instrument;
  /** Last price, dollars, and when it was made, UTC ms. */
  readonly price: Decimal;
  readonly priceTimeMs: number;
  /** When is decided, UTC ms, and whether that is in regular trading hours. */
  readonly timeMs: number;
  readonly inSession: boolean;
  /** The profile's position in the instrument, signed. */
  readonly position: Decimal;
  readonly inUniverse: boolean;
  /** What the venue lets be done with the instrument. */
  readonly tradable: boolean;
  readonly shortable: boolean;
  /** Whether its exchange keeps it from trading now. */
  readonly halted: boolean;
  /** Why no position may be opened any more, or null. */
  readonly noEntries: string | null;
  readonly equity: Decimal;
  /** Sums of the profile's positions at last prices, dollars: absolute, and signed. */
  readonly grossExposure: Decimal;
  readonly netExposure: Decimal;
  /** What the profile's working entries may still add. */
  readonly inFlight: InFlight;
  /** Working orders of the profile, without the one that is judged. */
  readonly openOrders: number;
  readonly ordersToday: number;
  /** Orders approved in the last minute, and those like this one in the time asked about. */
  readonly ordersLastMinute: number;
  readonly twins: number;
  readonly dayStartEquity: Decimal;
  readonly peakEquity: Decimal;
  /** Trades that lost since the last that won, and when the last of them ended, UTC ms. */
  readonly lossesInRow: number;
  readonly lastLossMs: number;
  readonly account: AccountContext;
}

/** What working entries may still add, as if they filled whole. */
export interface InFlight {
  /** Units of the instrument, unsigned. */
  readonly buys: Decimal;
  readonly sells: Decimal;
  /** Dollars of every instrument, unsigned. */
  readonly buyDollars: Decimal;
  readonly sellDollars: Decimal;
  /** Dollars by which positions in other instruments may come to be larger, unsigned. */
  readonly elsewhere: Decimal;
}

/**
 * The account as a whole. What is held in instruments that the profile does not follow counts at
 * its cost, as there is no price for it here.
 */
export interface AccountContext {
  /**
   * Dollars of new positions that the account may still open. Where what cash alone gives covers
   * what is needed, it is that, and what is held need not be valued.
   */
  buyingPower(needed: Decimal): Decimal;
  /** Dollars of it that a dollar of this instrument takes: 1, or 2 for what has no margin. */
  readonly payFactor: Decimal;
  readonly equity: Decimal;
  readonly dayStartEquity: Decimal;
  /** All positions and all that working entries may add, dollars. */
  readonly grossExposure: Decimal;
  readonly openOrders: number;
  /** Working orders of other profiles that the order could trade with. */
  readonly opposing: number;
}

/**
 * One limit as a comparison: the order passes while `value` is at most `bound`. Both are numbers
 * alone, so that a quick verdict needs no text and an audited one has all of it.
 */
export interface Rule {
  readonly limit: string;
  /** Why an order that fails is denied, in words. */
  readonly reason: string;
  /**
   * Set for a yes or no (value 0 or 1) rather than an amount: its check where it passes, which is
   * the same every time. The reason alone says why it does not.
   */
  readonly flag?: RiskCheck;
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

/** The position when the order and all working entries on its side have filled whole. */
export function positionAfter(request: OrderRequest, context: RiskContext): Decimal {
  const { position, inFlight } = context;
  const waiting = request.side === "buy" ? inFlight.buys : -inFlight.sells;
  return position + waiting + deltaOf(request, context);
}

/** Unsigned units of an order that open, rather than close what is held. */
export function openingUnits(request: OrderRequest, context: RiskContext): Decimal {
  const delta = deltaOf(request, context);
  const size = absolute(delta);
  const isAgainst = delta > ZERO !== context.position > ZERO;
  return isAgainst ? size - smaller(size, absolute(context.position)) : size;
}

/** Unsigned dollars of that part, at the price that the order names, else at the last. */
export function openingDollars(request: OrderRequest, context: RiskContext): Decimal {
  const size = absolute(deltaOf(request, context));
  const dollars = orderDollars(request, context);
  return size === ZERO ? dollars : (dollars * openingUnits(request, context)) / size;
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
