import * as z from "zod";
import { isAllowed } from "../keys.ts";
import type { PaperAccount } from "../paper.ts";
import { stampOf } from "../stamps.ts";
import type { DataMessage } from "./dataMessages.ts";
import { type Change, type FeedKind, Subscriptions } from "./subscriptions.ts";
import { type Codec, frameOf, messageOf, type Wire } from "./wire.ts";

const ERRORS = {
  400: "invalid syntax",
  401: "not authenticated",
  402: "auth failed",
  403: "already authenticated",
  404: "auth timeout",
  405: "symbol limit exceeded",
  406: "connection limit exceeded",
  407: "slow client",
  409: "insufficient subscription",
  410: "invalid subscribe action for this feed",
} as const;
type ErrorCode = keyof typeof ERRORS;

/** More than this in a socket, and its client is cut off. */
const MOST_WAITING = 64 << 20;

const authentication = z.object({
  action: z.literal("auth"),
  key: z.string(),
  secret: z.string(),
});
const subscription = z.looseObject({ action: z.enum(["subscribe", "unsubscribe"]) });
const symbols = z.array(z.string());

/** One feed of market data, such as `/v2/iex`: one client at a time. */
export class DataFeed {
  readonly kind: FeedKind;
  /** Whether the account's plan has it. */
  readonly isEntitled: boolean;
  private readonly paper: PaperAccount;
  private readonly sessions = new Set<DataSession>();
  private active: DataSession | null = null;

  constructor(paper: PaperAccount, kind: FeedKind, name: string) {
    this.paper = paper;
    this.kind = kind;
    this.isEntitled = paper.settings.subscription === "plus" || name !== "sip";
    paper.faults.watch((fault) => {
      if (fault.kind !== "drop" || fault.stream !== "data") return;
      for (const session of [...this.sessions]) session.drop();
    });
  }

  /** A socket has opened; keys of its handshake spare it the first message. */
  open(wire: Wire, codec: Codec, keys: { keyId: string; secret: string } | null): DataSession {
    const session = new DataSession(this.paper, this, wire, codec);
    this.sessions.add(session);
    session.greet();
    if (keys !== null) session.authenticate(keys.keyId, keys.secret);
    return session;
  }

  close(session: DataSession): void {
    this.sessions.delete(session);
    if (this.active === session) this.active = null;
  }

  /** Takes the feed's one place; false where another has it, or a fault says so. */
  claim(session: DataSession): boolean {
    const isTaken = this.active !== null && this.active !== session;
    if (isTaken || this.paper.faults.take("connection-limit") !== null) return false;
    this.active = session;
    return true;
  }

  /** Tells what happened in an instant. */
  tell(messages: readonly DataMessage[]): void {
    if (this.active !== null && !this.paper.faults.isMute("data")) this.active.tell(messages);
  }

  /** Whether somebody has subscribed to anything. */
  get isHeard(): boolean {
    return this.active?.isSubscribed ?? false;
  }

  get waiting(): number {
    return this.active?.waiting ?? 0;
  }
}

/** One socket of a feed. */
export class DataSession {
  private readonly paper: PaperAccount;
  private readonly feed: DataFeed;
  private readonly wire: Wire;
  private readonly codec: Codec;
  private readonly subscriptions: Subscriptions;
  private isAuthenticated = false;

  constructor(paper: PaperAccount, feed: DataFeed, wire: Wire, codec: Codec) {
    this.paper = paper;
    this.feed = feed;
    this.wire = wire;
    this.codec = codec;
    this.subscriptions = new Subscriptions(feed.kind, paper.settings.subscription === "basic");
  }

  get waiting(): number {
    return this.wire.waiting;
  }

  get isSubscribed(): boolean {
    return !this.subscriptions.isEmpty;
  }

  greet(): void {
    this.send([{ T: "success", msg: "connected" }]);
  }

  /** Answers a frame of the client. */
  receive(frame: Uint8Array, isBinary: boolean): void {
    const message = messageOf(frame, isBinary);
    const keys = authentication.safeParse(message);
    if (keys.success) {
      this.authenticate(keys.data.key, keys.data.secret);
      return;
    }
    const wish = subscription.safeParse(message);
    if (!wish.success) this.fail(400);
    else if (!this.isAuthenticated) this.fail(401);
    else this.subscribe(wish.data);
  }

  authenticate(keyId: string, secret: string): void {
    if (this.isAuthenticated) this.fail(403);
    else if (!isAllowed(this.paper.settings.keys, keyId, secret)) this.fail(402);
    else if (!this.feed.isEntitled) this.fail(409);
    // The socket stays: a client may try again on it until the place is free.
    else if (!this.feed.claim(this)) this.fail(406);
    else {
      this.isAuthenticated = true;
      this.send([{ T: "success", msg: "authenticated" }]);
    }
  }

  /** The time to authenticate is over. */
  expire(): void {
    if (this.isAuthenticated) return;
    this.fail(404);
    this.wire.close(1008, ERRORS[404]);
  }

  tell(messages: readonly DataMessage[]): void {
    const heard = messages.filter(({ channel, symbol }) =>
      this.subscriptions.hears(channel, symbol),
    );
    if (heard.length === 0) return;
    this.send(heard.map(({ fields, timeMs }) => ({ ...fields, t: this.timeOf(timeMs) })));
    if (this.wire.waiting <= MOST_WAITING) return;
    this.fail(407);
    this.wire.terminate();
  }

  drop(): void {
    this.wire.terminate();
  }

  private subscribe({ action, ...channels }: z.output<typeof subscription>): void {
    const change = changeIn(channels);
    const apply = action === "subscribe" ? "add" : "remove";
    const fault = change === null ? 400 : this.subscriptions[apply](change);
    if (fault !== null) this.fail(fault);
    else this.send([{ T: "subscription", ...this.subscriptions.state() }]);
  }

  /** Text has times as text, msgpack as its own kind of time. */
  private timeOf(timeMs: number): string | Date {
    return this.codec === "msgpack" ? new Date(timeMs) : stampOf(timeMs);
  }

  private fail(code: ErrorCode): void {
    this.send([{ T: "error", code, msg: ERRORS[code] }]);
  }

  private send(messages: readonly unknown[]): void {
    this.wire.send(frameOf(messages, this.codec));
  }
}

function changeIn(channels: Readonly<Record<string, unknown>>): Change | null {
  const change = new Map<string, readonly string[]>();
  for (const [channel, value] of Object.entries(channels)) {
    const parsed = symbols.safeParse(value);
    if (!parsed.success) return null;
    change.set(channel, parsed.data);
  }
  return change;
}
