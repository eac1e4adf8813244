import { expect, test } from "vitest";
import type { Book } from "../../core/domain/book.ts";
import type { Order, OrderRequest } from "../../core/domain/order.ts";
import { closesTooMuch } from "../../core/runtime/gate.ts";
import { d, request } from "../execution/fixtures.ts";
import { OPENED } from "../store/events.ts";

const base = request({ profile: "mix", account: "main" });

/** Books in which the profile holds so many shares. */
function holding(shares: string): Book {
  const { mix } = OPENED.ledgers;
  if (mix === undefined) throw new Error("the profile has no ledger");
  const quantity = d(shares);
  const { symbol } = base;
  const lots = [{ quantity, price: d("100"), openedTimeMs: 0 }];
  const held = { symbol, quantity, cost: quantity * 100n, lots, realised: 0n, openedTimeMs: 0 };
  const positions = quantity === 0n ? {} : { [symbol]: held };
  return { ...OPENED, ledgers: { mix: { ...mix, positions } } };
}

function isTooMuch(shares: string, change: Partial<OrderRequest>): boolean {
  const exit = { ...base, role: "exit", side: "sell", quantity: d("100"), ...change } as const;
  return closesTooMuch(holding(shares), { request: exit } as Order);
}

test("an exit may close all that is held, or less, on either side", () => {
  expect(isTooMuch("100", {})).toBe(false);
  expect(isTooMuch("250", {})).toBe(false);
  expect(isTooMuch("-100", { side: "buy" })).toBe(false);
});

test("an exit of more than is left, of nothing, or of the other side would open a position", () => {
  expect(isTooMuch("99.999999999", {})).toBe(true);
  expect(isTooMuch("0", {})).toBe(true);
  expect(isTooMuch("-100", {})).toBe(true);
  expect(isTooMuch("100", { side: "buy" })).toBe(true);
  expect(isTooMuch("0", { quantity: null, notional: d("500") })).toBe(true);
  expect(isTooMuch("1", { quantity: null, notional: d("500") })).toBe(false);
});

test("a replacement counts what its original has filled, and entries are risk's to bound", () => {
  expect(isTooMuch("60", { replaces: "exit-1" })).toBe(false);
  expect(isTooMuch("0", { replaces: "exit-1" })).toBe(true);
  expect(isTooMuch("0", { role: "entry" })).toBe(false);
  expect(isTooMuch("0", { role: "stop-loss" })).toBe(false);
});
