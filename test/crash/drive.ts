import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import type { FaultInput } from "../../functions/exchange/faults.ts";
import { Dice } from "../../functions/simulate/dice.ts";
import { SIGNED_HEADERS, sign } from "../../functions/webhook/hmac.ts";
import { differences, isQuiet } from "./books.ts";
import { SECRET } from "./market.ts";
import { bundled, Running, waited } from "./processes.ts";

/** What some kills came to. */
export interface CrashReport {
  readonly seed: number;
  readonly kills: number;
  readonly differences: readonly string[];
  readonly orders: number;
  readonly fills: number;
  readonly signals: number;
  readonly faults: number;
  /** From the start of a process until it trades, ms: the slowest of all starts. */
  readonly slowestStartMs: number;
}

/** What goes wrong at the exchange while servers are killed. */
const FAULTS: readonly FaultInput[] = [
  { kind: "lost", method: "POST", path: "/v2/orders", after: true },
  { kind: "lost", method: "POST", path: "/v2/orders", after: false },
  { kind: "reply", method: "POST", path: "/v2/orders", status: 504, after: true },
  { kind: "reply", path: "/v2/orders", status: 503, times: 2 },
  { kind: "reply", path: "/v2/", status: 429, retryAfterS: 0 },
  { kind: "drop", stream: "trade" },
  { kind: "drop", stream: "data" },
  { kind: "delay-updates", ms: 3_000, times: 3 },
  { kind: "duplicate-updates", copies: 2, times: 5 },
  { kind: "lose-updates", times: 3 },
  { kind: "partial-fills", pieces: 3, times: 3 },
  { kind: "slow-cancel", ms: 2_000, times: 2 },
];

/** Kills a server again and again while it trades, and compares the books at the end. */
export async function crashTest(options: {
  readonly kills: number;
  readonly seed: number;
  onKill?(done: number): void;
}): Promise<CrashReport> {
  const { kills, seed, onKill = () => {} } = options;
  const folder = mkdtempSync(join(tmpdir(), "bellwether-kills-"));
  const scripts = {
    exchange: await bundled("exchangeProcess"),
    server: await bundled("serverProcess"),
  };
  const minutes = Math.min(390, 12 + kills * 2);
  const exchange = new Running(scripts.exchange, [String(minutes)]);
  const url = (await exchange.says(/(http\S+)\n/, 20_000)) ?? "";
  const test = new Test({ dice: new Dice(seed), url, folder, script: scripts.server });
  try {
    // Two thirds of the session go by while servers are killed, the rest undisturbed.
    const stepMs = ((minutes - 10) * 60_000) / kills;
    for (let kill = 0; kill < kills; kill += 1) {
      await test.killed(stepMs);
      onKill(kill + 1);
    }
    const found = await test.settled(minutes);
    const { signals, faults, slowestStartMs } = test;
    return { seed, kills, ...found, signals: signals.size, faults, slowestStartMs };
  } finally {
    await test.end();
    await exchange.kill("SIGKILL");
    for (const one of [folder, scripts.exchange, scripts.server]) {
      rmSync(one, { recursive: true, force: true });
    }
  }
}

interface Parts {
  readonly dice: Dice;
  readonly url: string;
  readonly folder: string;
  readonly script: string;
}

class Test {
  /** Signals that were answered with 202, by event id. */
  readonly signals = new Set<string>();
  faults = 0;
  slowestStartMs = 0;
  private readonly parts: Parts;
  private server: Running | null = null;
  private count = 0;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** One server from its start until it is killed, with the clock going on meanwhile. */
  async killed(stepMs: number): Promise<void> {
    const { dice } = this.parts;
    const door = await this.start();
    const steps = dice.between(2, 12);
    const sending: Promise<void>[] = [];
    for (let step = 0; step < steps; step += 1) {
      if (dice.oneIn(3)) await this.fault(FAULTS[dice.between(0, FAULTS.length - 1)]);
      if (dice.oneIn(3)) sending.push(this.signal(door));
      await this.advance(Math.round(stepMs / steps));
      await waited(dice.between(0, 40));
    }
    await this.server?.kill("SIGKILL");
    await Promise.all(sending);
  }

  /** A last server, without faults, until the session is over and nothing moves any more. */
  async settled(minutes: number) {
    const { url, folder } = this.parts;
    await this.admin("DELETE", "faults");
    await this.start();
    for (let i = 0; i < 40; i += 1) {
      await this.advance(Math.max(15_000, (minutes * 60_000) / 200));
      await waited(25);
    }
    const untilMs = performance.now() + 30_000;
    let quiet = 0;
    // Twice quiet in a row: an event may be on its way between the two looks.
    while (quiet < 3 && performance.now() < untilMs) {
      await this.advance(2_000);
      await waited(60);
      quiet = (await isQuiet(folder)) ? quiet + 1 : 0;
    }
    const ended = await this.server?.kill("SIGTERM");
    const { lines, orders, fills } = await differences(folder, url, this.signals);
    const odd = [];
    if (quiet < 3) odd.push(`it did not come to rest; the server said: ${this.server?.said}`);
    if (ended !== "0") odd.push(`the last server ended with ${ended}: ${this.server?.said}`);
    return { differences: [...lines, ...odd], orders, fills };
  }

  async end(): Promise<void> {
    await this.server?.kill("SIGKILL");
  }

  private async start(): Promise<string> {
    const { script, folder, url } = this.parts;
    const startedMs = performance.now();
    const server = new Running(script, [folder, url]);
    this.server = server;
    const door = await server.says(/taken in at (http\S+)\/signals/, 30_000);
    if (door === null) throw new Error(`the server does not trade: ${server.said}`);
    this.slowestStartMs = Math.max(this.slowestStartMs, Math.round(performance.now() - startedMs));
    return door;
  }

  /** Sends a signal as a careful sender does: again until it is answered, or nobody is there. */
  private async signal(door: string): Promise<void> {
    this.count += 1;
    const nonce = `crash-signal-${this.count}`;
    const body = JSON.stringify({ id: nonce, symbol: "BBB", action: "buy" });
    const timestampMs = await this.nowMs();
    const signature = sign(SECRET, "busy", { timestampMs, nonce }, Buffer.from(body));
    const headers = {
      "content-type": "application/json",
      [SIGNED_HEADERS.timestamp]: String(timestampMs),
      [SIGNED_HEADERS.nonce]: nonce,
      [SIGNED_HEADERS.signature]: signature,
    };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      try {
        const reply = await fetch(`${door}/signals/busy`, { method: "POST", headers, body });
        const text = await reply.text();
        if (reply.status !== 202) continue;
        const { id } = JSON.parse(text);
        this.signals.add(String(id));
        return;
      } catch {
        // The server was killed: its successor has another port, and this sender gives up.
        return;
      }
    }
  }

  private async nowMs(): Promise<number> {
    const reply = await fetch(`${this.parts.url}/_exchange/state`);
    const state: unknown = await reply.json();
    return Date.parse(z.object({ now: z.string() }).parse(state).now);
  }

  private async fault(fault: FaultInput | undefined): Promise<void> {
    this.faults += 1;
    await this.admin("POST", "faults", fault);
  }

  private async advance(byMs: number): Promise<void> {
    await this.admin("POST", "advance", { byMs });
  }

  private async admin(method: string, path: string, body?: unknown): Promise<void> {
    const headers = { "content-type": "application/json" };
    const init = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
    const reply = await fetch(`${this.parts.url}/_exchange/${path}`, init);
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  }
}
