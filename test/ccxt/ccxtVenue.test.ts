import { describe, expect, test } from "vitest";
import type { OrderRequest } from "../../core/domain/order.ts";
import { CcxtVenue } from "../../functions/ccxt/ccxtVenue.ts";
import { openExchange } from "../../functions/ccxt/open.ts";
import { bodyOf, refusalOf } from "../../functions/ccxt/orders.ts";
import { failureOf } from "../../functions/ccxt/unified.ts";
import { knownAs, told } from "../alpaca/rigs.ts";
import { d, request } from "../execution/fixtures.ts";
import { InvalidOrder, MockExchange, RequestTimeout } from "./mockExchange.ts";

const coin = (changes: Partial<OrderRequest> = {}) =>
  request({ symbol: "BTC/USD", quantity: d("0.5"), timeInForce: "gtc", ...changes });
const rig = () => {
  const exchange = new MockExchange();
  return { exchange, venue: new CcxtVenue(exchange, { symbols: ["BTC/USD"] }) };
};

describe("orders in ccxt's words", () => {
  test.each<[string, Partial<OrderRequest>, object]>([
    [
      "market",
      {},
      { type: "market", amount: 0.5, price: undefined, params: { clientOrderId: "o1" } },
    ],
    ["limit", { type: "limit", limitPrice: d("99.5") }, { type: "limit", price: 99.5 }],
    [
      "stop",
      { type: "stop", stopPrice: d("95") },
      { type: "market", params: { clientOrderId: "o1", triggerPrice: 95 } },
    ],
    [
      "stop-limit",
      { type: "stop-limit", stopPrice: d("95"), limitPrice: d("94") },
      { type: "limit", price: 94, params: { clientOrderId: "o1", triggerPrice: 95 } },
    ],
    ["ioc", { timeInForce: "ioc" }, { params: { clientOrderId: "o1", timeInForce: "IOC" } }],
  ])("%s", (_, changes, expected) => {
    expect(refusalOf(coin(changes), new MockExchange())).toBeNull();
    expect(bodyOf(coin(changes))).toMatchObject(expected);
  });

  test.each<[string, Partial<OrderRequest>]>([
    ["symbol", { symbol: "SPY" }],
    ["notional", { quantity: null, notional: d("50") }],
    ["extended-hours", { extendedHours: true }],
    ["time-in-force", { timeInForce: "cls" }],
    ["type", { type: "trailing-stop", trailPercent: d("5") }],
  ])("refused before sending: %s", async (code, changes) => {
    const { exchange, venue } = rig();
    expect(told(await venue.submit([coin(changes)], 5))).toEqual([`o1 rejected ${code}`]);
    expect(exchange.orders).toEqual([]);
  });

  test("stops are refused where the exchange takes none", () => {
    const exchange = { ...new MockExchange(), has: {} } as unknown as MockExchange;
    expect(refusalOf(coin({ type: "stop", stopPrice: d("95") }), exchange)).toMatch(/^type: /);
  });
});

describe("the account", () => {
  const leg = { side: "sell", parentId: "o1", ocoGroup: "g" } as const;
  const stop = coin({ id: "stop", ...leg, type: "stop", stopPrice: d("95") });
  const target = coin({ id: "target", ...leg, type: "limit", limitPrice: d("110") });

  test("every leg is kept; of two that are free only the stop rests", async () => {
    const { exchange, venue } = rig();
    const first = await venue.submit([coin(), stop, target], 5);
    expect(told(first)).toEqual(["o1 accepted", "stop held", "target held"]);
    const later = await venue.submit([target, stop], 6);
    expect(told(later)).toEqual(["target held", "stop accepted"]);
    expect(exchange.orders.map(({ clientOrderId }) => clientOrderId)).toEqual(["o1", "stop"]);
  });

  test("legs of a refused entry are rejected with it", async () => {
    const { exchange, venue } = rig();
    exchange.trouble = { error: new InvalidOrder("too small"), arrives: false };
    expect(told(await venue.submit([coin(), stop], 5))).toEqual([
      "o1 rejected refused",
      "stop rejected the order that it hangs on was refused",
    ]);
  });

  test("a kept leg is cancelled without a word to the exchange", async () => {
    const exchange = new MockExchange();
    const known = () => [knownAs(stop, "held")];
    const venue = new CcxtVenue(exchange, { symbols: ["BTC/USD"], known });
    expect(told(await venue.cancel("stop", 6))).toEqual([
      "stop cancelled cancelled before it was sent",
    ]);
  });

  test("coins are positions, cash is cash, a fee in coins is told in dollars", async () => {
    const { exchange, venue } = rig();
    expect(await venue.positions()).toEqual([{ symbol: "BTC/USD", quantity: d("0.5") }]);
    expect(await venue.balances()).toMatchObject({ cash: d("1000"), buyingPower: d("900") });
    await venue.submit([coin()], 5);
    exchange.fill("o1", 0.5, 100);
    const [fill] = await venue.fillsSince(0);
    expect(fill).toMatchObject({ executionId: "t1", fee: d("0.05"), liquidity: "maker" });
    expect(await venue.openOrders()).toEqual([]);
  });

  test("orders of a person or another program keep the exchange's ids", async () => {
    const { exchange, venue } = rig();
    await exchange.createOrder("BTC/USD", "limit", "buy", 1, 90, { clientOrderId: "by-hand" });
    expect(await venue.openOrders()).toMatchObject([{ orderId: "by-hand", venueOrderId: "1" }]);
  });
});

describe("errors by their classes", () => {
  test.each<[Error, object]>([
    [new InvalidOrder("too small"), { kind: "refused", reason: "refused: too small" }],
    [new RequestTimeout("timed out"), { kind: "lost", reason: "timed out" }],
    [new TypeError("socket hang up"), { kind: "lost", reason: "socket hang up" }],
  ])("%s", (error, failure) => {
    expect(failureOf(error)).toEqual(failure);
  });

  test("a class of an exchange's own counts as the one that it is made of", () => {
    class TooSmall extends InvalidOrder {
      override readonly name: string = "TooSmall";
    }
    expect(failureOf(new TooSmall("x"))).toMatchObject({ kind: "refused" });
  });
});

describe("opening an exchange", () => {
  const settings = { exchange: "kraken", apiKey: "k", secret: "canary" };

  test("says what to install where ccxt is absent", async () => {
    const load = () => Promise.reject(new Error("Cannot find package 'ccxt'"));
    await expect(openExchange(settings, load)).rejects.toThrow(/npm install ccxt/);
  });

  test("an exchange that ccxt does not know is named", async () => {
    const load = async () => ({ binance: class {} });
    await expect(openExchange(settings, load)).rejects.toThrow(/exchange: expected .* kraken/);
  });

  test("goes to the test venue unless live is said, and says so where there is none", async () => {
    const modes: boolean[] = [];
    class Kraken {
      setSandboxMode(on: boolean) {
        modes.push(on);
      }
    }
    const load = async () => ({ kraken: Kraken });
    await openExchange(settings, load);
    await openExchange({ ...settings, mode: "live" }, load);
    expect(modes).toEqual([true]);
    class NoTest {
      setSandboxMode() {
        throw new Error("NotSupported");
      }
    }
    const none = openExchange(settings, async () => ({ default: { kraken: NoTest } }));
    await expect(none).rejects.toThrow(/mode: expected live of kraken/);
  });
});
