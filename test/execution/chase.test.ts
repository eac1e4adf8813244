import { describe, expect, test } from "vitest";
import { start, step } from "../../core/execution/algos/algo.ts";
import { beginning } from "../../core/execution/algos/begin.ts";
import { chaseMs, pegPrice } from "../../core/execution/algos/chase.ts";
import { nextMoveMs } from "../../core/execution/algos/moves.ts";
import { algoSchema } from "../../core/execution/algos/params.ts";
import type { Child, PlanOf } from "../../core/execution/algos/state.ts";
import { clock, fill, parent, quote, Worked } from "./algos.fixtures.ts";
import { d } from "./fixtures.ts";

const begun = (options: unknown, of = parent()) => beginning(algoSchema.parse(options), of, 0);

const plan: PlanOf<"chase"> = {
  ...{ kind: "chase", peg: "near", chaseTicks: 1, intervalMs: 1_000, chasesLeft: 1 },
  quote: { timeMs: 0, bid: 10, ask: 10.02 },
};
const quoted = (bid: number, ask: number, peg: "near" | "far" = "near"): PlanOf<"chase"> => ({
  ...{ ...plan, peg },
  quote: { timeMs: 0, bid, ask },
});
const state = begun({ kind: "chase" });
const working: Child = {
  ...{ id: "p.c1", quantity: d("100"), filled: 0n, reported: 0n, limitPrice: d("9.99") },
  ...{ sentMs: 500, phase: "working" },
};

describe("the price that a chase works at", () => {
  test("is none without a quote, or with a side that nobody quotes", () => {
    expect(pegPrice(state, plan)).toBe(d("10"));
    expect(pegPrice(state, { ...plan, quote: null })).toBeNull();
    expect(pegPrice(state, quoted(10, 0))).toBeNull();
    expect(pegPrice(state, quoted(0, 10, "far"))).toBeNull();
    expect(pegPrice(state, quoted(-1, 10, "far"))).toBeNull();
    expect(pegPrice(state, quoted(10, -1))).toBeNull();
  });

  test("is none where it is less than a tick", () => {
    expect(pegPrice(state, quoted(0.009, 0.02))).toBeNull();
    expect(pegPrice(state, quoted(0.01, 0.02))).toBe(d("0.01"));
  });
});

describe("a chase moves", () => {
  const at = (child: Child | null, of = plan) =>
    chaseMs({ ...state, children: child === null ? [] : [child] }, of);

  test("its child after the interval, when the quote went away from it", () => {
    expect(at(working)).toBe(1_500);
    expect(at({ ...working, limitPrice: d("10") })).toBeNull();
  });

  test("nothing without a child at work, a quote, or another try", () => {
    expect(at(null)).toBeNull();
    expect(at({ ...working, phase: "cancelling" })).toBeNull();
    expect(at(working, { ...plan, quote: null })).toBeNull();
    expect(at(working, { ...plan, chasesLeft: 0 })).toBeNull();
  });
});

describe("an algo that begins", () => {
  test("has done and counted nothing", () => {
    expect(begun({ kind: "immediate" })).toMatchObject({ children: [], executions: [], nowMs: 0 });
    expect(nextMoveMs(begun({ kind: "immediate" }))).toBeNull();
  });

  test("shows as little as one lot, and no less", () => {
    const one = { kind: "iceberg", displayQuantity: "1", worstPrice: "10" };
    expect(begun(one).plan).toEqual({ kind: "iceberg", displayQuantity: d("1") });
  });

  test("is refused by the field, what was expected and what it was", () => {
    const quantity = (text: string) => () =>
      begun({ kind: "immediate" }, parent({ quantity: d(text) }));
    for (const text of ["0", "-1", "1.5"]) {
      expect(quantity(text)).toThrow(
        `order p: quantity: expected a quantity above 0 in steps of 1, got ${text}`,
      );
    }
    expect(() => begun({ kind: "immediate", worstPrice: "0.009" })).toThrow(
      "worstPrice: expected at least 0.01, got 0.009",
    );
  });
});

describe("children say why they were sent", () => {
  const reasons = (options: { readonly kind: string; readonly [name: string]: unknown }) =>
    start(algoSchema.parse(options), parent(), 0).actions.map((one) =>
      one.kind === "place" ? one.child.reason : "cancel",
    );

  test("at their start", () => {
    expect(reasons({ kind: "immediate" })).toEqual(["all at once"]);
    expect(reasons({ kind: "iceberg", worstPrice: "10" })).toEqual(["visible part"]);
    expect(reasons({ kind: "twap", durationMs: 3_000, slices: 3 })).toEqual(["slice 1 of 3"]);
  });

  test("by the side of the quote that they are pegged to", () => {
    const waiting = start(algoSchema.parse({ kind: "chase", peg: "mid" }), parent(), 0);
    expect(waiting.actions).toEqual([]);
    expect(step(waiting.state, quote(0, 10, 10.02)).actions).toMatchObject([
      { child: { limitPrice: d("10.01"), reason: "limit at the mid side of the quote" } },
    ]);
  });

  test("and one that filled leaves the next of an immediate order nothing to send", () => {
    const worked = new Worked({ kind: "immediate" });
    worked.on(fill(1, "99"));
    expect(worked.on(clock(1))).toEqual([]);
  });
});
