import { expect, expectTypeOf, test } from "vitest";
import { type Order, type OrderRequest, orderStatus } from "../../core/domain/order.ts";
import type { Venue } from "../../core/ports/venue.ts";
import { approvedOf, type RiskApproved } from "../../core/risk/approved.ts";
import { request } from "../execution/fixtures.ts";

const orderIn = (status: Order["status"]): Order => ({
  request: request(),
  status,
  filledQuantity: 0n,
  filledNotional: 0n,
  fees: 0n,
  executions: [],
  attempts: 0,
  resumeStatus: null,
  updatedTimeMs: 0,
});

test("a request is let through for as long as its order lives and risk has approved it", () => {
  const passing = orderStatus.options.filter((status) => {
    try {
      return approvedOf(orderIn(status)).id === request().id;
    } catch {
      return false;
    }
  });
  expect(passing).toEqual([
    "approved",
    "submitted",
    "unknown",
    "held",
    "accepted",
    "partially-filled",
    "cancel-requested",
    "replace-requested",
  ]);
  expect(() => approvedOf(orderIn("denied"))).toThrow(
    "expected one that risk has approved, got one that is denied",
  );
});

test("an order's approval is not another's", () => {
  const order = orderIn("approved");
  expect(approvedOf(order, { ...order.request, type: "market" })).toMatchObject({ type: "market" });
  for (const change of [{ id: "other" }, { symbol: "OTHER" }, { side: "sell" }] as const) {
    expect(() => approvedOf(order, { ...order.request, ...change })).toThrow("expected one that");
  }
});

test("venues take what was approved and nothing else", () => {
  expectTypeOf<Venue["submit"]>().parameter(0).toEqualTypeOf<readonly RiskApproved[]>();
  expectTypeOf<Venue["replace"]>().parameter(1).toEqualTypeOf<RiskApproved>();
  expectTypeOf<OrderRequest>().not.toExtend<RiskApproved>();
});
