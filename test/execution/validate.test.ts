import { describe, expect, test } from "vitest";
import { ONE } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { validateRequest } from "../../core/execution/validate.ts";
import { d, request } from "./fixtures.ts";

const spy: Instrument = {
  symbol: "SPY",
  assetClass: "us-equity",
  tick: d("0.01"),
  lot: ONE,
  shortable: true,
  calendar: "us-equity",
  multiplier: ONE,
};
const bitcoin: Instrument = {
  ...spy,
  symbol: "BTC/USD",
  assetClass: "crypto",
  lot: 1n,
  calendar: "always-open",
};
const limit = { type: "limit", limitPrice: d("99.5") } as const;
const stop = { type: "stop", stopPrice: d("101") } as const;
const trailing = { type: "trailing-stop", trailPercent: d("2.5") } as const;

const sound: readonly Partial<OrderRequest>[] = [
  {},
  { quantity: null, notional: d("250.55") },
  limit,
  stop,
  trailing,
  { type: "trailing-stop", trailPrice: d("1.25") },
  { type: "stop-limit", limitPrice: d("102"), stopPrice: d("101") },
  { timeInForce: "gtd", expiresAtMs: 2_000 },
  { ...limit, timeInForce: "opg" },
  { timeInForce: "cls" },
  { ...limit, timeInForce: "ioc" },
  { ...limit, extendedHours: true },
  { ...limit, extendedHours: true, timeInForce: "gtc" },
];

const malformed: readonly [Partial<OrderRequest>, RegExp][] = [
  [{ symbol: "QQQ" }, /order for SPY, got one for QQQ/],
  [{ referencePrice: d("0") }, /referencePrice above 0/],
  [{ quantity: null }, /got neither/],
  [{ notional: d("5") }, /got both/],
  [{ quantity: d("0") }, /quantity above 0, got 0/],
  [{ quantity: d("-1") }, /quantity above 0, got -1/],
  [{ quantity: d("1.5") }, /quantity in steps of 1, got 1.5/],
  [{ quantity: null, notional: d("-5") }, /notional above 0/],
  [{ ...limit, quantity: null, notional: d("5") }, /notional on a market order only/],
  [{ type: "limit" }, /a limitPrice on a limit order, got none/],
  [{ limitPrice: d("5") }, /no limitPrice on a market order, got 5/],
  [{ ...limit, limitPrice: d("99.505") }, /limitPrice in steps of 0.01/],
  [{ ...limit, limitPrice: d("0") }, /limitPrice above 0/],
  [{ ...limit, stopPrice: d("5") }, /no stopPrice on a limit order/],
  [{ type: "stop" }, /a stopPrice on a stop order/],
  [{ type: "stop-limit", stopPrice: d("5") }, /a limitPrice on a stop-limit order/],
  [{ ...stop, limitPrice: d("5") }, /no limitPrice on a stop order/],
  [{ ...stop, trailPrice: d("5") }, /no trail on a stop order/],
  [{ type: "trailing-stop" }, /exactly one of trailPrice and trailPercent, got 0/],
  [{ ...trailing, trailPrice: d("1") }, /exactly one of trailPrice and trailPercent, got 2/],
  [{ ...trailing, trailPercent: d("0") }, /trailPercent above 0/],
  [{ ...trailing, trailPercent: d("100") }, /trailPercent below 100/],
  [{ type: "trailing-stop", trailPrice: d("0.001") }, /trailPrice in steps of 0.01/],
  [{ ...trailing, stopPrice: d("5") }, /no stopPrice on a trailing-stop order/],
  [{ timeInForce: "gtd" }, /expiresAtMs after 1000 on a gtd order, got null/],
  [{ timeInForce: "gtd", expiresAtMs: 1_000 }, /expiresAtMs after 1000/],
  [{ expiresAtMs: 5_000 }, /no expiresAtMs on a day order/],
  [{ ...stop, timeInForce: "opg" }, /market or limit order for opg, got stop/],
  [{ ...trailing, timeInForce: "cls" }, /market or limit order for cls/],
  [{ ...stop, timeInForce: "fok" }, /market or limit order for fok/],
  [{ extendedHours: true }, /limit order in extended hours, got market day/],
  [{ ...limit, extendedHours: true, timeInForce: "ioc" }, /extended hours, got limit ioc/],
];

describe("a request", () => {
  test.each(sound)("is sound: %o", (changes) => {
    expect(validateRequest(request(changes), spy)).toBeNull();
  });

  test.each(malformed)("is malformed: %o", (changes, reason) => {
    expect(validateRequest(request(changes), spy)).toMatch(reason);
  });

  test("for crypto may be fractional but not for an auction", () => {
    const coins = request({ symbol: "BTC/USD", quantity: d("0.000000001"), timeInForce: "gtc" });
    expect(validateRequest(coins, bitcoin)).toBeNull();
    expect(validateRequest({ ...coins, timeInForce: "opg" }, bitcoin)).toMatch(/auctions/);
  });
});
