import { describe, expect, test } from "vitest";
import { textOf } from "../../core/domain/decimal.ts";
import { progressOf, start } from "../../core/execution/algos/algo.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import { clock, ended, fill, parent, quote, Worked } from "./algos.fixtures.ts";
import { d } from "./fixtures.ts";

const HOUR = 3_600_000;

describe("immediate", () => {
  test("sends the whole order at once and is done when it has filled", () => {
    const worked = new Worked({ kind: "immediate" });
    expect(worked.first).toEqual(["1: 100"]);
    expect(worked.on(fill(1, "40", "a"))).toEqual([]);
    expect(worked.on(fill(1, "60", "b"))).toEqual([]);
    expect(progressOf(worked.state)).toMatchObject({ filled: d("100"), left: 0n, done: true });
  });
  test("a rejected child is not sent again", () => {
    const worked = new Worked({ kind: "immediate" });
    expect(worked.on(ended(1))).toEqual([]);
    expect(worked.on(clock(1))).toEqual([]);
    expect(progressOf(worked.state)).toMatchObject({ left: d("100"), done: true });
  });
});

describe("twap", () => {
  const twap = { kind: "twap", durationMs: HOUR, slices: 3 };

  test("slices are equal to the lot, at equal intervals, and sum to the order", () => {
    const worked = new Worked(twap);
    expect(worked.first).toEqual(["1: 33"]);
    expect(worked.on(clock(HOUR / 3 - 1))).toEqual([]);
    expect(worked.on(clock(HOUR / 3))).toEqual(["2: 33"]);
    expect(worked.on(clock((2 * HOUR) / 3))).toEqual(["3: 34"]);
  });
  test("a late clock sends what was missed in one child", () => {
    expect(new Worked(twap).on(clock(HOUR - 1))).toEqual(["2: 67"]);
  });
  test("what the venue refused is caught up with by the next slice, not before", () => {
    const worked = new Worked(twap);
    expect(worked.on(ended(1))).toEqual([]);
    expect(worked.on(clock(HOUR / 3))).toEqual(["2: 66"]);
  });
  test("children carry the limit price of the order", () => {
    const worked = new Worked(twap, parent({ limitPrice: d("10.5") }));
    expect(worked.first).toEqual(["1: 33 @ 10.5"]);
  });
  test("at the deadline the rest is cancelled and given up", () => {
    const worked = new Worked(twap);
    worked.on(fill(1, "10"));
    expect(worked.on(clock(HOUR))).toEqual(["cancel 1"]);
    expect(worked.on(clock(HOUR + 1))).toEqual([]);
    expect(worked.on(ended(1, "10"))).toEqual([]);
    expect(progressOf(worked.state)).toMatchObject({ filled: d("10"), left: d("90"), done: true });
  });
  test("or sent at once, when the cancels are through, without what filled meanwhile", () => {
    const worked = new Worked({ ...twap, leftover: "complete" });
    worked.on(fill(1, "10", "a"));
    expect(worked.on(clock(HOUR))).toEqual(["cancel 1"]);
    expect(worked.on(fill(1, "5", "b"))).toEqual([]);
    expect(worked.on(ended(1, "15"))).toEqual(["2: 85"]);
    worked.on(fill(2, "85", "c"));
    expect(progressOf(worked.state)).toMatchObject({ filled: d("100"), done: true });
  });
  test("the rest is sent once only, even when the venue refuses it", () => {
    const worked = new Worked({ ...twap, leftover: "complete" });
    worked.on(clock(HOUR));
    expect(worked.on(ended(1))).toEqual(["2: 100"]);
    expect(worked.on(ended(2))).toEqual([]);
    expect(worked.state.phase).toBe("done");
  });
  test("an order of fewer lots than slices leaves some slices empty", () => {
    const worked = new Worked({ ...twap, slices: 10 }, parent({ quantity: d("2") }));
    const sent = Array.from({ length: 9 }, (_, i) => worked.on(clock(((i + 1) * HOUR) / 10)));
    expect([worked.first, ...sent].flat()).toEqual(["1: 1", "2: 1"]);
  });
});

describe("vwap", () => {
  const vwap = { kind: "vwap", durationMs: 3 * HOUR, bucketMs: HOUR, profile: [5, 1, 2, 2] };

  test("slices follow the profile from the session's open", () => {
    const worked = new Worked(vwap, parent({ sessionOpenMs: -HOUR }));
    expect(worked.first).toEqual(["1: 20"]);
    expect(worked.on(clock(HOUR))).toEqual(["2: 40"]);
    expect(worked.on(clock(2 * HOUR))).toEqual(["3: 40"]);
  });
  test("a bucket that the window covers in part counts for that part", () => {
    const worked = new Worked({ ...vwap, durationMs: HOUR }, parent({ sessionOpenMs: -HOUR / 2 }));
    // Half of 5 and half of 1.
    expect(worked.first).toEqual(["1: 83"]);
    expect(worked.on(clock(HOUR / 2))).toEqual(["2: 17"]);
  });
  test("a window outside of the profile is sliced evenly", () => {
    const worked = new Worked(
      { ...vwap, durationMs: 2 * HOUR },
      parent({ sessionOpenMs: 9 * HOUR }),
    );
    expect(worked.first).toEqual(["1: 50"]);
    expect(worked.on(clock(HOUR))).toEqual(["2: 50"]);
  });
});

describe("iceberg", () => {
  const iceberg = { kind: "iceberg", displayQuantity: "40" };
  const limited = parent({ limitPrice: d("10") });

  test("shows one part at a time, the next when it has filled whole", () => {
    const worked = new Worked(iceberg, limited);
    expect(worked.first).toEqual(["1: 40 @ 10"]);
    expect(worked.on(fill(1, "39", "a"))).toEqual([]);
    expect(worked.on(fill(1, "1", "b"))).toEqual(["2: 40 @ 10"]);
    expect(worked.on(fill(2, "40"))).toEqual(["3: 20 @ 10"]);
    expect(worked.on(fill(3, "20"))).toEqual([]);
    expect(worked.state.phase).toBe("done");
  });
  test("stops when the venue ends a part by itself", () => {
    const worked = new Worked(iceberg, limited);
    expect(worked.on(ended(1))).toEqual([]);
    expect(worked.state.phase).toBe("done");
  });
});

describe("chase", () => {
  const chase = { kind: "chase", durationMs: HOUR, intervalMs: 1_000, maxChases: 2 };

  test("waits for a quote with both sides, then works at its own side", () => {
    const worked = new Worked(chase);
    expect(worked.first).toEqual([]);
    expect(worked.on(quote(0, 0, 10.02))).toEqual([]);
    expect(worked.on(quote(1, 10, 10.02))).toEqual(["1: 100 @ 10"]);
  });
  test("follows when the market moves away, after the interval, at most so many times", () => {
    const worked = new Worked(chase);
    worked.on(quote(0, 10, 10.02));
    expect(worked.on(quote(500, 10.05, 10.07))).toEqual([]);
    expect(worked.on(clock(1_000))).toEqual(["cancel 1"]);
    expect(worked.on(ended(1, "30", 1_001))).toEqual(["2: 70 @ 10.05"]);
    expect(worked.on(quote(2_500, 10.1, 10.12))).toEqual(["cancel 2"]);
    expect(worked.on(ended(2, "0", 2_501))).toEqual(["3: 70 @ 10.1"]);
    expect(worked.on(quote(9_000, 10.2, 10.22))).toEqual([]);
  });
  test("a market that comes our way is not followed", () => {
    const worked = new Worked(chase);
    worked.on(quote(0, 10, 10.02));
    expect(worked.on(quote(5_000, 9.9, 9.92))).toEqual([]);
  });
  test("pegs to the middle and the far side, in whole ticks, never beyond the limit", () => {
    const at = (peg: string, side: "buy" | "sell", limitPrice: string | null = null) =>
      new Worked(
        { ...chase, peg },
        parent({ side, limitPrice: limitPrice === null ? null : d(limitPrice) }),
      ).on(quote(0, 10, 10.03));
    expect(at("mid", "buy")).toEqual(["1: 100 @ 10.01"]);
    expect(at("mid", "sell")).toEqual(["1: 100 @ 10.02"]);
    expect(at("far", "buy")).toEqual(["1: 100 @ 10.03"]);
    expect(at("far", "buy", "10.02")).toEqual(["1: 100 @ 10.02"]);
    expect(at("far", "sell", "10.01")).toEqual(["1: 100 @ 10.01"]);
  });
});

describe("every algo", () => {
  test("a repeated fill counts once, and time does not run back", () => {
    const worked = new Worked({ kind: "twap", durationMs: HOUR, slices: 2 });
    worked.on(fill(1, "20", "same", 500));
    const once = worked.state;
    expect(worked.on(fill(1, "20", "same", 400))).toEqual([]);
    expect(worked.state).toEqual(once);
  });
  test("a fill that comes after the end takes back what was given to others", () => {
    const worked = new Worked({ kind: "twap", durationMs: HOUR, slices: 2 });
    worked.on(ended(1));
    expect(worked.on(clock(HOUR / 2))).toEqual(["2: 100"]);
    expect(worked.on(fill(1, "50", "late", HOUR / 2))).toEqual(["cancel 2"]);
  });
  test("what the venue said had filled is kept free of new children until its fills arrive", () => {
    const worked = new Worked({ kind: "twap", durationMs: HOUR, slices: 2 });
    worked.on(ended(1, "50"));
    expect(worked.on(clock(HOUR / 2))).toEqual(["2: 50"]);
    expect(worked.on(fill(1, "50"))).toEqual([]);
    expect(textOf(progressOf(worked.state).filled)).toBe("50");
  });
  test("fills are counted after it is over", () => {
    const worked = new Worked({ kind: "twap", durationMs: HOUR, slices: 1 });
    worked.on(clock(HOUR));
    worked.on(ended(1));
    worked.on(fill(1, "7"));
    expect(progressOf(worked.state)).toMatchObject({ filled: d("7"), done: true });
  });
  test("a fill of somebody else's order is refused", () => {
    const worked = new Worked({ kind: "immediate" });
    expect(() => worked.on(fill(9, "1"))).toThrow("expected a child of p, got p.9");
  });
  test("wrong parameters are refused with the field's name", () => {
    const issue = (value: unknown) => algoSchema.safeParse(value).error?.issues[0]?.path;
    expect(issue({ kind: "twap", durationMs: HOUR, slices: 0 })).toEqual(["slices"]);
    expect(issue({ kind: "vwap", durationMs: 1, bucketMs: HOUR, profile: [0] })).toEqual([
      "profile",
    ]);
    expect(issue({ kind: "iceberg", displayQuantity: "-1" })).toEqual(["displayQuantity"]);
    const begin = (options: unknown, of: Parameters<typeof parent>[0]) => () =>
      start(algoSchema.parse(options), parent(of));
    expect(begin({ kind: "immediate" }, { quantity: d("1.5") })).toThrow("quantity: expected");
    expect(begin({ kind: "iceberg", displayQuantity: "1" }, {})).toThrow("needs a limitPrice");
    expect(begin({ kind: "iceberg", displayQuantity: "0.5" }, { limitPrice: d("1") })).toThrow(
      "displayQuantity: expected at least the lot",
    );
  });
});
