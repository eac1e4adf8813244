import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { decode, encode } from "@msgpack/msgpack";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import type { MarketListener } from "../../core/ports/lines.ts";
import { dataStream } from "../../functions/alpaca/dataStream.ts";
import { systemSockets } from "../../functions/alpaca/sockets.ts";
import { updatesStream } from "../../functions/alpaca/updatesStream.ts";
import { MockAlpaca } from "./mockAlpaca.ts";
import { venueOn } from "./rigs.ts";
import { KEYS, world } from "./streamRigs.ts";

const closes: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closes.splice(0).reverse()) await close();
});

/** A server of sockets on this machine; `refuse` answers an upgrade with a status instead. */
async function serverOf(
  talk: (say: (message: unknown) => void, heard: unknown) => void,
  binary: "json" | "msgpack",
) {
  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  const upgrades: IncomingMessage[] = [];
  const refuse = { status: 0 };
  http.on("upgrade", (request, socket, head) => {
    upgrades.push(request);
    if (refuse.status > 0) {
      socket.end(`HTTP/1.1 ${refuse.status} Refused\r\nconnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (one) => {
      // The paper host sends JSON in binary frames.
      const say = (message: unknown) =>
        one.send(binary === "json" ? Buffer.from(JSON.stringify(message)) : encode(message));
      one.on("message", (data) => {
        if (!(data instanceof Buffer)) return;
        talk(say, binary === "json" ? JSON.parse(data.toString()) : decode(data));
      });
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  closes.push(async () => {
    for (const one of sockets.clients) one.terminate();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}`, upgrades, refuse };
}

/** Waits, on real sockets, for something to be told. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 1_000 && !isTrue(); i += 1) await new Promise((done) => setTimeout(done, 2));
}

describe("over real sockets on this machine", () => {
  test("trade updates in binary frames of JSON", async () => {
    const server = await serverOf((say, heard) => {
      const { action } = Object(heard);
      const status = { status: "authorized", action: "authenticate" };
      if (action === "authenticate") say({ stream: "authorization", data: status });
      else say({ stream: "listening", data: { streams: ["trade_updates"] } });
    }, "json");
    const log: string[] = [];
    const stream = updatesStream(
      { ...KEYS, url: `${server.url}/stream` },
      venueOn(new MockAlpaca().fetchApi),
      {
        onReport: async () => {},
        onGap: async () => void log.push("gap"),
        onState: (live) => void log.push(live ? "live" : "down"),
      },
      { ...world(), sockets: systemSockets },
    );
    closes.push(() => stream.stop());
    stream.start(0);
    await until(() => log.includes("live"));
    expect(log).toEqual(["gap", "live"]);
    expect(server.upgrades.map(({ url }) => url)).toEqual(["/stream"]);
  });

  test("market data in msgpack, as the handshake asks; a refused upgrade is seen", async () => {
    const t = new Date("2026-11-20T15:00:00Z");
    const bar = { T: "b", S: "SPY", o: 1, h: 2, l: 1, c: 2, v: 5, n: 1, vw: 1.5, t };
    const server = await serverOf((say, heard) => {
      if (Object(heard).action === "auth") say([{ T: "success", msg: "authenticated" }]);
      else {
        say([{ T: "subscription", bars: ["SPY"], updatedBars: ["SPY"], trades: [], quotes: [] }]);
        say([bar]);
      }
    }, "msgpack");
    const log: string[] = [];
    const listener: MarketListener = {
      onBar: (symbol, { closeTimeMs }) => void log.push(`${symbol} ${closeTimeMs}`),
      onQuote: () => {},
      onTrade: () => {},
      onStatus: () => {},
      onGap: async () => {},
      onState: (live) => void log.push(live ? "live" : "down"),
    };
    const outside = { ...world(), sockets: systemSockets };
    const stream = dataStream({ ...KEYS, url: `${server.url}/v2/iex` }, listener, outside);
    closes.push(() => stream.stop());
    stream.follow({ bars: ["SPY"], quotes: [], trades: [], statuses: [] });
    server.refuse.status = 429;
    stream.start(0);
    await until(() => outside.faults.length > 0);
    expect(outside.faults).toEqual(["Unexpected server response: 429"]);
    server.refuse.status = 0;
    await outside.advance(5_000);
    await until(() => log.length > 1);
    expect(log).toEqual(["live", `SPY ${t.getTime() + 60_000}`]);
    expect(server.upgrades[1]?.headers["content-type"]).toBe("application/msgpack");
  });
});
