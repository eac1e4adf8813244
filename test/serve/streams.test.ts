import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { holding } from "../../functions/serve/hold.ts";
import { trade } from "../../functions/serve/live.ts";
import { feeds, profile } from "../live/minutes.ts";

const MINUTE_MS = 60_000;
const WAIT = { timeout: 20_000, interval: 20 };
const startMs = newYorkTimeMs("2024-07-01", "10:00");

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** An exchange over sockets, and a folder on which servers are started. */
async function place() {
  const exchange = createExchange({ feeds: feeds(), fromMs: startMs });
  const served = await exchange.listen({ port: 0, host: "127.0.0.1" });
  endings.push(() => served.close());
  const folder = mkdtempSync(join(tmpdir(), "bellwether-streams-"));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const start = () => {
    const store = new LocalStore({ folder, volatile: true });
    const lines: string[] = [];
    const stop = new AbortController();
    const running = trade(
      {
        profiles: [compileProfile(profile())],
        store,
        keyId: "any",
        secret: "any",
        baseUrl: served.url,
        limit: { requests: 1_000_000, windowMs: MINUTE_MS },
        notifier: { notify: async ({ title, text }) => void lines.push(`${title}: ${text}`) },
        log: (line) => void lines.push(line),
      },
      stop.signal,
    );
    const ended = async () => {
      stop.abort();
      await running;
    };
    endings.push(async () => {
      await ended();
      await store.close();
    });
    const says = (text: string) => vi.waitUntil(() => lines.join("\n").includes(text), WAIT);
    return { store, lines, ended, says };
  };
  /** Who listens: both lines of one server. */
  const heard = () =>
    vi.waitUntil(async () => {
      const reply = await fetch(`${served.url}/_exchange/state`);
      const { listening } = Object(await reply.json());
      return listening.trade === 1 && listening.data === 1;
    }, WAIT);
  return { exchange, start, heard };
}

function barsIn(store: LocalStore): readonly string[] {
  const { entries } = store.read({ date: "2024-07-01", after: null, limit: 100_000 });
  return entries.flatMap(({ event }) => {
    if (event.type !== "bars.closed.v1" || event.data.timeframe !== "1m") return [];
    const { closeTimeMs, bars } = event.data;
    return bars.map(({ symbol }) => `${symbol} ${(closeTimeMs - startMs) / MINUTE_MS}`);
  });
}

/** The bars of some minutes, each once. */
const once = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) =>
    ["AAA", "BBB", "CCC"].map((symbol) => `${symbol} ${from + i}`),
  ).flat();

describe("serving from streams", () => {
  test("lines that are cut cost no bar and no update, and what comes twice is taken once", async () => {
    const { exchange, start, heard } = await place();
    const { store, says, lines } = start();
    await says("leads");
    await heard();
    for (let n = 1; n <= 3; n += 1) {
      await exchange.runTo(startMs + n * MINUTE_MS);
      await vi.waitUntil(() => barsIn(store).length === 3 * n, WAIT);
    }
    exchange.faults.arm({ kind: "duplicate-updates", copies: 2, times: 50 });
    exchange.faults.arm({ kind: "drop", stream: "data" });
    exchange.faults.arm({ kind: "drop", stream: "trade" });
    await exchange.runTo(startMs + 6 * MINUTE_MS);
    await heard();
    await exchange.runTo(startMs + 7 * MINUTE_MS);
    await vi.waitUntil(() => barsIn(store).length === 3 * 7, WAIT);
    expect([...barsIn(store)].sort()).toEqual(once(1, 7).sort());
    expect(lines.filter((line) => line.startsWith("trouble"))).toEqual([]);
    expect(lines.filter((line) => line.includes("differs"))).toEqual([]);
  }, 60_000);

  test("a halt of the exchange, and its end, come over the wire into the journal", async () => {
    const { exchange, start, heard } = await place();
    const { store, says } = start();
    await says("leads");
    await heard();
    const statuses = () => {
      const { entries } = store.read({ date: "2024-07-01", after: null, limit: 100_000 });
      return entries.flatMap(({ event }) =>
        event.type === "trading-status.changed.v1"
          ? [{ ...event.data, atMs: event.eventTimeMs - startMs }]
          : [],
      );
    };
    // The line asks for halts once its bars are granted: with the first bars it has.
    await exchange.runTo(startMs + MINUTE_MS);
    await vi.waitUntil(() => barsIn(store).length === 3, WAIT);
    exchange.faults.arm({ kind: "halt", symbol: "AAA", ms: 2 * MINUTE_MS });
    const reason = "Trading Halt: Volatility Trading Pause";
    const halted = { symbol: "AAA", halted: true, reason, atMs: MINUTE_MS };
    await exchange.runTo(startMs + MINUTE_MS + 1);
    await vi.waitUntil(() => statuses().length === 1, WAIT);
    expect(statuses()).toEqual([halted]);
    await says("AAA is halted: ");
    await exchange.runTo(startMs + 4 * MINUTE_MS);
    await vi.waitUntil(() => statuses().length === 2, WAIT);
    const over = { symbol: "AAA", halted: false, reason: "Trading Resumption" };
    expect(statuses()).toEqual([halted, { ...over, atMs: 3 * MINUTE_MS }]);
  }, 60_000);

  test("of two on one folder the second stands by, and goes on where the first ended", async () => {
    const { exchange, start, heard } = await place();
    const first = start();
    await first.says("leads");
    await heard();
    const second = start();
    await second.says("stands by until that one ends");
    await expect(holding(second.store, async () => {})).rejects.toThrow(
      "--store: expected a folder that no other server writes, one does",
    );
    await exchange.runTo(startMs + MINUTE_MS);
    await vi.waitUntil(() => barsIn(first.store).length === 3, WAIT);
    await first.ended();
    await exchange.runTo(startMs + 2 * MINUTE_MS);
    await second.says("leads");
    await heard();
    await exchange.runTo(startMs + 3 * MINUTE_MS);
    await vi.waitUntil(() => barsIn(second.store).length === 9, WAIT);
    expect([...barsIn(second.store)].sort()).toEqual(once(1, 3).sort());
  }, 60_000);
});
