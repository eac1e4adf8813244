import { describe, expect, test } from "vitest";
import * as z from "zod";
import { order, orderRequest } from "../../core/domain/order.ts";
import { d, fill, lived, request, say } from "../execution/fixtures.ts";

describe("an order on the wire", () => {
  test("comes back from JSON as it was, with amounts as text", () => {
    const lively = lived([
      say.approved(),
      say.submitted(),
      fill("x1", "2.5"),
      say.cancelRequested(),
    ]);
    const text = JSON.stringify(z.encode(order, lively));
    expect(text).toContain('"filledQuantity":"2.5"');
    expect(z.decode(order, JSON.parse(text))).toEqual(lively);
  });

  test("is refused with a number for an amount, an unknown status or a broken symbol", () => {
    const wire = z.encode(orderRequest, request({ limitPrice: d("99.5"), type: "limit" }));
    expect(orderRequest.safeParse(wire).success).toBe(true);
    expect(orderRequest.safeParse({ ...wire, limitPrice: 99.5 }).success).toBe(false);
    expect(orderRequest.safeParse({ ...wire, limitPrice: "99.5.1" }).success).toBe(false);
    expect(orderRequest.safeParse({ ...wire, symbol: "spy" }).success).toBe(false);
    const whole = z.encode(order, lived([]));
    expect(order.safeParse({ ...whole, status: "confirmed" }).success).toBe(false);
  });
});
