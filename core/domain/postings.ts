import type { Book, Ledger, Position } from "./book.ts";
import { type Decimal, multiply, ZERO } from "./decimal.ts";
import { InvariantError } from "./errors.ts";
import { applyFill, type PositionFill } from "./position.ts";
import { withEntry, without } from "./records.ts";

/**
 * A profile's ledger.
 * @throws InvariantError when the profile has none in this book.
 */
export function ledgerOf(book: Book, profile: string): Ledger {
  const ledger = Object.hasOwn(book.ledgers, profile) ? book.ledgers[profile] : undefined;
  if (ledger !== undefined) return ledger;
  throw new InvariantError(`expected a ledger of ${profile} in ${book.account}, got none`);
}

/** The book with one ledger put in place. */
export function withLedger(book: Book, ledger: Ledger): Book {
  return { ...book, ledgers: { ...book.ledgers, [ledger.profile]: ledger } };
}

/** Pays dollars into a profile's cash, or takes them out when negative. */
export function moveCash(book: Book, profile: string, amount: Decimal): Book {
  if (amount === ZERO) return book;
  const ledger = ledgerOf(book, profile);
  return withLedger(book, { ...ledger, cash: ledger.cash + amount });
}

/** Books a fill: cash by quantity × price and the fee (dollars, negative for a rebate). */
export function fillLedger(
  ledger: Ledger,
  fill: PositionFill,
  fee: Decimal,
  inPlace = false,
): Ledger {
  const { position, realised } = applyFill(ledger.positions[fill.symbol], fill);
  const notional = multiply(fill.quantity, fill.price);
  return {
    profile: ledger.profile,
    cash: ledger.cash + (fill.side === "buy" ? -notional : notional) - fee,
    realised: ledger.realised + realised,
    fees: ledger.fees + fee,
    dividends: ledger.dividends,
    interest: ledger.interest,
    positions: withPosition(ledger.positions, fill.symbol, position, inPlace),
  };
}

/** Books a dividend, dollars; negative where a short position owes it. */
export function payDividend(book: Book, profile: string, amount: Decimal): Book {
  if (amount === ZERO) return book;
  const ledger = ledgerOf(book, profile);
  const dividends = ledger.dividends + amount;
  return withLedger(book, { ...ledger, cash: ledger.cash + amount, dividends });
}

/** Books borrow fees or margin interest, dollars paid. */
export function chargeInterest(book: Book, profile: string, amount: Decimal): Book {
  if (amount === ZERO) return book;
  const ledger = ledgerOf(book, profile);
  const interest = ledger.interest + amount;
  return withLedger(book, { ...ledger, cash: ledger.cash - amount, interest });
}

/** Adds sale proceeds, dollars, that a cash account may spend from `settlesOn` (ISO date) on. */
export function awaitSettlement(
  unsettled: Book["unsettled"],
  settlesOn: string,
  amount: Decimal,
): Book["unsettled"] {
  if (amount <= ZERO) return unsettled;
  const due = unsettled.find((entry) => entry.settlesOn === settlesOn);
  const entry = { settlesOn, amount: amount + (due?.amount ?? ZERO) };
  const others = unsettled.filter((other) => other !== due);
  return [...others, entry].sort((a, b) => (a.settlesOn < b.settlesOn ? -1 : 1));
}

/** Positions with one of them replaced, or removed when it is flat. */
export function withPosition(
  positions: Ledger["positions"],
  symbol: string,
  position: Position | undefined,
  inPlace = false,
): Ledger["positions"] {
  if (position === undefined) return without(positions, symbol, inPlace);
  return withEntry(positions, symbol, position, inPlace);
}
