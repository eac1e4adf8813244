import type { Lot, Position } from "./book.ts";
import {
  absolute,
  type Decimal,
  divide,
  multiply,
  ONE,
  roundDown,
  roundNearest,
  textOf,
  ZERO,
} from "./decimal.ts";
import { InputError, InvariantError } from "./errors.ts";
import type { Side } from "./order.ts";

/** One execution as a position sees it. Quantity is unsigned, price in dollars, time UTC ms. */
export interface PositionFill {
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly timeMs: number;
}

/** A position after a change (undefined when flat) and the profit that the change realised. */
export interface PositionChange {
  readonly position: Position | undefined;
  /** Dollars, before fees. */
  readonly realised: Decimal;
}

/**
 * The position after a fill, first lot in, first lot out; through zero it flips to the other side.
 *
 * Nothing is lost to rounding: a lot costs quantity × price rounded to the billionth, and closing a
 * part of it releases what it cost less what its rest costs. So with every fill, realised profit
 * minus open cost changes by exactly the cash of that fill, and how the closing was cut into fills
 * makes no difference. Lots are kept by time, so a fill of the same side that arrives late takes
 * its place; equal times keep the order of arrival.
 * @throws InvariantError when the fill is of another symbol or its quantity is not above 0.
 */
export function applyFill(position: Position | undefined, fill: PositionFill): PositionChange {
  if (fill.quantity <= ZERO || (position !== undefined && position.symbol !== fill.symbol)) {
    throw new InvariantError(
      `expected a fill of ${position?.symbol ?? fill.symbol} above 0, ` +
        `got ${textOf(fill.quantity)} ${fill.symbol}`,
    );
  }
  const signed = fill.side === "buy" ? fill.quantity : -fill.quantity;
  if (position === undefined) return { position: open(fill, signed, ZERO), realised: ZERO };
  if (position.quantity > ZERO === signed > ZERO) {
    return { position: add(position, fill, signed), realised: ZERO };
  }
  return reduce(position, fill, signed);
}

/** What it is worth at a price, dollars; negative for a short position. */
export function marketValue(position: Position, price: Decimal): Decimal {
  return multiply(position.quantity, price);
}

/** Profit if it were closed at a price, dollars, before fees. Exact: market value minus cost. */
export function unrealised(position: Position, price: Decimal): Decimal {
  return multiply(position.quantity, price) - position.cost;
}

/** Average price of the open lots, dollars, rounded to the billionth: for display, not for sums. */
export function averagePrice(position: Position): Decimal {
  return divide(position.cost, position.quantity);
}

/** How a split treats fractions. */
export interface SplitTerms {
  /** Smallest quantity that can be held; below it cash is paid. Default a billionth: none is. */
  readonly lot?: Decimal;
  /** Price after the split that fractions are paid at, dollars. Default the average cost. */
  readonly price?: Decimal;
}

/** A split position with the cash paid for a fraction (negative: owed by a short position). */
export interface SplitChange extends PositionChange {
  readonly cash: Decimal;
}

/**
 * The position after a split of `ratio` new shares for one old. The quantity of each lot is scaled,
 * its price is its cost over that; the position's cost stays to the billionth. A fraction that
 * cannot be held is sold from the oldest lot, as brokers pay cash in lieu of it.
 * @throws InputError when the ratio is not above 0.
 */
export function applySplit(
  position: Position,
  ratio: Decimal,
  terms: SplitTerms = {},
): SplitChange {
  if (ratio === ONE) return { position, realised: ZERO, cash: ZERO };
  const quantity = splitQuantity(position.quantity, ratio);
  if (quantity === ZERO) return { position: undefined, realised: -position.cost, cash: ZERO };
  const scaled = { ...position, quantity, lots: splitLots(position.lots, ratio) };
  const fraction = quantity - roundDown(quantity, terms.lot ?? 1n);
  if (fraction === ZERO) return { position: scaled, realised: ZERO, cash: ZERO };
  const price = terms.price ?? averagePrice(scaled);
  const change = applyFill(scaled, {
    symbol: position.symbol,
    side: fraction > ZERO ? "sell" : "buy",
    quantity: absolute(fraction),
    price,
    timeMs: position.openedTimeMs,
  });
  return { ...change, cash: multiply(fraction, price) };
}

/**
 * A quantity after a split, rounded to the billionth. A ratio such as 1 for 3 is itself rounded to
 * 0.333333333: where a whole number lies within that error, it is what was meant (300 become 100).
 * @throws InputError when the ratio is not above 0.
 */
export function splitQuantity(quantity: Decimal, ratio: Decimal): Decimal {
  if (ratio <= ZERO) throw new InputError(`expected a ratio above 0, got ${textOf(ratio)}`);
  const scaled = multiply(quantity, ratio);
  const wasRounded = ratio % 10n !== ZERO;
  const error = absolute(quantity) / (2n * ONE);
  const whole = roundNearest(scaled, ONE);
  return wasRounded && absolute(scaled - whole) <= error ? whole : scaled;
}

function open(fill: PositionFill, signed: Decimal, realised: Decimal): Position {
  return {
    symbol: fill.symbol,
    quantity: signed,
    cost: multiply(signed, fill.price),
    lots: [{ quantity: signed, price: fill.price, openedTimeMs: fill.timeMs }],
    realised,
    openedTimeMs: fill.timeMs,
  };
}

function add(position: Position, fill: PositionFill, signed: Decimal): Position {
  const lots = position.lots;
  let place = lots.length;
  while (place > 0 && (lots[place - 1]?.openedTimeMs ?? 0) > fill.timeMs) place--;
  const lot = { quantity: signed, price: fill.price, openedTimeMs: fill.timeMs };
  return {
    symbol: position.symbol,
    quantity: position.quantity + signed,
    cost: position.cost + multiply(signed, fill.price),
    lots: place === lots.length ? [...lots, lot] : lots.toSpliced(place, 0, lot),
    realised: position.realised,
    openedTimeMs: Math.min(position.openedTimeMs, fill.timeMs),
  };
}

function reduce(position: Position, fill: PositionFill, signed: Decimal): PositionChange {
  const rest = position.quantity + signed;
  const proceeds = -multiply(signed, fill.price);
  const isClosed = rest === ZERO || rest > ZERO === signed > ZERO;
  if (isClosed) {
    // All lots go, and with them whatever a split's rounding left between their sum and the cost.
    const realised = proceeds + multiply(rest, fill.price) - position.cost;
    const total = position.realised + realised;
    return { position: rest === ZERO ? undefined : open(fill, rest, total), realised };
  }
  const { lots, released } = release(position.lots, signed);
  const realised = proceeds - released;
  return {
    position: {
      symbol: position.symbol,
      quantity: rest,
      cost: position.cost - released,
      lots,
      realised: position.realised + realised,
      openedTimeMs: position.openedTimeMs,
    },
    realised,
  };
}

/**
 * Takes `signed` (of the other sign) off the oldest lots; `released` is what that part had cost.
 */
function release(lots: readonly Lot[], signed: Decimal) {
  let left = signed;
  let released = ZERO;
  for (const [index, lot] of lots.entries()) {
    const rest = lot.quantity + left;
    const isPartial = rest !== ZERO && rest > ZERO === lot.quantity > ZERO;
    released += multiply(lot.quantity, lot.price);
    if (isPartial) {
      released -= multiply(rest, lot.price);
      const kept = { quantity: rest, price: lot.price, openedTimeMs: lot.openedTimeMs };
      return { lots: [kept, ...lots.slice(index + 1)], released };
    }
    left = rest;
    if (left === ZERO) return { lots: lots.slice(index + 1), released };
  }
  throw new InvariantError(`expected lots to cover ${textOf(signed)}, left ${textOf(left)}`);
}

/** Scales running totals rather than each lot, so that the lots still add up to the position. */
function splitLots(lots: readonly Lot[], ratio: Decimal): readonly Lot[] {
  let before = ZERO;
  let after = ZERO;
  const scaled: Lot[] = [];
  for (const lot of lots) {
    before += lot.quantity;
    const total = splitQuantity(before, ratio);
    const quantity = total - after;
    after = total;
    if (quantity === ZERO) continue;
    const price = divide(multiply(lot.quantity, lot.price), quantity);
    scaled.push({ quantity, price, openedTimeMs: lot.openedTimeMs });
  }
  return scaled;
}
