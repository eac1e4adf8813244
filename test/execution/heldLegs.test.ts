import { describe, expect, test } from "vitest";
import type { Book } from "../../core/domain/book.ts";
import { applyToBook, rebuild } from "../../core/domain/ledger.ts";
import type { OrderEvent } from "../../core/events/catalogue.ts";
import { goodTillMs, overdueOrders } from "../../core/execution/goodTill.ts";
import { legsAfter, unsentLegs } from "../../core/execution/heldLegs.ts";
import { renewalAfter, restatedAfterSplit } from "../../core/execution/renewals.ts";
import { legsReached, trailStop } from "../../core/execution/watchedLegs.ts";
import { legsWeKeep } from "../../functions/alpaca/placement.ts";
import { d, event, fill, request } from "./fixtures.ts";
import {
  bookOf,
  entry,
  opened,
  say,
  short,
  stop,
  target,
  trail,
  waiting,
} from "./legs.fixtures.ts";

/** What is due after an event, asked of the books that have booked it. */
function dueAfter(events: readonly OrderEvent[], one: OrderEvent): readonly string[] {
  const book = bookOf(...events, one);
  const order = rebuild(opened(), [...events, one]).orders.get(one.data.orderId);
  if (order === undefined) throw new Error("expected an order");
  return short(legsAfter(book, order, 3_000, legsWeKeep));
}

describe("the end of an entry", () => {
  test("its fill sends the stop of a fraction and keeps the target back", () => {
    const events = waiting(entry, stop, target);
    expect(dueAfter(events, fill("x1", "0.5", "100", entry))).toEqual(["send stop stop 0.5"]);
  });

  test("a part of it sends nothing yet", () => {
    expect(dueAfter(waiting(entry, stop), fill("x1", "0.2", "100", entry))).toEqual([]);
  });

  test("its cancel after a part sends the legs' share, once", () => {
    const whole = request({ ...entry, quantity: d("10"), extendedHours: true, type: "limit" });
    const legs = [stop, target].map((one) => ({ ...one, quantity: d("10") }));
    const events = [...waiting(whole, ...legs), fill("x1", "3", "100", whole)];
    // Whole shares can rest as one OCO order: both go.
    expect(dueAfter(events, say.cancelled(whole))).toEqual([
      "send stop stop 3",
      "send target limit 3",
    ]);
    const sent = [stop, target].map((one) => say.accepted({ ...one, quantity: d("10") }));
    expect(dueAfter([...events, ...sent], say.cancelled(whole))).toEqual([]);
  });

  test("its cancel after it only closed what it was to reverse ends the legs", () => {
    const whole = request({ ...entry, quantity: d("20") });
    const cover = { ...stop, quantity: d("10") };
    const events = (filled: string) => [...waiting(whole, cover), fill("x1", filled, "100", whole)];
    expect(dueAfter(events("10"), say.cancelled(whole))).toEqual(["stop cancelled"]);
    expect(dueAfter(events("13"), say.cancelled(whole))).toEqual(["send stop stop 3"]);
  });

  test("its cancel without a fill ends the legs", () => {
    const reports = ["stop cancelled", "target cancelled"];
    expect(dueAfter(waiting(entry, stop, target), say.cancelled(entry))).toEqual(reports);
  });

  test("legs that the venue holds are left to it", () => {
    const whole = { quantity: d("10") };
    const events = waiting({ ...entry, ...whole }, { ...stop, ...whole }, { ...target, ...whole });
    expect(dueAfter(events, fill("x1", "10", "100", { ...entry, ...whole }))).toEqual([]);
  });

  test("an entry that took another's place has its legs", () => {
    const second = { ...entry, id: "e2", replaces: "e1" };
    const replaced = event("order.replaced.v1", { replacementId: "e2" }, entry);
    const events = [...waiting(entry, stop), say.requested(second), say.accepted(second)];
    expect(dueAfter(events, replaced)).toEqual([]);
    const filled = fill("x1", "0.5", "100", second);
    expect(dueAfter([...events, replaced], filled)).toEqual(["send stop stop 0.5"]);
  });
});

describe("one leg and the other", () => {
  const filledEntry = [...waiting(entry, stop, target), fill("x1", "0.5", "100", entry)];
  const working = [...filledEntry, say.accepted(stop)];

  test("the stop's fill ends the target that was never sent", () => {
    expect(dueAfter(working, fill("x2", "0.5", "95", stop))).toEqual(["target cancelled"]);
  });

  test("the target's price first cancels the stop, then sends the target", () => {
    const market = { price: d("110"), high: d("110"), low: d("99") };
    const reached = (book: Book) => short(legsReached(book, "SPY", () => market, 9));
    expect(reached(bookOf(...working))).toEqual(["cancel stop"]);
    const asked = [...working, say.cancelAsked(stop)];
    expect(reached(bookOf(...asked))).toEqual([]);
    expect(dueAfter(asked, say.cancelled(stop))).toEqual(["send target limit 0.5"]);
  });

  test("a stop that sold a part leaves the target the rest of the position", () => {
    const events = [...working, fill("x2", "0.2", "95", stop)];
    expect(dueAfter(events, say.cancelled(stop))).toEqual(["send target limit 0.3"]);
  });

  test("a stop that was cut to its share and filled leaves nothing to sell short", () => {
    const events = [...waiting(entry, stop, target), fill("x1", "0.2", "100", entry)];
    const cut = [
      ...events,
      say.cancelled(entry),
      say.accepted(stop),
      fill("x2", "0.2", "95", stop),
    ];
    expect(dueAfter(cut, say.cancelled(stop))).toEqual(["target cancelled"]);
  });

  test("an exit that cancels both sends neither", () => {
    const both = [...working, say.cancelAsked(stop), say.cancelAsked(target)];
    expect(dueAfter(both, say.cancelled(stop))).toEqual([]);
  });

  test("a leg that is cancelled before the entry fills lets nothing go", () => {
    expect(dueAfter(waiting(entry, stop, target), say.cancelled(target))).toEqual([]);
  });

  test("a leg at the venue is cancelled when its sibling fills", () => {
    const both = [...working, say.accepted(target)];
    expect(dueAfter(both, fill("x2", "0.5", "110", target))).toEqual(["cancel stop"]);
  });
});

describe("what is watched", () => {
  test("a trailing stop on a fraction sells at market below the highest price since", () => {
    const book = bookOf(...waiting(entry, trail), fill("x1", "0.5", "100", entry));
    const at = (price: string) => ({ price: d(price), high: d("120"), low: d("99") });
    expect(trailStop(trail, at("110"))).toBe(d("108"));
    expect(short(legsReached(book, "SPY", () => at("108.01"), 9))).toEqual([]);
    expect(short(legsReached(book, "SPY", () => at("108"), 9))).toEqual(["send trail market 0.5"]);
  });

  test("nothing is reached while the entry works, nor in another symbol", () => {
    const market = { price: d("200"), high: d("200"), low: d("99") };
    const early = bookOf(...waiting(entry, target));
    expect(short(legsReached(early, "SPY", () => market, 9))).toEqual([]);
    const late = bookOf(...waiting(entry, target), fill("x1", "0.5", "100", entry));
    expect(short(legsReached(late, "QQQ", () => market, 9))).toEqual([]);
    expect(short(legsReached(late, "SPY", () => market, 9))).toEqual(["send target limit 0.5"]);
  });

  test("a crash between fill and sending leaves legs that are found", () => {
    const book = bookOf(...waiting(entry, stop, target), fill("x1", "0.5", "100", entry));
    expect(unsentLegs(book).map(({ request: one }) => one.id)).toEqual(["stop", "target"]);
    expect(unsentLegs(applyToBook(book, say.accepted(stop)))).toEqual([]);
  });
});

describe("what lasts longer than a venue holds it", () => {
  test("gtd orders and crypto's day orders are overdue at their end", () => {
    const gtd = request({ id: "g", timeInForce: "gtd", expiresAtMs: 5_000 });
    const crypto = request({ id: "c", symbol: "BTC/USD", decidedTimeMs: 86_400_000 });
    expect([gtd, crypto, request()].map(goodTillMs)).toEqual([5_000, 172_800_000, null]);
    const book = bookOf(say.requested(gtd), say.accepted(gtd), say.requested(crypto));
    expect(overdueOrders(book, 4_999)).toEqual([]);
    expect(overdueOrders(book, 5_000).map(({ request: one }) => one.id)).toEqual(["g"]);
    expect(overdueOrders(applyToBook(book, say.cancelAsked(gtd)), 5_000)).toEqual([]);
  });

  test("the stop of a fraction is renewed for what is left, under an id of its own", () => {
    const entered = [...waiting(entry, stop), fill("x1", "0.5", "100", entry)];
    const book = bookOf(...entered, say.accepted(stop), fill("x2", "0.1", "95", stop));
    const [order] = book.orders;
    expect(renewalAfter(order, say.expired(stop))).toMatchObject({
      id: "stop~2bc",
      quantity: d("0.4"),
      stopPrice: d("95"),
    });
    expect(renewalAfter(order, say.cancelled(stop))).toBeNull();
  });

  test("resting orders are restated after a split, and what is held beside them", () => {
    const entered = [...waiting(entry, stop, target), fill("x1", "0.5", "100", entry)];
    const split = {
      type: "corporate-action.applied.v1",
      id: "a",
      eventTimeMs: 4_000,
      receivedTimeMs: 4_000,
      causationId: "a",
      data: { symbol: "SPY", kind: "split", value: d("2"), priceFactor: 0.5, newSymbol: null },
    } as const;
    const book = applyToBook(bookOf(...entered, say.accepted(stop)), split);
    expect(restatedAfterSplit(book, "SPY", 4_000)).toMatchObject([
      { orderId: "stop", renewal: { id: "stop~334", quantity: d("1"), stopPrice: d("47.5") } },
      { orderId: "target", renewal: { id: "target~334", limitPrice: d("55") } },
    ]);
    const unprotected = bookOf(...waiting(entry, trail), fill("x1", "0.5", "100", entry));
    expect(restatedAfterSplit(unprotected, "SPY", 4_000)).toEqual([]);
  });

  test("legs that the venue holds are restated with what they hang on", () => {
    const whole = { quantity: d("10") };
    const group = [
      { ...entry, ...whole },
      { ...stop, ...whole },
      { ...target, ...whole },
    ] as const;
    const before = bookOf(...waiting(...group));
    expect(restatedAfterSplit(before, "SPY", 4_000)).toMatchObject([
      { orderId: "e1", renewal: { id: "e1~334" } },
      { orderId: "stop", renewal: { id: "stop~334", parentId: "e1~334" } },
      { orderId: "target", renewal: { id: "target~334", parentId: "e1~334" } },
    ]);
    const filled = fill("x1", "10", "100", group[0]);
    const later = bookOf(...waiting(...group), filled, say.accepted(group[2]));
    expect(restatedAfterSplit(later, "SPY", 4_000)).toMatchObject([
      { orderId: "target", renewal: { parentId: "e1~334", ocoGroup: "e1.oco~334" } },
      { orderId: "stop", renewal: { parentId: "e1~334", ocoGroup: "e1.oco~334" } },
    ]);
  });
});
