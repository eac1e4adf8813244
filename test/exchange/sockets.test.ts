import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import { afterEach, describe, expect, it } from "vitest";
import type { Listening } from "../../functions/exchange/exchange.ts";
import { flat, minutes, OPEN_MS, type Rig, rig } from "./rigs.ts";

const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket";
const open: Listening[] = [];
const clients: { disconnect(): void }[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  for (const one of open.splice(0)) await one.close();
});

/** A rig on a port of this machine, and the official client aimed at it. */
async function served() {
  const one = rig([minutes("AAA", flat(100, 60)), minutes("BBB", flat(50, 60))]);
  one.pass(1);
  const listening = await one.exchange.listen({ port: 0 });
  open.push(listening);
  const { url } = listening;
  const alpaca = new Alpaca({
    keyId: "key",
    secret: "secret",
    rateLimit: false,
    retry: false,
    fetchApi: (asked, init) => {
      const { pathname, search } = new URL(String(asked));
      return fetch(`${url}${pathname}${search}`, init);
    },
  });
  return { one, alpaca, socket: url.replace("http", "ws") };
}

/** Waits until so many clients listen; the turn of the event loop lets their messages in. */
async function listening(one: Rig, stream: "trade" | "data", count: number): Promise<void> {
  for (;;) {
    const { body } = await one.get("/_exchange/state");
    if (body.listening[stream] === count) return;
    await turn();
  }
}

/** Waits until something is true; messages come in meanwhile. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}

async function updatesOf({ one, alpaca, socket }: Awaited<ReturnType<typeof served>>) {
  const stream = alpaca.trading.stream({ url: `${socket}/stream`, initialReconnectMs: 5 });
  clients.push(stream);
  const updates: { event: string; positionQty?: unknown; executionId?: unknown }[] = [];
  stream.onTradeUpdate((update) => updates.push(update));
  stream.onConnect(
    () => void stream.whenAuthenticated().then(() => stream.subscribeTradeUpdates()),
  );
  stream.connect();
  await listening(one, "trade", 1);
  return updates;
}

async function barsOf({ one, alpaca, socket }: Awaited<ReturnType<typeof served>>) {
  const url = `${socket}/v2/iex`;
  const stream = alpaca.marketData.stockStream({ url, initialReconnectMs: 5 });
  clients.push(stream);
  const bars: Readonly<Record<string, unknown>>[] = [];
  const errors: string[] = [];
  stream.onBar((bar) => bars.push({ ...bar }));
  stream.onError((error) => errors.push(String(error)));
  stream.connect();
  return { stream, bars, errors, one };
}

describe("the official client on sockets", () => {
  it("places orders of every type and reads them back", async () => {
    const { one, alpaca } = await served();
    const { orders, positions, account, clock } = alpaca.trading;
    await orders.market({ symbol: "AAA", qty: 20, side: "buy" });
    one.pass(1);
    const sell = { symbol: "AAA", qty: 1, side: "sell" } as const;
    const legs = { takeProfit: { limitPrice: 60 }, stopLoss: { stopPrice: 40 } };
    const sent = [
      await orders.limit({ ...sell, limitPrice: 130, timeInForce: "gtc" }),
      await orders.stop({ ...sell, stopPrice: 80 }),
      await orders.stopLimit({ ...sell, stopPrice: 80, limitPrice: 79 }),
      await orders.trailingStop({ ...sell, trailPercent: 5 }),
      await orders.oco({ ...sell, takeProfit: { limitPrice: 120 }, stopLoss: { stopPrice: 70 } }),
      await orders.bracket({ symbol: "BBB", qty: 2, side: "buy", ...legs }),
    ];
    const types = ["limit", "stop", "stop_limit", "trailing_stop", "limit", "market"];
    expect(sent.map(({ type }) => type)).toEqual(types);
    const [position] = await positions.getAllOpenPositions();
    expect(position).toMatchObject({ symbol: "AAA", qty: "20", qtyAvailable: "15" });
    expect((await clock.legacyClock()).isOpen).toBe(true);
    expect((await account.getAccount()).multiplier).toBe("2");
    expect(await orders.deleteAllOrders()).toHaveLength(9);
  });

  it("hears of its orders, with the position after each fill", async () => {
    const rigged = await served();
    const updates = await updatesOf(rigged);
    await rigged.alpaca.trading.orders.market({ symbol: "AAA", qty: 3, side: "buy" });
    rigged.one.pass(1);
    await until(() => updates.length === 3);
    expect(updates.map(({ event }) => event)).toEqual(["pending_new", "new", "fill"]);
    expect(updates[2]?.positionQty).toBe("3");
  });

  it("hears of its orders again after its line was cut, but not of what came between", async () => {
    const rigged = await served();
    const updates = await updatesOf(rigged);
    const { faults } = rigged.one.exchange;
    faults.arm({ kind: "upgrade", stream: "trade", status: 429 });
    faults.arm({ kind: "drop", stream: "trade" });
    await listening(rigged.one, "trade", 0);
    await rigged.one.post({
      symbol: "AAA",
      qty: 3,
      side: "buy",
      type: "market",
      time_in_force: "day",
    });
    await listening(rigged.one, "trade", 1);
    rigged.one.pass(1);
    await until(() => updates.length === 1);
    expect(updates[0]?.event).toBe("fill");
    expect(faults.list()).toEqual([]);
  });

  it("hears bars in msgpack, stamped by their start, and again after a cut line", async () => {
    const { stream, bars, one } = await barsOf(await served());
    await stream.whenAuthenticated();
    stream.subscribeForBars(["AAA"]);
    await listening(one, "data", 1);
    one.pass(1);
    await until(() => bars.length === 1);
    expect(bars[0]).toMatchObject({ symbol: "AAA", close: 100, volume: 10_000 });
    expect(bars[0]?.timestamp).toEqual(new Date(OPEN_MS + 60_000));
    one.exchange.faults.arm({ kind: "drop", stream: "data" });
    await listening(one, "data", 0);
    await listening(one, "data", 1);
    one.pass(1);
    await until(() => bars.length === 2);
    expect(bars[1]?.timestamp).toEqual(new Date(OPEN_MS + 120_000));
  });

  it("is told 406 where another has the feed", async () => {
    const rigged = await served();
    const first = await barsOf(rigged);
    await first.stream.whenAuthenticated();
    const second = await barsOf(rigged);
    await until(() => second.errors.length > 0);
    expect(second.errors.join()).toContain("connection limit exceeded");
  });

  it("finds a mute socket open and silent until the fault is cleared", async () => {
    const { stream, bars, one } = await barsOf(await served());
    await stream.whenAuthenticated();
    stream.subscribeForBars(["*"]);
    await listening(one, "data", 1);
    one.exchange.faults.arm({ kind: "mute", stream: "data" });
    one.pass(1);
    one.exchange.faults.clear();
    one.pass(1);
    await until(() => bars.length >= 2);
    expect(bars.map(({ symbol }) => symbol)).toEqual(["AAA", "BBB"]);
    expect(bars[0]?.timestamp).toEqual(new Date(OPEN_MS + 120_000));
  });

  it("loses the reply of an order that was taken all the same", async () => {
    const { one, alpaca } = await served();
    one.exchange.faults.arm({ kind: "lost", method: "POST", path: "/v2/orders", after: true });
    const order = { symbol: "AAA", qty: 1, side: "buy", clientOrderId: "lost" } as const;
    await expect(alpaca.trading.orders.market(order)).rejects.toThrow();
    const { orders } = alpaca.trading;
    const found = await orders.getOrderByClientOrderId({ clientOrderId: "lost" });
    expect(found.status).toBe("new");
  });

  it("refuses a wish for a WebSocket at no path of ours, and stays up", async () => {
    const { one } = await served();
    const { port } = new URL(open.at(-1)?.url ?? "");
    for (const path of ["//", "/x", "http://[", "/stream/x?a"]) {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n${UPGRADE}\r\n\r\n`);
      const [said] = await once(socket, "data");
      expect(String(said)).toMatch(/^HTTP\/1\.1 404 /);
      socket.destroy();
    }
    expect((await one.get("/v2/clock")).status).toBe(200);
  });
});
