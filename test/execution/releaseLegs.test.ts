import { describe, expect, test } from "vitest";
import { ONE } from "../../core/domain/decimal.ts";
import type { Order, OrderRequest } from "../../core/domain/order.ts";
import type { OrderEvent } from "../../core/events/catalogue.ts";
import {
  isFree,
  legQuantity,
  legsAfter,
  releaseLegs,
  unsentLegs,
  withinPosition,
} from "../../core/execution/heldLegs.ts";
import { legsWeKeep } from "../../functions/alpaca/placement.ts";
import { d, fill, lived, request } from "./fixtures.ts";
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

const filled = fill("x1", "0.5", "100", entry);
const bought = [...waiting(entry, stop, target), filled];
const ended = (of: OrderRequest, status: Order["status"]): Order => ({ ...lived([], of), status });
const sendsAll = () => [];

describe("how much of a leg goes", () => {
  test("is all of it where its parent has filled whole, whatever the lot", () => {
    expect(legQuantity(d("10.5"), 0n, ONE)).toBe(d("10.5"));
  });
  test("is what is left without the parent's rest, in whole lots, and never below nothing", () => {
    expect(legQuantity(d("10"), d("0.5"), ONE)).toBe(d("9"));
    expect(legQuantity(d("0.5"), d("0.3"), 1n)).toBe(d("0.2"));
    expect(legQuantity(d("10"), d("11"), ONE)).toBe(0n);
  });
});

describe("legs whose parent is over", () => {
  const release = (of: OrderRequest, share: string, wanted: string) =>
    releaseLegs([lived([], of)], { filled: d(share), wanted: d(wanted) }, 7, sendsAll);
  test("are sent for what it filled, fractions to the billionth and whole shares whole", () => {
    expect(short(release(stop, "0.7", "0.9"))).toEqual(["send stop stop 0.3"]);
    expect(short(release({ ...stop, quantity: d("10") }, "9.5", "10"))).toEqual([
      "send stop stop 9",
    ]);
  });
  test("end where it filled nothing or too little, and where they are in dollars", () => {
    const reason = "e1 filled too little";
    const over = [{ kind: "cancelled", orderId: "stop", timeMs: 7, reason }];
    expect(release(stop, "0", "0.2")).toEqual({ submits: [], cancels: [], reports: over });
    expect(release(stop, "0.1", "0.6").reports).toEqual(over);
    const dollars = { ...stop, quantity: null, notional: d("10") };
    expect(release(dollars, "0.5", "0.5").reports).toEqual(over);
  });
  test("stay with us where no venue can rest them", () => {
    const kept = releaseLegs([lived([], trail)], { filled: ONE, wanted: ONE }, 7, legsWeKeep);
    expect(kept).toEqual({ submits: [], cancels: [], reports: [] });
  });
});

describe("legs that a crash left behind", () => {
  test("are those that are held, hang on what is over, and whose group is not at work", () => {
    expect(unsentLegs(bookOf(...bought)).map(({ request: { id } }) => id)).toEqual([
      "stop",
      "target",
    ]);
    expect(unsentLegs(bookOf(...waiting(entry, stop)))).toEqual([]);
    expect(unsentLegs(bookOf(...bought, say.accepted(target)))).toEqual([]);
  });
  test("may be of no group, beside others of none", () => {
    const alone = { ...stop, ocoGroup: null };
    const other = request({ id: "other" });
    const book = bookOf(
      ...waiting(entry, alone),
      filled,
      say.requested(other),
      say.accepted(other),
    );
    expect(unsentLegs(book).map(({ request: { id } }) => id)).toEqual(["stop"]);
  });
  test("are none that the venue has, of a group or not", () => {
    const alone = { ...stop, ocoGroup: null };
    expect(unsentLegs(bookOf(...waiting(entry, alone), filled, say.accepted(alone)))).toEqual([]);
  });
  test("are no orders without a parent", () => {
    const own = request({ id: "own", side: "sell" });
    expect(unsentLegs(bookOf(say.requested(own), say.held(own)))).toEqual([]);
  });
});

describe("one leg's end", () => {
  const due = (of: Order, ...events: readonly OrderEvent[]) =>
    legsAfter(bookOf(...events), of, 7, legsWeKeep);

  test("says why its siblings end", () => {
    const hit = fill("x2", "0.5", "95", stop);
    const found = due(ended(stop, "filled"), ...bought, say.accepted(stop), hit);
    expect(found.reports).toEqual([
      { kind: "cancelled", orderId: "target", timeMs: 7, reason: "stop filled" },
    ]);
    const gone = due(ended(stop, "cancelled"), ...bought, say.accepted(stop), hit);
    expect(gone.reports).toMatchObject([{ reason: "nothing is left for it after stop" }]);
  });
  test("asks nobody a second time to be cancelled", () => {
    const both = [...bought, say.accepted(stop), say.accepted(target), say.cancelAsked(stop)];
    const hit = fill("x2", "0.5", "110", target);
    expect(short(due(ended(target, "filled"), ...both, hit))).toEqual([]);
  });
  test("lets nothing go where it expired, was refused, or others still work", () => {
    const at = [...bought, say.accepted(stop)];
    expect(short(due(ended(stop, "expired"), ...at, say.expired(stop)))).toEqual([]);
    expect(short(due(ended(stop, "rejected"), ...at, say.expired(stop)))).toEqual([]);
    const third = leg("third", { role: "stop-loss", type: "stop", stopPrice: d("90") });
    const three = [...waiting(entry, stop, target, third), filled, say.accepted(third)];
    expect(short(due(ended(stop, "cancelled"), ...three, say.cancelled(stop)))).toEqual([]);
  });
  test("is nothing to legs of another group", () => {
    const other = leg("other", { ocoGroup: "g2", type: "limit", limitPrice: d("120") });
    const at = [...waiting(entry, stop, target, other), filled, say.accepted(stop)];
    const hit = fill("x2", "0.5", "95", stop);
    expect(short(due(ended(stop, "filled"), ...at, hit))).toEqual(["target cancelled"]);
  });
  test("is the venue's own matter where it holds the pair", () => {
    const whole = { quantity: d("10") };
    const [e, s, t] = [
      { ...entry, ...whole },
      { ...stop, ...whole },
      { ...target, ...whole },
    ];
    const at = [...waiting(e, s, t), fill("x1", "10", "100", e), say.accepted(s), say.accepted(t)];
    const hit = fill("x2", "10", "95", s);
    expect(short(due(ended(s, "filled"), ...at, hit))).toEqual([]);
  });
  test("is no end of an order that works or was replaced", () => {
    const at = [...bought, say.accepted(stop)];
    expect(short(due(ended(stop, "accepted"), ...at))).toEqual([]);
    expect(short(due(ended(stop, "replaced"), ...at))).toEqual([]);
  });
  test("means nothing while its entry still works", () => {
    const early = waiting(entry, stop, target);
    expect(short(due(ended(target, "filled"), ...early, say.cancelled(target)))).toEqual([]);
  });
});

describe("a leg", () => {
  const long = bookOf(...bought);
  test("is for no more than is held, on either side", () => {
    expect(withinPosition(long, stop)).toBe(stop);
    expect(withinPosition(long, { ...stop, quantity: d("0.4") })?.quantity).toBe(d("0.4"));
    expect(withinPosition(long, { ...stop, quantity: d("2") })?.quantity).toBe(d("0.5"));
    expect(withinPosition(long, { ...stop, side: "buy" })).toBeNull();
    expect(withinPosition(long, { ...stop, quantity: null })).toBeNull();
    expect(withinPosition(long, { ...stop, symbol: "QQQ" })).toBeNull();
    const sold = { ...entry, side: "sell" } as const;
    const brief = bookOf(...waiting(sold), fill("x1", "0.5", "100", sold));
    const cover = leg("cover", { side: "buy", quantity: d("2") });
    expect(withinPosition(brief, cover)?.quantity).toBe(d("0.5"));
    expect(withinPosition(brief, { ...cover, ...half })?.quantity).toBe(d("0.5"));
  });
  test("is free once no order is there that it hangs on, by any of its names", () => {
    const resting = (of: OrderRequest) => bookOf(say.requested(of), say.accepted(of));
    expect(isFree(resting(request({ id: "x", intentId: "x" })), stop)).toBe(true);
    expect(isFree(resting(request({ id: "e1", intentId: "x" })), stop)).toBe(false);
    expect(isFree(resting(request({ id: "e2", intentId: "e1" })), stop)).toBe(false);
    expect(isFree(resting(request({ id: "e2", intentId: "x", replaces: "e1" })), stop)).toBe(false);
    expect(isFree(resting(request({ id: "x" })), { ...stop, parentId: null })).toBe(false);
  });
});
