import type { streaming } from "@alpacahq/alpaca-trade-api";
import { InputError, TransientError } from "../../core/domain/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { delayAfter, troubleOf } from "./backoff.ts";
import type { Sockets } from "./sockets.ts";
import type { Timers } from "./timers.ts";

/** What every kept connection needs from outside. */
export interface ConnectionWorld {
  readonly clock: Clock;
  readonly timers: Timers;
  /** From 0 up to 1: spreads the reconnects of many clients. */
  readonly random: () => number;
  readonly sockets: Sockets;
  /** Everything that goes wrong; the connection goes on by itself all the same. */
  readonly onFault: (error: Error) => void;
}

/** Who listens to a connection. */
export interface ConnectionListener {
  /** It is up again: what was missed from this time on (UTC ms) must be asked for. */
  onGap(sinceMs: number): Promise<void>;
  /** True once the gap is filled and while messages flow. */
  onState(live: boolean): void;
}

/** One feed. */
export interface Feed<S extends streaming.AlpacaWebSocket> {
  /** Its address; two connections of the same keys to one would throw each other out. */
  readonly url: string;
  readonly keyId: string;
  /** A fresh client that is to subscribe to everything as soon as it may. */
  open(sockets: Sockets): S;
  /** Whether the server will say what is subscribed to, once it is. */
  confirms(): boolean;
  /** Asks something that the server must answer, and that changes nothing. */
  probe(client: S): void;
}

/** An upgrade, authentication and subscription together must take no longer. */
const UP_WITHIN_MS = 15_000;
/** How often a silent server is asked to say something, and how soon it must. */
const PROBE_EVERY_MS = 30_000;
const ANSWER_WITHIN_MS = 10_000;
/** Asked for twice over a gap, as the venue's clock and ours differ; repeats do no harm. */
const OVERLAP_MS = 5_000;

const busy = new Set<string>();

/**
 * Keeps one connection up for ever. The client library reconnects by itself, but neither notices a
 * server that is mute while it answers pings, nor lets go of a socket that is refused as one too
 * many (406), nor says from when on something was missed: so each of its clients lives for one
 * connection, and what follows is decided here.
 *
 * Messages are handled one after another. One whose handling fails is not lost: the connection is
 * taken up anew, and what was not handled is a gap.
 */
export class Connection<S extends streaming.AlpacaWebSocket> {
  private readonly feed: Feed<S>;
  private readonly world: ConnectionWorld;
  private readonly listener: ConnectionListener;
  private current: S | null = null;
  private live = false;
  private failures = 0;
  /** Everything up to here has been handled, UTC ms. */
  private sinceMs = 0;
  private heardMs = 0;
  private tasks: { readonly heardMs: number; readonly run: () => void | Promise<void> }[] = [];
  private working: Promise<void> | null = null;
  private callOff: () => void = () => {};

  constructor(feed: Feed<S>, world: ConnectionWorld, listener: ConnectionListener) {
    this.feed = feed;
    this.world = world;
    this.listener = listener;
  }

  /** The client of the connection that is up, or on its way up. */
  get client(): S | null {
    return this.current;
  }

  /**
   * Starts; the first gap begins at `sinceMs`.
   * @throws InputError where this process has a connection to the feed already.
   */
  start(sinceMs: number): void {
    const { url } = this.feed;
    if (busy.has(this.place)) {
      throw new InputError(`${url}: expected one connection, got a second one`);
    }
    busy.add(this.place);
    this.sinceMs = sinceMs;
    this.attempt();
  }

  /** Stops, and waits for what is being handled. */
  async stop(): Promise<void> {
    busy.delete(this.place);
    this.drop();
    this.callOff();
    await this.working;
  }

  /** Handles something after all that came before it. */
  deliver(client: S, run: () => void | Promise<void>): void {
    if (client !== this.current) return;
    this.tasks.push({ heardMs: this.heardMs, run });
    this.work();
  }

  private get place(): string {
    return `${this.feed.keyId} ${this.feed.url}`;
  }

  private attempt(): void {
    const { timers } = this.world;
    try {
      const client = this.feed.open((url, codec) => this.listened(url, codec));
      this.current = client;
      const isUp = this.feed.confirms() ? "subscription" : "authorized";
      client.once(isUp, () => this.up(client));
      client.onError((message: string) => this.onError(client, message));
      client.onDisconnect(() => this.fail(client, "the connection was closed", 0));
      this.wait(UP_WITHIN_MS, () => this.fail(client, "it was not up in time", 0));
      client.connect();
    } catch (error) {
      // An address that is none fails here, and again each time: a person is told of it.
      this.world.onFault(asError(error));
      this.current = null;
      this.callOff();
      this.callOff = timers.after(this.nextDelayMs(0), () => this.attempt());
    }
  }

  private listened(url: string, codec: "msgpack" | "json") {
    const socket = this.world.sockets(url, codec);
    socket.on("message", () => {
      this.heardMs = this.world.clock.nowMs();
    });
    return socket;
  }

  /** Subscribed: first the gap is filled, then what has come meanwhile is handled. */
  private up(client: S): void {
    if (client !== this.current) return;
    this.callOff();
    this.deliver(client, async () => {
      await this.listener.onGap(Math.max(0, this.sinceMs - OVERLAP_MS));
      if (client !== this.current) return;
      this.live = true;
      this.failures = 0;
      this.listener.onState(true);
      this.watch(client);
    });
  }

  /** Asks a server that has been silent to say something. */
  private watch(client: S): void {
    this.wait(PROBE_EVERY_MS, () => {
      const { heardMs } = this;
      if (this.tasks.length === 0) this.sinceMs = heardMs;
      if (heardMs > this.world.clock.nowMs() - PROBE_EVERY_MS) return this.watch(client);
      this.feed.probe(client);
      this.wait(ANSWER_WITHIN_MS, () => {
        if (this.heardMs > heardMs) this.watch(client);
        else this.fail(client, "the server is mute", 0);
      });
    });
  }

  private onError(client: S, message: string): void {
    if (client !== this.current) return;
    const trouble = troubleOf(message);
    if (trouble.kind === "fatal") this.fail(client, message, trouble.waitMs);
    else this.world.onFault(new InputError(`${this.feed.url}: ${message}`));
  }

  private fail(client: S, reason: string, leastMs: number): void {
    if (client !== this.current) return;
    this.drop();
    const delayMs = this.nextDelayMs(leastMs);
    this.world.onFault(new TransientError(`${this.feed.url}: ${reason}`, delayMs));
    this.wait(delayMs, () => this.attempt());
  }

  private drop(): void {
    const client = this.current;
    if (this.live && this.tasks.length === 0) this.sinceMs = this.heardMs;
    // First of all, so that nothing that follows from closing is taken for another failure.
    this.current = null;
    this.callOff();
    client?.disconnect();
    if (!this.live) return;
    this.live = false;
    this.listener.onState(false);
  }

  private work(): void {
    this.working ??= this.handleAll().finally(() => {
      this.working = null;
      if (this.tasks.length > 0) this.work();
    });
  }

  private async handleAll(): Promise<void> {
    for (let task = this.tasks[0]; task !== undefined; task = this.tasks[0]) {
      try {
        await task.run();
        if (this.live) this.sinceMs = task.heardMs;
        this.tasks.shift();
      } catch (error) {
        this.world.onFault(asError(error));
        // It and what waits behind it are within the gap that is filled next.
        const { sinceMs } = this;
        this.tasks = [];
        if (this.current !== null) this.fail(this.current, "a message was not handled", 0);
        this.sinceMs = sinceMs;
      }
    }
  }

  private nextDelayMs(leastMs: number): number {
    const delayMs = delayAfter(this.failures, leastMs, this.world.random);
    this.failures += 1;
    return delayMs;
  }

  /** One thing is waited for at a time. */
  private wait(delayMs: number, run: () => void): void {
    this.callOff();
    this.callOff = this.world.timers.after(delayMs, run);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
