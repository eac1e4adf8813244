import { describe, expect, test } from "vitest";
import type { Book } from "../../core/domain/book.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { legsReached, trailStop, type Watched } from "../../core/execution/watchedLegs.ts";
import { d, fill, request } from "./fixtures.ts";
import {
  bookOf,
  entry,
  half,
  leg,
  say,
  short,
  stop,
  target,
  trail,
  waiting,
} from "./legs.fixtures.ts";

const market = (price: string, high = price, low = price): Watched => ({
  price: d(price),
  high: d(high),
  low: d(low),
});
const filled = fill("x1", "0.5", "100", entry);
const reached = (book: Book, at: Watched) => short(legsReached(book, "SPY", () => at, 9));

/** A short position of half a share, and a leg that buys it back. */
const sold = request({ id: "e1", intentId: "e1", side: "sell", ...half });
const cover = (changes: Partial<OrderRequest>) => leg("cover", { side: "buy", ...changes });
const shortBook = (of: OrderRequest) =>
  bookOf(...waiting(sold, of), fill("x1", "0.5", "100", sold));

describe("where a trailing stop stands", () => {
  const at = market("100", "120", "80");
  const trailing = (changes: Partial<OrderRequest>) =>
    trailStop(request({ type: "trailing-stop", ...changes }), at);
  test("below the highest price for a sale, above the lowest for a purchase", () => {
    expect(trailing({ side: "sell", trailPercent: d("10") })).toBe(d("108"));
    expect(trailing({ side: "sell", trailPrice: d("3") })).toBe(d("117"));
    expect(trailing({ side: "buy", trailPercent: d("10") })).toBe(d("88"));
    expect(trailing({ side: "buy", trailPrice: d("3") })).toBe(d("83"));
  });
  test("nowhere without a distance, and for orders of another kind", () => {
    expect(trailing({ side: "sell" })).toBeNull();
    expect(trailing({ side: "buy" })).toBeNull();
    expect(trailStop(request({ type: "stop", trailPercent: d("10") }), at)).toBeNull();
  });
});

describe("a watched leg", () => {
  test("of a long position sells at its limit or above it", () => {
    const book = bookOf(...waiting(entry, target), filled);
    expect(reached(book, market("109.99"))).toEqual([]);
    expect(reached(book, market("110"))).toEqual(["send target limit 0.5"]);
    expect(reached(book, market("111"))).toEqual(["send target limit 0.5"]);
  });

  test("of a short position buys at its limit or below it", () => {
    const book = shortBook(cover({ type: "limit", limitPrice: d("90"), role: "take-profit" }));
    expect(reached(book, market("90.01"))).toEqual([]);
    expect(reached(book, market("90"))).toEqual(["send cover limit 0.5"]);
    expect(reached(book, market("89"))).toEqual(["send cover limit 0.5"]);
  });

  test("that trails buys at market above the lowest price since", () => {
    const book = shortBook(cover({ type: "trailing-stop", trailPrice: d("2"), role: "stop-loss" }));
    expect(reached(book, market("91.99", "100", "90"))).toEqual([]);
    expect(reached(book, market("92", "100", "90"))).toEqual(["send cover market 0.5"]);
    expect(reached(book, market("95", "100", "90"))).toEqual(["send cover market 0.5"]);
  });

  test("that trails goes without its prices, for the day", () => {
    const book = bookOf(...waiting(entry, trail), filled);
    const { submits } = legsReached(book, "SPY", () => market("90", "100"), 9);
    expect(submits).toEqual([
      {
        ...trail,
        type: "market",
        timeInForce: "day",
        limitPrice: null,
        stopPrice: null,
        trailPrice: null,
        trailPercent: null,
        expiresAtMs: null,
      },
    ]);
  });

  test("is measured from when the position was opened, else from when it was last heard of", () => {
    const since: number[] = [];
    const listen = (timeMs: number) => {
      since.push(timeMs);
      return market("100");
    };
    const late = fill("x1", "0.5", "100", entry, 7_000);
    legsReached(bookOf(...waiting(entry, trail), late), "SPY", listen, 9);
    const gone = bookOf(...waiting(entry, trail), say.cancelled(entry));
    legsReached(gone, "SPY", listen, 9);
    expect(since).toEqual([7_000, gone.orders[0]?.updatedTimeMs]);
  });

  test("with a limit beside its stop waits for the stop, which is the venue's", () => {
    const guarded = leg("guarded", { type: "stop-limit", stopPrice: d("95"), limitPrice: d("94") });
    expect(reached(bookOf(...waiting(entry, guarded), filled), market("100"))).toEqual([]);
  });

  test("that is at the venue already is left to it", () => {
    const book = bookOf(...waiting(entry, target), filled, say.accepted(target));
    expect(reached(book, market("120"))).toEqual([]);
  });

  test("ends the others of its group that were never sent, and says which went first", () => {
    const book = bookOf(...waiting(entry, stop, target), filled);
    const due = legsReached(book, "SPY", () => market("110"), 9);
    expect(short(due)).toEqual(["send target limit 0.5", "stop cancelled"]);
    expect(due.reports).toEqual([
      { kind: "cancelled", orderId: "stop", timeMs: 9, reason: "target went first" },
    ]);
  });

  test("of a position that is closed ends, and so do the others", () => {
    const exited = fill("x2", "0.5", "101", request({ id: "out", side: "sell", ...half }));
    const out = request({ id: "out", side: "sell", ...half });
    const events = [...waiting(entry, stop, target), filled, say.requested(out), exited];
    const due = legsReached(bookOf(...events), "SPY", () => market("110"), 9);
    expect(due.submits).toEqual([]);
    const reason = "the position is closed";
    expect(due.reports).toEqual([
      { kind: "cancelled", orderId: "target", timeMs: 9, reason },
      { kind: "cancelled", orderId: "stop", timeMs: 9, reason },
    ]);
  });
});
