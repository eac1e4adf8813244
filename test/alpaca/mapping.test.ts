import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { OrderRequest } from "../../core/domain/order.ts";
import { allowLive, alpacaClient } from "../../functions/alpaca/clientOptions.ts";
import { bodyOf } from "../../functions/alpaca/orderBody.ts";
import { legsWeKeep, placementsOf } from "../../functions/alpaca/placement.ts";
import { faultOf, refusalOf } from "../../functions/alpaca/refusals.ts";
import { washTradeOf } from "../../functions/alpaca/washTrade.ts";
import { pairOf } from "../../functions/alpaca/wire.ts";
import { d, request } from "../execution/fixtures.ts";
import { knownAs } from "./rigs.ts";

type Changes = Partial<OrderRequest>;
const codeOf = (reason: string | null) => reason?.split(":")[0] ?? null;
const half = { quantity: d("0.5") };
const limit: Changes = { type: "limit", limitPrice: d("99") };
const stopped: Changes = { type: "stop", stopPrice: d("95") };
const trailing: Changes = { type: "trailing-stop", trailPercent: d("5") };
const extended = { extendedHours: true };
const coin = { symbol: "BTC/USD", timeInForce: "gtc", quantity: d("1") } as const;

function bodyFor(...requests: readonly OrderRequest[]) {
  const [placement] = placementsOf(requests);
  if (placement === undefined) throw new Error("expected something to place");
  return bodyOf(placement);
}

describe("bodies", () => {
  test.each<[string, Changes, object]>([
    ["market", {}, { type: "market", timeInForce: "day", qty: "10" }],
    ["dollars", { quantity: null, notional: d("12.5") }, { notional: "12.5" }],
    ["limit", limit, { type: "limit", limitPrice: "99" }],
    ["stop", stopped, { type: "stop", stopPrice: "95" }],
    ["stop-limit", { ...stopped, ...limit, type: "stop-limit" }, { type: "stop_limit" }],
    ["trailing-stop", trailing, { type: "trailing_stop", trailPercent: "5" }],
    ["gtd", { timeInForce: "gtd", expiresAtMs: 9_000 }, { timeInForce: "gtc" }],
    ["opg", { timeInForce: "opg" }, { timeInForce: "opg" }],
    ["extended hours", { ...limit, ...extended }, { extendedHours: true }],
    ["a coin for the day", { ...coin, timeInForce: "day" }, { timeInForce: "gtc" }],
    [
      "a coin's stop, which is a stop-limit there",
      { ...coin, side: "sell", type: "stop", stopPrice: d("60000.25") },
      { type: "stop_limit", stopPrice: "60000.25", limitPrice: "57600.24" },
    ],
    [
      "the stop of a fraction, sent for the day",
      { ...half, ...stopped, side: "sell", timeInForce: "gtc", role: "stop-loss", parentId: "e" },
      { type: "stop", qty: "0.5", timeInForce: "day" },
    ],
  ])("%s", (_, changes, expected) => {
    const one = request(changes);
    expect(faultOf(one)).toBeNull();
    expect(bodyFor(one)).toMatchObject({ clientOrderId: "o1", ...expected });
  });

  test("two free legs for the same whole shares are one OCO order", () => {
    const leg = { side: "sell", timeInForce: "gtc", ocoGroup: "g", parentId: "gone" } as const;
    const stop = request({ id: "s", ...leg, ...stopped });
    const target = request({ id: "t", ...leg, type: "limit", limitPrice: d("110") });
    expect(bodyFor(stop, target)).toEqual({
      clientOrderId: "t",
      symbol: "SPY",
      side: "sell",
      type: "limit",
      timeInForce: "gtc",
      qty: "10",
      orderClass: "oco",
      takeProfit: { limitPrice: "110" },
      stopLoss: { stopPrice: "95" },
    });
    expect(legsWeKeep([stop, target])).toEqual([]);
    // Of a fraction only the stop can rest.
    const fractions = [stop, target].map((one) => ({ ...one, ...half }));
    expect(legsWeKeep(fractions).map(({ id }) => id)).toEqual(["t"]);
  });
});

describe("which legs stay with us", () => {
  const entry: Changes = { id: "e", timeInForce: "gtc" };
  const leg: Changes = { side: "sell", timeInForce: "gtc", parentId: "e", ocoGroup: "g" };
  test.each<[string, Changes, Changes, number]>([
    ["a plain stop", {}, stopped, 0],
    ["a market entry for the day, gtc legs", { timeInForce: "day" }, stopped, 0],
    ["a limit entry for the day, gtc legs", { ...limit, timeInForce: "day" }, stopped, 1],
    ["a trailing stop", {}, trailing, 1],
    ["a fraction", half, { ...half, ...stopped }, 1],
    ["dollars", { quantity: null, notional: d("100"), timeInForce: "day" }, stopped, 1],
    ["another quantity, as of a reversal", { quantity: d("20") }, stopped, 1],
    ["an entry outside regular hours", { ...limit, ...extended }, stopped, 1],
    ["a leg until a date", {}, { ...stopped, timeInForce: "gtd", expiresAtMs: 9_000 }, 1],
    ["a coin", coin, { ...coin, ...stopped }, 1],
    ["a stop entry", stopped, stopped, 1],
  ])("%s", (_, ofEntry, ofLeg, kept) => {
    const group = [request({ ...entry, ...ofEntry }), request({ id: "l", ...leg, ...ofLeg })];
    expect(legsWeKeep(group)).toHaveLength(kept);
    expect(placementsOf(group)).toHaveLength(1);
  });
});

describe("refused before sending", () => {
  test.each<[string, Changes]>([
    ["fractional-day-only", { ...half, timeInForce: "gtc" }],
    ["fractional-day-only", { ...half, ...limit, timeInForce: "gtd", expiresAtMs: 9_000 }],
    ["fractional-day-only", { ...half, timeInForce: "ioc" }],
    ["fractional-day-only", { quantity: null, notional: d("50"), timeInForce: "gtc" }],
    ["fractional-no-trail", { ...half, ...trailing }],
    ["notional-market-only", { quantity: null, notional: d("50"), ...limit }],
    ["below-minimum", { quantity: null, notional: d("0.99") }],
    ["below-minimum", { ...coin, quantity: d("0.09"), referencePrice: d("100") }],
    ["trail-time", { ...trailing, timeInForce: "ioc" }],
    ["trail-too-close", { ...trailing, trailPercent: d("0.09") }],
    ["time-in-force", { ...stopped, timeInForce: "fok" }],
    ["time-in-force", { ...stopped, timeInForce: "cls" }],
    ["price-increment", { type: "limit", limitPrice: d("1.001") }],
    ["price-increment", { type: "limit", limitPrice: d("0.99999") }],
    ["price-increment", { type: "stop", stopPrice: d("95.005") }],
    ["extended-hours", extended],
    ["extended-hours", { ...limit, ...extended, timeInForce: "ioc" }],
    ["crypto-type", { ...coin, ...trailing }],
    ["crypto-time-in-force", { ...coin, timeInForce: "fok" }],
    ["crypto-time-in-force", { ...coin, timeInForce: "opg" }],
    ["crypto-hours", { ...coin, ...limit, ...extended }],
    ["id-too-long", { id: "x".repeat(129) }],
  ])("%s (%#)", (code, changes) => {
    expect(codeOf(faultOf(request(changes)))).toBe(code);
  });

  test.each<[Changes]>([
    [{ type: "limit", limitPrice: d("0.9999") }],
    [{ ...coin, side: "sell", quantity: d("0.01") }],
    [{ ...half, ...stopped }],
    [{ quantity: null, notional: d("1") }],
  ])("not refused (%#)", (changes) => {
    expect(faultOf(request(changes))).toBeNull();
  });

  test.each<[string, string, string, string | null]>([
    ["buy", "110", "95", null],
    ["buy", "99.01", "98.99", null],
    ["buy", "99", "95", "bracket-prices"],
    ["buy", "110", "99", "bracket-prices"],
    ["sell", "95", "110", null],
    ["sell", "110", "95", "bracket-prices"],
  ])("a bracket of a %s at 99 with target %s and stop %s", (side, target, stop, code) => {
    const opens = side === "buy" ? "buy" : "sell";
    const closes = side === "buy" ? "sell" : "buy";
    const leg = { side: closes, timeInForce: "gtc", parentId: "e", ocoGroup: "g" } as const;
    const group = [
      request({ id: "e", ...limit, side: opens, timeInForce: "gtc" }),
      request({ id: "s", ...leg, type: "stop", stopPrice: d(stop) }),
      request({ id: "t", ...leg, type: "limit", limitPrice: d(target) }),
    ];
    expect(placementsOf(group).map((one) => codeOf(refusalOf(one)))).toEqual([code]);
  });
});

describe("wash trades", () => {
  const at = (side: "buy" | "sell", type: OrderRequest["type"], price: string | null) =>
    request({
      id: `${side}-${type}`,
      side,
      type,
      limitPrice: type === "limit" || type === "stop-limit" ? d(price ?? "100") : null,
      stopPrice: type === "stop" || type === "stop-limit" ? d("100") : null,
      trailPercent: type === "trailing-stop" ? d("5") : null,
    });
  test.each<[OrderRequest, OrderRequest, boolean]>([
    [at("buy", "market", null), at("sell", "limit", "200"), true],
    [at("buy", "limit", "90"), at("sell", "stop", null), true],
    [at("buy", "stop", null), at("sell", "limit", "200"), true],
    [at("buy", "limit", "100"), at("sell", "limit", "100"), true],
    [at("buy", "limit", "99"), at("sell", "limit", "100"), false],
    [at("sell", "limit", "101"), at("buy", "stop-limit", "100"), false],
    [at("sell", "limit", "100"), at("buy", "stop-limit", "100"), true],
    [at("buy", "market", null), at("sell", "trailing-stop", null), false],
    [at("buy", "trailing-stop", null), at("sell", "market", null), false],
    [at("buy", "market", null), { ...at("sell", "limit", "90"), symbol: "QQQ" }, false],
    [at("buy", "market", null), { ...at("sell", "stop", null), parentId: "e" }, false],
    [at("buy", "market", null), { ...at("buy", "limit", "90"), id: "other" }, false],
  ])("%#", (one, other, meets) => {
    const [placement] = placementsOf([one]);
    if (placement === undefined) throw new Error("expected a placement");
    expect(washTradeOf(placement, [knownAs(other, "accepted")]) !== null).toBe(meets);
    expect(washTradeOf(placement, [knownAs(other, "held")])).toBeNull();
  });
});

describe("the client", () => {
  test("goes to paper unless told otherwise, and to a local exchange if named", async () => {
    const urls: string[] = [];
    const fetchApi = async (url: string | URL | Request) => {
      urls.push(String(url));
      return new Response("{}", { status: 200 });
    };
    const keys = { keyId: "PK", secret: "canary", fetchApi };
    await alpacaClient(keys).trading.account.getAccountRaw();
    await alpacaClient({ ...keys, mode: "live" }).trading.account.getAccountRaw();
    const local = alpacaClient({ ...keys, baseUrl: "http://127.0.0.1:9/" });
    await local.trading.orders.getOrderByClientOrderIdRaw({ clientOrderId: "a b" });
    await local.marketData.stocks.stockBarsRaw({ symbols: "SPY", timeframe: "1Min" });
    expect(urls).toEqual([
      "https://paper-api.alpaca.markets/v2/account",
      "https://api.alpaca.markets/v2/account",
      "http://127.0.0.1:9/v2/orders:by_client_order_id?client_order_id=a%20b",
      "http://127.0.0.1:9/v2/stocks/bars?symbols=SPY&timeframe=1Min",
    ]);
  });

  test("does not take keys from the environment in place of missing ones", () => {
    expect(() => alpacaClient({ keyId: "", secret: "canary" })).toThrow(/keyId: expected/);
    const error = (() => {
      try {
        return alpacaClient({ keyId: "", secret: "canary" });
      } catch (caught) {
        return caught;
      }
    })();
    expect(inspect(error)).not.toContain("canary");
  });

  test.each([
    ["mode", { modes: ["live", "paper"] }],
    ["mode", { modes: [] }],
    ["stage", { stage: "dev" }],
    ["stage", { liveStages: [] }],
    ["account", { accountId: "b" }],
    ["account", { expectedAccountId: "", accountId: "" }],
  ])("does not trade live where the %s does not agree: %j", (field, changes) => {
    const claim = {
      modes: ["live"],
      stage: "production",
      liveStages: ["production"],
      expectedAccountId: "a",
      accountId: "a",
    };
    expect(() => allowLive(claim)).not.toThrow();
    expect(() => allowLive({ ...claim, ...changes })).toThrow(new RegExp(`^${field}: expected`));
  });

  test.each([
    ["BTCUSD", "BTC/USD"],
    ["ETHBTC", "ETH/BTC"],
    ["AVAXUSDT", "AVAX/USDT"],
    ["USDTUSD", "USDT/USD"],
    ["BTC/USD", "BTC/USD"],
  ])("calls %s by its pair", (symbol, pair) => {
    expect(pairOf(symbol)).toBe(pair);
  });
});
