import { InputError } from "./errors.ts";

/**
 * An exact decimal: a bigint counting billionths (1 = 0.000000001), as nine places are the finest
 * step of any venue here (Alpaca truncates crypto quantities to nine). Add, subtract, negate and
 * compare with the plain operators; multiply and divide only with the functions of this file, which
 * are the only places where a decimal is ever rounded.
 */
export type Decimal = bigint;

/** How many places after the point a {@link Decimal} keeps. */
export const PLACES = 9;
/** One, as a {@link Decimal}. */
export const ONE: Decimal = 1_000_000_000n;
/** Zero, as a {@link Decimal}. */
export const ZERO: Decimal = 0n;

const UNIT = 1e9;
const HALF: Decimal = ONE / 2n;
/** Below this a float64 times 1e9 keeps an error under half a billionth, so rounding is exact. */
const SAFE_MAGNITUDE = 4_000_000;
const TEXT = /^([+-]?)(\d+)(?:\.(\d*))?$/;

/**
 * Reads a decimal from text such as `"-12.50"`.
 * @throws InputError when the text is no plain decimal or has more than nine significant places.
 */
export function decimal(text: string): Decimal {
  const match = TEXT.exec(text);
  const fraction = withoutZeros(match?.[3] ?? "");
  if (match === null || fraction.length > PLACES) {
    throw new InputError(`expected a decimal with at most ${PLACES} places, got ${quoted(text)}`);
  }
  const magnitude = BigInt(match[2] ?? "0") * ONE + BigInt(fraction.padEnd(PLACES, "0"));
  return match[1] === "-" ? -magnitude : magnitude;
}

/**
 * The one crossing from float64 into decimals: the nearest billionth.
 * @throws InputError for NaN and the infinities.
 */
export function decimalOf(value: number): Decimal {
  if (value < SAFE_MAGNITUDE && value > -SAFE_MAGNITUDE) return BigInt(Math.round(value * UNIT));
  if (!Number.isFinite(value)) throw new InputError(`expected a finite number, got ${value}`);
  return decimal(value.toFixed(PLACES));
}

/** The nearest float64, for indicators, statistics and pictures; never for money. */
export function numberOf(value: Decimal): number {
  return Number(value) / UNIT;
}

/**
 * Plain text without exponent or trailing zeros: `-12.5`. The form on the wire and in the table.
 */
export function textOf(value: Decimal): string {
  if (value % ONE === 0n) return (value / ONE).toString();
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(PLACES + 1, "0");
  const whole = digits.slice(0, -PLACES);
  const fraction = withoutZeros(digits.slice(-PLACES));
  return `${negative ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** `/0+$/` would start over at each zero: a long text of them would take its square. */
function withoutZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === "0") end -= 1;
  return digits.slice(0, end);
}

/** Product, rounded half away from zero to the billionth. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  // As divideRounded does, with the half of one known beforehand: this runs several times a fill.
  const product = a * b;
  return product < 0n ? -((HALF - product) / ONE) : (product + HALF) / ONE;
}

/**
 * Quotient, rounded half away from zero to the billionth.
 * @throws InputError when `b` is zero.
 */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b === 0n) throw new InputError("expected a divisor other than 0");
  return divideRounded(a * ONE, b);
}

/** The largest multiple of `step` that is not above `value` in magnitude (quantities to a lot). */
export function roundDown(value: Decimal, step: Decimal): Decimal {
  return value - (value % step);
}

/** The multiple of `step` nearest to `value`, half away from zero (prices to a tick). */
export function roundNearest(value: Decimal, step: Decimal): Decimal {
  return value % step === 0n ? value : divideRounded(value, step) * step;
}

/** Absolute value. */
export function absolute(value: Decimal): Decimal {
  return value < 0n ? -value : value;
}

/** The smaller of two. */
export function smaller(a: Decimal, b: Decimal): Decimal {
  return a < b ? a : b;
}

/** The larger of two. */
export function larger(a: Decimal, b: Decimal): Decimal {
  return a > b ? a : b;
}

function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = (n + d / 2n) / d;
  // d odd: n + floor(d/2) still rounds half away from zero, as no exact half exists.
  return negative ? -quotient : quotient;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
