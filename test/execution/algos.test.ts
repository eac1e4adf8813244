import { describe, expect, test } from "vitest";
import * as z from "zod";
import { textOf } from "../../core/domain/decimal.ts";
import { nextWakeMs, start, step } from "../../core/execution/algos/algo.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import { progressOf } from "../../core/execution/algos/progress.ts";
import { clock, ended, fill, parent, quote, Worked } from "./algos.fixtures.ts";
import { d } from "./fixtures.ts";

const HOUR = 3_600_000;

describe("immediate", () => {
  test("sends the whole order at once and is done when it has filled", () => {
    const worked = new Worked({ kind: "immediate" });
    expect(worked.first).toEqual(["c1: 100"]);
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

  /** Sizes of the children where each slice is sent on time. */
  function sizes(quantity: string, slices: number, lot = "1"): string[] {
    const instrument = { tick: d("0.01"), lot: d(lot) };
    const worked = new Worked({ ...twap, slices }, parent({ quantity: d(quantity), instrument }));
    const later = Array.from({ length: slices - 1 }, (_, i) =>
      worked.on(clock(Math.floor(((i + 1) * HOUR) / slices))),
    );
    return [worked.first, ...later].map(([sent]) => sent?.split(" ")[1] ?? "-");
  }

  test.each([
    ["100", 4, "1", "25 25 25 25"],
    ["100", 3, "1", "33 33 34"],
    ["3", 3, "1", "1 1 1"],
    ["6", 6, "1", "1 1 1 1 1 1"],
    ["10", 7, "1", "1 1 2 1 2 1 2"],
    ["2", 5, "1", "- - 1 - 1"],
    ["1000", 3, "100", "300 300 400"],
    ["0.000000007", 3, "0.000000001", "0.000000002 0.000000002 0.000000003"],
  ])("%s in %i slices of lot %s goes out as %s", (quantity, slices, lot, expected) => {
    expect(sizes(quantity, slices, lot).join(" ")).toBe(expected);
  });
  test("slices go out at equal intervals, not a millisecond before", () => {
    const worked = new Worked(twap);
    expect(worked.on(clock(HOUR / 3 - 1))).toEqual([]);
    expect(worked.on(clock(HOUR / 3))).toEqual(["c2: 33"]);
  });
  test("a late clock sends what was missed in one child", () => {
    expect(new Worked(twap).on(clock(HOUR - 1))).toEqual(["c2: 67"]);
  });
  test("what the venue refused is caught up with by the next slice, not before", () => {
    const worked = new Worked(twap);
    expect(worked.on(ended(1))).toEqual([]);
    expect(worked.on(clock(HOUR / 3))).toEqual(["c2: 66"]);
  });
  test("children carry the worst price, on the passive side of the tick", () => {
    const options = { ...twap, worstPrice: "10.505" };
    expect(new Worked(options).first).toEqual(["c1: 33 @ 10.5"]);
    expect(new Worked(options, parent({ side: "sell" })).first).toEqual(["c1: 33 @ 10.51"]);
  });
  test("leftover cancel: at the deadline the rest is cancelled and given up", () => {
    const worked = new Worked(twap);
    worked.on(fill(1, "10"));
    expect(worked.on(clock(HOUR))).toEqual(["cancel c1"]);
    // Until the venue says that it ended, what is being cancelled may still fill.
    expect(progressOf(worked.state)).toMatchObject({ working: d("23"), left: d("67") });
    expect(worked.on(clock(HOUR + 1))).toEqual([]);
    expect(worked.on(ended(1, "10"))).toEqual([]);
    expect(progressOf(worked.state)).toMatchObject({ filled: d("10"), left: d("90"), done: true });
  });
  test("leftover market: sent when the cancels are through, without what filled meanwhile", () => {
    const worked = new Worked({ ...twap, leftover: "market" });
    worked.on(fill(1, "10", "a"));
    expect(worked.on(clock(HOUR))).toEqual(["cancel c1"]);
    expect(worked.on(fill(1, "5", "b"))).toEqual([]);
    expect(worked.on(ended(1, "15"))).toEqual(["c2: 85 ioc"]);
    worked.on(fill(2, "85", "c"));
    expect(progressOf(worked.state)).toMatchObject({ filled: d("100"), done: true });
  });
  test("leftover market keeps to the worst price, and is sent once even when refused", () => {
    const worked = new Worked({ ...twap, leftover: "market", worstPrice: "11" });
    worked.on(clock(HOUR));
    expect(worked.on(ended(1))).toEqual(["c2: 100 @ 11 ioc"]);
    expect(worked.on(ended(2))).toEqual([]);
    expect(worked.state.phase).toBe("done");
  });
});

describe("vwap", () => {
  const vwap = { kind: "vwap", durationMs: 3 * HOUR, slices: 3, bucketMs: HOUR };
  const profile = [500, 100, 200, 200];

  test("slices follow the profile from the session's open", () => {
    const worked = new Worked({ ...vwap, profile }, parent({ sessionOpenMs: -HOUR }));
    expect(worked.first).toEqual(["c1: 20"]);
    expect(worked.on(clock(HOUR))).toEqual(["c2: 40"]);
    expect(worked.on(clock(2 * HOUR))).toEqual(["c3: 40"]);
  });
  test("a bucket that a slice covers in part counts for that part", () => {
    const options = { ...vwap, profile, durationMs: HOUR, slices: 2 };
    const worked = new Worked(options, parent({ sessionOpenMs: -HOUR / 2 }));
    // Half of 500 and half of 100.
    expect(worked.first).toEqual(["c1: 83"]);
    expect(worked.on(clock(HOUR / 2))).toEqual(["c2: 17"]);
  });
  test("a slice without volume is passed over", () => {
    const worked = new Worked({ ...vwap, profile: [1, 0, 1] });
    expect(worked.first).toEqual(["c1: 50"]);
    expect(nextWakeMs(worked.state)).toBe(2 * HOUR);
    expect(worked.on(clock(HOUR))).toEqual([]);
    expect(worked.on(clock(2 * HOUR))).toEqual(["c2: 50"]);
  });
  test("participation bounds a child by its slice's volume, also where it catches up", () => {
    const worked = new Worked({ ...vwap, profile: [100, 100, 300], participation: 0.15 });
    expect(worked.first).toEqual(["c1: 15"]);
    expect(worked.on(clock(HOUR))).toEqual(["c2: 15"]);
    expect(worked.on(clock(2 * HOUR))).toEqual(["c3: 45"]);
    expect(nextWakeMs(worked.state)).toBe(3 * HOUR);
    expect(progressOf(worked.state).left).toBe(d("25"));
  });
  test("a window outside of the profile is sliced evenly, unless participation is bounded", () => {
    const late = parent({ sessionOpenMs: 9 * HOUR });
    const options = { ...vwap, profile, slices: 2 };
    expect(new Worked(options, late).first).toEqual(["c1: 50"]);
    const bounded = () => new Worked({ ...options, participation: 0.1 }, late);
    expect(bounded).toThrow("participation: expected a profile with volume in the window");
  });
});

describe("iceberg", () => {
  const iceberg = { kind: "iceberg", displayQuantity: "40", worstPrice: "10" };

  test("shows one part at a time, the next when it has filled whole", () => {
    const worked = new Worked(iceberg);
    expect(worked.first).toEqual(["c1: 40 @ 10"]);
    expect(worked.on(fill(1, "39", "a"))).toEqual([]);
    expect(worked.on(fill(1, "1", "b"))).toEqual(["c2: 40 @ 10"]);
    expect(worked.on(fill(2, "40"))).toEqual(["c3: 20 @ 10"]);
    expect(worked.on(fill(3, "20"))).toEqual([]);
    expect(worked.state.phase).toBe("done");
  });
  test("shows a tenth by itself, at least a lot", () => {
    const options = { kind: "iceberg", worstPrice: "10" };
    expect(new Worked(options).first).toEqual(["c1: 10 @ 10"]);
    expect(new Worked(options, parent({ quantity: d("7") })).first).toEqual(["c1: 1 @ 10"]);
  });
  test("waits before it shows a refused part again, and stops after the last try", () => {
    const worked = new Worked({ ...iceberg, retries: 1, retryMs: 100 });
    expect(worked.on(ended(1))).toEqual([]);
    expect(nextWakeMs(worked.state)).toBe(100);
    expect(worked.on(clock(99))).toEqual([]);
    expect(worked.on(clock(100))).toEqual(["c2: 40 @ 10"]);
    expect(worked.on(ended(2))).toEqual([]);
    expect(progressOf(worked.state)).toMatchObject({ left: d("100"), done: true });
  });
  test("after the last try it waits for the deadline where there is one", () => {
    const options = { ...iceberg, retries: 0, durationMs: HOUR, leftover: "market" };
    const worked = new Worked(options);
    expect(worked.on(ended(1))).toEqual([]);
    expect(nextWakeMs(worked.state)).toBe(HOUR);
    expect(worked.on(clock(HOUR))).toEqual(["c2: 100 @ 10 ioc"]);
  });
});

describe("chase", () => {
  const chase = { kind: "chase", durationMs: HOUR, intervalMs: 1_000, maxChases: 2 };

  test("waits for a quote with both sides, then works at its own side", () => {
    const worked = new Worked(chase);
    expect(worked.first).toEqual([]);
    expect(worked.on(quote(0, 0, 10.02))).toEqual([]);
    expect(worked.on(quote(1, 10, 10.02))).toEqual(["c1: 100 @ 10"]);
  });
  test("follows when the market moves away, after the interval, at most so many times", () => {
    const worked = new Worked(chase);
    worked.on(quote(0, 10, 10.02));
    expect(worked.on(quote(500, 10.05, 10.07))).toEqual([]);
    expect(nextWakeMs(worked.state)).toBe(1_000);
    expect(worked.on(clock(1_000))).toEqual(["cancel c1"]);
    expect(worked.on(ended(1, "30"))).toEqual(["c2: 70 @ 10.05"]);
    expect(worked.on(quote(2_500, 10.1, 10.12))).toEqual(["cancel c2"]);
    expect(worked.on(ended(2, "0"))).toEqual(["c3: 70 @ 10.1"]);
    expect(worked.on(quote(9_000, 10.2, 10.22))).toEqual([]);
    expect(nextWakeMs(worked.state)).toBe(HOUR);
  });
  test("follows a seller's market down, and only a move of enough ticks", () => {
    const worked = new Worked({ ...chase, chaseTicks: 5 }, parent({ side: "sell" }));
    expect(worked.on(quote(0, 10, 10.02))).toEqual(["c1: 100 @ 10.02"]);
    expect(worked.on(quote(5_000, 9.96, 9.98))).toEqual([]);
    expect(worked.on(quote(6_000, 9.95, 9.97))).toEqual(["cancel c1"]);
  });
  test("a market that comes our way is not followed", () => {
    const worked = new Worked(chase);
    worked.on(quote(0, 10, 10.02));
    expect(worked.on(quote(5_000, 9.9, 9.92))).toEqual([]);
  });
  test("an older quote that comes late is passed over", () => {
    const worked = new Worked(chase);
    worked.on(quote(5_000, 10, 10.02));
    expect(worked.on(quote(4_000, 10.5, 10.52))).toEqual([]);
    expect(worked.on(clock(9_000))).toEqual([]);
  });
  test("pegs to the middle and the far side, in whole ticks, never beyond the worst price", () => {
    const at = (peg: string, side: "buy" | "sell", worstPrice: string | null = null) =>
      new Worked({ ...chase, peg, worstPrice }, parent({ side })).on(quote(0, 10, 10.03));
    expect(at("mid", "buy")).toEqual(["c1: 100 @ 10.01"]);
    expect(at("mid", "sell")).toEqual(["c1: 100 @ 10.02"]);
    expect(at("far", "buy")).toEqual(["c1: 100 @ 10.03"]);
    expect(at("far", "buy", "10.02")).toEqual(["c1: 100 @ 10.02"]);
    expect(at("far", "sell", "10.01")).toEqual(["c1: 100 @ 10.01"]);
  });
});

describe("every algo", () => {
  const twap = { kind: "twap", durationMs: HOUR, slices: 2 };

  test("a repeated fill or end changes nothing at all, and time does not run back", () => {
    const worked = new Worked(twap);
    worked.on(clock(500));
    worked.on(fill(1, "20", "same"));
    for (const repeat of [fill(1, "20", "same"), clock(400), clock(500)]) {
      expect(step(worked.state, repeat).state).toBe(worked.state);
    }
    worked.on(ended(1, "20"));
    expect(step(worked.state, ended(1, "20")).state).toBe(worked.state);
  });
  test("a fill that comes after the end takes back what was given to others, and no more", () => {
    const worked = new Worked(twap);
    worked.on(ended(1));
    expect(worked.on(clock(HOUR / 2))).toEqual(["c2: 100"]);
    expect(worked.on(fill(1, "50", "late"))).toEqual(["cancel c2"]);
    expect(worked.on(ended(2, "0"))).toEqual(["c3: 50"]);
  });
  test("a late fill while the rest is sent at the deadline leaves the right rest to send", () => {
    const worked = new Worked({ ...twap, leftover: "market" });
    worked.on(ended(1));
    expect(worked.on(clock(HOUR))).toEqual(["c2: 100 ioc"]);
    expect(worked.on(fill(1, "30", "late"))).toEqual(["cancel c2"]);
    expect(worked.on(ended(2, "10"))).toEqual(["c3: 60 ioc"]);
  });
  test("what the venue said had filled is kept free of new children until its fills arrive", () => {
    const worked = new Worked(twap);
    worked.on(ended(1, "50"));
    expect(worked.on(clock(HOUR / 2))).toEqual(["c2: 50"]);
    expect(worked.on(fill(1, "50"))).toEqual([]);
    expect(textOf(progressOf(worked.state).filled)).toBe("50");
  });
  test("fills are counted after it is over", () => {
    const worked = new Worked({ ...twap, slices: 1 });
    worked.on(clock(HOUR));
    worked.on(ended(1));
    worked.on(fill(1, "7"));
    expect(progressOf(worked.state)).toMatchObject({ filled: d("7"), done: true });
  });
  test("its owner can stop it, whatever was to become of the rest", () => {
    const worked = new Worked({ ...twap, leftover: "market" });
    expect(worked.on({ kind: "stop" })).toEqual(["cancel c1"]);
    expect(worked.on(ended(1, "0"))).toEqual([]);
    expect(worked.state.phase).toBe("done");
    expect(nextWakeMs(worked.state)).toBeNull();
  });
  test("asks to be woken for the next slice, then for the deadline, then never", () => {
    const worked = new Worked(twap);
    expect(nextWakeMs(worked.state)).toBe(HOUR / 2);
    worked.on(clock(HOUR / 2));
    expect(nextWakeMs(worked.state)).toBe(HOUR);
    worked.on(clock(HOUR));
    expect(nextWakeMs(worked.state)).toBeNull();
  });
  test("news of a child that was never placed, or of an empty fill, halts", () => {
    const worked = new Worked({ kind: "immediate" });
    expect(() => worked.on(fill(9, "1"))).toThrow("expected a child of p, got p.c9");
    expect(() => worked.on(fill(1, "0"))).toThrow("expected a fill of p.c1 above 0, got 0");
  });
});

describe("parameters", () => {
  test("have defaults, and go through JSON", () => {
    const twap = algoSchema.parse({ kind: "twap" });
    expect(twap).toMatchObject({ durationMs: 1_800_000, slices: 10, leftover: "cancel" });
    const minimal = [
      { kind: "immediate" },
      { kind: "twap", worstPrice: "10.5" },
      { kind: "vwap", profile: [1] },
      { kind: "iceberg", worstPrice: "10" },
      { kind: "chase" },
    ];
    for (const options of minimal) {
      const algo = algoSchema.parse(options);
      const text = JSON.stringify(z.encode(algoSchema, algo));
      expect(algoSchema.parse(JSON.parse(text))).toEqual(algo);
    }
  });
  test("are refused with the field's name", () => {
    const issue = (value: unknown) => algoSchema.safeParse(value).error?.issues[0]?.path;
    expect(issue({ kind: "twap", slices: 0 })).toEqual(["slices"]);
    expect(issue({ kind: "vwap", profile: [0] })).toEqual(["profile"]);
    expect(issue({ kind: "vwap", profile: [1], participation: 1.1 })).toEqual(["participation"]);
    expect(issue({ kind: "iceberg" })).toEqual(["worstPrice"]);
    expect(issue({ kind: "chase", leftover: "complete" })).toEqual(["leftover"]);
  });
  test("that do not fit the order are refused", () => {
    const begin = (options: unknown, quantity = "100") =>
      start(algoSchema.parse(options), parent({ quantity: d(quantity) }), 0);
    expect(() => begin({ kind: "immediate" }, "1.5")).toThrow("quantity: expected");
    expect(() => begin({ kind: "immediate", worstPrice: "0.001" })).toThrow("worstPrice: expected");
    const hidden = { kind: "iceberg", displayQuantity: "0.5", worstPrice: "1" };
    expect(() => begin(hidden)).toThrow("displayQuantity: expected at least the lot, 1, got 0.5");
  });
});
