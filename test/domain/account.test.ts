import { describe, expect, test } from "vitest";
import {
  accountOf,
  buyingPower,
  equityOf,
  maintenanceOf,
  reservationOf,
} from "../../core/domain/account.ts";
import type { Book } from "../../core/domain/book.ts";
import { type Decimal, ONE, ZERO } from "../../core/domain/decimal.ts";
import { applyToBook, emptyBook, openLedger, orderOf } from "../../core/domain/ledger.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { awaitSettlement } from "../../core/domain/postings.ts";
import { d, fill, lived, request, say } from "../execution/fixtures.ts";

function opened(kind: Book["kind"], cash = "100000"): Book {
  return openLedger(emptyBook("main", kind), "alpha", d(cash));
}

function wanting(book: Book, ...orders: readonly Partial<OrderRequest>[]): Book {
  return orders.reduce<Book>((now, changes, index) => {
    const of = request({ id: `w${index}`, ...changes });
    return applyToBook(now, say.requested(of));
  }, book);
}

function holding(
  book: Book,
  changes: Partial<OrderRequest>,
  price: string,
  settlesOn?: string,
): Book {
  const of = request({ id: `h${changes.profile ?? ""}${changes.symbol ?? ""}`, ...changes });
  const open = applyToBook(book, say.requested(of));
  const quantity: Decimal = of.quantity ?? ZERO;
  return applyToBook(open, fill(`${of.id}x`, quantity, price, of), { settlesOn });
}

const at = (price: string) => () => d(price);

describe("an account", () => {
  const book = holding(
    holding(openLedger(opened("margin"), "beta", d("50000")), { quantity: d("100") }, "100"),
    { profile: "beta", side: "sell", quantity: d("30") },
    "110",
  );

  test("is the sum of its ledgers", () => {
    const account = accountOf(book);
    expect(account).toMatchObject({ account: "main", kind: "margin", cash: d("143300") });
    expect(account.holdings.get("SPY")).toEqual({ quantity: d("70"), cost: d("6700") });
    expect(equityOf(account, at("100"))).toBe(d("150300"));
    expect(equityOf(account, () => undefined)).toBeUndefined();
  });
});

describe("proceeds that have not settled", () => {
  const first = awaitSettlement([], "2024-06-05", d("5"));

  test("are kept by the day on which they settle, the earliest first", () => {
    const earlier = awaitSettlement(first, "2024-06-04", d("1"));
    expect(earlier.map(({ settlesOn }) => settlesOn)).toEqual(["2024-06-04", "2024-06-05"]);
    const later = awaitSettlement(earlier, "2024-06-06", d("2"));
    expect(later.map(({ settlesOn }) => settlesOn)).toEqual([
      "2024-06-04",
      "2024-06-05",
      "2024-06-06",
    ]);
  });

  test("of the same day are one sum, and none add nothing", () => {
    expect(awaitSettlement(first, "2024-06-05", d("2"))).toEqual([
      { settlesOn: "2024-06-05", amount: d("7") },
    ]);
    expect(awaitSettlement(first, "2024-06-05", ZERO)).toBe(first);
    expect(awaitSettlement([], "2024-06-05", d("-1"))).toEqual([]);
  });
});

describe("buying power of a cash account", () => {
  test("is settled cash less what open buys would cost", () => {
    const book = wanting(
      opened("cash"),
      { type: "limit", limitPrice: d("99"), quantity: d("10") },
      { quantity: null, notional: d("500") },
      { side: "sell", quantity: d("5") },
    );
    expect(buyingPower(book, at("100"))).toBe(d("98510"));
  });

  test("waits for sales to settle", () => {
    const bought = holding(opened("cash"), { quantity: d("100") }, "100");
    const sale = { id: "s", side: "sell", quantity: d("50") } as const;
    expect(buyingPower(holding(bought, sale, "100", "2024-05-29"), at("100"))).toBe(d("90000"));
    expect(buyingPower(holding(bought, sale, "100"), at("100"))).toBe(d("95000"));
  });

  test("is never below 0", () => {
    expect(buyingPower(wanting(opened("cash", "10"), { quantity: d("5") }), at("100"))).toBe(ZERO);
  });
});

describe("buying power of a margin account", () => {
  test("is twice the equity of an empty account", () => {
    expect(buyingPower(opened("margin"), at("100"))).toBe(d("200000"));
  });

  test("is used up dollar for dollar by longs and by shorts", () => {
    const long = holding(opened("margin"), { quantity: d("1000") }, "100");
    expect(buyingPower(long, at("100"))).toBe(d("100000"));
    const short = holding(opened("margin"), { side: "sell", quantity: d("1000") }, "100");
    expect(buyingPower(short, at("100"))).toBe(d("100000"));
  });

  test("moves by Regulation T with prices", () => {
    const long = holding(opened("margin"), { quantity: d("1000") }, "100");
    expect(buyingPower(long, at("110"))).toBe(d("110000"));
    expect(buyingPower(long, at("0.01"))).toBe(d("10"));
    expect(buyingPower(long, () => undefined)).toBe(ZERO);
  });

  test("is reserved by orders that open, not by those that close", () => {
    const long = holding(opened("margin"), { quantity: d("100") }, "100");
    const before = buyingPower(long, at("100"));
    const sells = (quantity: string) => wanting(long, { side: "sell", quantity: d(quantity) });
    expect(buyingPower(sells("100"), at("100"))).toBe(before);
    expect(buyingPower(sells("130"), at("100"))).toBe(before - d("3000"));
    const twice = wanting(
      long,
      { side: "sell", quantity: d("80") },
      { side: "sell", quantity: d("80") },
    );
    expect(buyingPower(twice, at("100"))).toBe(before - d("6000"));
    expect(buyingPower(wanting(long, {}), at("100"))).toBe(before - d("1000"));
  });

  test("is reserved by buys that open, not by those that cover a short", () => {
    const short = holding(opened("margin"), { side: "sell", quantity: d("100") }, "100");
    const before = buyingPower(short, at("100"));
    const buys = (...quantities: readonly string[]) =>
      wanting(short, ...quantities.map((quantity) => ({ quantity: d(quantity) })));
    expect(buyingPower(buys("100"), at("100"))).toBe(before);
    expect(buyingPower(buys("80", "80"), at("100"))).toBe(before - d("6000"));
    expect(buyingPower(wanting(short, { side: "sell" }), at("100"))).toBe(before - d("1000"));
  });

  test("is reserved by what is left of an order that has filled in part", () => {
    const of = request({ id: "w0", side: "sell", quantity: d("130") });
    const long = holding(opened("margin"), { quantity: d("100") }, "100");
    const partly = applyToBook(
      applyToBook(long, say.requested(of)),
      fill("w0x", d("30"), "100", of),
    );
    expect(buyingPower(partly, at("100"))).toBe(d("190000"));
  });

  test("counts only the dearest of orders that exclude each other", () => {
    const book = opened("margin");
    const pair = wanting(
      book,
      { ocoGroup: "g", type: "limit", limitPrice: d("90") },
      { ocoGroup: "g", type: "stop", stopPrice: d("120") },
    );
    expect(buyingPower(pair, at("100"))).toBe(d("198800"));
    const turned = wanting(
      book,
      { ocoGroup: "g", type: "stop", stopPrice: d("120") },
      { ocoGroup: "g", type: "limit", limitPrice: d("90") },
    );
    expect(buyingPower(turned, at("100"))).toBe(d("198800"));
    const moved = wanting(book, {}, { replaces: "w0", quantity: d("20") });
    expect(buyingPower(moved, at("100"))).toBe(d("198000"));
    expect(buyingPower(moved, at("100"), { except: "w1" })).toBe(d("199000"));
  });

  test("counts held legs nothing", () => {
    const leg = request({ id: "w0" });
    const book = applyToBook(wanting(opened("margin"), {}), say.held(leg));
    expect(orderOf(book, "w0")?.status).toBe("held");
    expect(buyingPower(book, at("100"))).toBe(d("200000"));
  });

  test("asks the whole value of what cannot be margined", () => {
    const full = { initialRateOf: () => ONE };
    const long = holding(opened("margin"), { quantity: d("500") }, "100");
    expect(buyingPower(long, at("100"), full)).toBe(d("100000"));
    expect(buyingPower(wanting(long, {}), at("100"), full)).toBe(d("98000"));
  });
});

describe("a reservation", () => {
  const value = (changes: Partial<OrderRequest>, price: string | undefined = "100") =>
    reservationOf(lived([], request(changes)), price === undefined ? undefined : d(price));

  test("is what the order costs at worst", () => {
    expect(value({})).toBe(d("1000"));
    expect(value({}, "90")).toBe(d("1000"));
    expect(value({}, "110")).toBe(d("1100"));
    expect(reservationOf(lived([]), undefined)).toBe(d("1000"));
    expect(value({ type: "limit", limitPrice: d("95") })).toBe(d("950"));
    expect(value({ type: "limit", limitPrice: d("95"), side: "sell" })).toBe(d("1000"));
    expect(value({ type: "limit", limitPrice: d("105"), side: "sell" })).toBe(d("1050"));
    expect(value({ type: "stop", stopPrice: d("105") })).toBe(d("1050"));
    expect(value({ type: "stop", stopPrice: d("95"), side: "sell" })).toBe(d("950"));
    expect(value({ type: "stop-limit", stopPrice: d("105"), limitPrice: d("106") })).toBe(
      d("1060"),
    );
    expect(value({ type: "trailing-stop", trailPrice: d("2") })).toBe(d("1020"));
    expect(value({ type: "trailing-stop", trailPercent: d("5") })).toBe(d("1050"));
    expect(value({ type: "trailing-stop", trailPercent: d("5"), side: "sell" })).toBe(d("1000"));
    expect(value({ quantity: null, notional: d("250") })).toBe(d("250"));
  });

  test("of a stop is never less than what is there now", () => {
    const stop = lived([], request({ type: "stop", stopPrice: d("90") }));
    expect(reservationOf(stop, d("100"))).toBe(d("1000"));
    const sell = lived([], request({ type: "stop", side: "sell", stopPrice: d("90") }));
    expect(reservationOf(sell, d("100"))).toBe(d("900"));
  });

  test("shrinks with fills", () => {
    expect(reservationOf(lived([fill("x1", "4")]), d("100"))).toBe(d("600"));
    const of = request({ quantity: null, notional: d("250") });
    expect(reservationOf(lived([fill("x1", "2", "100", of)], of), d("100"))).toBe(d("50"));
  });
});

describe("what profiles hold against each other", () => {
  const apart = holding(
    holding(openLedger(opened("margin"), "beta", d("100000")), { quantity: d("10") }, "100"),
    { profile: "beta", side: "sell", quantity: d("10") },
    "100",
  );
  const unpriced = () => undefined;

  test("is nothing, and needs no price", () => {
    expect(equityOf(accountOf(apart), unpriced)).toBe(d("200000"));
    expect(buyingPower(apart, unpriced)).toBe(d("400000"));
    expect(maintenanceOf(accountOf(apart), unpriced)?.requirement).toBe(ZERO);
  });
});

describe("an order for dollars", () => {
  test("opens all of what it is for, whatever is held against it", () => {
    const short = holding(opened("margin"), { side: "sell", quantity: d("10") }, "100");
    const book = wanting(short, { quantity: null, notional: d("500") });
    // 100,000 of equity, half of 1,000 held and of 500 wanted is required.
    expect(buyingPower(book, at("100"))).toBe(d("198500"));
  });
});

describe("maintenance", () => {
  const excess = (book: Book, price: string) => maintenanceOf(accountOf(book), at(price))?.excess;

  test("asks 25 % of longs", () => {
    const long = holding(opened("margin"), { quantity: d("2000") }, "100");
    expect(maintenanceOf(accountOf(long), at("100"))).toEqual({
      equity: d("100000"),
      requirement: d("50000"),
      excess: d("50000"),
    });
    expect(excess(long, "66")).toBe(d("-1000"));
  });

  test("asks 30 % of shorts, or a sum a share where that is more", () => {
    const short = holding(opened("margin"), { side: "sell", quantity: d("100") }, "100");
    const asked = (price: string) => maintenanceOf(accountOf(short), at(price))?.requirement;
    expect(asked("100")).toBe(d("3000"));
    expect(asked("10")).toBe(d("500"));
    expect(asked("4")).toBe(d("400"));
    expect(asked("1")).toBe(d("250"));
  });

  test("cannot be told without prices", () => {
    const long = holding(opened("margin"), {}, "100");
    expect(maintenanceOf(accountOf(long), () => undefined)).toBeUndefined();
  });
});
