import { describe, expect, test } from "vitest";
import type { Book } from "../../core/domain/book.ts";
import { applyToBook, emptyBook, openLedger } from "../../core/domain/ledger.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { driftsOf } from "../../core/execution/drift.ts";
import { d, fill, request, say } from "./fixtures.ts";

const exact = { quantity: d("0"), cash: d("1") };
const rests = request({ id: "rests" });

/** Ten shares of SPY, and an order for ten more that rests at the venue. */
function held(): Book {
  const first = request();
  const events = [
    ...[say.requested(first), say.approved(first), say.submitted(first), say.accepted(first)],
    fill("x1", "10", "100", first, 2_000, { complete: true }),
    ...[say.requested(rests), say.approved(rests), say.submitted(rests)],
    say.accepted(rests),
  ];
  const book = openLedger(emptyBook("main", "margin"), "alpha", d("100000"));
  return events.reduce((now, event) => applyToBook(now, event), book);
}

const compared = (quantity: string, open: readonly string[]) =>
  driftsOf(
    held(),
    { positions: new Map([["SPY", d(quantity)]]), cash: null, open: new Set(open) },
    exact,
  );

describe("books against the venue's", () => {
  test("agree where positions do", () => {
    expect(compared("10", ["rests"])).toEqual({ drifts: [], doubts: [] });
  });

  test("may differ by what a resting order may trade, and by no more, and not the other way", () => {
    expect(compared("17", ["rests"])).toEqual({ drifts: [], doubts: [] });
    expect(compared("20", ["rests"])).toEqual({ drifts: [], doubts: [] });
    expect(compared("21", ["rests"]).drifts).toMatchObject([{ what: "SPY", isPast: true }]);
    expect(compared("9", ["rests"]).drifts).toMatchObject([{ what: "SPY", isPast: true }]);
  });

  test("are in doubt where an order would explain it that the venue shows no more", () => {
    const { drifts, doubts } = compared("17", []);
    expect(drifts).toEqual([]);
    expect(doubts).toMatchObject([{ drift: { what: "SPY" }, orders: ["rests"] }]);
    expect(compared("21", []).drifts).toHaveLength(1);
  });
});

/** The books after some orders rest at the venue, with what has filled of each. */
function resting(...orders: readonly (readonly [OrderRequest, string?])[]): Book {
  const events = orders.flatMap(([of, quantity]) => [
    ...[say.requested(of), say.approved(of), say.submitted(of), say.accepted(of)],
    ...(quantity === undefined ? [] : [fill(`x.${of.id}`, quantity, "100", of)]),
  ]);
  const book = openLedger(emptyBook("main", "margin"), "alpha", d("100000"));
  return events.reduce((now, event) => applyToBook(now, event), book);
}

describe("what explains a difference", () => {
  const open = new Set(["a", "b"]);
  const seen = (book: Book, positions: Readonly<Record<string, string>>) => {
    const theirs = new Map(Object.entries(positions).map(([name, text]) => [name, d(text)]));
    return driftsOf(book, { positions: theirs, cash: null, open }, exact).drifts;
  };

  test("is the rest of an order alone, not what it has filled", () => {
    const book = resting([request({ id: "a" }), "4"]);
    expect(seen(book, { SPY: "10" })).toEqual([]);
    expect(seen(book, { SPY: "10.1" })).toHaveLength(1);
  });
  test("is a sale where the venue has less, and a purchase where it has more", () => {
    const book = resting([request({ id: "a", side: "sell" })]);
    expect(seen(book, { SPY: "-10" })).toEqual([]);
    expect(seen(book, { SPY: "-10.1" })).toHaveLength(1);
    expect(seen(book, { SPY: "1" })).toHaveLength(1);
  });
  test("is an order in dollars, however much it comes to, of the same symbol", () => {
    const dollars = request({ id: "a", quantity: null, notional: d("100") });
    expect(seen(resting([dollars]), { SPY: "7" })).toEqual([]);
    expect(seen(resting([dollars]), { QQQ: "7" })).toHaveLength(1);
    const both = resting([dollars], [request({ id: "b", symbol: "QQQ" })]);
    expect(seen(both, { QQQ: "11" })).toHaveLength(1);
  });
  test("is told of symbols in alphabetical order, whoever holds them", () => {
    const bought = (symbol: string) => [request({ id: symbol, symbol }), "10"] as const;
    const found = seen(resting(bought("ZZZ"), bought("BBB")), { MMM: "1", AAA: "2" });
    expect(found.map(({ what, ours, venues }) => [what, ours, venues])).toEqual([
      ["AAA", d("0"), d("2")],
      ["BBB", d("10"), d("0")],
      ["MMM", d("0"), d("1")],
      ["ZZZ", d("10"), d("0")],
    ]);
  });
  test("is past only beyond the tolerance", () => {
    const within = (text: string, quantity: string) =>
      driftsOf(
        resting(),
        { positions: new Map([["SPY", d(text)]]), cash: null, open },
        { quantity: d(quantity), cash: d("0") },
      ).drifts.map(({ isPast, tolerance }) => [isPast, tolerance]);
    expect(within("0.5", "0.5")).toEqual([[false, d("0.5")]]);
    expect(within("0.500000001", "0.5")).toEqual([[true, d("0.5")]]);
    expect(within("-0.5", "0.5")).toEqual([[false, d("0.5")]]);
    expect(within("-0.6", "0.5")).toEqual([[true, d("0.5")]]);
  });
});

describe("cash", () => {
  const cashOf = (book: Book, cash: string | null) =>
    driftsOf(
      book,
      { positions: new Map(), cash: cash === null ? null : d(cash), open: new Set() },
      exact,
    ).drifts;
  test("is compared where the venue tells it and no order works", () => {
    expect(cashOf(resting(), "100000")).toEqual([]);
    expect(cashOf(resting(), null)).toEqual([]);
    expect(cashOf(resting(), "100001")).toMatchObject([
      { what: "cash", ours: d("100000"), venues: d("100001"), isPast: false },
    ]);
    expect(cashOf(resting(), "100001.01")).toMatchObject([{ isPast: true, tolerance: d("1") }]);
    expect(cashOf(resting([request({ id: "a" })]), "7")).toEqual([]);
  });
});
