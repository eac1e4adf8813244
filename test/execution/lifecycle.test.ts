import { describe, expect, test } from "vitest";
import { ONE, ZERO } from "../../core/domain/decimal.ts";
import { InvariantError } from "../../core/domain/errors.ts";
import { type OrderStatus, orderStatus } from "../../core/domain/order.ts";
import {
  evolveOrder,
  isFinal,
  isOpen,
  orderFrom,
  remainingQuantity,
  standingOf,
} from "../../core/execution/lifecycle.ts";
import { type Claim, RANK, TRANSITIONS } from "../../core/execution/transitions.ts";
import { d, fill, lived, request, say } from "./fixtures.ts";

const upToAccepted = [say.approved(), say.submitted(), say.accepted()];

/** An order in each status. */
const inStatus: Readonly<Record<OrderStatus, ReturnType<typeof lived>>> = {
  requested: lived([]),
  approved: lived([say.approved()]),
  submitted: lived([say.approved(), say.submitted()]),
  unknown: lived([say.approved(), say.submitted(), say.unknown()]),
  held: lived([say.approved(), say.submitted(), say.held()]),
  accepted: lived(upToAccepted),
  "partially-filled": lived([...upToAccepted, fill("x0", "4")]),
  "cancel-requested": lived([...upToAccepted, say.cancelRequested()]),
  "replace-requested": lived([...upToAccepted, say.replaceRequested()]),
  denied: lived([say.denied()]),
  rejected: lived([say.approved(), say.submitted(), say.rejected()]),
  replaced: lived([...upToAccepted, say.replaceRequested(), say.replaced()]),
  cancelled: lived([...upToAccepted, say.cancelled()]),
  expired: lived([...upToAccepted, say.expired()]),
  filled: lived([...upToAccepted, fill("x0", "10")]),
};
const finals: readonly OrderStatus[] = [
  "denied",
  "rejected",
  "replaced",
  "cancelled",
  "expired",
  "filled",
];

describe("the transition table", () => {
  const claims: readonly Claim[] = [...orderStatus.options, "cancel-rejected", "replace-rejected"];

  test("has an answer for every status and every claim", () => {
    expect(Object.keys(TRANSITIONS).sort()).toEqual([...orderStatus.options].sort());
    for (const row of Object.values(TRANSITIONS)) {
      expect(Object.keys(row).sort()).toEqual([...claims].sort());
    }
  });

  test("never moves an order to a lower rank", () => {
    const ranks: Readonly<Record<string, number>> = RANK;
    for (const [status, row] of Object.entries(TRANSITIONS)) {
      for (const target of Object.values(row)) {
        const from = ranks[status];
        const to = ranks[target];
        if (from !== undefined && to !== undefined) expect(to).toBeGreaterThanOrEqual(from);
      }
    }
  });

  test("keeps `beneath` and `resume` to the two requests of ours", () => {
    for (const [status, row] of Object.entries(TRANSITIONS)) {
      const special = Object.values(row).some((t) => t === "beneath" || t === "resume");
      expect(special).toBe(status === "cancel-requested" || status === "replace-requested");
    }
  });

  test.each(finals)("lets nothing but fills change an order that is %s", (status) => {
    for (const [claim, target] of Object.entries(TRANSITIONS[status])) {
      if (claim === "filled") expect(target).toBe("filled");
      else if (claim === "partially-filled") expect(target).toBe(status);
      else expect(target).toBe("ignored");
    }
  });
});

describe("an order's life", () => {
  test("starts with its request and with nothing else", () => {
    expect(evolveOrder(undefined, say.requested())).toEqual(orderFrom(request(), 1_000));
    expect(evolveOrder(undefined, say.accepted())).toBeUndefined();
    expect(evolveOrder(undefined, fill("x1", "1"))).toBeUndefined();
  });

  test.each(orderStatus.options)("reaches %s", (status) => {
    expect(inStatus[status].status).toBe(status);
    expect(isFinal(inStatus[status])).toBe(finals.includes(status));
    expect(isOpen(inStatus[status])).toBe(!finals.includes(status));
  });

  test.each(orderStatus.options)("ignores a repeated request when %s", (status) => {
    expect(evolveOrder(inStatus[status], say.requested())).toBe(inStatus[status]);
  });

  test("fills before it was accepted, and the late acceptance is ignored", () => {
    const filled = lived([say.approved(), say.submitted(), fill("x1", "10")]);
    expect(filled.status).toBe("filled");
    expect(evolveOrder(filled, say.accepted())).toBe(filled);
    const partly = lived([say.approved(), say.submitted(), fill("x1", "3")]);
    expect(partly.status).toBe("partially-filled");
    expect(evolveOrder(partly, say.accepted())).toBe(partly);
  });

  test("leaves unknown with any evidence from the venue", () => {
    const { unknown } = inStatus;
    expect(evolveOrder(unknown, say.held())?.status).toBe("held");
    expect(evolveOrder(unknown, say.accepted())?.status).toBe("accepted");
    expect(evolveOrder(unknown, fill("x1", "1"))?.status).toBe("partially-filled");
    expect(evolveOrder(unknown, fill("x1", "10"))?.status).toBe("filled");
    expect(evolveOrder(unknown, say.rejected())?.status).toBe("rejected");
    expect(evolveOrder(unknown, say.cancelled())?.status).toBe("cancelled");
    expect(evolveOrder(unknown, say.expired())?.status).toBe("expired");
    expect(evolveOrder(unknown, say.unknown())).toBe(unknown);
  });

  test("goes from unknown back to submitted with a new attempt alone", () => {
    const { unknown } = inStatus;
    expect(evolveOrder(unknown, say.submitted())).toBe(unknown);
    const again = evolveOrder(unknown, say.submitted(request(), 3_000, 2));
    expect(again).toMatchObject({ status: "submitted", attempts: 2, updatedTimeMs: 3_000 });
  });

  test("leaves held when accepted, and never returns", () => {
    const accepted = lived([say.approved(), say.submitted(), say.held(), say.accepted()]);
    expect(accepted.status).toBe("accepted");
    expect(evolveOrder(accepted, say.held())).toBe(accepted);
  });
});

describe("cancelling and replacing", () => {
  test("falls back to where the order stood when the venue refuses", () => {
    const resumed = evolveOrder(inStatus["cancel-requested"], say.cancelRejected());
    expect(resumed).toMatchObject({ status: "accepted", resumeStatus: null });
    const kept = evolveOrder(inStatus["replace-requested"], say.replaceRejected());
    expect(kept).toMatchObject({ status: "accepted", resumeStatus: null });
  });

  test("follows what happens beneath the request", () => {
    const partly = evolveOrder(inStatus["cancel-requested"], fill("x1", "4"));
    expect(partly).toMatchObject({
      status: "cancel-requested",
      resumeStatus: "partially-filled",
      filledQuantity: d("4"),
    });
    if (partly === undefined) throw new Error("expected an order");
    expect(standingOf(partly)).toBe("partially-filled");
    expect(evolveOrder(partly, say.cancelRejected())?.status).toBe("partially-filled");
    expect(evolveOrder(partly, say.accepted())).toBe(partly);
    expect(evolveOrder(partly, fill("x2", "6"))).toMatchObject({
      status: "filled",
      resumeStatus: null,
    });
  });

  test("ignores refusals of what was not asked", () => {
    expect(evolveOrder(inStatus.accepted, say.cancelRejected())).toBe(inStatus.accepted);
    const cancelling = inStatus["cancel-requested"];
    expect(evolveOrder(cancelling, say.replaceRejected())).toBe(cancelling);
    expect(evolveOrder(cancelling, say.replaceRequested())).toBe(cancelling);
  });

  test("lets a cancel overtake an open replace, and resumes beneath both", () => {
    const both = evolveOrder(inStatus["replace-requested"], say.cancelRequested());
    expect(both).toMatchObject({ status: "cancel-requested", resumeStatus: "accepted" });
    if (both === undefined) throw new Error("expected an order");
    expect(evolveOrder(both, say.cancelRejected())?.status).toBe("accepted");
  });

  test("ends the old order when replaced; the replacement is an order of its own", () => {
    const { replaced } = inStatus;
    expect(isFinal(replaced)).toBe(true);
    expect(replaced.resumeStatus).toBeNull();
    expect(orderFrom(request({ id: "o2", replaces: "o1" }), 2_000).status).toBe("requested");
  });

  test("keeps the time of the last news when a request is refused, or an answer is missed", () => {
    const cancelling = inStatus["cancel-requested"];
    const replacing = inStatus["replace-requested"];
    const late = request();
    for (const [before, event, status] of [
      [cancelling, say.cancelRejected(late, 9_000), "accepted"],
      [replacing, say.replaceRejected(late, 9_000), "accepted"],
      [inStatus.submitted, say.unknown(late, 9_000), "unknown"],
    ] as const) {
      const after = evolveOrder(before, event);
      expect(after).toMatchObject({ status, updatedTimeMs: before.updatedTimeMs });
    }
  });

  test("keeps both the request of ours and where the order stood", () => {
    const asked = lived([...upToAccepted, say.replaceRequested()]);
    expect(asked).toMatchObject({ status: "replace-requested", resumeStatus: "accepted" });
    expect([standingOf(asked), isOpen(asked)]).toEqual(["accepted", true]);
  });

  test("of an order without a status to fall back to is nothing that our events make", () => {
    for (const status of ["cancel-requested", "replace-requested"] as const) {
      const broken = { ...inStatus[status], resumeStatus: null };
      expect(() => standingOf(broken)).toThrow(
        "expected a status to resume for order o1, got none",
      );
    }
  });
});

describe("fills", () => {
  test("add up, and a repeated execution changes nothing", () => {
    const partly = lived([...upToAccepted, fill("x1", "4", "100"), fill("x2", "1", "101")]);
    expect(partly).toMatchObject({
      filledQuantity: d("5"),
      filledNotional: d("501"),
      executions: ["x1", "x2"],
    });
    expect(evolveOrder(partly, fill("x1", "4", "100"))).toBe(partly);
    expect(remainingQuantity(partly)).toBe(d("5"));
  });

  test("leave no trace of their order of arrival", () => {
    const a = lived([fill("x1", "4"), fill("x2", "1"), fill("x3", "2")]);
    const b = lived([fill("x3", "2"), fill("x1", "4"), fill("x2", "1")]);
    expect(b).toEqual(a);
  });

  test.each(["cancelled", "expired", "replaced", "rejected", "denied"] as const)(
    "are applied late to an order that is %s, which stays so",
    (status) => {
      const late = evolveOrder(inStatus[status], fill("x9", "3"));
      expect(late).toMatchObject({ status, filledQuantity: d("3"), executions: ["x9"] });
    },
  );

  test("make even a cancelled order filled once its whole quantity has traded", () => {
    expect(evolveOrder(inStatus.cancelled, fill("x9", "10"))?.status).toBe("filled");
  });

  test("do not complete an order by quantity while an execution is missing", () => {
    const early = lived([fill("x2", "6", "100", request(), 2_000, { complete: true })]);
    expect(early.status).toBe("partially-filled");
    expect(evolveOrder(early, fill("x1", "4"))?.status).toBe("filled");
  });

  test("complete an order by notional when the venue says so", () => {
    const of = request({ quantity: null, notional: d("1000") });
    const partly = lived([fill("x1", "4", "100", of)], of);
    expect(partly.status).toBe("partially-filled");
    expect(remainingQuantity(partly)).toBeNull();
    const done = evolveOrder(partly, fill("x2", "6", "100", of, 2_000, { complete: true }));
    expect(done?.status).toBe("filled");
    if (done === undefined) throw new Error("expected an order");
    expect(remainingQuantity(done)).toBe(ZERO);
  });

  test("beyond the quantity halt the profile", () => {
    expect(() => lived([fill("x1", "10.000000001")])).toThrow(InvariantError);
    expect(() => evolveOrder(inStatus.filled, fill("x1", "1"))).toThrow(/up to 10, got 1 on top/);
    expect(() => lived([fill("x1", "0")])).toThrow(InvariantError);
    expect(() => lived([fill("x1", "-1")])).toThrow(InvariantError);
  });

  test("of nothing halt the profile, by what the order was for", () => {
    const of = request({ quantity: null, notional: d("1000") });
    expect(() => lived([fill("x1", "0", "100", of)], of)).toThrow(
      "expected fills of order o1 above 0 and up to its notional, got 0 on top of 0 (execution x1)",
    );
  });

  test("of another order halt the profile", () => {
    const other = fill("x1", "1", "100", request({ id: "o7" }));
    expect(() => evolveOrder(inStatus.accepted, other)).toThrow(/event of order o1, got one of o7/);
  });

  test("count fees, rebates included", () => {
    const one = fill("x1", "1", "100", request(), 2_000, { fee: ONE });
    const two = fill("x2", "1", "100", request(), 2_000, { fee: -ONE / 4n });
    expect(lived([one, two]).fees).toBe(d("0.75"));
  });
});
