import type { Lines, Subscriptions } from "../ports/lines.ts";
import type { Leadership, Standing } from "./leadership.ts";
import type { LivePorts } from "./livePorts.ts";
import type { StreamHandler } from "./streamHandler.ts";

/** What a stream task is put together from. */
export interface StreamParts {
  readonly leadership: Leadership;
  readonly ports: Pick<LivePorts, "clock">;
  /** Makes the handler of a leader, whose books are open and fenced, and its lines. */
  lead(): Promise<{ readonly handler: StreamHandler; readonly lines: Lines }>;
}

/** How often it is looked at what to subscribe to, ms. */
const FOLLOW_EVERY_MS = 10_000;

/** How far back trade updates are asked for at a start, ms: a day covers any outage that counts. */
const LOOK_BACK_MS = 86_400_000;

/**
 * The life of a stream task: it stands by, leads, and is over when another leads. Lines are open
 * while it leads and at no other time, as a venue allows one of each. It has no timer of its own:
 * {@link step} is to be called a few times a second, one call after the other.
 */
export class StreamTask {
  private readonly parts: StreamParts;
  private led: { readonly handler: StreamHandler; readonly lines: Lines } | null = null;
  private followed = "";
  private followedMs = Number.MIN_SAFE_INTEGER;

  constructor(parts: StreamParts) {
    this.parts = parts;
  }

  /** What it leads with; null while it stands by. */
  get handler(): StreamHandler | null {
    return this.led?.handler ?? null;
  }

  /**
   * Does what is due. After `lost` nothing more is to be done but to end the process.
   * @throws whatever a store or venue throws: what was not done is done by a later step.
   */
  async step(): Promise<Standing> {
    const standing = await this.parts.leadership.step();
    if (standing === "lost") await this.hangUp();
    if (standing !== "won" && standing !== "leads") return standing;
    if (this.led === null) await this.lead();
    await this.follow();
    await this.led?.handler.step();
    return standing;
  }

  /** Keeps the lease, and the sight of accounts, while a step takes long. */
  async renew(): Promise<void> {
    if (this.led === null || (await this.parts.leadership.step()) === "lost") return;
    await this.led?.handler.renew();
  }

  /** Hangs up, tells what has come, and gives the lease back, so that another leads at once. */
  async stop(): Promise<void> {
    const handler = this.led?.handler;
    await this.hangUp();
    try {
      if (this.parts.leadership.leads) await handler?.stop();
    } finally {
      await this.parts.leadership.release();
    }
  }

  private async lead(): Promise<void> {
    const made = await this.parts.lead();
    await made.handler.start();
    made.lines.follow(await made.handler.wanted());
    made.lines.open(this.parts.ports.clock.nowMs() - LOOK_BACK_MS);
    this.led = made;
  }

  private async hangUp(): Promise<void> {
    const lines = this.led?.lines;
    this.led = null;
    await lines?.close();
  }

  /** Subscriptions follow the universe, which scanners change, and the positions that are open. */
  private async follow(): Promise<void> {
    const nowMs = this.parts.ports.clock.nowMs();
    if (this.led === null || nowMs - this.followedMs < FOLLOW_EVERY_MS) return;
    this.followedMs = nowMs;
    const wanted: Subscriptions = await this.led.handler.wanted();
    const text = JSON.stringify(wanted);
    if (text === this.followed) return;
    this.followed = text;
    this.led.lines.follow(wanted);
  }
}
