import { afterEach, describe, expect, test } from "vitest";
import type { UpdatesListener } from "../../core/ports/venueAccount.ts";
import { delayAfter, troubleOf } from "../../functions/alpaca/backoff.ts";
import { type DataListener, dataStream } from "../../functions/alpaca/dataStream.ts";
import { updatesStream } from "../../functions/alpaca/updatesStream.ts";
import { request } from "../execution/fixtures.ts";
import { type FakeSocket, fakeSockets } from "./fakeSockets.ts";
import { fakeTime } from "./fakeTime.ts";
import { MockAlpaca } from "./mockAlpaca.ts";
import { told, venueOn } from "./rigs.ts";

const KEYS = { keyId: "PK", secret: "canary", pingIntervalMs: 0 };
const START_MS = Date.UTC(2026, 10, 20, 15);
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function world() {
  const time = fakeTime(START_MS);
  const { sockets, opened } = fakeSockets();
  const faults: string[] = [];
  const onFault = (error: Error) => faults.push(error.message.replace(/^\S+: /, ""));
  return { time, opened, faults, ...time, sockets, random: () => 1, onFault };
}

/** Trade updates over a mock: what the listener was told, line by line. */
function updatesRig(changes: Partial<UpdatesListener> = {}) {
  const mock = new MockAlpaca();
  const venue = venueOn(mock.fetchApi);
  const outside = world();
  const log: string[] = [];
  const listener: UpdatesListener = {
    onReport: async (report) => void log.push(...told([report])),
    onGap: async (sinceMs) => void log.push(`gap ${sinceMs - START_MS}`),
    onState: (live) => void log.push(live ? "live" : "down"),
    ...changes,
  };
  const stream = updatesStream(KEYS, venue, listener, outside);
  stops.push(() => stream.stop());
  return { ...outside, mock, venue, log, stream };
}

async function letIn(socket: FakeSocket | undefined): Promise<void> {
  socket?.accept();
  socket?.say({ stream: "authorization", data: { status: "authorized", action: "authenticate" } });
  socket?.say({ stream: "listening", data: { streams: ["trade_updates"] } });
  for (let i = 0; i < 60; i += 1) await Promise.resolve();
}

function pass(mock: MockAlpaca, socket: FakeSocket | undefined): void {
  for (const data of mock.updates.splice(0)) socket?.say({ stream: "trade_updates", data });
}

/** Replies of the mock come over real promises, which fake time does not know of. */
const breathe = () => new Promise((resolve) => setImmediate(resolve));

describe("trade updates", () => {
  test("the gap before the start is filled first, then updates flow in turn", async () => {
    const { stream, opened, log, mock, venue } = updatesRig();
    stream.start(START_MS - 60_000);
    await letIn(opened[0]);
    expect(opened[0]?.received).toEqual([
      { action: "authenticate", data: { key_id: "PK", secret_key: "canary" } },
      { action: "listen", data: { streams: ["trade_updates"] } },
    ]);
    await venue.submit([request({ id: "a1" })], START_MS);
    mock.fill("a1", 4, 100);
    mock.fill("a1", 6, 101);
    pass(mock, opened[0]);
    await breathe();
    expect(log).toEqual([
      "gap -65000",
      "live",
      "a1 accepted",
      "a1 filled 4 @ 100",
      "a1 filled 6 @ 101 complete",
    ]);
  });

  test("a dropped line comes back after a second, with a gap from the last word on", async () => {
    const { stream, opened, log, time, faults } = updatesRig();
    stream.start(START_MS);
    await letIn(opened[0]);
    await time.advance(20_000);
    opened[0]?.say({ stream: "listening", data: { streams: ["trade_updates"] } });
    await time.advance(5_000);
    opened[0]?.hangUp();
    await time.advance(999);
    expect(opened).toHaveLength(1);
    await time.advance(1);
    await letIn(opened[1]);
    expect(log).toEqual(["gap -5000", "live", "down", "gap 15000", "live"]);
    expect(faults).toEqual(["the connection was closed"]);
  });

  test("a server that is mute, though its socket is open, is left", async () => {
    const { stream, opened, log, time, faults } = updatesRig();
    stream.start(START_MS);
    await letIn(opened[0]);
    await time.advance(30_000);
    // Asked to say something; a server that is well answers.
    expect(opened[0]?.received).toHaveLength(3);
    opened[0]?.say({ stream: "listening", data: { streams: ["trade_updates"] } });
    await time.advance(10_000);
    expect(faults).toEqual([]);
    await time.advance(41_000);
    expect(faults).toEqual(["the server is mute"]);
    expect(opened[0]?.closed).toBe(true);
    await letIn(opened[1]);
    expect(log.slice(2)).toEqual(["down", "gap 25000", "live"]);
  });

  test("a handshake that comes to nothing is tried again, less and less often", async () => {
    const { stream, opened, time } = updatesRig();
    stream.start(START_MS);
    const waits = [5, 10, 20, 40, 80, 90, 90, 90].map((seconds) => seconds * 1_000);
    for (const [tries, waitMs] of waits.entries()) {
      opened.at(-1)?.fail("Unexpected server response: 429");
      await time.advance(waitMs - 1);
      expect(opened).toHaveLength(tries + 1);
      await time.advance(1);
      expect(opened).toHaveLength(tries + 2);
    }
  });

  test("one that is never let in is given up after a while", async () => {
    const { stream, opened, time, faults } = updatesRig();
    stream.start(START_MS);
    opened[0]?.accept();
    await time.advance(16_000);
    expect(opened).toHaveLength(2);
    expect(faults).toEqual(["it was not up in time"]);
  });

  test("refused keys are asked for again, but seldom", async () => {
    const { stream, opened, time, faults } = updatesRig();
    stream.start(START_MS);
    opened[0]?.accept();
    opened[0]?.say({ stream: "authorization", data: { status: "unauthorized" } });
    await time.advance(89_999);
    expect(opened).toHaveLength(1);
    await time.advance(1);
    expect(opened).toHaveLength(2);
    expect(faults).toEqual(["auth failed"]);
  });

  test("a report that was not handled is a gap, and nothing is swallowed", async () => {
    let broken = true;
    const log: string[] = [];
    const { stream, opened, mock, venue, time, faults } = updatesRig({
      async onReport(report) {
        if (broken) throw new Error("the table is away");
        log.push(...told([report]));
      },
      onGap: async (sinceMs) => void log.push(`gap ${sinceMs - START_MS}`),
    });
    stream.start(START_MS);
    await letIn(opened[0]);
    await time.advance(10_000);
    await venue.submit([request({ id: "a1" })], START_MS);
    mock.fill("a1", 10, 100);
    pass(mock, opened[0]);
    await breathe();
    broken = false;
    await time.advance(1_000);
    await letIn(opened[1]);
    expect(faults).toEqual(["the table is away", "a message was not handled"]);
    expect(log).toEqual(["gap -5000", "gap -5000"]);
  });

  test("a gap that could not be filled is not live, and asked for again", async () => {
    let broken = true;
    const gaps: number[] = [];
    const { stream, opened, time, log } = updatesRig({
      async onGap(sinceMs) {
        gaps.push(sinceMs - START_MS);
        if (broken) throw new Error("no answer");
      },
    });
    stream.start(START_MS);
    await letIn(opened[0]);
    expect(log).toEqual([]);
    broken = false;
    await time.advance(1_000);
    await letIn(opened[1]);
    expect([gaps, log]).toEqual([[-5_000, -5_000], ["live"]]);
  });

  test("a second connection to the same stream is refused in this process", async () => {
    const { stream } = updatesRig();
    const other = updatesRig();
    stream.start(START_MS);
    expect(() => other.stream.start(START_MS)).toThrow(/expected one connection/);
    await stream.stop();
    expect(() => other.stream.start(START_MS)).not.toThrow();
  });
});

/** Market data: what the listener was told, line by line. */
function dataRig() {
  const outside = world();
  const log: string[] = [];
  const listener: DataListener = {
    onBar: (symbol, { closeTimeMs, close }, isCorrection) =>
      void log.push(
        `${symbol} ${isCorrection ? "again" : "bar"} ${closeTimeMs - START_MS} ${close}`,
      ),
    onQuote: (symbol, { bid, ask }) => void log.push(`${symbol} quote ${bid} ${ask}`),
    onTrade: (symbol, { price, size }) => void log.push(`${symbol} trade ${price} ${size}`),
    onGap: async (sinceMs) => void log.push(`gap ${sinceMs - START_MS}`),
    onState: (live) => void log.push(live ? "live" : "down"),
  };
  const stream = dataStream(KEYS, listener, outside);
  stops.push(() => stream.stop());
  return { ...outside, log, stream };
}

const spy = { bars: ["SPY"], quotes: [], trades: ["SPY"] };
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
    stream.follow({ bars: ["SPY", "QQQ"], quotes: [], trades: [] });
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
