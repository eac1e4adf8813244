import { connect } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { flat, KEYS, market, minutes, type Rig, rig } from "../exchange/rigs.ts";
import { evil, FUZZ_TIMEOUT_MS, fuzz, mutated, mutatedJson, pollution } from "./fuzz.ts";

vi.setConfig({ testTimeout: FUZZ_TIMEOUT_MS });

const stop = { stop_loss: { stop_price: "95", limit_price: "94.5" } };
const bracket = { order_class: "bracket", take_profit: { limit_price: "110" }, ...stop };
const ORDERS = [
  market("buy", 10),
  market("buy", 10, { time_in_force: "gtc", client_order_id: "mine", ...bracket }),
  market("sell", 3, { type: "trailing_stop", trail_percent: "1.5" }),
  { ...market("buy", 1), qty: undefined, notional: "12.34" },
  market("buy", 2, { type: "stop_limit", stop_price: "101", limit_price: 101.5 }),
];
const BODIES = [
  ...ORDERS,
  { name: "list", symbols: ["AAA"] },
  { dtbp_check: "entry", suspend_trade: false, max_margin_multiplier: "2" },
  { qty: "5", limit_price: "99", client_order_id: "next" },
];
const ADMIN = [
  { to: "2024-06-03T14:00:00Z", byMs: 1_000 },
  { kind: "reply", path: "/v2/orders", status: 503, times: 1 },
  { kind: "drop", stream: "trade" },
];

const ID = "0b6f0e3c-0000-4000-8000-000000000001";
const PATHS = [
  "/v2/orders",
  "/v2/orders?status=all&limit=500&direction=asc&nested=true&after=2024-06-03T13:30:00Z",
  `/v2/orders/${ID}?nested=true`,
  "/v2/orders:by_client_order_id?client_order_id=mine",
  "/v2/positions/AAA?percentage=50",
  "/v2/account/configurations",
  "/v2/account/activities/FILL?after=2024-06-03T13:30:00Z&page_size=100&direction=asc",
  "/v2/account/portfolio/history?period=1D&timeframe=1Min",
  "/v2/watchlists:by_name?name=list",
  "/v2/assets/AAA",
  "/v2/assets?status=active&asset_class=us_equity",
  "/v2/calendar?start=2024-06-01&end=2024-06-30",
  "/v3/calendar/NYSE?start=2024-06-01",
  "/v2/stocks/AAA/bars?timeframe=5Min&start=2024-06-03T13:30:00Z&limit=10&adjustment=all",
  "/v2/stocks/bars?symbols=AAA,BBB&timeframe=1Min&page_token=QUFB&sort=desc",
  "/v2/stocks/quotes/latest?symbols=AAA&feed=iex",
  "/v2/stocks/AAA/snapshot",
  "/v1beta3/crypto/us/bars?symbols=BTC%2FUSD&timeframe=1Hour",
  "/v1beta1/screener/stocks/movers?top=5",
  "/v1/corporate-actions?symbols=AAA&types=forward_split",
];

const bodies = (corpus: readonly object[]) =>
  fc.oneof(
    mutatedJson(corpus).map((one) => JSON.stringify(one) ?? ""),
    mutated(corpus.map((one) => JSON.stringify(one))),
    evil,
  );
const paths = fc.oneof(
  fc.constantFrom(...PATHS),
  mutated(PATHS).map((path) => `/${path.replace(/^\/+/, "")}`),
);
const method = fc.constantFrom("GET", "POST", "PATCH", "PUT", "DELETE");

/** A request, or null where no client could even make it. */
function requestOf(how: string, path: string, body: string): Request | null {
  try {
    const init = how === "GET" ? {} : { body };
    return new Request(`http://exchange${path}`, { method: how, headers: KEYS, ...init });
  } catch {
    return null;
  }
}

async function statusOf(one: Rig, how: string, path: string, body: string): Promise<number> {
  const request = requestOf(how, path, body);
  if (request === null) return 0;
  const response = await one.exchange.fetch(request);
  const text = await response.text();
  expect(response.status, `${how} ${path}\n${body}\n${text}`).toBeLessThan(500);
  return response.status;
}

const fresh = () => {
  const one = rig([minutes("AAA", flat(100, 60)), minutes("BBB", flat(50, 60))]);
  one.pass(1);
  return one;
};

describe("whatever a client sends to the exchange", () => {
  test("is answered below 500, and its books stay good", async () => {
    let one = fresh();
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(method, paths, bodies(BODIES), async (how, path, body) => {
        asked += 1;
        // Its clock moves, so that what was taken trades; a new one before the recording ends.
        if (asked % 100 === 0) one.pass(1);
        if (asked % 5_000 === 0) one = fresh();
        await statusOf(one, how, path, body);
      }),
      fuzz("requests to the exchange", 2_000),
    );
    expect((await one.get("/v2/account")).body.status).toBe("ACTIVE");
    expect(pollution()).toEqual([]);
  });

  test("as an order is placed or refused, never half", async () => {
    await fc.assert(
      fc.asyncProperty(bodies(ORDERS), async (body) => {
        const one = fresh();
        const status = await statusOf(one, "POST", "/v2/orders", body);
        const { body: orders } = await one.get("/v2/orders?status=all");
        expect(orders.length > 0).toBe(status === 200);
        one.pass(5);
        const { cash, equity } = (await one.get("/v2/account")).body;
        expect(Number.isFinite(Number(cash)) && Number.isFinite(Number(equity))).toBe(true);
      }),
      fuzz("orders to the exchange", 400),
    );
  });

  test("to steer it is answered below 500", async () => {
    const to = fc.constantFrom("advance", "faults", "step", "state");
    await fc.assert(
      fc.asyncProperty(method, to, bodies(ADMIN), async (how, what, body) => {
        await statusOf(fresh(), how, `/_exchange/${what}`, body);
      }),
      fuzz("steering of the exchange", 300),
    );
  });
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function served() {
  const one = fresh();
  const listening = await one.exchange.listen({ port: 0 });
  closing.push(() => listening.close());
  return { one, url: listening.url, port: Number(new URL(listening.url).port) };
}

const TALK = [
  { action: "authenticate", data: { key_id: "key", secret_key: "secret" } },
  { action: "auth", key: "key", secret: "secret" },
  { action: "listen", data: { streams: ["trade_updates"] } },
  { action: "subscribe", bars: ["AAA"], quotes: ["*"], trades: ["BBB"] },
  { action: "unsubscribe", bars: ["AAA"] },
];

describe("whatever a socket of the exchange is told", () => {
  test("the exchange goes on, and a good client is let in beside it", async () => {
    const { one, url } = await served();
    const frames = fc.oneof(
      bodies(TALK),
      fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    );
    const streams = fc.constantFrom("/stream", "/v2/iex", "/v1beta3/crypto/us");
    const run = async (path: string, all: readonly (string | Buffer)[]) => {
      const socket = new WebSocket(url.replace("http", "ws") + path);
      socket.on("error", () => {});
      const over = new Promise((resolve) => socket.on("close", resolve));
      await new Promise((resolve) => socket.on("open", resolve));
      for (const frame of all) socket.send(frame);
      const heard = new Promise((resolve) => socket.on("pong", resolve));
      socket.ping();
      await Promise.race([heard, over]);
      socket.terminate();
      await over;
    };
    const several = fc.array(frames, { minLength: 1, maxLength: 5 });
    await fc.assert(fc.asyncProperty(streams, several, run), fuzz("frames to the exchange", 250));
    expect((await one.get("/v2/account")).status).toBe(200);
  });

  test("a handshake that is none ends its own line alone", async () => {
    const { one, port } = await served();
    const good =
      "GET /stream HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    const run = (text: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(port, "127.0.0.1", () => socket.end(text));
        socket.on("error", () => {});
        socket.on("close", () => resolve());
        socket.on("data", () => socket.destroy());
        socket.setTimeout(50, () => socket.destroy());
      });
    await fc.assert(
      fc.asyncProperty(mutated([good]), run),
      fuzz("handshakes with the exchange", 150),
    );
    expect((await one.get("/v2/account")).status).toBe(200);
  });
});
