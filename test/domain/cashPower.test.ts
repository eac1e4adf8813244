import fc from "fast-check";
import { expect, test } from "vitest";
import { buyingPower, cashBuyingPower } from "../../core/domain/account.ts";
import type { Book } from "../../core/domain/book.ts";
import { ONE, ZERO } from "../../core/domain/decimal.ts";
import { applyToBook, emptyBook, openLedger } from "../../core/domain/ledger.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { d, fill, request, say, seeded } from "../execution/fixtures.ts";

const cents = fc.integer({ min: 1, max: 20_000 }).map((n) => (BigInt(n) * ONE) / 100n);
interface Placed {
  readonly profile: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: bigint;
  readonly price: bigint;
  readonly fills: boolean;
}

const order: fc.Arbitrary<Placed> = fc.record({
  profile: fc.constantFrom("alpha", "beta"),
  symbol: fc.constantFrom("SPY", "QQQ", "BTC/USD"),
  side: fc.constantFrom("buy" as const, "sell" as const),
  quantity: fc.integer({ min: 1, max: 200 }).map((n) => BigInt(n) * ONE),
  price: cents,
  fills: fc.boolean(),
});

/** A book after some orders, each filled whole or still working. */
function bookOf(kind: Book["kind"], orders: readonly Placed[]): Book {
  let book = emptyBook("main", kind);
  for (const profile of ["alpha", "beta"]) book = openLedger(book, profile, d("50000"));
  for (const [i, { price, fills, ...changes }] of orders.entries()) {
    const of: OrderRequest = request({ id: `o${i}`, referencePrice: price, ...changes });
    book = applyToBook(book, say.requested(of));
    if (fills)
      book = applyToBook(book, fill(`x${i}`, changes.quantity, `${Number(price) / 1e9}`, of));
  }
  return book;
}

test("what cash alone gives is never more than the whole buying power", () => {
  let equal = 0;
  let above = 0;
  fc.assert(
    fc.property(
      fc.constantFrom("cash" as const, "margin" as const),
      fc.array(order, { maxLength: 8 }),
      cents,
      (kind, orders, price) => {
        const book = bookOf(kind, orders);
        const rate = { initialRateOf: (symbol: string) => (symbol.includes("/") ? ONE : ONE / 2n) };
        const whole = buyingPower(book, () => price, rate);
        const least = cashBuyingPower(book, () => price, rate);
        expect(least <= whole, `${least} of ${whole}`).toBe(true);
        if (least === whole) equal += 1;
        else if (least > ZERO) above += 1;
      },
    ),
    seeded("cash buying power", 20261122, 500),
  );
  // Both happen: it is not 0 all the time, and not the same.
  expect(equal).toBeGreaterThan(50);
  expect(above).toBeGreaterThan(50);
});

test("what cash alone gives is all of it where nothing is held, and nothing beside a short", () => {
  const none = bookOf("margin", []);
  expect(cashBuyingPower(none, () => d("100"))).toBe(buyingPower(none, () => d("100")));
  const sold = {
    profile: "alpha",
    symbol: "SPY",
    side: "sell",
    quantity: ONE,
    price: ONE,
  } as const;
  expect(cashBuyingPower(bookOf("margin", [{ ...sold, fills: true }]), () => d("100"))).toBe(ZERO);
});

test("what cash alone gives is less what orders reserve, at half of it on margin", () => {
  const wanted = {
    ...{ profile: "alpha", symbol: "SPY", side: "buy" as const, quantity: 10n * ONE },
    ...{ price: 100n * ONE, fills: false },
  };
  const at = () => d("100");
  // 100,000 less half of 1,000, and two dollars for each; or less all of it.
  expect(cashBuyingPower(bookOf("margin", [wanted]), at)).toBe(d("199000"));
  expect(cashBuyingPower(bookOf("cash", [wanted]), at)).toBe(d("99000"));
  // What a cash account wants to sell costs it nothing.
  const sale = { ...wanted, side: "sell" as const };
  expect(cashBuyingPower(bookOf("cash", [sale]), at)).toBe(d("100000"));
});

test("what cash alone gives is less what has not settled", () => {
  const book = bookOf("cash", []);
  const unsettled = [
    { settlesOn: "2024-06-05", amount: d("400") },
    { settlesOn: "2024-06-06", amount: d("100") },
  ];
  expect(cashBuyingPower({ ...book, unsettled }, () => d("100"))).toBe(d("99500"));
});
