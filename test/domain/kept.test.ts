import { describe, expect, test } from "vitest";
import * as z from "zod";
import { book, ledger, lot, position, unsettled } from "../../core/domain/book.ts";
import { ONE } from "../../core/domain/decimal.ts";
import { applyToBook, emptyBook, openLedger } from "../../core/domain/ledger.ts";
import {
  order,
  orderRequest,
  orderRole,
  orderStatus,
  orderType,
  side,
  timeInForce,
} from "../../core/domain/order.ts";
import { d, fill, lived, request, say } from "../execution/fixtures.ts";

/** Books with an open order, a position and a sale that has not settled, as they are kept. */
function kept() {
  const one = request();
  const start = openLedger(emptyBook("main", "cash"), "alpha", d("10000"));
  const opened = [say.requested(one), fill("x1", "10", "100", one)];
  const held = opened.reduce((now, event) => applyToBook(now, event), start);
  const sell = request({ id: "o2", side: "sell" });
  const asked = applyToBook(held, say.requested(sell));
  const context = { settlesOn: "2024-05-30" };
  return applyToBook(asked, fill("x2", "4", "101", sell), context);
}

const wire = z.encode(book, kept());
const [orderWire] = wire.orders;
const ledgerWire = wire.ledgers.alpha;
const positionWire = ledgerWire?.positions.SPY;

/** Keys of an object without which its schema takes it none the less. */
function unmissed(schema: z.ZodType, value: unknown): readonly string[] {
  expect(schema.safeParse(value).success).toBe(true);
  return Object.keys(Object(value)).filter((key) => {
    const { [key]: _, ...rest } = Object(value);
    return schema.safeParse(rest).success;
  });
}

describe("what is kept of an account", () => {
  test("is the books, whole: no field of them may be missing", () => {
    expect(unmissed(book, wire)).toEqual([]);
    expect(unmissed(ledger, ledgerWire)).toEqual([]);
    expect(unmissed(position, positionWire)).toEqual([]);
    expect(unmissed(lot, positionWire?.lots[0])).toEqual([]);
    expect(unmissed(unsettled, wire.unsettled[0])).toEqual([]);
    expect(unmissed(order, orderWire)).toEqual([]);
    // How a quantity was come to is said where the order does not say it.
    expect(unmissed(orderRequest, { ...orderWire?.request, sizing: "ten" })).toEqual(["sizing"]);
  });

  test("comes back as it was, nothing left out", () => {
    const back = z.decode(book, JSON.parse(JSON.stringify(wire)));
    expect(back).toEqual(kept());
    expect(Object.keys(back.orders[0]?.request ?? {}).sort()).toEqual(
      Object.keys(request()).sort(),
    );
  });

  test("may be of cash or on margin, and of nothing else", () => {
    for (const kind of ["cash", "margin"]) {
      expect(book.safeParse({ ...wire, kind }).success).toBe(true);
    }
    expect(book.safeParse({ ...wire, kind: "" }).success).toBe(false);
  });

  test("holds quantities as text alone", () => {
    const first = positionWire?.lots[0];
    expect(lot.safeParse({ ...first, quantity: 4 }).success).toBe(false);
    expect(unsettled.safeParse({ settlesOn: "today", amount: "1" }).success).toBe(false);
  });
});

describe("the words of an order", () => {
  test("are these", () => {
    expect(side.options).toEqual(["buy", "sell"]);
    expect(orderType.options).toEqual(["market", "limit", "stop", "stop-limit", "trailing-stop"]);
    expect(timeInForce.options).toEqual(["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"]);
    expect(orderRole.options).toEqual(["entry", "exit", "take-profit", "stop-loss", "rebalance"]);
    expect(orderStatus.options).toEqual([
      ...["requested", "approved", "submitted", "unknown", "held", "accepted", "partially-filled"],
      ...["cancel-requested", "replace-requested", "denied", "rejected", "replaced", "cancelled"],
      ...["expired", "filled"],
    ]);
  });

  test("an order without an amount, a price or an end says so by null", () => {
    const nothing = [
      ...["quantity", "notional", "limitPrice", "stopPrice", "trailPrice", "trailPercent"],
      ...["expiresAtMs", "parentId", "ocoGroup", "replaces"],
    ];
    const { request: whole } = z.encode(order, lived([], request({ trailPercent: ONE })));
    for (const name of nothing) {
      expect(orderRequest.safeParse({ ...whole, [name]: null }).success, name).toBe(true);
    }
  });
});
