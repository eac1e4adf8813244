import { describe, expect, it } from "vitest";
import { decimal } from "../../core/domain/decimal.ts";
import { crypto, equity } from "../../core/domain/instruments.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { DATE, flat, limit, market, minutes, type Rig, rig } from "./rigs.ts";

const PAIR = { symbol: "BTC/USD", time_in_force: "gtc" };
const LEGS = { take_profit: { limit_price: "110" }, stop_loss: { stop_price: "90" } };
const stop = (side: "buy" | "sell", price: number) => ({
  ...market(side, 1),
  type: "stop",
  stop_price: String(price),
});

/** A minute after the open: AAA at 100, one in whole lots, one never lent out, and a pair. */
function shop(options = {}): Rig {
  const one = rig(
    [
      minutes("AAA", flat(100, 60)),
      minutes(equity("WHO"), flat(10, 60)),
      minutes(equity("HTB", { shortable: false }), flat(10, 60)),
      minutes(crypto("BTC/USD"), flat(60_000, 60)),
    ],
    options,
  );
  one.pass(1);
  return one;
}

describe("a body is refused with Alpaca's code and words", () => {
  it.each([
    [{}, 422, 40010001, "symbol is required"],
    [market("buy", 1, { symbol: "ZZZ" }), 422, 42210000, 'asset "ZZZ" not found'],
    [market("buy", 1, { qty: undefined }), 422, 40010001, "qty or notional is required"],
    [market("buy", 1, { notional: "5" }), 422, 40010001, "only one of qty or notional is accepted"],
    [market("buy", 0), 422, 40010001, "qty must be > 0"],
    [market("buy", 1, { qty: "many" }), 422, 40010001, "invalid qty: many"],
    [market("buy", 1, { side: "long" }), 422, 40010001, "invalid side: long"],
    [market("buy", 1, { type: "magic" }), 422, 40010001, "invalid type: magic"],
    [market("buy", 1, { time_in_force: undefined }), 422, 40010001, "time_in_force is required"],
    [
      market("buy", 1, { limit_price: "9" }),
      422,
      40010001,
      "market orders require no stop or limit",
    ],
    [limit("buy", 1, 0), 422, 40010001, "limit price must be > 0"],
    [market("buy", 1, { type: "limit" }), 422, 40010001, "limit orders require a limit price"],
    [market("buy", 1, { type: "stop" }), 422, 40010001, "stop orders require a stop price"],
    [
      limit("buy", 1, 9, { type: "stop_limit" }),
      422,
      40010001,
      "require both stop and limit price",
    ],
    [
      limit("buy", 1, 9, { stop_price: "8" }),
      422,
      40010001,
      "limit orders must not have stop_price",
    ],
    [market("buy", 1, { type: "trailing_stop" }), 422, 40010001, "must specify one of trail_price"],
    [
      market("sell", 1, { type: "trailing_stop", trail_percent: "0.05" }),
      422,
      40010001,
      "trail_percent must be greater than or equal to 0.1",
    ],
    [limit("buy", 1, 99.001), 422, 42210000, "invalid limit_price 99.001. sub-penny increment"],
    [market("buy", 1.5, { time_in_force: "gtc" }), 422, 42210000, "fractional orders must be DAY"],
    [market("buy", 1.5, { symbol: "WHO" }), 422, 42210000, 'asset "WHO" is not fractionable'],
    [market("sell", 1.5), 422, 42210000, "fractional orders cannot be sold short"],
    [market("sell", 1, { symbol: "HTB" }), 422, 42210000, 'asset "HTB" cannot be sold short'],
    [
      market("buy", 1, { extended_hours: true }),
      422,
      42210000,
      "extended hours order must be DAY or",
    ],
    [
      { ...stop("buy", 101), extended_hours: true },
      422,
      42210000,
      "not eligible for extended hours",
    ],
    [stop("sell", 101), 422, 42210000, "stop price must be less than current price"],
    [stop("buy", 99), 422, 42210000, "stop price must be greater than current price"],
    [market("buy", 1, { position_intent: "buy_to_close" }), 422, 42210000, "inferred: buy_to_open"],
    [
      market("buy", 1, { order_class: "bracket" }),
      422,
      40010001,
      "require take_profit.limit_price",
    ],
    [
      market("buy", 1, { order_class: "oto", ...LEGS }),
      422,
      40010001,
      "exactly one of take_profit",
    ],
    [
      limit("buy", 1, 110, { order_class: "bracket", ...LEGS }),
      422,
      42210000,
      "take_profit.limit_price",
    ],
    [
      limit("buy", 1, 90, { order_class: "bracket", ...LEGS }),
      422,
      42210000,
      "stop_loss.stop_price",
    ],
    [market("buy", 1, LEGS), 422, 40010001, "require order_class"],
    [market("buy", 1, { client_order_id: "x".repeat(129) }), 422, 40010001, "no more than 128"],
    [
      market("buy", 1, { ...PAIR, type: "stop", stop_price: "9" }),
      422,
      40010001,
      "for crypto order",
    ],
    [
      market("buy", 1, { ...PAIR, time_in_force: "day" }),
      422,
      42210000,
      "invalid crypto time_in_force",
    ],
    [
      market("buy", 0.0001, PAIR),
      403,
      40310000,
      "cost basis must be >= minimal amount of order 10",
    ],
    [
      market("sell", 1, PAIR),
      403,
      40310000,
      "insufficient balance for BTC (requested: 1, available: 0)",
    ],
    [market("buy", 5000), 403, 40310000, "insufficient buying power"],
    [
      market("buy", 1, { time_in_force: "opg" }),
      403,
      40310000,
      "opg orders must be submitted after",
    ],
  ])("%j → %i %i %s", async (body, status, code, message) => {
    const reply = await shop().post(body);
    expect(reply.body.message).toContain(message);
    expect(reply).toMatchObject({ status, body: { code } });
    expect(Object.keys(reply.body)).toEqual(Object.keys(reply.body).sort());
  });

  it("that is no JSON with 400", async () => {
    const one = shop();
    const init = { method: "POST", body: "{", headers: { "APCA-API-KEY-ID": "a" } };
    const headers = { "APCA-API-KEY-ID": "a", "APCA-API-SECRET-KEY": "b" };
    const request = new Request("http://x/v2/orders", { ...init, headers });
    const reply = await one.exchange.fetch(request);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toEqual({
      code: 40010000,
      message: "request body format is invalid",
    });
  });
});

describe("the account refuses", () => {
  it("a client order id that was ever used, and leaves no trace of a refused order", async () => {
    const { post, ask } = shop();
    expect((await post(market("buy", 5000, { client_order_id: "one" }))).status).toBe(403);
    const placed = await post(market("buy", 1, { client_order_id: "one" }));
    expect(placed.status).toBe(200);
    await ask("DELETE", `/v2/orders/${placed.body.id}`);
    const again = await post(market("buy", 1, { client_order_id: "one" }));
    expect(again.status).toBe(422);
    expect(again.body).toEqual({ code: 40010001, message: "client_order_id must be unique" });
  });

  it("what would trade with an order of its own, unless it is complex", async () => {
    const { post, pass } = shop();
    await post(market("buy", 10));
    pass(1);
    const resting = await post(limit("sell", 5, 120));
    expect((await post(limit("buy", 1, 119))).status).toBe(200);
    const wash = await post(limit("buy", 1, 120));
    expect(wash.status).toBe(403);
    expect(wash.body).toEqual({
      code: 40310000,
      existing_order_id: resting.body.id,
      message: "potential wash trade detected. use complex orders",
      reject_reason: "opposite side limit order exists",
    });
    expect((await post(market("buy", 1))).body.message).toContain("potential wash trade");
    const bracket = { order_class: "bracket", ...LEGS };
    expect((await post(market("buy", 1, bracket))).status).toBe(200);
    const trailing = { ...market("buy", 1), type: "trailing_stop", trail_price: "3" };
    expect((await post(trailing)).status).toBe(200);
  });

  it("to sell more than is left of a position, and names the orders that hold it", async () => {
    const { post, pass } = shop();
    await post(market("buy", 10));
    pass(1);
    const exit = { ...limit("sell", 6, 120), order_class: "oco", ...LEGS };
    const oco = await post(exit);
    expect(oco.status).toBe(200);
    const more = await post(limit("sell", 5, 130));
    expect(more.status).toBe(403);
    expect(more.body).toMatchObject({
      message: "insufficient qty available for order (requested: 5, available: 4)",
      available: "4",
      existing_qty: "10",
      held_for_orders: "6",
      related_orders: [oco.body.id, oco.body.legs[0].id],
    });
    expect((await post(limit("sell", 4, 130))).status).toBe(200);
  });

  it("short sales of small and cash accounts, and of those that said so", async () => {
    const words = "account is not allowed to short";
    expect((await shop({ cash: decimal("1999") }).post(market("sell", 1))).body.message).toBe(
      words,
    );
    expect((await shop({ account: "cash" }).post(market("sell", 1))).body.message).toBe(words);
    const one = shop();
    expect((await one.post(market("sell", 1))).status).toBe(200);
    await one.ask("PATCH", "/v2/account/configurations", { no_shorting: true });
    expect((await one.post(market("sell", 1))).body.message).toBe(words);
    await one.ask("PATCH", "/v2/account/configurations", { suspend_trade: true });
    const blocked = await one.post(market("buy", 1));
    expect(blocked.body.message).toBe("new orders are rejected by user request");
    expect((await one.ask("PATCH", "/v2/account/configurations", { nope: 1 })).status).toBe(422);
    const older = { suspend_trade: false, pdt_check: null, dtbp_check: "both" };
    const changed = await one.ask("PATCH", "/v2/account/configurations", older);
    expect([changed.status, changed.body.pdt_check]).toEqual([200, undefined]);
  });

  it("auction orders after the auction until seven, and takes them then", async () => {
    const feed = minutes("AAA", flat(100, 60));
    const one = rig([feed]);
    one.exchange.advanceTo(newYorkTimeMs(DATE, "15:49"));
    expect((await one.post(market("buy", 1, { time_in_force: "cls" }))).status).toBe(200);
    one.exchange.advanceTo(newYorkTimeMs(DATE, "15:50"));
    expect((await one.post(market("buy", 1, { time_in_force: "cls" }))).status).toBe(403);
    one.exchange.advanceTo(newYorkTimeMs(DATE, "19:00"));
    expect((await one.post(market("buy", 1, { time_in_force: "opg" }))).status).toBe(200);
  });

  it("wrong keys, and none", async () => {
    const one = shop({ keys: { keyId: "key", secret: "other" } });
    expect(await one.get("/v2/account")).toMatchObject({
      status: 401,
      body: { message: "unauthorized." },
    });
    const bare = await shop().exchange.fetch(new Request("http://x/v2/account"));
    expect(bare.status).toBe(401);
    const bearer = new Request("http://x/v2/account", { headers: { authorization: "Bearer t" } });
    expect((await shop().exchange.fetch(bearer)).status).toBe(200);
    const open = new Request("http://x/v1beta3/crypto/us/latest/trades?symbols=BTC/USD");
    expect((await one.exchange.fetch(open)).status).toBe(200);
  });

  it("one request too many of a minute where a limit is set", async () => {
    const one = shop({ requestsPerMinute: 2 });
    const first = await one.get("/v2/clock");
    expect(first.headers.get("x-ratelimit-limit")).toBe("2");
    expect(first.headers.get("x-ratelimit-remaining")).toBe("1");
    expect(first.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    await one.get("/v2/clock");
    const third = await one.get("/v2/clock");
    expect(third).toMatchObject({
      status: 429,
      body: { code: 42910000, message: "rate limit exceeded" },
    });
    expect((await one.get("/v2/stocks/bars/latest?symbols=AAA")).status).toBe(200);
    one.pass(1);
    expect((await one.get("/v2/clock")).status).toBe(200);
  });
});
