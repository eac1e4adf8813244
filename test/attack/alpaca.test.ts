import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import type { TradingStatus } from "../../core/domain/market.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { FetchApi } from "../../functions/alpaca/clientOptions.ts";
import { dataStream } from "../../functions/alpaca/dataStream.ts";
import { updatesStream } from "../../functions/alpaca/updatesStream.ts";
import { MockAlpaca } from "../alpaca/mockAlpaca.ts";
import { told, venueOn } from "../alpaca/rigs.ts";
import { KEYS, START_MS, world } from "../alpaca/streamRigs.ts";
import { d, request } from "../execution/fixtures.ts";
import { evil, FUZZ_TIMEOUT_MS, fuzz, mutated, mutatedJson, pollution } from "./fuzz.ts";

vi.setConfig({ testTimeout: FUZZ_TIMEOUT_MS });

const entry = request({ id: "e1", timeInForce: "gtc", quantity: d("10") });
const stop = request({ id: "e1.stop", side: "sell", timeInForce: "gtc", role: "stop-loss" });
const legs = [{ ...stop, parentId: "e1", type: "stop", stopPrice: d("95") } as const];
const group = [entry, ...legs];

/** A venue whose replies to some requests are replaced by what `turn` makes of them. */
function turned(turn: (method: string, path: string) => Response | null) {
  const mock = new MockAlpaca();
  const fetchApi: FetchApi = async (url, init) => {
    const good = await mock.fetchApi(url, init);
    return turn(init?.method ?? "GET", new URL(String(url)).pathname) ?? good;
  };
  return { mock, venue: venueOn(fetchApi) };
}

/** Replies of a real order's life, to be damaged. */
async function replies() {
  const { mock, venue } = turned(() => null);
  await venue.submit(group, START_MS);
  const placed = JSON.parse(JSON.stringify(mock.find("e1")));
  mock.fill("e1", 4, 100);
  mock.fill("e1", 6, 101);
  const updates = mock.updates.map((data) => ({ stream: "trade_updates", data }));
  const position = { symbol: "SPY", asset_class: "us_equity", qty: "10", side: "long" };
  return {
    orders: [placed, JSON.parse(JSON.stringify(mock.find("e1")))],
    others: [mock.account, mock.fills, [position], [placed]],
    updates: JSON.parse(JSON.stringify(updates)),
  };
}

const good = await replies();
const texts = (corpus: readonly unknown[]) =>
  fc.oneof(
    mutated(corpus.map((one) => JSON.stringify(one))),
    mutatedJson(corpus).map((one) => JSON.stringify(one) ?? ""),
    evil,
  );

const answer = (status: number, text: string) =>
  new Response(text, { status, headers: { "content-type": "application/json" } });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Whether a body says itself that the order has come to nothing, as Alpaca would. */
function saysNo(status: number, text: string): boolean {
  const body = parsed(text);
  if (typeof body !== "object" || body === null) return false;
  if (status < 300) return "status" in body && FINAL.has(String(body.status));
  if (status < 400 || status >= 500 || !("code" in body && "message" in body)) return false;
  return typeof body.code === "number" && typeof body.message === "string";
}
const FINAL = new Set(["rejected", "canceled", "expired", "replaced"]);

/** What becomes of a call: what it gives, or null for an error that says who must act. */
async function outcome<T>(call: Promise<T>): Promise<T | "error"> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof InputError || error instanceof TransientError) return "error";
    throw error;
  }
}

const OVER: ReadonlySet<VenueReport["kind"]> = new Set(["rejected", "cancelled", "expired"]);
const status = fc.constantFrom(200, 200, 200, 201, 302, 400, 403, 404, 422, 500, 502, 503, 504);

describe("whatever comes as the answer to an order", () => {
  test("it is taken for a refusal only where Alpaca says so, and all of it is told of", async () => {
    await fc.assert(
      fc.asyncProperty(status, texts(good.orders), async (code, text) => {
        const { venue } = turned((method) => (method === "POST" ? answer(code, text) : null));
        const reports = await outcome(venue.submit(group, START_MS));
        if (reports === "error" || saysNo(code, text)) return;
        expect(reports.filter(({ kind }) => OVER.has(kind))).toEqual([]);
        const ids = reports.map(({ orderId }) => orderId);
        expect(ids).toEqual(expect.arrayContaining(["e1", "e1.stop"]));
      }),
      fuzz("Alpaca's answers to an order", 1_500),
    );
    expect(pollution()).toEqual([]);
  });

  test("what is not Alpaca's own word is never an order that was not found", async () => {
    await fc.assert(
      fc.asyncProperty(status, texts(good.orders), async (code, text) => {
        let isSent = false;
        const { venue } = turned((method, path) => {
          isSent ||= method === "POST";
          return isSent && path.includes("by_client_order_id") ? answer(code, text) : null;
        });
        await venue.submit(group, START_MS);
        const found = await outcome(venue.find("e1"));
        if (found === "error") return;
        if (found === null) expect(saysNo(code, text) && code === 404).toBe(true);
        else for (const { orderId } of found) expect(orderId).toBe("e1");
      }),
      fuzz("Alpaca's answers to what became of an order", 1_500),
    );
  });

  test("a page of somebody in between says nothing of the order", async () => {
    const page = "<html><head><title>404 Not Found</title></head><body>nginx</body></html>";
    for (const code of [400, 403, 404, 405, 413, 422]) {
      const { venue } = turned((method) => (method === "POST" ? answer(code, page) : null));
      const reports = await venue.submit([entry], START_MS);
      expect(told(reports), String(code)).toEqual([expect.stringMatching(/^e1 unknown /)]);
    }
    const { venue } = turned((_, path) => (path.includes("client") ? answer(404, page) : null));
    await expect(venue.find("e1")).rejects.toThrow(TransientError);
  });

  test("another order than the one that was sent says nothing of it", async () => {
    const other = { ...good.orders[0], client_order_id: "somebody-else" };
    const body = JSON.stringify(other);
    const { venue } = turned((method) => (method === "POST" ? answer(200, body) : null));
    expect(told(await venue.submit([entry], START_MS))).toEqual([
      expect.stringMatching(/^e1 unknown /),
    ]);
  });
});

describe("whatever comes as the answer to a change", () => {
  const resting = request({ id: "e1", timeInForce: "gtc", type: "limit", limitPrice: d("99") });
  const replacement = { ...resting, id: "e2", replaces: "e1", limitPrice: d("98") };
  /** A venue where one order rests, and whose answers to a method are then turned. */
  const placed = async (how: string, code: number, text: string) => {
    let isTurned = false;
    const { venue } = turned((method) => (isTurned && method === how ? answer(code, text) : null));
    await venue.submit([resting], START_MS);
    isTurned = true;
    return venue;
  };

  test("a replacement is over only where Alpaca says so", async () => {
    await fc.assert(
      fc.asyncProperty(status, texts(good.orders), async (code, text) => {
        const venue = await placed("PATCH", code, text);
        const reports = await outcome(venue.replace("e1", replacement, START_MS));
        if (reports === "error" || saysNo(code, text)) return;
        expect(reports.map(({ kind }) => kind)).not.toContain("replace-rejected");
        const ended = reports.filter(({ kind, orderId }) => OVER.has(kind) && orderId === "e2");
        expect(ended).toEqual([]);
      }),
      fuzz("Alpaca's answers to a replacement", 500),
    );
  });

  test("a cancel is refused only where Alpaca says so", async () => {
    await fc.assert(
      fc.asyncProperty(status, texts(good.orders), async (code, text) => {
        const venue = await placed("DELETE", code, text);
        const reports = await outcome(venue.cancel("e1", START_MS));
        if (reports === "error" || saysNo(code, text)) return;
        expect(reports.map(({ kind }) => kind)).not.toContain("cancel-rejected");
      }),
      fuzz("Alpaca's answers to a cancel", 40),
    );
  });
});

test("whatever comes instead of the account's standing is told by an error of ours", async () => {
  await fc.assert(
    fc.asyncProperty(status, texts(good.others), async (code, text) => {
      const { mock, venue } = turned((method) => (method === "GET" ? answer(code, text) : null));
      await outcome<unknown>(venue.openOrders());
      await outcome<unknown>(venue.positions());
      await outcome<unknown>(venue.balances());
      await outcome<unknown>(venue.fillsSince(0));
      expect(mock.sent.length).toBeLessThan(50);
    }),
    fuzz("Alpaca's answers about the account", 700),
  );
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of stops.splice(0)) await one();
});

const LET_IN = [
  { stream: "authorization", data: { status: "authorized", action: "authenticate" } },
  { stream: "listening", data: { streams: ["trade_updates"] } },
];
const breathe = () => new Promise((resolve) => setImmediate(resolve));

describe("whatever a stream says", () => {
  const frames = fc.oneof(
    texts([...good.updates, ...LET_IN, [{ T: "success", msg: "connected" }]]).map((text) =>
      Buffer.from(text),
    ),
    fc.uint8Array({ maxLength: 60 }),
  );

  test("trade updates go on with the next good one, and no end is made up", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 3 }), async (bad) => {
        const { mock, venue } = turned(() => null);
        await venue.submit([entry], START_MS);
        const outside = world();
        const heard: VenueReport[] = [];
        const listener = {
          onReport: async (report: VenueReport) => void heard.push(report),
          onGap: async () => {},
          onState: () => {},
        };
        await Promise.all(stops.splice(0).map((one) => one()));
        const stream = updatesStream(KEYS, venue, listener, outside);
        stops.push(() => stream.stop());
        stream.start(START_MS);
        const letIn = async () => {
          outside.opened.at(-1)?.accept();
          for (const one of LET_IN) outside.opened.at(-1)?.say(one);
          await breathe();
        };
        await letIn();
        for (const bytes of bad) outside.opened.at(-1)?.sayBytes(bytes);
        await breathe();
        const said = Buffer.concat(bad).toString();
        if (!/cancel|expired|reject|replaced/.test(said)) {
          expect(heard.filter(({ kind }) => OVER.has(kind))).toEqual([]);
        }
        if (outside.opened.at(-1)?.closed === false) outside.opened.at(-1)?.hangUp();
        for (let i = 0; i < 200 && outside.opened.at(-1)?.closed !== false; i += 1) {
          await outside.advance(1_000);
        }
        await letIn();
        heard.length = 0;
        mock.updates.length = 0;
        mock.fill("e1", 10, 100);
        for (const data of mock.updates) {
          outside.opened.at(-1)?.say({ stream: "trade_updates", data });
        }
        await breathe();
        expect(told(heard)).toEqual(["e1 filled 10 @ 100 complete"]);
        await stream.stop();
      }),
      fuzz("messages of trade updates", 400),
    );
    expect(pollution()).toEqual([]);
  });

  const minute = { T: "b", S: "SPY", o: 1, h: 2, l: 1, c: 2, v: 3, t: "2024-06-03T13:30:00Z" };
  const tick = { S: "SPY", t: "2024-06-03T13:30:00.5Z" };
  const market = [
    [minute],
    [{ T: "q", ...tick, bp: 1, bs: 2, ap: 2, as: 3 }],
    [{ T: "t", ...tick, p: 1.5, s: 3 }],
    [{ T: "s", ...tick, sc: "H", sm: "Trading Halt", rc: "T1", rm: "News Pending", z: "C" }],
  ];

  test("prices that are no numbers are not handed on", async () => {
    await fc.assert(
      fc.asyncProperty(mutatedJson(market), async (bad) => {
        const outside = world();
        const heard: object[] = [];
        const listener = {
          onBar: async (_: string, bar: object) => void heard.push(bar),
          onQuote: (_: string, quote: object) => void heard.push(quote),
          onTrade: (_: string, trade: object) => void heard.push(trade),
          onStatus: (_: string, { eventTimeMs }: TradingStatus) => void heard.push({ eventTimeMs }),
          onGap: async () => {},
          onState: () => {},
        };
        await Promise.all(stops.splice(0).map((one) => one()));
        const stream = dataStream(KEYS, listener, outside);
        stops.push(() => stream.stop());
        stream.follow({ bars: ["SPY"], quotes: ["SPY"], trades: ["SPY"], statuses: ["SPY"] });
        stream.start(START_MS);
        const socket = outside.opened.at(-1);
        socket?.accept();
        socket?.say([{ T: "success", msg: "connected" }]);
        socket?.say([{ T: "success", msg: "authenticated" }]);
        socket?.say([{ T: "subscription", bars: ["SPY"], quotes: ["SPY"], trades: ["SPY"] }]);
        await breathe();
        socket?.say(bad);
        await breathe();
        for (const one of heard) {
          for (const value of Object.values(one)) expect(Number.isFinite(value), value).toBe(true);
        }
        await stream.stop();
      }),
      fuzz("messages of market data", 600),
    );
  });
});
