import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { bundled, Running, waited } from "../crash/processes.ts";
import { SECRETS } from "../webhook/rig.ts";

/** What a flood came to. */
export interface FloodReport {
  /** Connections that strangers held or wanted to hold at once, and how many they made in all. */
  readonly connections: number;
  readonly made: number;
  /** Signals of an honest sender meanwhile, and how many of them were taken in. */
  readonly sent: number;
  readonly taken: number;
  /** The slowest of them but one in a hundred, ms. */
  readonly p99Ms: number;
  /** The most memory of the server, MB: before, and in all. */
  readonly quietMb: number;
  readonly peakMb: number;
  /** Whether it answered at once when all of it was over. */
  readonly isWell: boolean;
}

const EVERY_MS = 50;

/** Ways to keep a line: silence, a header that never ends, a body that never comes. */
const OPENINGS = [
  "",
  "POST /signals/spy HTTP/1.1\r\nHost: a\r\nX-A: ",
  "POST /signals/spy HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n{",
];

/**
 * Holds as many connections to a webhook as it lets itself be held by, each replaced as it is
 * closed, while an honest sender goes on. The webhook is a process of its own.
 */
export async function flood(options: {
  readonly connections: number;
  readonly forMs: number;
  /** How many the webhook lets itself hold. */
  readonly most?: number;
}): Promise<FloodReport> {
  const { connections, forMs, most = 2_000 } = options;
  const server = new Running(await bundled("../attack/floodProcess"), [String(most)]);
  const url = await server.says(/(http\S+)\n/, 20_000);
  if (url === null) throw new Error(`the webhook did not start: ${server.said}`);
  try {
    const honest = new Honest(new URL(url));
    for (let i = 0; i < 20; i += 1) await honest.send();
    const quietMb = await peakOf(server);
    const strangers = new Strangers(Number(new URL(url).port), connections);
    honest.forget();
    const untilMs = performance.now() + forMs;
    while (performance.now() < untilMs) {
      strangers.hold();
      void honest.send();
      await waited(EVERY_MS);
    }
    await honest.settled();
    const { sent, taken, p99Ms } = honest.figures();
    const peakMb = await peakOf(server);
    strangers.leave();
    await waited(500);
    const isWell = await honest.send();
    return { connections, made: strangers.made, sent, taken, p99Ms, quietMb, peakMb, isWell };
  } finally {
    await server.kill("SIGKILL");
  }
}

async function peakOf(server: Running): Promise<number> {
  await waited(250);
  const peaks = [...server.all.matchAll(/peak (\d+)/g)].map(([, mb]) => Number(mb));
  return Math.max(0, ...peaks);
}

/** Connections that say next to nothing, and now and then a byte more. */
class Strangers {
  made = 0;
  private readonly port: number;
  private readonly most: number;
  private readonly lines = new Set<Socket>();

  constructor(port: number, most: number) {
    this.port = port;
    this.most = most;
  }

  hold(): void {
    for (const line of this.lines) if (this.made % 7 === 0) line.write("x");
    while (this.lines.size < this.most) this.open();
  }

  leave(): void {
    for (const line of this.lines) line.destroy();
  }

  private open(): void {
    const line = connect(this.port, "127.0.0.1");
    const opening = OPENINGS[this.made % OPENINGS.length] ?? "";
    this.made += 1;
    this.lines.add(line);
    line.on("connect", () => void line.write(opening));
    line.on("error", () => {});
    line.on("close", () => void this.lines.delete(line));
  }
}

/** A sender of good signals, each on a line of its own as TradingView's are, each sent once. */
class Honest {
  private readonly url: URL;
  private count = 0;
  private tookMs: number[] = [];
  private open: Promise<boolean>[] = [];

  constructor(url: URL) {
    this.url = url;
  }

  forget(): void {
    this.tookMs = [];
    this.open = [];
  }

  send(): Promise<boolean> {
    const sent = this.post();
    this.open.push(sent);
    return sent;
  }

  async settled(): Promise<void> {
    await Promise.all(this.open);
  }

  figures() {
    const sorted = this.tookMs.sort((a, b) => a - b);
    const p99Ms = Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0);
    return { sent: this.open.length, taken: sorted.length, p99Ms };
  }

  private async post(): Promise<boolean> {
    this.count += 1;
    const [secret] = SECRETS["spy/typed"];
    const body = JSON.stringify({ secret, symbol: "SPY", action: "buy", id: `h${this.count}` });
    const startedMs = performance.now();
    try {
      const headers = { "content-type": "application/json", connection: "close" };
      const where = new URL("/signals/spy", this.url);
      const call = request(where, { method: "POST", headers, agent: false, timeout: 3_000 });
      call.on("timeout", () => call.destroy(new Error("too late")));
      call.end(body);
      const [response] = await once(call, "response");
      response.resume();
      if (response.statusCode !== 202) return false;
      this.tookMs.push(performance.now() - startedMs);
      return true;
    } catch {
      return false;
    }
  }
}
