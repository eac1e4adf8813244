import { expect, test } from "vitest";
import type { Book } from "../../core/domain/book.ts";
import { decimal, ONE } from "../../core/domain/decimal.ts";
import { applyToBook, emptyBook, openLedger } from "../../core/domain/ledger.ts";
import { nightCharges } from "../../core/simulation/financing.ts";

const rates = { borrowAnnual: 0.036, marginAnnual: 0.072 };
const weekend = { date: "2024-07-05", count: 3, timeMs: 1_720_224_000_000 };

function bookOf(cash: string, quantity: bigint): Book {
  const book = openLedger(emptyBook("main", "margin"), "one", decimal("0"));
  const ledger = book.ledgers.one;
  if (ledger === undefined) throw new Error("the ledger was opened");
  const position = { symbol: "SPY", quantity, cost: 0n, lots: [], realised: 0n, openedTimeMs: 0 };
  return {
    ...book,
    ledgers: { one: { ...ledger, cash: decimal(cash), positions: { SPY: position } } },
  };
}

test("a short position pays its borrow fee for every night of a weekend, by Actual/360", () => {
  const charges = nightCharges(bookOf("10000", -100n * ONE), () => 50, rates, weekend);
  // 5,000 dollars at 3.6 % over 3 of 360 days.
  expect(charges.map(({ data }) => [data.kind, data.amount])).toEqual([["borrow", decimal("1.5")]]);
});

test("cash below zero pays margin interest, a long position in itself pays nothing", () => {
  const charges = nightCharges(bookOf("-5000", 100n * ONE), () => 50, rates, weekend);
  expect(charges.map(({ data }) => [data.kind, data.amount])).toEqual([["margin", decimal("3")]]);
  expect(nightCharges(bookOf("5000", 100n * ONE), () => 50, rates, weekend)).toEqual([]);
});

test("charges have ids of their own and leave the ledger's cash", () => {
  const book = bookOf("-5000", -100n * ONE);
  const charges = nightCharges(book, () => 50, rates, weekend);
  expect(charges.map(({ id }) => id)).toEqual([
    "interest.borrow.one.2024-07-05",
    "interest.margin.one.2024-07-05",
  ]);
  const after = charges.reduce<Book>((next, event) => applyToBook(next, event), book);
  expect(after.ledgers.one?.cash).toBe(decimal("-5004.5"));
  expect(after.ledgers.one?.interest).toBe(decimal("4.5"));
});

test("an instrument's own borrow rate goes before that of all, 0 included", () => {
  const charged = (borrowBySymbol: Record<string, number>) =>
    nightCharges(bookOf("0", -100n * ONE), () => 50, { ...rates, borrowBySymbol }, weekend);
  expect(charged({ SPY: 0.36 })).toMatchObject([{ data: { amount: decimal("15") } }]);
  expect(charged({ QQQ: 0.36 })).toMatchObject([{ data: { amount: decimal("1.5") } }]);
  expect(charged({ SPY: 0 })).toEqual([]);
});
