import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Table from "cli-table3";
import * as z from "zod";
import { MINUTE_MS, newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, defineStrategy, enterLong, equity, exit } from "../../core/index.ts";
import { EXECUTE_DEFAULTS } from "../../core/runtime/executeHandler.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { createExchange } from "../../functions/exchange/exchange.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { trade } from "../../functions/serve/live.ts";
import { barsOf } from "../runtime/worlds.ts";
import { machine, quantile } from "./report.ts";

/** Instruments, and orders under way at a time: one after the other, and as `serve` sends them. */
const ROWS = [
  [1, 8],
  [100, 1],
  [100, 8],
  [500, 8],
] as const;
const CLOSES = 20;
/** Closes before the first that is measured: code is compiled, connections are open. */
const WARM = 4;
const START_MS = newYorkTimeMs("2024-07-01", "10:00");

/** Trades at every second close, so that fills are known: in on one, out on the other. */
const restless = defineStrategy({
  name: "restless",
  description: "In at one close, out at the next",
  bars: "1m",
  params: z.object({}),
  state: z.object({ bars: z.int().default(0) }),
  onBar({ state, position }) {
    const bars = state.bars + 1;
    if (bars % 2 === 0) return { state: { bars } };
    const intent = position.side === "flat" ? enterLong({ reason: "in" }) : exit({ reason: "out" });
    return { state: { bars }, intents: [intent] };
  },
});

/** What a size came to. */
interface Figures {
  readonly instruments: number;
  /** From the close to each order's arrival at the exchange, ms. */
  readonly delays: readonly number[];
  /** From the close to the last arrival of each close, ms. */
  readonly lasts: readonly number[];
  /** Transactions of the store a close with orders, and the next, which has their fills. */
  readonly commits: number;
}

async function measured(instruments: number, concurrency: number): Promise<Figures> {
  const symbols = Array.from({ length: instruments }, (_, i) => `S${i}`);
  const rows = Array.from({ length: 60 }, (_, i) => [10, 10.2, 9.8, 10 + (i % 5) / 100] as const);
  const columns = barsOf(rows, START_MS - 5 * MINUTE_MS, MINUTE_MS);
  const feeds = symbols.map((symbol) => {
    return { instrument: equity(symbol), timeframe: "1m" as const, columns };
  });
  const exchange = createExchange({ feeds, fromMs: START_MS });
  const served = await exchange.listen({ port: 0, host: "127.0.0.1" });
  const folder = mkdtempSync(join(tmpdir(), "bellwether-bench-"));
  const store = new LocalStore({ folder });
  let commits = 0;
  const { commit } = store;
  store.commit = (one) => {
    commits += 1;
    commit.call(store, one);
  };
  const profile = defineProfile(restless, {
    name: "restless",
    universe: symbols,
    sizing: { kind: "fixed-quantity", quantity: "1" },
  });
  const stop = new AbortController();
  const request = {
    profiles: [compileProfile(profile)],
    store,
    keyId: "any",
    secret: "any",
    baseUrl: served.url,
    limit: { requests: 1_000_000, windowMs: MINUTE_MS },
    execute: { ...EXECUTE_DEFAULTS, concurrency },
    notifier: { notify: async ({ title }: { title: string }) => console.error(title) },
    log: (line: string) => void (line.startsWith("trouble") && console.error(line)),
  };
  const running = trade(request, stop.signal);
  const delays: number[] = [];
  const lasts: number[] = [];
  const positions = () => {
    const ledger = store.book("restless")?.value.ledgers.restless;
    return Object.keys(ledger?.positions ?? {}).length;
  };
  try {
    await until(() => listening(served.url));
    for (let close = 1; close <= WARM + CLOSES; close += 2) {
      const isMeasured = close > WARM;
      if (close === WARM + 1) commits = 0;
      let arrived = 0;
      const closedMs = performance.now();
      const leave = exchange.subscribe((update) => {
        if (update.event !== "new") return;
        arrived += 1;
        if (isMeasured) delays.push(performance.now() - closedMs);
      });
      await exchange.runTo(START_MS + close * MINUTE_MS);
      await until(() => arrived === instruments);
      if (isMeasured) lasts.push(performance.now() - closedMs);
      leave();
      // Their fills come with the next minute, and are booked before the one after it.
      const held = positions();
      await exchange.runTo(START_MS + (close + 1) * MINUTE_MS);
      await until(() => positions() === instruments - held);
    }
  } finally {
    stop.abort();
    await running;
    await store.close();
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { instruments, delays, lasts, commits: commits / (CLOSES / 2) };
}

async function listening(url: string): Promise<boolean> {
  const reply = await fetch(`${url}/_exchange/state`);
  const { listening: heard } = Object(await reply.json());
  return heard.trade === 1 && heard.data === 1;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const startedMs = performance.now(); !(await isSo()); await pause(1)) {
    if (performance.now() - startedMs > 120_000) throw new Error("it took more than two minutes");
  }
}

/** From a bar's close to its orders at a local exchange, over sockets, with durable books. */
export async function serveBench(): Promise<void> {
  const table = new Table({
    head: [
      "instruments",
      "at a time",
      "orders",
      "p50 ms",
      "p99 ms",
      "last of a close ms",
      "commits a close",
    ],
  });
  for (const [place, [size, concurrency]] of ROWS.entries()) {
    console.error(`${place + 1} of ${ROWS.length}: ${size} instruments, ${concurrency} at a time`);
    const { instruments, delays, lasts, commits } = await measured(size, concurrency);
    const fixed = (value: number) => value.toFixed(1);
    table.push([
      instruments,
      concurrency,
      delays.length,
      fixed(quantile(delays, 0.5)),
      fixed(quantile(delays, 0.99)),
      fixed(quantile(lasts, 0.5)),
      fixed(commits),
    ]);
  }
  console.log("Bar close to order at the local exchange, one profile, books on the disk");
  console.log(table.toString());
  console.log(machine());
}
