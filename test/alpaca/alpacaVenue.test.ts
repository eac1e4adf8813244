import { describe, expect, test } from "vitest";
import type { OrderRequest } from "../../core/domain/order.ts";
import { d, request } from "../execution/fixtures.ts";
import { fakeTime } from "./fakeTime.ts";
import { MockAlpaca } from "./mockAlpaca.ts";
import { knownAs, told, venueOn } from "./rigs.ts";

const entry = request({ id: "e1", timeInForce: "gtc", quantity: d("10") });
const leg = (id: string, changes: Partial<OrderRequest>) =>
  request({ id, side: "sell", timeInForce: "gtc", parentId: "e1", ocoGroup: "e1.oco", ...changes });
const stop = leg("e1.stop", { role: "stop-loss", type: "stop", stopPrice: d("95") });
const target = leg("e1.target", { role: "take-profit", type: "limit", limitPrice: d("110") });

function rig(known: OrderRequest[] = []) {
  const mock = new MockAlpaca();
  const orders = known.map((one) => knownAs(one, "accepted"));
  return { mock, venue: venueOn(mock.fetchApi, { known: () => orders }) };
}

/** Replies of the mock come over real promises, which fake time does not know of. */
const breathe = () => new Promise((resolve) => setImmediate(resolve));

describe("groups", () => {
  test("an entry with stop and target goes as one bracket, legs under our own ids", async () => {
    const { mock, venue } = rig();
    const reports = await venue.submit([entry, stop, target], 5);
    expect(told(reports)).toEqual(["e1 accepted", "e1.target held", "e1.stop held"]);
    expect(mock.sent.filter(({ method }) => method === "POST").map(({ body }) => body)).toEqual([
      {
        client_order_id: "e1",
        symbol: "SPY",
        side: "buy",
        type: "market",
        time_in_force: "gtc",
        qty: "10",
        order_class: "bracket",
        take_profit: { limit_price: "110" },
        stop_loss: { stop_price: "95" },
      },
    ]);
  });

  test("a fraction is sent alone, its legs are kept and reported as held", async () => {
    const { mock, venue } = rig();
    const half = { quantity: d("0.5") };
    const group = [
      { ...entry, ...half, timeInForce: "day" as const },
      { ...stop, ...half },
    ];
    expect(told(await venue.submit(group, 5))).toEqual(["e1 accepted", "e1.stop held"]);
    expect(venue.legsWeKeep(group).map(({ id }) => id)).toEqual(["e1.stop"]);
    expect(mock.find("e1")).toMatchObject({ order_class: "simple", legs: null, qty: "0.5" });
  });

  test("a fresh process finds the legs again by their parent", async () => {
    const { mock, venue } = rig();
    await venue.submit([entry, stop, target], 5);
    mock.fill("e1", 10, 100);
    const legId = mock.find("e1").legs?.[0]?.id ?? "";
    mock.fill(legId, 10, 110);
    const later = venueOn(mock.fetchApi, {
      known: () => [knownAs(stop, "held"), knownAs(target, "held")],
    });
    expect(told(await later.find("e1.target"))).toEqual([
      "e1.target accepted",
      "e1.target filled 10 @ 110 complete",
    ]);
    expect(told(await later.find("e1.stop"))).toEqual([
      "e1.stop accepted",
      "e1.stop cancelled canceled by the venue",
    ]);
    const since = await later.fillsSince(0);
    expect(since.map(({ orderId }) => orderId)).toEqual(["e1", "e1.target"]);
  });

  test("a refusal before sending takes the legs with it and sends nothing", async () => {
    const { mock, venue } = rig();
    const wrong = { ...target, limitPrice: d("110.123") };
    expect(told(await venue.submit([entry, stop, wrong], 5))).toEqual([
      "e1 rejected price-increment",
      "e1.stop rejected the order that it hangs on was refused",
      "e1.target rejected the order that it hangs on was refused",
    ]);
    expect(mock.sent).toEqual([]);
  });

  test("an order that would meet one of our own is not sent", async () => {
    const resting = request({ id: "r1", side: "sell", type: "limit", limitPrice: d("101") });
    const { mock, venue } = rig([resting]);
    const [report] = await venue.submit([request({ id: "n1" })], 5);
    expect(report).toMatchObject({
      kind: "rejected",
      reason: "wash-trade: our own limit order r1 rests on the sell side at 101",
    });
    expect(mock.sent).toEqual([]);
  });
});

describe("what can't be known", () => {
  test.each([
    ["a cut line", "lost" as const],
    ["a 503", { status: 503, body: "service unavailable" }],
    ["a 500 in plain text", { status: 500, body: "oops" }],
  ])("%s after a POST is unknown, sent once, and found by its id", async (_, answer) => {
    const { mock, venue } = rig();
    mock.troubles.push({ method: "POST", answer, arrives: true });
    const reports = await venue.submit([entry, stop, target], 5);
    expect(reports.map(({ kind, orderId }) => `${orderId} ${kind}`)).toEqual([
      "e1 unknown",
      "e1.stop unknown",
      "e1.target unknown",
    ]);
    expect(mock.sent.filter(({ method }) => method === "POST")).toHaveLength(1);
    expect(told(await venue.find("e1"))).toEqual(["e1 accepted"]);
    expect(told(await venue.find("e1.stop"))).toEqual(["e1.stop held"]);
    expect(told(await venue.submit([entry], 6))).toEqual(["e1 rejected duplicate"]);
  });

  test("an order that never arrived is not found", async () => {
    const { mock, venue } = rig();
    mock.troubles.push({ method: "POST", answer: "lost", arrives: false });
    await venue.submit([entry], 5);
    expect(await venue.find("e1")).toBeNull();
  });

  test("a limit on requests is no order: the caller may send it again", async () => {
    const { mock, venue } = rig();
    const body = { code: 42910000, message: "rate limit exceeded" };
    mock.troubles.push({ method: "POST", answer: { status: 429, body }, arrives: false });
    await expect(venue.submit([entry], 5)).rejects.toMatchObject({
      name: "TransientError",
      retryAfterMs: 5_000,
    });
    expect(mock.orders).toEqual([]);
  });

  test("refused keys are told without the secret", async () => {
    const { mock, venue } = rig();
    const answer = { status: 401, body: { message: "unauthorized." } };
    mock.troubles.push({ method: "GET", answer, arrives: false });
    const error = await venue.balances().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: "InputError" });
    expect(String(error)).not.toContain("canary-secret");
  });

  test("a refusal carries what the venue said, all of it", async () => {
    const { mock, venue } = rig();
    const body = { code: 40310000, message: "insufficient buying power", buying_power: "12" };
    mock.troubles.push({ method: "POST", answer: { status: 403, body }, arrives: false });
    expect(await venue.submit([entry], 5)).toEqual([
      {
        kind: "rejected",
        orderId: "e1",
        timeMs: 5,
        reason: "insufficient-buying-power: insufficient buying power (buying_power 12)",
      },
    ]);
  });
});

describe("cancels and replacements", () => {
  test("a cancel that comes after the fill reports the fill", async () => {
    const { mock, venue } = rig();
    await venue.submit([entry], 5);
    mock.fill("e1", 10, 100);
    expect(told(await venue.cancel("e1", 6))).toEqual([
      "e1 accepted",
      "e1 filled 10 @ 100 complete",
      "e1 cancel-rejected final",
    ]);
  });

  test("a slow cancel is waited for, and in the end left to its update", async () => {
    const mock = new MockAlpaca();
    const time = fakeTime();
    const venue = venueOn(mock.fetchApi, { timers: time.timers });
    await venue.submit([entry], 5);
    const cancelled = async (lookAfterMs: number) => {
      mock.troubles.push({ method: "DELETE", answer: { status: 204, body: null }, arrives: false });
      const done = venue.cancel("e1", 6);
      for (let i = 0; i < 50; i += 1) {
        await breathe();
        await time.advance(50);
        if (i * 50 === lookAfterMs) mock.end(mock.find("e1"), "canceled");
      }
      return told(await done);
    };
    expect(await cancelled(Number.NaN)).toEqual([]);
    expect(await cancelled(400)).toEqual(["e1 accepted", "e1 cancelled canceled by the venue"]);
  });

  test("a replacement rests for what is left, under its own id", async () => {
    const { mock, venue } = rig();
    const limit = request({ id: "l1", type: "limit", limitPrice: d("99") });
    await venue.submit([limit], 5);
    mock.fill("l1", 4, 99);
    const next = { ...limit, id: "l2", limitPrice: d("98"), replaces: "l1" };
    expect(told(await venue.replace("l1", next, 6))).toEqual(["l1 replaced by l2", "l2 accepted"]);
    expect(mock.find("l2")).toMatchObject({ qty: "6", limit_price: "98" });
    mock.fill("l2", 6, 98);
    // Both orders together have traded what the second one says: the book must not wait for more.
    expect(told(await venue.find("l2"))).toEqual([
      "l2 accepted",
      "l2 filled 6 @ 98 complete",
      "l2 cancelled the rest of it traded in other orders",
    ]);
    expect(told(await venue.find("l1"))).toEqual([
      "l1 accepted",
      "l1 filled 4 @ 99",
      "l1 replaced by l2",
    ]);
  });

  test("a leg of a bracket is moved by its own id", async () => {
    const { mock, venue } = rig();
    await venue.submit([entry, stop, target], 5);
    mock.fill("e1", 10, 100);
    const higher = { ...stop, id: "s2", stopPrice: d("99"), replaces: "e1.stop" };
    expect(told(await venue.replace("e1.stop", higher, 6))).toEqual([
      "e1.stop replaced by s2",
      "s2 accepted",
    ]);
    expect(mock.find("s2")).toMatchObject({ stop_price: "99", type: "stop" });
  });

  test("a kept leg is cancelled and replaced without a word to the venue", async () => {
    const mock = new MockAlpaca();
    const venue = venueOn(mock.fetchApi, { known: () => [knownAs(stop, "held")] });
    const next = { ...stop, id: "s2", replaces: "e1.stop" };
    expect(told(await venue.replace("e1.stop", next, 6))).toEqual([
      "e1.stop replaced by s2",
      "s2 held",
    ]);
    expect(told(await venue.cancel("e1.stop", 7))).toEqual([
      "e1.stop cancelled cancelled before it was sent",
    ]);
    expect(mock.sent.every(({ method }) => method === "GET")).toBe(true);
  });
});

describe("the account", () => {
  test("positions are signed and crypto goes by its pair", async () => {
    const { mock, venue } = rig();
    mock.positions.push(
      { symbol: "SPY", asset_class: "us_equity", qty: "-3", side: "short" },
      { symbol: "BTCUSD", asset_class: "crypto", qty: "0.123456789", side: "long" },
    );
    expect(await venue.positions()).toEqual([
      { symbol: "SPY", quantity: d("-3") },
      { symbol: "BTC/USD", quantity: d("0.123456789") },
    ]);
  });

  test("balances say whether the account may trade", async () => {
    const { mock, venue } = rig();
    expect(await venue.balances()).toMatchObject({ cash: d("100000"), trading: true });
    mock.account = { ...mock.account, trade_suspended_by_user: true };
    expect(await venue.balances()).toMatchObject({ trading: false });
  });

  test("held legs are among the open orders, and strangers keep their ids", async () => {
    const mock = new MockAlpaca();
    const venue = venueOn(mock.fetchApi, {
      known: () => [knownAs(stop, "held"), knownAs(target, "held")],
    });
    await venue.submit([entry, stop, target], 5);
    await venue.submit([request({ id: "by-hand", symbol: "QQQ" })], 5);
    const open = await venue.openOrders();
    expect(open.map(({ orderId }) => orderId)).toEqual(["e1", "e1.target", "e1.stop", "by-hand"]);
    // How one trades is told of those alone that hang together with nothing.
    const terms = open.map((order) => order.terms?.type);
    expect(terms).toEqual([undefined, undefined, undefined, "market"]);
  });

  test("pages of fills are followed to the end, none twice", async () => {
    const { mock, venue } = rig();
    await venue.submit([request({ id: "big", quantity: d("250") })], 5);
    for (let i = 0; i < 250; i += 1) mock.fill("big", 1, 100);
    const fills = await venue.fillsSince(0);
    const ids = fills.map((fill) => (fill.kind === "filled" ? fill.executionId : ""));
    expect(new Set(ids).size).toBe(250);
    expect(mock.sent.filter(({ path }) => path.includes("activities"))).toHaveLength(3);
  });
});
