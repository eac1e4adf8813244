import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { PaperAccount } from "../paper.ts";
import type { Audience } from "../run.ts";
import { DataMessages } from "./dataMessages.ts";
import { DataFeed } from "./dataStream.ts";
import type { FeedKind } from "./subscriptions.ts";
import { TradeStream } from "./tradeStream.ts";
import { codecOf, type Wire } from "./wire.ts";

/** No message of a client comes near it; ws itself would take a hundred times as much. */
const MOST_BYTES = 1024 * 1024;

/** The WebSockets of an exchange, by path. */
export class Sockets implements Audience {
  private readonly paper: PaperAccount;
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });
  private readonly trades: TradeStream;
  private readonly feeds: ReadonlyMap<string, DataFeed>;
  private readonly stop: () => void;

  constructor(paper: PaperAccount) {
    this.paper = paper;
    this.trades = new TradeStream(paper);
    this.feeds = new Map(
      FEEDS.map(([path, kind, name]) => [path, new DataFeed(paper, kind, name)]),
    );
    const messages = new DataMessages((told) => {
      for (const feed of this.feeds.values()) {
        if (feed.kind !== "news") feed.tell(told.filter(({ kind }) => kind === feed.kind));
      }
    });
    this.stop = paper.listen(messages);
  }

  /** Bytes that clients have not taken yet. */
  waiting(): number {
    let sum = this.trades.waiting;
    for (const feed of this.feeds.values()) sum += feed.waiting;
    return sum;
  }

  listening(): { readonly trade: number; readonly data: number } {
    const data = [...this.feeds.values()].filter(({ isHeard }) => isHeard).length;
    return { trade: this.trades.listening, data };
  }

  /** Takes a connection that asks to become a WebSocket, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Not by `URL`: it throws on `//`, and nothing above would catch that.
    const [pathname = ""] = (request.url ?? "").split("?");
    const path = pathname.replace(/\/$/, "");
    const feed = this.feeds.get(path);
    const stream = path === "/stream" ? "trade" : feed === undefined ? null : "data";
    if (stream === null) {
      refuse(socket, 404);
      return;
    }
    const fault = this.paper.faults.take("upgrade", (one) => one.stream === stream);
    if (fault !== null) {
      refuse(socket, fault.status);
      return;
    }
    this.server.handleUpgrade(request, socket, head, (ws) => {
      if (feed === undefined) this.openTrades(ws, request);
      else this.openData(ws, request, feed);
    });
  }

  close(): void {
    this.stop();
    this.trades.stop();
    for (const client of this.server.clients) client.terminate();
    this.server.close();
  }

  private openTrades(ws: WebSocket, request: IncomingMessage): void {
    const session = this.trades.open(wireOf(ws), codecOf(request.headers["content-type"]));
    ws.on("message", (data, isBinary) => session.receive(bytesOf(data), isBinary));
    ws.on("close", () => this.trades.close(session));
    // A broken frame ends the socket; its close is all that matters here.
    ws.on("error", () => {});
  }

  private openData(ws: WebSocket, { headers }: IncomingMessage, feed: DataFeed): void {
    const keyId = headers["apca-api-key-id"];
    const secret = headers["apca-api-secret-key"];
    const isKeyed = typeof keyId === "string" && typeof secret === "string";
    const keys = isKeyed ? { keyId, secret } : null;
    const session = feed.open(wireOf(ws), codecOf(headers["content-type"]), keys);
    const timer = setTimeout(() => session.expire(), this.paper.settings.authTimeoutMs);
    timer.unref();
    ws.on("message", (data, isBinary) => session.receive(bytesOf(data), isBinary));
    ws.on("close", () => {
      clearTimeout(timer);
      feed.close(session);
    });
    ws.on("error", () => {});
  }
}

const FEEDS: readonly (readonly [path: string, kind: FeedKind, name: string])[] = [
  ["/v2/iex", "stocks", "iex"],
  ["/v2/sip", "stocks", "sip"],
  ["/v2/delayed_sip", "stocks", "delayed_sip"],
  ["/v1beta3/crypto/us", "crypto", "us"],
  ["/v1beta1/news", "news", "news"],
];

function wireOf(ws: WebSocket): Wire {
  return {
    send: (frame) => ws.send(frame),
    close: (code, reason) => ws.close(code, reason),
    terminate: () => ws.terminate(),
    get waiting() {
      return ws.bufferedAmount;
    },
  };
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function refuse(socket: Duplex, status: number): void {
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}`;
  socket.end(`${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
