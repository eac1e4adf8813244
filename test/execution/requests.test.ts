import { describe, expect, test } from "vitest";
import { algoOf, rebalanceRequest } from "../../core/execution/requests.ts";
import { d, request } from "./fixtures.ts";
import { context, profileOf } from "./planning.fixtures.ts";

describe("how an order is worked", () => {
  const twap = { kind: "twap", durationMs: 60_000, slices: 3, worstPrice: "101" } as const;
  const iceberg = { kind: "iceberg", displayQuantity: "5", worstPrice: "99" } as const;
  const limited = request({ type: "limit", limitPrice: d("98") });

  test("its own limit is the worst price of every child, else the one that was named", () => {
    for (const execution of [twap, iceberg]) {
      expect(algoOf({ execution }, limited, context())).toMatchObject({ worstPrice: d("98") });
      const named = algoOf({ execution }, request(), context());
      expect(named).toMatchObject({ kind: execution.kind, worstPrice: d(execution.worstPrice) });
    }
    const free = { execution: { ...twap, worstPrice: null } };
    expect(algoOf(free, request(), context())).toMatchObject({ kind: "twap", worstPrice: null });
  });

  test("as its intent says, else as its profile; whole where it waits for a trigger", () => {
    const profile = profileOf({ execution: twap });
    expect(algoOf({}, request(), context({ profile }))).toMatchObject({ kind: "twap" });
    const own = { execution: iceberg };
    expect(algoOf(own, request(), context({ profile }))).toMatchObject({ kind: "iceberg" });
    const stop = request({ type: "stop", stopPrice: d("110") });
    expect(algoOf(own, stop, context({ profile }))).toBeNull();
    expect(algoOf({}, request(), context())).toBeNull();
  });

  test("an execution that is none names the field and what was expected", () => {
    const wrong = { execution: { ...twap, slices: 0 } };
    expect(() => algoOf(wrong, request(), context())).toThrow(/^execution\.slices: .*>=1/);
    const nested = { execution: { kind: "vwap" as const, profile: [1, -1] } };
    expect(() => algoOf(nested, request(), context())).toThrow(/^execution\.profile\.1: /);
  });
});

test("an order of a rebalance is at market for the day, in regular hours, by its cause's id", () => {
  expect(rebalanceRequest(context(), 4, "sell", d("7"), "drift")).toMatchObject({
    id: "alpha.SPY.bar.7.4",
    intentId: "alpha.SPY.bar.7.4",
    side: "sell",
    quantity: d("7"),
    type: "market",
    timeInForce: "day",
    extendedHours: false,
    role: "rebalance",
    reason: "drift",
    decidedTimeMs: 5_000,
    referencePrice: d("100"),
  });
});
