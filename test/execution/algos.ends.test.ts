import { describe, expect, test } from "vitest";
import { nextWakeMs, step } from "../../core/execution/algos/algo.ts";
import { progressOf } from "../../core/execution/algos/progress.ts";
import { clock, ended, fill, parent, quote, Worked } from "./algos.fixtures.ts";
import { d } from "./fixtures.ts";

const HOUR = 3_600_000;
const iceberg = { kind: "iceberg", displayQuantity: "40", worstPrice: "10", retryMs: 100 };
const chase = { kind: "chase", durationMs: 3_000, intervalMs: 5_000 };

describe("what the end of a child gives back", () => {
  test("nothing where the venue says that all of it has filled: the next part goes at once", () => {
    const worked = new Worked({ ...iceberg, retries: 3 });
    expect(worked.on(ended(1, "40"))).toEqual(["c2: 40 @ 10"]);
    expect(worked.state.retry).toMatchObject({ left: 3, fromMs: null });
  });

  test("no try of an algo that is being stopped, nor of a schedule", () => {
    const stopped = new Worked({ ...iceberg, retries: 3 });
    stopped.on({ kind: "stop" });
    stopped.on(ended(1));
    expect(stopped.state.retry).toMatchObject({ left: 3, fromMs: null });
    const twap = new Worked({ kind: "twap", durationMs: HOUR, slices: 2 });
    twap.on(ended(1));
    expect(twap.state.retry.fromMs).toBeNull();
  });

  test("a turn to a schedule that still works, and to nothing else", () => {
    const twap = new Worked({ kind: "twap", durationMs: HOUR, slices: 2 });
    expect(twap.state.plan).toMatchObject({ next: 1 });
    twap.on({ kind: "stop" });
    twap.on(ended(1, "0"));
    expect(twap.state.plan).toMatchObject({ next: 1 });
    const chased = new Worked({ ...chase, durationMs: HOUR, intervalMs: 1_000 });
    chased.on(quote(0, 10, 10.02));
    chased.on(quote(1_000, 10.05, 10.07));
    const { state } = step(chased.state, ended(1, "0"));
    expect(Object.keys(state.plan)).not.toContain("next");
  });
});

describe("children that are too many after a late fill", () => {
  const three = { kind: "twap", durationMs: HOUR, slices: 3 };

  /** The first works, the second was refused, and the third is what both others had to be. */
  function late() {
    const worked = new Worked(three, parent({ quantity: d("90") }));
    worked.on(clock(HOUR / 3));
    worked.on(ended(2));
    expect(worked.on(clock((2 * HOUR) / 3))).toEqual(["c3: 60"]);
    return worked;
  }

  test("are taken back from the newest on, and no more of them than it takes", () => {
    const worked = late();
    worked.on(fill(3, "10", "a"));
    expect(worked.on(fill(2, "30", "late"))).toEqual(["cancel c3"]);
  });

  test("are counted by what of them can still fill", () => {
    const worked = late();
    worked.on(fill(3, "50", "a"));
    expect(worked.on(fill(2, "20", "late"))).toEqual(["cancel c3", "cancel c1"]);
  });
});

describe("the end of an algo", () => {
  const twap = { kind: "twap", durationMs: HOUR, slices: 1, leftover: "market" };

  test("comes before its next move where that is later", () => {
    const worked = new Worked(chase);
    worked.on(quote(0, 10, 10.02));
    worked.on(quote(1, 10.05, 10.07));
    expect(nextWakeMs(worked.state)).toBe(3_000);
    const unbounded = new Worked({ ...iceberg, retries: 1 });
    unbounded.on(ended(1));
    expect(nextWakeMs(unbounded.state)).toBe(100);
  });

  test("sends the rest with its reason, and leaves it alone until it has ended", () => {
    const worked = new Worked(twap);
    worked.on(ended(1));
    const last = step(worked.state, clock(HOUR));
    expect(last.actions).toMatchObject([{ child: { reason: "the rest at the deadline" } }]);
    worked.on(clock(HOUR));
    expect(progressOf(worked.state).done).toBe(false);
    expect(worked.on(clock(HOUR + 1))).toEqual([]);
    expect(worked.state.children.at(-1)?.phase).toBe("working");
  });

  test("takes no try for what it sent last", () => {
    const worked = new Worked({ ...iceberg, retries: 3, durationMs: HOUR, leftover: "market" });
    worked.on(ended(1));
    expect(worked.on(clock(HOUR))).toEqual(["c2: 100 @ 10 ioc"]);
    worked.on(ended(2));
    expect(worked.state).toMatchObject({ phase: "done", retry: { left: 2 } });
  });

  test("is not changed by being stopped once more", () => {
    const worked = new Worked(twap);
    worked.on(fill(1, "100"));
    expect(progressOf(worked.state).done).toBe(true);
    expect(step(worked.state, { kind: "stop" }).state).toBe(worked.state);
  });
});
