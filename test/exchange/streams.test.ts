import { decode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { crypto } from "../../core/domain/instruments.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import { type ExchangeOptions, settingsOf } from "../../functions/exchange/options.ts";
import { place } from "../../functions/exchange/orders.ts";
import { PaperAccount } from "../../functions/exchange/paper.ts";
import { DataMessages } from "../../functions/exchange/streams/dataMessages.ts";
import { DataFeed } from "../../functions/exchange/streams/dataStream.ts";
import { TradeStream } from "../../functions/exchange/streams/tradeStream.ts";
import type { Codec, Wire } from "../../functions/exchange/streams/wire.ts";
import { columnsOf, flat, market, minutes, OPEN_MS } from "./rigs.ts";

type Json = Readonly<Record<string, unknown>>;

/** A socket that keeps what is sent. */
class Kept implements Wire {
  readonly frames: (string | Uint8Array)[] = [];
  readonly waiting = 0;
  closed: string | null = null;
  send(frame: string | Uint8Array): void {
    this.frames.push(frame);
  }
  close(code: number): void {
    this.closed = String(code);
  }
  terminate(): void {
    this.closed = "cut";
  }
  /** What was sent since it was last asked for. */
  taken(): Json[] {
    return this.frames
      .splice(0)
      .flatMap((frame) =>
        typeof frame === "string" ? JSON.parse(frame) : (decode(frame) as Json | Json[]),
      );
  }
}

const KEYS = { action: "auth", key: "k", secret: "s" };
const bytes = (message: unknown) => Buffer.from(JSON.stringify(message));

function stocks(options: Partial<ExchangeOptions> = {}, feeds?: readonly BarFeed[]) {
  const own = feeds ?? [minutes("AAA", flat(100, 10)), minutes("BBB", flat(50, 10))];
  const paper = new PaperAccount(settingsOf({ feeds: own, ...options }));
  const feed = new DataFeed(paper, "stocks", "sip");
  paper.listen(new DataMessages((told) => feed.tell(told)));
  const open = (codec: Codec = "json") => {
    const wire = new Kept();
    const session = feed.open(wire, codec, null);
    const say = (message: unknown) => {
      session.receive(bytes(message), false);
      return wire.taken();
    };
    return { wire, session, say };
  };
  return { paper, feed, open };
}

const error = (code: number) => [expect.objectContaining({ T: "error", code })];

describe("a market data socket", () => {
  it("greets, authenticates, and confirms the whole of its subscriptions", () => {
    const { wire, say } = stocks().open();
    expect(wire.taken()).toEqual([{ T: "success", msg: "connected" }]);
    expect(say({ action: "subscribe", bars: ["AAA"] })).toEqual(error(401));
    expect(say(KEYS)).toEqual([{ T: "success", msg: "authenticated" }]);
    expect(say(KEYS)).toEqual(error(403));
    const none = { quotes: [], updatedBars: [], dailyBars: [], statuses: [], lulds: [] };
    const trades = { trades: ["AAA"], corrections: ["AAA"], cancelErrors: ["AAA"] };
    expect(say({ action: "subscribe", trades: ["AAA"], bars: ["*"] })).toEqual([
      { T: "subscription", ...none, ...trades, bars: ["*"] },
    ]);
    expect(say({ action: "unsubscribe", trades: ["AAA"], bars: ["*"] })).toEqual([
      { T: "subscription", ...none, trades: [], corrections: [], cancelErrors: [], bars: [] },
    ]);
  });

  it("is told what is wrong: syntax, keys, channels, too many symbols", () => {
    const one = stocks({ keys: { keyId: "k", secret: "s" } }).open();
    one.wire.taken();
    expect(one.say("hello")).toEqual(error(400));
    expect(one.say({ action: "dance" })).toEqual(error(400));
    expect(one.say({ ...KEYS, secret: "x" })).toEqual(error(402));
    one.say(KEYS);
    expect(one.say({ action: "subscribe", bars: "AAA" })).toEqual(error(400));
    expect(one.say({ action: "subscribe", candles: ["AAA"] })).toEqual(error(400));
    expect(one.say({ action: "subscribe", orderbooks: ["AAA"] })).toEqual(error(410));
    expect(one.say({ action: "subscribe", bars: ["a b"] })).toEqual(error(400));
  });

  it("of the free plan has no SIP, and thirty symbols elsewhere", () => {
    const { paper, open } = stocks({ subscription: "basic" });
    const sip = open();
    sip.wire.taken();
    expect(sip.say(KEYS)).toEqual(error(409));
    const wire = new Kept();
    const session = new DataFeed(paper, "stocks", "iex").open(wire, "json", null);
    session.authenticate("k", "s");
    wire.taken();
    const many = Array.from({ length: 31 }, (_, i) => `S${i}`);
    for (const quotes of [many, ["*"]]) {
      session.receive(bytes({ action: "subscribe", quotes }), false);
      expect(wire.taken()).toEqual(error(405));
    }
    session.receive(bytes({ action: "subscribe", quotes: many.slice(1), bars: ["*"] }), false);
    expect(wire.taken()).toMatchObject([{ T: "subscription", quotes: many.slice(1) }]);
  });

  it("has its feed alone; a second one keeps its line and may try again", () => {
    const { feed, open } = stocks();
    const first = open();
    first.say(KEYS);
    const second = open();
    second.wire.taken();
    expect(second.say(KEYS)).toEqual(error(406));
    feed.close(first.session);
    expect(second.say(KEYS)).toEqual([{ T: "success", msg: "authenticated" }]);
    expect(second.wire.closed).toBeNull();
  });

  it("that does not authenticate in time is told so and closed", () => {
    const { wire, session } = stocks().open();
    wire.taken();
    session.expire();
    expect(wire.taken()).toEqual(error(404));
    expect(wire.closed).toBe("1008");
  });

  it("hears all bars of an instant in one message, and the running day", () => {
    const { paper, open } = stocks();
    const { wire, say } = open();
    say(KEYS);
    say({ action: "subscribe", bars: ["*"], dailyBars: ["BBB"] });
    paper.market.advanceTo(OPEN_MS + 60_000);
    expect(wire.frames).toHaveLength(1);
    const t = "2024-06-03T13:30:00Z";
    expect(wire.taken()).toEqual([
      { T: "b", S: "AAA", o: 100, h: 100, l: 100, c: 100, v: 10_000, n: 1, vw: 100, t },
      { T: "b", S: "BBB", o: 50, h: 50, l: 50, c: 50, v: 10_000, n: 1, vw: 50, t },
      expect.objectContaining({ T: "d", S: "BBB", v: 10_000, t: "2024-06-03T04:00:00Z" }),
    ]);
    paper.market.advanceTo(OPEN_MS + 120_000);
    expect(wire.taken()[2]).toMatchObject({ T: "d", S: "BBB", v: 20_000 });
  });

  it("in msgpack has times of msgpack's own kind, in binary frames", () => {
    const { paper, open } = stocks();
    const { wire, say } = open("msgpack");
    say(KEYS);
    say({ action: "subscribe", bars: ["AAA"] });
    paper.market.advanceTo(OPEN_MS + 60_000);
    expect(wire.frames[0]).toBeInstanceOf(Uint8Array);
    expect(wire.taken()[0]?.t).toEqual(new Date(OPEN_MS));
  });

  it("hears minutes where seconds were recorded, and days where days were", () => {
    const columns = columnsOf(flat(10, 90), OPEN_MS, 1000);
    const seconds = { ...minutes("AAA", flat(10)), timeframe: "1s" as const, columns };
    const days = columnsOf(flat(20, 1), OPEN_MS, 23_400_000);
    const daily = { ...minutes("BBB", flat(10)), timeframe: "1d" as const, columns: days };
    const { paper, open } = stocks({}, [seconds, daily]);
    const { wire, say } = open();
    say(KEYS);
    say({ action: "subscribe", bars: ["*"], dailyBars: ["BBB"] });
    paper.market.advanceTo(OPEN_MS + 23_400_000);
    expect(wire.taken()).toMatchObject([
      { T: "b", S: "AAA", v: 600_000, t: "2024-06-03T13:30:00Z" },
      { T: "b", S: "AAA", v: 300_000, t: "2024-06-03T13:31:00Z" },
      { T: "d", S: "BBB", c: 20, t: "2024-06-03T04:00:00Z" },
    ]);
  });

  it("of crypto hears pairs alone", () => {
    const feeds = [minutes(crypto("BTC/USD"), flat(60_000, 3)), minutes("AAA", flat(10, 3))];
    const paper = new PaperAccount(settingsOf({ feeds }));
    const feed = new DataFeed(paper, "crypto", "us");
    paper.listen(
      new DataMessages((told) => feed.tell(told.filter((one) => one.kind === "crypto"))),
    );
    const wire = new Kept();
    const session = feed.open(wire, "json", { keyId: "k", secret: "s" });
    session.receive(bytes({ action: "subscribe", bars: ["*"] }), false);
    wire.taken();
    paper.market.advanceTo(OPEN_MS + 60_000);
    expect(wire.taken()).toMatchObject([{ T: "b", S: "BTC/USD", c: 60_000 }]);
  });
});

describe("a socket of trade updates", () => {
  function trades(options: Partial<ExchangeOptions> = {}, codec: Codec = "json") {
    const feeds = [minutes("AAA", flat(100, 10))];
    const paper = new PaperAccount(settingsOf({ feeds, ...options }));
    paper.market.advanceTo(OPEN_MS + 60_000);
    const stream = new TradeStream(paper);
    const wire = new Kept();
    const session = stream.open(wire, codec);
    return {
      paper,
      stream,
      wire,
      say: (message: unknown) => session.receive(bytes(message), true),
    };
  }
  const text = (wire: Kept) => wire.frames.splice(0).map((one) => JSON.parse(String(one)));
  const authenticate = { action: "authenticate", data: { key_id: "k", secret_key: "s" } };
  const listen = { action: "listen", data: { streams: ["trade_updates", "other"] } };

  it("authenticates, listens, and is told in binary frames of JSON", () => {
    const { paper, wire, say, stream } = trades();
    say(listen);
    say(authenticate);
    say(listen);
    place(paper, market("buy", 2));
    expect(wire.frames.every((frame) => frame instanceof Uint8Array)).toBe(true);
    expect(stream.listening).toBe(1);
    expect(text(wire)).toMatchObject([
      { stream: "authorization", data: { status: "unauthorized", action: "listen" } },
      { stream: "authorization", data: { status: "authorized", action: "authenticate" } },
      { stream: "listening", data: { streams: ["trade_updates"] } },
      { stream: "trade_updates", data: { event: "pending_new", order: { qty: "2" } } },
      { stream: "trade_updates", data: { event: "new", order: { status: "new" } } },
    ]);
  });

  it("stops when it listens to nothing, and says no to wrong keys and nonsense", () => {
    const { paper, wire, say } = trades({ keys: { keyId: "k", secret: "other" } });
    say(authenticate);
    say({ action: "auth", key: "k", secret: "other" });
    say(listen);
    say({ action: "listen", data: { streams: [] } });
    place(paper, market("buy", 2));
    say({ action: "dance" });
    expect(text(wire).map(({ data }) => data)).toEqual([
      { status: "unauthorized", action: "authenticate", message: "access key verification failed" },
      { status: "authorized", action: "authenticate" },
      { streams: ["trade_updates"] },
      { streams: [] },
      { error_message: "invalid request" },
    ]);
  });

  it("is told in text frames as of the live host, or in msgpack, where that is wanted", () => {
    const live = trades({ tradeFrames: "text" });
    live.say(authenticate);
    expect(live.wire.frames.map((frame) => typeof frame)).toEqual(["string"]);
    const packed = trades({}, "msgpack");
    packed.say(authenticate);
    expect(packed.wire.taken()).toMatchObject([{ data: { status: "authorized" } }]);
  });
});
