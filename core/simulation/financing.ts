import type { Book } from "../domain/book.ts";
import { type Decimal, decimalOf, divide, multiply, ONE, ZERO } from "../domain/decimal.ts";
import type { EventOf } from "../events/catalogue.ts";

/** What holding overnight costs, as fractions a year. */
export interface FinancingRates {
  /** On the value of short positions. */
  readonly borrowAnnual: number;
  /** The same for instruments that are harder (or easier) to borrow than others. */
  readonly borrowBySymbol?: Readonly<Record<string, number>>;
  /** On cash below zero. */
  readonly marginAnnual: number;
}

/** A night, or several over a weekend. */
export interface Nights {
  /** Trading date before them. */
  readonly date: string;
  readonly count: number;
  readonly timeMs: number;
}

const DAYS_A_YEAR = 360n * ONE;

/**
 * What a book is charged for nights: borrow fees on short value at the last prices and interest on
 * negative cash, each by Actual/360 as US brokers reckon, for every calendar night. Ids are derived
 * from profile, kind and date, so that a repeat is the same charge.
 */
export function nightCharges(
  book: Book,
  priceOf: (symbol: string) => number,
  rates: FinancingRates,
  nights: Nights,
): readonly EventOf<"interest.charged.v1">[] {
  return Object.values(book.ledgers).flatMap(({ profile, cash, positions }) => {
    let borrow = ZERO;
    for (const { symbol, quantity } of Object.values(positions)) {
      if (quantity >= ZERO) continue;
      const value = multiply(-quantity, decimalOf(priceOf(symbol)));
      borrow += chargeOf(value, borrowOf(rates, symbol), nights);
    }
    const debit = cash < ZERO ? -cash : ZERO;
    return [
      ...charge(book, profile, "borrow", borrow, nights),
      ...charge(book, profile, "margin", chargeOf(debit, rates.marginAnnual, nights), nights),
    ];
  });
}

function borrowOf({ borrowAnnual, borrowBySymbol = {} }: FinancingRates, symbol: string): number {
  const own = Object.hasOwn(borrowBySymbol, symbol) ? borrowBySymbol[symbol] : undefined;
  return own ?? borrowAnnual;
}

function chargeOf(value: Decimal, annual: number, { count }: Nights): Decimal {
  if (value === ZERO || annual === 0) return ZERO;
  return divide(multiply(multiply(value, decimalOf(annual)), BigInt(count) * ONE), DAYS_A_YEAR);
}

function charge(
  { account }: Book,
  profile: string,
  kind: string,
  amount: Decimal,
  { date, timeMs }: Nights,
): readonly EventOf<"interest.charged.v1">[] {
  if (amount === ZERO) return [];
  const id = `interest.${kind}.${profile}.${date}`;
  return [
    {
      type: "interest.charged.v1",
      id,
      eventTimeMs: timeMs,
      receivedTimeMs: timeMs,
      causationId: id,
      data: { account, profile, kind, amount },
    },
  ];
}
