import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, defineStrategy, enterLong } from "../../core/index.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { trade } from "../../functions/serve/live.ts";
import { SIGNED_HEADERS, sign } from "../../functions/webhook/hmac.ts";
import { feeds } from "../live/minutes.ts";

const folders: string[] = [];
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

/** Buys what a signal says, at once. */
const obedient = defineStrategy({
  name: "obedient",
  description: "Buys on a signal",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onSignal: ({ signal }) => ({ intents: [enterLong({ reason: `signal ${signal.signalId}` })] }),
});

const SECRET = "a-secret-of-enough-length";

test("a signed signal becomes an order at the exchange, and its repeat does not", async () => {
  const profile = defineProfile(obedient, {
    name: "follower",
    universe: ["AAA"],
    sizing: { kind: "fixed-quantity", quantity: "10" },
  });
  const [feed] = feeds();
  if (feed === undefined) throw new Error("expected a feed");
  const exchange = createExchange({ feeds: [feed], fromMs: newYorkTimeMs("2024-07-01", "10:00") });
  const served = await exchange.listen({ port: 0, host: "127.0.0.1" });
  const folder = mkdtempSync(join(tmpdir(), "bellwether-live-"));
  folders.push(folder);
  const store = new LocalStore({ folder, volatile: true });
  const lines: string[] = [];
  const stop = new AbortController();
  const running = trade(
    {
      profiles: [compileProfile(profile)],
      store,
      keyId: "any",
      secret: "any",
      baseUrl: served.url,
      webhook: { port: 0, secrets: { "follower/signed": [SECRET] } },
      notifier: { notify: async ({ title }) => void lines.push(title) },
      log: (line) => void lines.push(line),
    },
    stop.signal,
  );
  const door = await vi.waitUntil(() => lines.join("\n").match(/taken in at (\S+)\/signals/)?.[1], {
    timeout: 20_000,
  });
  const body = JSON.stringify({ id: "first", symbol: "AAA", action: "buy" });
  const timestampMs = exchange.nowMs;
  const signed = { timestampMs, nonce: "nonce-of-this-call" };
  const send = async (secret: string) => {
    const headers = {
      "content-type": "application/json",
      [SIGNED_HEADERS.timestamp]: String(timestampMs),
      [SIGNED_HEADERS.nonce]: signed.nonce,
      [SIGNED_HEADERS.signature]: sign(secret, "follower", signed, Buffer.from(body)),
    };
    const reply = await fetch(`${door}/signals/follower`, { method: "POST", headers, body });
    return { status: reply.status, text: await reply.text() };
  };
  expect((await send("another-secret-of-length")).status).toBe(401);
  const first = await send(SECRET);
  expect(first.status).toBe(202);
  expect(await send(SECRET)).toEqual(first);
  const accepted = () =>
    store
      .read({ date: "2024-07-01", after: null, limit: 1000 })
      .entries.filter(({ event }) => event.type === "order.accepted.v1");
  await vi.waitUntil(() => accepted().length > 0, { timeout: 20_000 });
  stop.abort();
  await running;
  expect(accepted().length).toBe(1);
  expect(lines.join("\n")).not.toContain(SECRET);
  await served.close();
  await store.close();
}, 60_000);
