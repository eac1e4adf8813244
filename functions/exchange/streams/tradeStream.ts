import * as z from "zod";
import { isAllowed } from "../keys.ts";
import type { PaperAccount } from "../paper.ts";
import { type Codec, frameOf, messageOf, type Wire } from "./wire.ts";

const authentication = z.object({
  action: z.literal("authenticate"),
  data: z.object({
    key_id: z.string().default("oauth"),
    secret_key: z.string().optional(),
    oauth_token: z.string().optional(),
  }),
});
/** The form of the market data stream, which some clients send here too. */
const shortAuthentication = z.object({
  action: z.literal("auth"),
  key: z.string(),
  secret: z.string(),
});
const listening = z.object({
  action: z.literal("listen"),
  data: z.object({ streams: z.array(z.string()) }),
});

const UPDATES = "trade_updates";

/** `/stream`: tells its sessions of the account's orders. */
export class TradeStream {
  private readonly paper: PaperAccount;
  private readonly sessions = new Set<TradeSession>();
  /** Hears of no order any more. */
  readonly stop: () => void;

  constructor(paper: PaperAccount) {
    this.paper = paper;
    this.stop = paper.updates.subscribe((update) => {
      if (paper.faults.isMute("trade")) return;
      for (const session of this.sessions) session.tell(update);
    });
    paper.faults.watch((fault) => {
      if (fault.kind !== "drop" || fault.stream !== "trade") return;
      for (const session of [...this.sessions]) session.drop();
    });
  }

  /** A socket has opened; it is told of nothing until it has authenticated and listens. */
  open(wire: Wire, codec: Codec): TradeSession {
    const session = new TradeSession(this.paper, wire, codec);
    this.sessions.add(session);
    return session;
  }

  close(session: TradeSession): void {
    this.sessions.delete(session);
  }

  /** How many sessions are told of orders. */
  get listening(): number {
    return [...this.sessions].filter(({ isListening }) => isListening).length;
  }

  get waiting(): number {
    return [...this.sessions].reduce((sum, { waiting }) => sum + waiting, 0);
  }
}

/** One socket of `/stream`. */
export class TradeSession {
  private readonly paper: PaperAccount;
  private readonly wire: Wire;
  private readonly codec: Codec;
  private isAuthorized = false;
  isListening = false;

  constructor(paper: PaperAccount, wire: Wire, codec: Codec) {
    this.paper = paper;
    this.wire = wire;
    this.codec = codec;
  }

  get waiting(): number {
    return this.wire.waiting;
  }

  /** Answers a frame of the client. */
  receive(frame: Uint8Array, isBinary: boolean): void {
    const message = messageOf(frame, isBinary);
    const keys = keysIn(message);
    if (keys !== null) {
      this.authenticate(keys.keyId, keys.secret);
      return;
    }
    const parsed = listening.safeParse(message);
    if (parsed.success) this.listen(parsed.data.data.streams);
    else this.send({ action: "error", data: { error_message: "invalid request" } });
  }

  tell(update: unknown): void {
    if (this.isListening) this.send({ stream: UPDATES, data: update });
  }

  drop(): void {
    this.wire.terminate();
  }

  private authenticate(keyId: string, secret: string): void {
    this.isAuthorized = isAllowed(this.paper.settings.keys, keyId, secret);
    const action = "authenticate";
    const refused = { status: "unauthorized", action, message: "access key verification failed" };
    const data = this.isAuthorized ? { status: "authorized", action } : refused;
    this.send({ stream: "authorization", data });
  }

  private listen(streams: readonly string[]): void {
    if (!this.isAuthorized) {
      const data = { status: "unauthorized", action: "listen" };
      this.send({ stream: "authorization", data });
      return;
    }
    this.isListening = streams.includes(UPDATES);
    this.send({ stream: "listening", data: { streams: this.isListening ? [UPDATES] : [] } });
  }

  /** The paper host sends JSON in binary frames, the live host in text frames. */
  private send(message: unknown): void {
    const frame = frameOf(message, this.codec);
    const isText = typeof frame === "string" && this.paper.settings.tradeFrames === "text";
    this.wire.send(isText ? frame : Buffer.from(frame));
  }
}

function keysIn(message: unknown): { readonly keyId: string; readonly secret: string } | null {
  const long = authentication.safeParse(message);
  if (long.success) {
    const { key_id, secret_key, oauth_token } = long.data.data;
    return { keyId: key_id, secret: secret_key ?? oauth_token ?? "" };
  }
  const short = shortAuthentication.safeParse(message);
  return short.success ? { keyId: short.data.key, secret: short.data.secret } : null;
}
