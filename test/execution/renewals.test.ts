import { describe, expect, test } from "vitest";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { OrderEvent } from "../../core/events/catalogue.ts";
import { renewalAfter, renewalOf, restatedAfterSplit } from "../../core/execution/renewals.ts";
import { d, fill, lived, request } from "./fixtures.ts";
import { bookOf, entry, half, leg, say, stop, target, waiting } from "./legs.fixtures.ts";

const standing = (of: OrderRequest) => lived([say.accepted(of)], of);

describe("an order again", () => {
  test("is for what it has not filled, under an id that its time makes", () => {
    const part = lived([say.accepted(stop), fill("x1", "0.2", "95", stop)], stop);
    expect(renewalOf(part, "again", 4_000)).toEqual({
      ...stop,
      id: "stop~334",
      quantity: d("0.3"),
      reason: "again",
      decidedTimeMs: 4_000,
    });
  });
  test("is none where nothing is left of it, nor for dollars", () => {
    const whole = lived([say.accepted(stop), fill("x1", "0.5", "95", stop)], stop);
    expect(renewalOf(whole, "again", 4_000)).toBeNull();
    const dollars = request({ quantity: null, notional: d("100") });
    expect(renewalOf(standing(dollars), "again", 4_000)).toBeNull();
  });
});

describe("what a venue let expire", () => {
  const renewed = (of: OrderRequest) => renewalAfter(standing(of), say.expired(of));
  test("is renewed where it is a leg of a fraction that was to last", () => {
    expect(renewed(stop)).toMatchObject({
      id: "stop~2bc",
      reason: "because (renewed for the day)",
    });
    expect(renewed(target)).toMatchObject({ id: "target~2bc" });
  });
  test("is not, where it was to end, is whole, or protects nothing", () => {
    expect(renewed({ ...stop, timeInForce: "day" })).toBeNull();
    expect(renewed({ ...stop, quantity: d("2") })).toBeNull();
    expect(renewed({ ...stop, role: "entry" })).toBeNull();
    expect(renewed({ ...stop, role: "exit" })).toBeNull();
    expect(renewed({ ...stop, quantity: null, notional: d("10") })).toBeNull();
    expect(renewalAfter(undefined, say.expired(stop))).toBeNull();
    expect(renewalAfter(standing(stop), say.cancelled(stop))).toBeNull();
  });
});

describe("after a split", () => {
  const ids = (...events: readonly OrderEvent[]) =>
    restatedAfterSplit(bookOf(...events), "SPY", 4_000).map(({ orderId }) => orderId);
  const resting = (of: OrderRequest) => [say.requested(of), say.accepted(of)];

  test("what rests is sent anew for its rest, and says why", () => {
    const part = fill("x1", "0.2", "100", entry);
    const [found] = restatedAfterSplit(bookOf(...resting(entry), part), "SPY", 4_000);
    expect(found).toMatchObject({
      orderId: "e1",
      renewal: {
        id: "e1~334",
        quantity: d("0.3"),
        parentId: null,
        ocoGroup: null,
        reason: "because (restated for the split)",
      },
    });
  });
  test("an order in dollars is cancelled alone", () => {
    const dollars = request({ id: "usd", quantity: null, notional: d("100") });
    const found = restatedAfterSplit(bookOf(...resting(dollars)), "SPY", 4_000);
    expect(found).toEqual([{ orderId: "usd", renewal: null }]);
  });
  test("other symbols, what is not there yet and what was restated already are left alone", () => {
    const other = request({ id: "q", symbol: "QQQ" });
    const again = request({ id: "e1~334" });
    const asked = request({ id: "asked" });
    const events = [...resting(other), ...resting(again), say.requested(asked)];
    expect(ids(...events, ...resting(entry))).toEqual(["e1"]);
  });
  test("held legs go with their own entry or group alone", () => {
    const stranger = leg("lone", { parentId: "gone", ocoGroup: null, ...half });
    const held = (of: OrderRequest) => [say.requested(of), say.held(of)];
    expect(ids(...resting(entry), ...held(stranger))).toEqual(["e1"]);
    expect(ids(...waiting(entry, stop), ...held(stranger))).toEqual(["e1", "stop"]);
    const other = leg("theirs", { parentId: "gone", ocoGroup: "g2" });
    expect(ids(...resting(entry), ...held(other))).toEqual(["e1"]);
  });
});
