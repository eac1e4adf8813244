import type { WebhookOptions } from "../../core/domain/webhook.ts";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { defineProfile } from "../../core/index.ts";
import type { Halt } from "../../core/ports/switches.ts";
import { MemoryStore } from "../../core/runtime/memoryStore.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { type Bindings, createApp } from "../../functions/webhook/app.ts";
import type { WebhookLine, WebhookPorts } from "../../functions/webhook/call.ts";
import { SIGNED_HEADERS, sign } from "../../functions/webhook/hmac.ts";
import { webhookProfiles } from "../../functions/webhook/profiles.ts";
import { webhookFollower } from "../../strategies/webhook-follower.ts";

/** Monday noon in New York; every test tells the time from here. */
export const NOW_MS = Date.UTC(2026, 2, 2, 17, 0, 30);

/** Secrets that must never be seen again once they were sent. */
export const SECRETS = {
  "spy/typed": ["canary-typed-secret-0001", "canary-typed-secret-0002"],
  "spy/tradingview": ["canary-tv-secret-00000001"],
  "spy/path": ["canary-path-secret-000001"],
  "spy/signed": ["canary-hmac-secret-000001"],
  "spy/free": ["canary-free-secret-000001"],
  kill: ["canary-kill-secret-000001"],
} as const satisfies Record<string, readonly string[]>;

/** Sources of the profile `spy`, one of each kind. */
const WEBHOOK: WebhookOptions = {
  sources: {
    typed: { auth: "body", scope: { maxQuantity: "100" } },
    tradingview: { auth: "body", format: "tradingview", symbols: { BTCUSD: "BTC/USD" } },
    path: { auth: "path", scope: { symbols: ["SPY"], actions: ["buy", "exit"] } },
    signed: { auth: "hmac" },
    free: {
      auth: "body",
      addresses: ["tradingview", "10.1.0.0/16"],
      format: {
        symbol: "/order/ticker",
        action: { at: "/order/side", values: { long: "buy", short: "sell", close: "exit" } },
        secret: "/auth/0",
        price: "/order/px",
        comment: "/note",
      },
    },
  },
};

/** All ports of the webhook in memory, with what came of a call in view. */
export function rig(options: Partial<WebhookPorts> = {}) {
  const events: EventOf<"signal.received.v1">[] = [];
  const byId = new Map<string, DomainEvent>();
  const store = new MemoryStore((committed) => {
    for (const event of committed) {
      byId.set(event.id, event);
      if (event.type === "signal.received.v1") events.push(event);
    }
  });
  const halts: Halt[] = [];
  const lines: WebhookLine[] = [];
  const clock = { ms: NOW_MS, nowMs: () => clock.ms };
  const universe = ["SPY", "QQQ"];
  const profile = defineProfile(webhookFollower, { name: "spy", universe, webhook: WEBHOOK });
  const profiles = webhookProfiles([compileProfile(profile)]);
  const ports: WebhookPorts = {
    profiles: new Map(profiles.map((one) => [one.name, one])),
    secrets: { secretsOf: (name) => Reflect.get(SECRETS, name) ?? [] },
    store,
    journal: { event: (id) => byId.get(id) },
    switches: {
      halts: (name) => halts.filter((halt) => halt.kind === "all" || halt.name === name),
      halt: (halt) => void halts.push(halt),
    },
    clock,
    log: (line) => void lines.push(line),
    ...options,
  };
  return { ports, app: createApp(ports), events, halts, lines, clock };
}
export type Rig = ReturnType<typeof rig>;

/** What a test sends, beside the address. */
export interface Sent {
  readonly body?: string | Uint8Array<ArrayBuffer> | URLSearchParams | ReadableStream;
  readonly headers?: Record<string, string>;
  readonly address?: string;
  readonly method?: string;
}

/** Calls the app in process. */
export async function send({ app }: Rig, path: string, sent: Sent = {}) {
  const { address, body, method = "POST", headers = {} } = sent;
  const env: Bindings = address === undefined ? {} : { address };
  const response = await app.request(
    path,
    { method, headers, ...(body === undefined ? {} : { body }) },
    env,
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
}

const JSON_TYPE = { "content-type": "application/json" };

/** Sends JSON. */
export function sendJson(
  to: Rig,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
) {
  return send(to, path, { body: JSON.stringify(body), headers: { ...JSON_TYPE, ...headers } });
}

/** A valid signal of the source `typed`, with what a test wants otherwise. */
export function typed(own: Record<string, unknown> = {}) {
  return { secret: SECRETS["spy/typed"][0], symbol: "SPY", action: "buy", ...own };
}

/** Signs a body as the source `signed` does; a test may lie about any part. */
export function signedHeaders(
  body: string,
  own: { secret?: string; profile?: string; timestampMs?: number; nonce?: string } = {},
): Record<string, string> {
  const { secret = SECRETS["spy/signed"][0], profile = "spy" } = own;
  const { timestampMs = NOW_MS, nonce = "nonce-00001" } = own;
  return {
    ...JSON_TYPE,
    [SIGNED_HEADERS.signature]: sign(secret, profile, { timestampMs, nonce }, Buffer.from(body)),
    [SIGNED_HEADERS.timestamp]: String(timestampMs),
    [SIGNED_HEADERS.nonce]: nonce,
  };
}
