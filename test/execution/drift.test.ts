import { describe, expect, test } from "vitest";
import type { Book } from "../../core/domain/book.ts";
import { applyToBook, emptyBook, openLedger } from "../../core/domain/ledger.ts";
import { driftsOf } from "../../core/execution/drift.ts";
import { d, fill, request, say } from "./fixtures.ts";

const exact = { quantity: d("0"), cash: d("1") };
const resting = request({ id: "rests" });

/** Ten shares of SPY, and an order for ten more that rests at the venue. */
function held(): Book {
  const first = request();
  const events = [
    ...[say.requested(first), say.approved(first), say.submitted(first), say.accepted(first)],
    fill("x1", "10", "100", first, 2_000, { complete: true }),
    ...[say.requested(resting), say.approved(resting), say.submitted(resting)],
    say.accepted(resting),
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
