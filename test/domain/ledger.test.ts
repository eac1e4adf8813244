import { describe, expect, test } from "vitest";
import * as z from "zod";
import { type Book, book as bookSchema } from "../../core/domain/book.ts";
import { type Decimal, ONE, ZERO } from "../../core/domain/decimal.ts";
import { InvariantError } from "../../core/domain/errors.ts";
import {
  applyToBook,
  emptyBook,
  openLedger,
  orderOf,
  rebuild,
  settle,
} from "../../core/domain/ledger.ts";
import { moveCash } from "../../core/domain/postings.ts";
import type { DomainEvent, EventData } from "../../core/events/catalogue.ts";
import { d, fill, lived, request, say } from "../execution/fixtures.ts";

const start = openLedger(emptyBook("main", "margin"), "alpha", d("10000"));
const base = { id: "e1", eventTimeMs: 5_000, receivedTimeMs: 5_000, causationId: "e1" };

function play(book: Book, events: readonly DomainEvent[]): Book {
  return events.reduce((now, event) => applyToBook(now, event), book);
}

function action(data: Partial<EventData<"corporate-action.applied.v1">>): DomainEvent {
  return {
    ...base,
    type: "corporate-action.applied.v1",
    data: {
      symbol: "SPY",
      kind: "split",
      value: d("2"),
      priceFactor: 0.5,
      newSymbol: null,
      ...data,
    },
  };
}

function dividend(amount: Decimal, profile = "alpha", account = "main"): DomainEvent {
  return { ...base, type: "dividend.paid.v1", data: { account, profile, symbol: "SPY", amount } };
}

function interest(amount: Decimal): DomainEvent {
  const data = { account: "main", profile: "alpha", kind: "borrow", amount };
  return { ...base, type: "interest.charged.v1", data };
}

const bought = [
  say.requested(),
  say.approved(),
  say.submitted(),
  say.accepted(),
  fill("x1", "4", "100", request(), 2_000, { fee: d("1") }),
];

describe("a book", () => {
  test("holds an order from its request until it is final", () => {
    const open = play(start, bought);
    expect(open.orders.map(({ request }) => request.id)).toEqual(["o1"]);
    expect(open.orders[0]?.status).toBe("partially-filled");
    const done = play(open, [fill("x2", "6", "101")]);
    expect(done.orders).toEqual([]);
  });

  test("moves cash, fees and position with each fill", () => {
    const { ledgers } = play(start, bought);
    expect(ledgers.alpha).toMatchObject({ cash: d("9599"), fees: d("1"), realised: ZERO });
    expect(ledgers.alpha?.positions.SPY).toMatchObject({ quantity: d("4"), cost: d("400") });
  });

  test("drops a flat position and keeps its profit", () => {
    const exit = request({ id: "o2", side: "sell", quantity: d("4") });
    const flat = play(start, [...bought, say.requested(exit), fill("y1", "4", "110", exit)]);
    expect(flat.ledgers.alpha).toMatchObject({
      cash: d("10039"),
      realised: d("40"),
      positions: {},
    });
  });

  test("is the very same when an event changes nothing", () => {
    const open = play(start, bought);
    for (const event of [...bought, say.held(), say.unknown(), say.denied()]) {
      expect(applyToBook(open, event)).toBe(open);
    }
    const elsewhere = request({ account: "other" });
    expect(applyToBook(open, say.requested(elsewhere))).toBe(open);
    expect(applyToBook(open, dividend(ONE, "alpha", "other"))).toBe(open);
    expect(applyToBook(open, dividend(ZERO))).toBe(open);
    expect(applyToBook(open, action({ symbol: "QQQ" }))).toBe(open);
    expect(applyToBook(open, action({ kind: "dividend" }))).toBe(open);
    expect(applyToBook(open, action({ value: ONE, symbol: "QQQ" }))).toBe(open);
    expect(openLedger(open, "alpha", d("5"))).toBe(open);
    expect(settle(open, "2024-01-01")).toBe(open);
    expect(moveCash(open, "alpha", ZERO)).toBe(open);
  });

  test("books a late fill of an order that has left it, once, when given the order", () => {
    const open = play(start, bought);
    const before = play(open, [say.cancelled()]);
    const cancelled = lived([...bought, say.cancelled()]);
    expect(before.orders).toEqual([]);
    const late = fill("x2", "2", "100");
    const after = applyToBook(before, late, { order: cancelled });
    expect(after.ledgers.alpha?.positions.SPY?.quantity).toBe(d("6"));
    expect(after.orders).toEqual([]);
    const known = lived([...bought, say.cancelled(), late]);
    expect(applyToBook(after, late, { order: known })).toBe(after);
  });

  test("halts on a fill of an order that nobody knows, and on a profile without ledger", () => {
    expect(() => applyToBook(start, fill("x1", "1"))).toThrow(InvariantError);
    expect(applyToBook(start, say.accepted())).toBe(start);
    const stranger = request({ profile: "beta" });
    const open = applyToBook(start, say.requested(stranger));
    expect(() => applyToBook(open, fill("x1", "1", "1", stranger))).toThrow(/ledger of beta/);
    expect(() => applyToBook(start, dividend(ONE, "constructor"))).toThrow(InvariantError);
  });

  test("books dividends and interest", () => {
    const paid = play(start, [dividend(d("12.5")), interest(d("2.25")), dividend(d("-1"))]);
    expect(paid.ledgers.alpha).toMatchObject({
      cash: d("10009.25"),
      dividends: d("11.5"),
      interest: d("2.25"),
    });
  });

  test("moves cash in and out of a profile", () => {
    expect(moveCash(start, "alpha", d("-500")).ledgers.alpha?.cash).toBe(d("9500"));
    expect(() => openLedger(start, "beta", d("-1"))).toThrow(/cash of 0 or more, got -1/);
  });

  test("comes back from JSON as it was", () => {
    const cash = openLedger(emptyBook("main", "cash"), "alpha", d("10000"));
    const sold = request({ id: "o2", side: "sell", quantity: d("1") });
    const open = play(cash, [...bought, say.requested(sold)]);
    const book = applyToBook(open, fill("y1", "1", "99", sold), { settlesOn: "2024-05-29" });
    expect(book.unsettled).toHaveLength(1);
    const text = JSON.stringify(z.encode(bookSchema, book));
    expect(z.decode(bookSchema, JSON.parse(text))).toEqual(book);
    expect(JSON.stringify(z.encode(bookSchema, z.decode(bookSchema, JSON.parse(text))))).toBe(text);
  });
});

describe("settlement in a cash account", () => {
  const cash = play(openLedger(emptyBook("main", "cash"), "alpha", d("10000")), bought);
  const sell = (id: string, book: Book, settlesOn?: string) => {
    const of = request({ id, side: "sell", quantity: ONE });
    const open = applyToBook(book, say.requested(of));
    return applyToBook(open, fill(`${id}x`, "1", "100", of, 3_000, { fee: ONE }), { settlesOn });
  };

  test("keeps proceeds after fees until their date, summed by date", () => {
    const first = sell("a", cash, "2024-05-30");
    const second = sell("b", first, "2024-05-29");
    const third = sell("c", second, "2024-05-30");
    expect(third.unsettled).toEqual([
      { settlesOn: "2024-05-29", amount: d("99") },
      { settlesOn: "2024-05-30", amount: d("198") },
    ]);
    expect(settle(third, "2024-05-28")).toBe(third);
    expect(settle(third, "2024-05-29").unsettled).toHaveLength(1);
    expect(settle(third, "2024-05-30").unsettled).toEqual([]);
  });

  test("is at once without a date, and never waits in a margin account", () => {
    expect(sell("a", cash).unsettled).toEqual([]);
    expect(sell("a", play(start, bought), "2024-05-30").unsettled).toEqual([]);
  });
});

describe("a corporate action", () => {
  const stop = request({
    id: "s1",
    side: "sell",
    type: "stop-limit",
    stopPrice: d("90.01"),
    limitPrice: d("89.99"),
    quantity: d("4"),
  });
  const trail = request({ id: "t1", type: "trailing-stop", trailPrice: d("3.01") });
  const open = play(start, [...bought, say.requested(stop), say.requested(trail)]);

  test("splits positions and open orders: quantities up, prices down to the tick", () => {
    const split = applyToBook(open, action({ value: d("2") }));
    expect(split.ledgers.alpha).toMatchObject({ cash: d("9599"), realised: ZERO });
    expect(split.ledgers.alpha?.positions.SPY).toMatchObject({
      quantity: d("8"),
      cost: d("400"),
    });
    expect(orderOf(split, "o1")).toMatchObject({
      filledQuantity: d("8"),
      filledNotional: d("400"),
      request: { quantity: d("20"), referencePrice: d("50") },
    });
    expect(orderOf(split, "s1")?.request).toMatchObject({
      quantity: d("8"),
      stopPrice: d("45.01"),
      limitPrice: d("45"),
    });
    expect(orderOf(split, "t1")?.request.trailPrice).toBe(d("1.51"));
    const done = applyToBook(split, fill("x2", "12", "50"));
    expect(orderOf(done, "o1")).toBeUndefined();
    expect(done.ledgers.alpha?.positions.SPY?.quantity).toBe(d("20"));
  });

  test("reaches every profile, and pays fractions in cash where lots are whole", () => {
    const beta = request({ id: "b1", profile: "beta", quantity: d("15") });
    const both = play(openLedger(open, "beta", d("5000")), [
      say.requested(beta),
      fill("z1", "15", "100", beta),
    ]);
    const split = applyToBook(both, action({ value: d("0.1") }), {
      stepsOf: () => ({ tick: d("0.01"), lot: ONE }),
      priceOf: () => d("1010"),
    });
    expect(split.ledgers.beta).toMatchObject({ cash: d("4005"), realised: d("5") });
    expect(split.ledgers.beta?.positions.SPY?.quantity).toBe(ONE);
    expect(split.ledgers.alpha?.positions).toEqual({});
    expect(split.ledgers.alpha).toMatchObject({ cash: d("10003"), realised: d("4") });
  });

  test("renames positions and orders", () => {
    const renamed = applyToBook(open, action({ kind: "symbol-change", newSymbol: "SPX.B" }));
    expect(renamed.ledgers.alpha?.positions["SPX.B"]).toMatchObject({ symbol: "SPX.B" });
    expect(renamed.ledgers.alpha?.positions.SPY).toBeUndefined();
    expect(orderOf(renamed, "s1")?.request.symbol).toBe("SPX.B");
    expect(() => applyToBook(open, action({ kind: "symbol-change" }))).toThrow(InvariantError);
  });

  test("closes delisted positions at the last price", () => {
    const gone = applyToBook(open, action({ kind: "delisting", value: d("20") }));
    expect(gone.ledgers.alpha).toMatchObject({
      cash: d("9679"),
      realised: d("-320"),
      positions: {},
    });
  });
});

describe("a journal", () => {
  test("rebuilds the book, late fills and splits included", () => {
    const journal = [
      ...bought,
      action({}),
      say.cancelled(),
      fill("x2", "3", "50"),
      fill("x2", "3"),
    ];
    const { book, orders } = rebuild(start, journal);
    expect(book.ledgers.alpha?.positions.SPY?.quantity).toBe(d("11"));
    expect(book.orders).toEqual([]);
    expect(orders.get("o1")).toMatchObject({ status: "cancelled", filledQuantity: d("11") });
  });
});

describe("the book of one account", () => {
  const own = openLedger(emptyBook("main", "cash"), "alpha", d("1000"));
  const stranger = request({ account: "theirs", profile: "alpha" });

  test("may begin with nothing, and with no less", () => {
    expect(openLedger(own, "beta", ZERO).ledgers.beta?.cash).toBe(ZERO);
    expect(() => openLedger(own, "beta", -1n)).toThrow("expected cash of 0 or more");
  });

  test("lets what is said of another account be", () => {
    const times = { eventTimeMs: 1, receivedTimeMs: 1, causationId: "x" };
    const paid = { account: "theirs", profile: "alpha", symbol: "SPY", amount: d("5") };
    const theirs = [
      ...[say.requested(stranger), say.approved(stranger)],
      fill("x1", "1", "100", stranger),
      { type: "interest.charged.v1", id: "i", ...times, data: { ...paid, kind: "margin" } },
    ] as readonly DomainEvent[];
    for (const event of theirs) expect(applyToBook(own, event)).toBe(own);
    expect(rebuild(own, theirs)).toEqual({ book: own, orders: new Map() });
  });

  test("waits for the cash of sales alone until it is settled", () => {
    const bought = request({ quantity: d("2") });
    const events = [say.requested(bought), say.approved(bought), say.accepted(bought)];
    const book = events.reduce((now, event) => applyToBook(now, event), own);
    const after = applyToBook(book, fill("x1", "2", "100", bought), { settlesOn: "2024-07-02" });
    expect(after.unsettled).toEqual([]);
  });

  test("says which order an execution wants that it does not know", () => {
    expect(() => applyToBook(own, fill("x9", "1", "100"))).toThrow(
      "expected the order o1 of execution x9 in the book or given, got none",
    );
  });
});
