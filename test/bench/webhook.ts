import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import autocannon from "autocannon";
import Table from "cli-table3";
import { Hono } from "hono";
import { ConflictError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { createApp } from "../../functions/webhook/app.ts";
import type { WebhookPorts } from "../../functions/webhook/call.ts";
import type { HttpEvent } from "../../functions/webhook/http.ts";
import { listen } from "../../functions/webhook/node.ts";
import { rawHandler } from "../../functions/webhook/rawEvent.ts";
import { rig, SECRETS } from "../webhook/rig.ts";
import { machine, median, quantile } from "./report.ts";

const ROUNDS = 5;
const CALLS = 10_000;
const MANY = 1_000_000;
const RING = 50_000;
const SECONDS = 4;
const CONNECTIONS = 8;
const HEADERS = { "content-type": "application/json" };

/**
 * The latest events in a ring: what a memory can hold of a stream without an end. Forgetting the
 * oldest by `map.delete(map.keys().next().value)` instead grows slower and slower.
 */
class RecentEvents {
  private readonly events = new Map<string, DomainEvent>();
  private readonly ring: string[] = [];
  private next = 0;

  readonly store: WebhookPorts["store"] = {
    commit: ({ events: [event] }) => {
      if (event === undefined) return;
      if (this.events.has(event.id)) throw new ConflictError("seen before", event.id);
      const oldest = this.ring[this.next];
      if (oldest !== undefined) this.events.delete(oldest);
      this.ring[this.next] = event.id;
      this.next = (this.next + 1) % RING;
      this.events.set(event.id, event);
    },
  };
  readonly journal: WebhookPorts["journal"] = { event: (id) => this.events.get(id) };
}

function ports(): WebhookPorts {
  const { store, journal } = new RecentEvents();
  const clock = { nowMs: () => Date.now() };
  return { ...rig({ store, journal, clock, log: () => {} }).ports };
}

/** What a webhook could not do without: take the body and read it. */
function bareApp(): Hono {
  const app = new Hono();
  app.post("/signals/:profile", async (c) => {
    const { symbol } = await c.req.json();
    return c.json({ symbol }, 202);
  });
  return app;
}

function signal(id: number): string {
  const own = { id: `bench-${id}`, symbol: "SPY", action: "buy", price: "471.25", quantity: "10" };
  return JSON.stringify({ secret: SECRETS["spy/typed"][0], ...own, sentAt: Date.now() });
}

/** Sends a body to a path, and gives the status. */
type Caller = (path: string, body: string) => Promise<number>;

type App = { readonly request: (path: string, init: RequestInit) => Response | Promise<Response> };

/** By a Request, as no deployed path does: a function URL has none, Node's listener a light one. */
function callerOf(app: App): Caller {
  return async (path, body) => {
    // Whoever calls over a wire announces the length.
    const headers = { ...HEADERS, "content-length": String(body.length) };
    const response = await app.request(path, { method: "POST", headers, body });
    await response.text();
    return response.status;
  };
}

/** By the event of a function URL. */
function lambdaCaller(ports: WebhookPorts): Caller {
  const handler = rawHandler(ports);
  return async (rawPath, body) => {
    const http = { method: "POST", path: rawPath, sourceIp: "203.0.113.7" };
    const requestContext = { stage: "$default", http };
    const rest = { headers: HEADERS, isBase64Encoded: false, requestContext } as const;
    const event: HttpEvent = { version: "2.0", rawPath, body, ...rest };
    return (await handler(event)).statusCode;
  };
}

/** Milliseconds of each call, one after the other; every one must be accepted. */
async function timesOf(call: Caller, first: number, path = "/signals/spy", status = 202) {
  const times: number[] = [];
  for (let number = first; number < first + CALLS; number += 1) {
    const body = signal(number);
    const startedMs = performance.now();
    const got = await call(path, body);
    times.push(performance.now() - startedMs);
    if (got !== status) throw new Error(`${path}: got ${got}`);
  }
  return times;
}

const rate = (times: readonly number[]) => (times.length / times.reduce((a, b) => a + b, 0)) * 1000;

/** In process: the webhook by both of its doors beside a bare Hono route, in turns. */
async function inProcess(): Promise<string> {
  const callers = {
    "webhook by Lambda's event": lambdaCaller(ports()),
    "webhook by a Request": callerOf(createApp(ports())),
    "bare Hono, JSON only": callerOf(bareApp()),
  };
  const rounds = new Map<string, { readonly times: number[]; readonly cpuUs: number }[]>();
  let first = 0;
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, call] of Object.entries(callers)) {
      const before = process.cpuUsage();
      const times = await timesOf(call, first);
      const { user, system } = process.cpuUsage(before);
      first += CALLS;
      // The first round is for the compiler.
      if (round < 0) continue;
      rounds.set(name, [...(rounds.get(name) ?? []), { times, cpuUs: (user + system) / CALLS }]);
    }
  }
  const head = ["in process, memory store", "calls/s", "p50 ms", "p99 ms", "processor µs a call"];
  const table = new Table({ head });
  for (const [name, all] of rounds) {
    const of = (share: number) => median(all.map(({ times }) => quantile(times, share)));
    const calls = median(all.map(({ times }) => rate(times))).toFixed(0);
    const cpu = median(all.map(({ cpuUs }) => cpuUs)).toFixed(1);
    table.push([name, calls, of(0.5).toFixed(3), of(0.99).toFixed(3), cpu]);
  }
  return table.toString();
}

/** A million distinct ids one after the other: the last calls beside the first. */
async function withoutDecay(): Promise<string> {
  const call = lambdaCaller(ports());
  await timesOf(call, 0);
  const rates: number[] = [];
  for (let done = CALLS; done < MANY; done += CALLS) rates.push(rate(await timesOf(call, done)));
  const [early, late] = [median(rates.slice(0, 10)), median(rates.slice(-10))];
  return `calls/s at 100,000 distinct ids and at 1,000,000: ${early.toFixed(0)}, ${late.toFixed(0)}`;
}

/** What a stranger could measure: an unknown profile beside a wrong secret in the path. */
async function strangers(): Promise<string> {
  const call = lambdaCaller(ports());
  const token = createHash("sha256").update("wrong").digest("base64url");
  const paths = [`/signals/nobody/${token}`, `/signals/spy/${token}`];
  const seen = new Map<string, number[]>(paths.map((path) => [path, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const path of paths) seen.get(path)?.push(median(await timesOf(call, 0, path, 404)));
  }
  const [unknown, wrong] = [...seen.values()].map(median);
  return `µs to say 404: unknown profile ${us(unknown)}, wrong path secret ${us(wrong)}`;
}

const us = (ms = Number.NaN) => (ms * 1000).toFixed(1);

async function overLoopback(): Promise<string> {
  const webhook = await listen(ports(), { port: 0, host: "127.0.0.1" });
  const bare = createAdaptorServer({ fetch: bareApp().fetch });
  await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
  const { port } = bare.address() as AddressInfo;
  const targets = { "webhook over loopback": webhook.url, "bare Hono": `http://127.0.0.1:${port}` };
  const table = new Table({ head: [`${CONNECTIONS} connections`, "calls/s", "p50 ms", "p99 ms"] });
  for (const [name, url] of Object.entries(targets)) {
    let id = 0;
    const result = await autocannon({
      url: `${url}/signals/spy`,
      connections: CONNECTIONS,
      duration: SECONDS,
      requests: [
        {
          method: "POST",
          headers: HEADERS,
          setupRequest: (request) => {
            id += 1;
            return { ...request, body: signal(id) };
          },
        },
      ],
    });
    if (result.non2xx + result.errors > 0) throw new Error(`${name}: ${result.non2xx} refused`);
    const { p50, p99 } = result.latency;
    table.push([name, result.requests.average.toFixed(0), String(p50), String(p99)]);
  }
  await webhook.close();
  bare.close();
  return `${table.toString()}\n(the caller shares the processors, and waits in whole milliseconds)`;
}

/** Prints how fast the webhook is, and that it stays so. */
export async function webhookBench(): Promise<void> {
  console.log(machine());
  console.log(`medians of ${ROUNDS} rounds of ${CALLS} calls in turns; every call is accepted`);
  console.log(await inProcess());
  console.log(await withoutDecay());
  console.log(await strangers());
  console.log(await overLoopback());
}
