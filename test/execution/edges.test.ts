import { describe, expect, test } from "vitest";
import { InputError } from "../../core/domain/errors.ts";
import { equity } from "../../core/domain/instruments.ts";
import { emptyBook, openLedger, rebuild } from "../../core/domain/ledger.ts";
import { applyFill, splitQuantity } from "../../core/domain/position.ts";
import { chargeInterest, payDividend, withPosition } from "../../core/domain/postings.ts";
import { start } from "../../core/execution/algos/algo.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import { volumeProfile } from "../../core/execution/algos/volume-profile.ts";
import { goodTillMs, overdueOrders } from "../../core/execution/goodTill.ts";
import { legsAfter, siblingsOf } from "../../core/execution/heldLegs.ts";
import { validateRequest } from "../../core/execution/validate.ts";
import { exit } from "../../core/index.ts";
import { legsWeKeep } from "../../functions/alpaca/placement.ts";
import { parent } from "./algos.fixtures.ts";
import { d, fill, request, say } from "./fixtures.ts";
import {
  bookOf,
  entry,
  say as legs,
  opened,
  stop,
  target,
  trail,
  waiting,
} from "./legs.fixtures.ts";
import { plan } from "./planning.fixtures.ts";

const HOUR = 3_600_000;

describe("the profile of a day's volume", () => {
  /** An hour from its open on, with bars at these hours. */
  const session = (openTimeMs: number, hours: number, traded: readonly number[]) => ({
    openTimeMs,
    closeTimeMs: openTimeMs + hours * HOUR,
    bars: traded.map((hour) => {
      const from = openTimeMs + hour * HOUR;
      const price = { open: 1, high: 1, low: 1, close: 1, volume: 10 };
      return { openTimeMs: from, closeTimeMs: from + HOUR, ...price };
    }),
  });

  test("is as long as the longest session, with nothing where nothing traded", () => {
    const sessions = [session(7 * HOUR, 4, [0, 2]), session(31 * HOUR, 2, [0])];
    expect(volumeProfile(sessions, HOUR)).toStrictEqual([11.25, 0, 3.75, 0]);
  });
});

describe("the bound of a slice by its volume", () => {
  const most = (profile: readonly number[]) => {
    const options = { kind: "vwap", durationMs: 2 * HOUR, slices: 2, bucketMs: HOUR };
    const algo = algoSchema.parse({ ...options, profile, participation: 0.15 });
    const { plan: made } = start(algo, parent({ quantity: d("1000") }), 0).state;
    return made.kind === "schedule" ? made.slices.map((one) => one.most) : [];
  };

  test("is rounded up to the lot, and is a lot at least", () => {
    expect(most([103, 100])).toEqual([d("16"), d("15")]);
    expect(most([1, 0])).toEqual([d("1"), d("1")]);
  });
});

describe("an order's time", () => {
  test("ends with its UTC day for a day's order of coins, and for no other", () => {
    const coins = request({ symbol: "BTC/USD", decidedTimeMs: 1_000 });
    expect(goodTillMs(coins)).toBe(24 * HOUR);
    expect(goodTillMs({ ...coins, timeInForce: "gtc" })).toBeNull();
    expect(goodTillMs(request({ timeInForce: "day" }))).toBeNull();
  });

  test("is not over where it has no end", () => {
    const one = request({ timeInForce: "gtc" });
    const book = bookOf(legs.requested(one), legs.accepted(one));
    expect(overdueOrders(book, 1e15)).toEqual([]);
  });
});

test("a leg that no venue can rest stays with us when the one that worked is cancelled", () => {
  const whole = fill("x1", "0.5", "100", entry);
  const events = [...waiting(entry, stop, trail), whole, legs.accepted(stop)];
  const over = legs.cancelled(stop);
  const order = rebuild(opened(), [...events, over]).orders.get("stop");
  const due = legsAfter(bookOf(...events, over), order ?? expect.fail(), 3_000, legsWeKeep);
  expect(due).toEqual({ submits: [], cancels: [], reports: [] });
});

describe("the others of a leg's group", () => {
  test("are those of its group without itself, and none where it has no group", () => {
    const alone = { ...stop, id: "alone", ocoGroup: null };
    const other = request({ id: "other" });
    const events = [entry, stop, target, alone, other].flatMap((one) => [legs.requested(one)]);
    const book = bookOf(...events);
    expect(siblingsOf(book, stop).map(({ request: { id } }) => id)).toEqual(["target"]);
    expect(siblingsOf(book, alone)).toEqual([]);
  });
});

test("an exit is in regular hours, and takes no order's place", () => {
  const found = plan(exit({ reason: "enough" }), { held: "10" });
  expect(found.requests).toMatchObject([{ extendedHours: false }]);
  expect(found.replaces).toEqual([]);
});

test("an order that must fill at once is of a market or a limit", () => {
  const spy = equity("SPY");
  for (const timeInForce of ["ioc", "fok"] as const) {
    const stopped = request({ type: "stop", stopPrice: d("90"), timeInForce });
    expect(validateRequest(stopped, spy)).toBe(
      `expected a market or limit order for ${timeInForce}, got stop`,
    );
  }
});

describe("books that nothing happens to", () => {
  const book = openLedger(emptyBook("main", "margin"), "alpha", d("100"));

  test("are the very same after a dividend or interest of nothing", () => {
    expect(payDividend(book, "alpha", 0n)).toBe(book);
    expect(chargeInterest(book, "alpha", 0n)).toBe(book);
  });

  test("keep no place for what is flat", () => {
    const held = { SPY: { symbol: "SPY", quantity: 1n, cost: 1n, lots: [], realised: 0n } };
    const positions = { SPY: { ...held.SPY, openedTimeMs: 0 } };
    expect(Object.keys(withPosition(positions, "SPY", undefined))).toEqual([]);
  });

  test("know no order of which the journal never told a beginning", () => {
    const { book: after, orders } = rebuild(book, [say.accepted()]);
    expect([after, orders.size]).toEqual([book, 0]);
  });
});

test("what is lacking is an error of its sender's", () => {
  const algo = algoSchema.parse({ kind: "immediate" });
  const begun = () => start(algo, parent({ quantity: 0n }), 0);
  expect(begun).toThrow(InputError);
});

describe("a short position", () => {
  const trade = (side: "buy" | "sell", quantity: string, price: string, timeMs: number) => ({
    ...{ symbol: "SPY", side, timeMs },
    ...{ quantity: d(quantity), price: d(price) },
  });
  const first = applyFill(undefined, trade("sell", "5", "10", 1)).position;
  const both = applyFill(first, trade("sell", "5", "12", 2)).position;

  test("is gone once all of it was bought back", () => {
    const closed = applyFill(both, trade("buy", "10", "9", 3));
    expect(closed).toMatchObject({ position: undefined, realised: d("20") });
  });

  test("keeps no lot of nothing once the first was bought back", () => {
    const { position, realised } = applyFill(both, trade("buy", "5", "9", 3));
    expect(position?.lots).toEqual([{ quantity: d("-5"), price: d("12"), openedTimeMs: 2 }]);
    expect(realised).toBe(d("5"));
  });
});

test("three shares at one for three are one, as the third was rounded", () => {
  expect(splitQuantity(d("3"), d("0.333333333"))).toBe(d("1"));
});
