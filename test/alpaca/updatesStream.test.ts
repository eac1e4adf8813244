import { afterEach, describe, expect, test } from "vitest";
import type { UpdatesListener } from "../../core/ports/venueAccount.ts";
import { updatesStream } from "../../functions/alpaca/updatesStream.ts";
import { request } from "../execution/fixtures.ts";
import type { FakeSocket } from "./fakeSockets.ts";
import { MockAlpaca } from "./mockAlpaca.ts";
import { told, venueOn } from "./rigs.ts";
import { KEYS, START_MS, world } from "./streamRigs.ts";

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

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
