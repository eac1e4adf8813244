import { afterEach, describe, expect, test } from "vitest";
import type { MarketListener } from "../../core/ports/lines.ts";
import { delayAfter, troubleOf } from "../../functions/alpaca/backoff.ts";
import { dataStream } from "../../functions/alpaca/dataStream.ts";
import type { FakeSocket } from "./fakeSockets.ts";
import { KEYS, START_MS, world } from "./streamRigs.ts";

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Market data: what the listener was told, line by line. */
function dataRig() {
  const outside = world();
  const log: string[] = [];
  const listener: MarketListener = {
    onBar: (symbol, { closeTimeMs, close }, isCorrection) =>
      void log.push(
        `${symbol} ${isCorrection ? "again" : "bar"} ${closeTimeMs - START_MS} ${close}`,
      ),
    onQuote: (symbol, { bid, ask }) => void log.push(`${symbol} quote ${bid} ${ask}`),
    onTrade: (symbol, { price, size }) => void log.push(`${symbol} trade ${price} ${size}`),
    onStatus: (symbol, { isHalted, reason }) =>
      void log.push(`${symbol} ${isHalted ? "halted" : "resumed"}: ${reason}`),
    onGap: async (sinceMs) => void log.push(`gap ${sinceMs - START_MS}`),
    onState: (live) => void log.push(live ? "live" : "down"),
  };
  const stream = dataStream(KEYS, listener, outside);
  stops.push(() => stream.stop());
  return { ...outside, log, stream };
}

const spy = { bars: ["SPY"], quotes: [], trades: ["SPY"], statuses: [] };
const state = {
  T: "subscription",
  bars: ["SPY"],
  updatedBars: ["SPY"],
  trades: ["SPY"],
  quotes: [],
};

function welcome(socket: FakeSocket | undefined): void {
  socket?.accept();
  socket?.say([{ T: "success", msg: "connected" }]);
  socket?.say([{ T: "success", msg: "authenticated" }]);
}

describe("market data", () => {
  test("bars, their corrections, quotes and trades come stamped as ours", async () => {
    const { stream, opened, log, time } = dataRig();
    stream.follow(spy);
    stream.start(START_MS);
    welcome(opened[0]);
    opened[0]?.say([state]);
    await time.settle();
    const bar = {
      S: "SPY",
      o: 1,
      h: 2,
      l: 1,
      c: 2,
      v: 5,
      n: 1,
      vw: 1.5,
      t: "2026-11-20T15:00:00Z",
    };
    opened[0]?.say([{ T: "b", ...bar }]);
    opened[0]?.say([{ T: "u", ...bar, c: 1.5 }]);
    opened[0]?.say([
      { T: "t", S: "SPY", i: 1, x: "V", p: 100.5, s: 3, c: ["@"], t: bar.t, z: "B" },
      {
        T: "q",
        S: "SPY",
        bx: "V",
        bp: 100,
        bs: 1,
        ax: "V",
        ap: 101,
        as: 2,
        c: [],
        t: bar.t,
        z: "B",
      },
    ]);
    await time.settle();
    expect(opened[0]?.received).toEqual([
      { action: "auth", key: "PK", secret: "canary" },
      { action: "subscribe", bars: ["SPY"], updatedBars: ["SPY"], trades: ["SPY"] },
    ]);
    expect(log).toEqual([
      "gap -5000",
      "live",
      "SPY bar 60000 2",
      "SPY again 60000 1.5",
      "SPY trade 100.5 3",
      "SPY quote 100 101",
    ]);
  });

  test("a changed universe keeps the connection, and is kept over the next one", async () => {
    const { stream, opened, time } = dataRig();
    stream.follow(spy);
    stream.start(START_MS);
    welcome(opened[0]);
    opened[0]?.say([state]);
    await time.settle();
    stream.follow({ bars: ["SPY", "QQQ"], quotes: [], trades: [], statuses: [] });
    expect(opened[0]?.received.slice(2)).toEqual([
      { action: "subscribe", bars: ["QQQ"] },
      { action: "subscribe", updatedBars: ["QQQ"] },
      { action: "unsubscribe", trades: ["SPY"] },
    ]);
    opened[0]?.hangUp();
    await time.advance(1_000);
    welcome(opened[1]);
    const both = ["SPY", "QQQ"];
    expect(opened[1]?.received[1]).toEqual({ action: "subscribe", bars: both, updatedBars: both });
  });

  test("halts and resumptions of every tape come in our words, and nothing else of them", async () => {
    const { stream, opened, log, time } = dataRig();
    stream.follow({ ...spy, statuses: ["SPY"] });
    stream.start(START_MS);
    welcome(opened[0]);
    // Whatever becomes of this wish, the bars were granted before it.
    opened[0]?.say([state]);
    expect(opened[0]?.received.slice(2)).toEqual([{ action: "subscribe", statuses: ["SPY"] }]);
    await time.settle();
    const say = (sc: string, sm: string, rm = "") =>
      opened[0]?.say([{ T: "s", S: "SPY", sc, sm, rc: "", rm, t: "2026-11-20T15:00:00Z", z: "C" }]);
    say("P", "Volatility Trading Pause", "LULD pause");
    say("Q", "Quotation Resumption");
    say("T", "Trading Resumption");
    say("2", "Trading Halt");
    say("E", "Short Sale Restriction");
    say("3", "Resume");
    say("H", "Trading Halt", "News Pending");
    await time.settle();
    expect(log.slice(2)).toEqual([
      "SPY halted: Volatility Trading Pause: LULD pause",
      "SPY resumed: Trading Resumption",
      "SPY halted: Trading Halt",
      "SPY resumed: Resume",
      "SPY halted: Trading Halt: News Pending",
    ]);
  });

  test("a plan without halts keeps its bars", async () => {
    const { stream, opened, log, faults, time } = dataRig();
    stream.follow({ ...spy, statuses: ["SPY"] });
    stream.start(START_MS);
    welcome(opened[0]);
    opened[0]?.say([state]);
    opened[0]?.say([{ T: "error", code: 409, msg: "insufficient subscription" }]);
    await time.settle();
    expect(faults).toEqual(["insufficient subscription"]);
    expect(log).toEqual(["gap -5000", "live"]);
    expect(opened[0]?.closed).toBe(false);
  });

  test("one connection too many (406) is closed by us and tried again later", async () => {
    const { stream, opened, time, faults, log } = dataRig();
    stream.follow(spy);
    stream.start(START_MS);
    opened[0]?.accept();
    // The server keeps such a socket open, and the library would wait on it for ever.
    opened[0]?.say([{ T: "error", code: 406, msg: "connection limit exceeded" }]);
    expect(opened[0]?.closed).toBe(true);
    await time.advance(4_999);
    expect(opened).toHaveLength(1);
    await time.advance(1);
    welcome(opened[1]);
    opened[1]?.say([state]);
    await time.settle();
    expect(faults).toEqual(["connection limit exceeded"]);
    expect(log).toEqual(["gap -5000", "live"]);
  });

  test("too many symbols is a fault, not the end of the connection", async () => {
    const { stream, opened, time, faults } = dataRig();
    stream.follow(spy);
    stream.start(START_MS);
    welcome(opened[0]);
    opened[0]?.say([{ T: "error", code: 405, msg: "symbol limit exceeded" }]);
    opened[0]?.say([state]);
    await time.settle();
    expect(faults).toEqual(["symbol limit exceeded"]);
    expect(opened[0]?.closed).toBe(false);
  });

  test("nothing to follow is live as soon as it is let in", async () => {
    const { stream, opened, log, time } = dataRig();
    stream.start(START_MS);
    welcome(opened[0]);
    await time.settle();
    expect(log).toEqual(["gap -5000", "live"]);
  });
});

describe("backing off", () => {
  test("waits lie between half of the doubled time and all of it", () => {
    expect([0, 1, 2, 7, 99].map((n) => delayAfter(n, 0, () => 0))).toEqual([
      500, 1_000, 2_000, 45_000, 45_000,
    ]);
    expect(delayAfter(0, 5_000, () => 1)).toBe(5_000);
  });

  test.each([
    ["connection limit exceeded", "fatal"],
    ["Unexpected server response: 429", "fatal"],
    ["slow client", "fatal"],
    ["insufficient subscription", "fault"],
    ["symbol limit exceeded", "fault"],
    ["connect ECONNREFUSED 127.0.0.1:9", "fault"],
  ])("%s is %s", (message, kind) => {
    expect(troubleOf(message).kind).toBe(kind);
  });
});
