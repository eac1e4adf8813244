import { createHistogram } from "node:perf_hooks";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { eventText } from "../../core/events/envelope.ts";
import { FUZZ_TIMEOUT_MS, fuzz, pollution } from "../attack/fuzz.ts";
import { type Rig, rig, SECRETS, type Sent, send, signedHeaders, typed } from "./rig.ts";

const RUNS = fuzz("the webhook", 1_500);
vi.setConfig({ testTimeout: FUZZ_TIMEOUT_MS });
const ALL_SECRETS: readonly string[] = Object.values(SECRETS).flat();

const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => new Uint8Array(array));
const text = fc.string({ unit: "binary", maxLength: 200 });
const json = fc.json({ maxDepth: 12 });
/** A good body with something of it cut, doubled or changed. */
const mutated = fc
  .tuple(fc.nat(), fc.nat({ max: 20 }), fc.string({ unit: "binary", maxLength: 6 }))
  .map(([at, cut, put]) => {
    const good = JSON.stringify(typed({ id: "1", price: 471.5, comment: "x" }));
    const from = at % good.length;
    return good.slice(0, from) + put + good.slice(from + cut);
  });
const evilKeys = fc
  .dictionary(
    fc.constantFrom("__proto__", "constructor", "toString", "secret", "symbol", "action", "id"),
    fc.oneof(fc.jsonValue(), fc.constantFrom(...ALL_SECRETS, "SPY", "buy")),
  )
  .map((one) => JSON.stringify(one));
const body = fc.oneof(bytes, text, json, mutated, evilKeys);

const headers = fc.dictionary(
  fc.constantFrom(
    "content-type",
    "content-encoding",
    "content-length",
    "x-bellwether-signature",
    "x-bellwether-timestamp",
    "x-bellwether-nonce",
    "x-forwarded-for",
    "authorization",
  ),
  fc.oneof(
    fc.stringMatching(/^[ -~]{0,40}$/),
    fc.constantFrom("application/json", "text/plain", "v1=00", "1772470830000", "nonce-0001"),
  ),
);
const path = fc.oneof(
  fc.constantFrom("/signals/spy", "/signals/spy/x", "/signals/nobody", "/kill/all", "/kill/spy"),
  fc.webPath({ size: "small" }),
);
const address = fc.option(fc.oneof(fc.ipV4(), fc.ipV6(), text), { nil: undefined });
const call = fc
  .record({ path, body, headers, address, method: fc.constantFrom("POST", "POST", "GET", "PUT") })
  .map(({ path: to, body: what, address: from, method, ...rest }) => ({
    to,
    sent: {
      ...rest,
      method,
      ...(method === "GET" ? {} : { body: what }),
      ...(from === undefined ? {} : { address: from }),
    },
  }));

function holdsSecret(sent: Sent, to: string): boolean {
  const said = `${to} ${Buffer.from(sent.body?.toString() ?? "")} ${JSON.stringify(sent.headers)}`;
  return ALL_SECRETS.some((secret) => said.includes(secret));
}

function seen({ events, halts, lines }: Rig): string {
  return [...events.map(eventText), JSON.stringify(halts), JSON.stringify(lines)].join("\n");
}

/** A sender gives up after 3 s; one call in a hundred may take this, ms, of that. */
const MOST_P99_MS = 300;
/** What a run of any length may leave behind, MB. */
const MOST_GROWN_MB = 400;

describe("whatever a stranger sends", () => {
  it("is answered below 500 in time, changes nothing, and leaves nothing in memory", async () => {
    const took = createHistogram();
    const before = process.memoryUsage.rss();
    await fc.assert(
      fc.asyncProperty(call, async ({ to, sent }) => {
        const world = rig();
        const from = performance.now();
        const { status } = await send(world, to || "/", sent);
        took.record(Math.ceil((performance.now() - from) * 1e6));
        expect(status).toBeLessThan(500);
        if (holdsSecret(sent, to)) return;
        expect(world.events).toEqual([]);
        expect(world.halts).toEqual([]);
      }),
      RUNS,
    );
    const p99Ms = took.percentile(99) / 1e6;
    const grownMb = (process.memoryUsage.rss() - before) / 1e6;
    console.log(`all but one in a hundred within ${p99Ms.toFixed(2)} ms, ${grownMb | 0} MB more`);
    expect(p99Ms).toBeLessThan(MOST_P99_MS);
    expect(grownMb).toBeLessThan(MOST_GROWN_MB);
    expect(pollution()).toEqual([]);
  });

  it("is answered alike for unknown profiles, whatever came with it", async () => {
    await fc.assert(
      fc.asyncProperty(body, async (what) => {
        const { status, text: said } = await send(rig(), "/signals/nobody", { body: what });
        const { text: other } = await send(rig(), "/signals/spy/wrong-token-0000", { body: what });
        expect(status === 404 ? said : other).toBe(other);
      }),
      fuzz("unknown profiles", 300),
    );
  });
});

describe("whatever a sender with a secret sends", () => {
  const secret = SECRETS["spy/typed"][0];
  const value = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.double(),
    fc.jsonValue(),
    fc.constantFrom(secret, `${secret}${secret}`, ` ${secret} `, "SPY", "buy", "QQQ", "exit"),
  );
  const fields = fc.dictionary(
    fc.constantFrom("symbol", "action", "id", "price", "quantity", "comment", "sentAt", secret),
    value,
  );

  it("is answered below 500, and no secret comes back, is stored or is logged", async () => {
    await fc.assert(
      fc.asyncProperty(fields, fc.boolean(), async (own, isSigned) => {
        const world = rig();
        const good = typed({ id: "1", comment: `by ${secret}` });
        const sent = JSON.stringify({ ...good, ...own, secret: isSigned ? undefined : secret });
        const headersOf = isSigned ? signedHeaders(sent) : { "content-type": "text/plain" };
        const { status, text: said } = await send(world, "/signals/spy", {
          body: sent,
          headers: headersOf,
        });
        expect(status).toBeLessThan(500);
        for (const one of ALL_SECRETS) expect(`${said}${seen(world)}`).not.toContain(one);
      }),
      RUNS,
    );
  });

  it("stays within the scope of that secret", async () => {
    const order = fc.record({
      symbol: fc.constantFrom("SPY", "QQQ", "TSLA"),
      action: fc.constantFrom("buy", "sell", "exit"),
      quantity: fc.oneof(fc.integer(), fc.double(), fc.constantFrom("100", "100.1", "1e3")),
    });
    const token = SECRETS["spy/path"][0];
    await fc.assert(
      fc.asyncProperty(order, async (own) => {
        const world = rig();
        await send(world, "/signals/spy", { body: JSON.stringify(typed(own)) });
        await send(world, `/signals/spy/${token}`, { body: JSON.stringify(own) });
        for (const { data } of world.events) {
          expect(["SPY", "QQQ"]).toContain(data.symbol);
          if (data.source === "path") expect(`${data.symbol} ${data.action}`).toMatch(/^SPY (b|e)/);
          else expect(data.quantity ?? 1n).toBeLessThanOrEqual(100_000_000_000n);
        }
      }),
      fuzz("the scope of a secret", 500),
    );
  });
});
