import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { linearRegression } from "simple-statistics";
import * as z from "zod";
import { accountOf } from "../../core/domain/account.ts";
import { type Decimal, decimal, textOf, ZERO } from "../../core/domain/decimal.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import type { LocalStore } from "../../functions/localStore/localStore.ts";
import { type RecordedMarket, recordedMarket } from "../../functions/serve/recorded.ts";
import { recordingOf } from "../runtime/worlds.ts";
import { CountingStore } from "./countingStore.ts";
import { feedsOf, sessionsOf, soakProfile } from "./market.ts";

const MB = 2 ** 20;
const FILES = "/proc/self/fd";
const SLICE_MS = 15 * 60_000;
const CASH = decimal("1000000");

/** What a server holds at the end of a day, all garbage collected. */
const sample = z.object({
  day: z.int(),
  /** Days that this server has lived. */
  age: z.int(),
  heapMb: z.number(),
  rssMb: z.number(),
  files: z.int(),
  resources: z.int(),
});
/** What a start took, by how long the journal was. */
const start = z.object({ day: z.int(), ms: z.number(), rows: z.int() });
const kept = z.object({
  samples: z.array(sample),
  starts: z.array(start),
  seconds: z.number(),
  bars: z.int(),
  differences: z.array(z.string()),
});
/** What a soak came to so far: kept in its folder, so that it goes on where it was stopped. */
export type Soaked = z.output<typeof kept>;

/** How long a server is soaked. */
export interface SoakOptions {
  readonly days: number;
  /** Days after which a server is stopped and another started on its books. */
  readonly life: number;
  readonly folder: string;
  readonly seed: number;
  readonly onDay?: (one: z.output<typeof sample>) => void;
}

/** Serves simulated days as fast as it goes, from where the last whole life in the folder ended. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  const { days, life, folder } = options;
  const [kept, living] = [join(folder, "kept"), join(folder, "living")];
  // The exchange ends with its process: a life that was killed begins anew, books and all.
  rmSync(living, { recursive: true, force: true });
  mkdirSync(living, { recursive: true });
  if (existsSync(kept)) cpSync(kept, living, { recursive: true });
  const sessions = sessionsOf(days);
  const told = before(living);
  for (let day = told.samples.length; day < days; day = told.samples.length) {
    const store = new CountingStore({ folder: living, volatile: true });
    const startedMs = performance.now();
    try {
      await live(options, sessions.slice(day, day + life), store, told);
    } finally {
      await store.close();
    }
    told.seconds += (performance.now() - startedMs) / 1_000;
    writeFileSync(stateIn(living), JSON.stringify(told));
    keep(living, kept);
    if (told.differences.length > 0) break;
  }
  return told;
}

/** Keeps a life that has ended. */
function keep(living: string, kept: string): void {
  const next = `${kept}.new`;
  rmSync(next, { recursive: true, force: true });
  cpSync(living, next, { recursive: true });
  rmSync(kept, { recursive: true, force: true });
  renameSync(next, kept);
}

/** One life of a server: it starts on the books as they are, and all is closed as it ends. */
async function live(
  { seed, onDay }: SoakOptions,
  sessions: ReturnType<typeof sessionsOf>,
  store: CountingStore,
  told: Soaked,
): Promise<void> {
  const cash = cashIn(store);
  const feeds = feedsOf(sessions, seed);
  const market = recordedMarket({
    profiles: [soakProfile(cash)],
    recording: recordingOf(feeds),
    models: {
      fill: "next-open",
      touch: "no-fill",
      participation: null,
      slippage: bpsSlippage(1),
      fees: bpsFee(1),
      latency: noLatency,
    },
    store,
    notifier: {
      notify: async ({ severity, title }) => {
        if (severity === "page") told.differences.push(title);
      },
    },
    log: () => {},
  });
  const startedMs = performance.now();
  const server = await market.start(store);
  const day = told.samples.length;
  told.starts.push({ day, ms: performance.now() - startedMs, rows: store.rows });
  for (const [place, { closeTimeMs, openTimeMs }] of sessions.entries()) {
    for (let toMs = openTimeMs + SLICE_MS; toMs <= closeTimeMs; toMs += SLICE_MS) {
      await market.play(server, toMs);
      // On a virtual clock nothing waits: the store's own timers would never get a turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    told.bars += (feeds.length * (closeTimeMs - openTimeMs)) / 60_000;
    const one = { day: told.samples.length + 1, age: place + 1, ...held() };
    told.samples.push(one);
    told.differences.push(...(await differencesOf(store, market)));
    onDay?.(one);
  }
}

function cashIn(store: LocalStore): Decimal {
  const book = store.book("soak")?.value;
  return book === undefined ? CASH : accountOf(book).cash;
}

/** Where our books differ from the exchange's, or something is held overnight. */
async function differencesOf(store: LocalStore, market: RecordedMarket): Promise<string[]> {
  const book = store.book("soak")?.value;
  if (book === undefined) return ["there is no book"];
  const { cash, holdings } = accountOf(book);
  const venue = market.venue();
  const theirs = await venue.balances();
  const found: string[] = [];
  if (theirs.cash !== cash) found.push(`cash ${textOf(cash)}, theirs ${textOf(theirs.cash)}`);
  const positions = await venue.positions();
  const open = [...holdings].filter(([, { quantity }]) => quantity !== ZERO);
  if (open.length + positions.length > 0) found.push(`held: ${open.length}, ${positions.length}`);
  return found;
}

/** The heap once everything that can be has been collected, and what is open. */
function held() {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    heapMb: heapUsed / MB,
    rssMb: rss / MB,
    files: existsSync(FILES) ? readdirSync(FILES).length : 0,
    resources: process.getActiveResourcesInfo().length,
  };
}

/** A server remembers a week of bars: before that its memory grows, as it is to. */
const SETTLED_DAYS = 6;

/** What grows by how much a day, fitted by least squares over the days of settled servers. */
export function slopesOf({ samples }: Soaked) {
  const settled = samples.filter(({ age }) => age > SETTLED_DAYS);
  const slope = (pick: (one: z.output<typeof sample>) => number) =>
    settled.length < 2 ? 0 : linearRegression(settled.map((one) => [one.day, pick(one)])).m;
  return {
    settledDays: settled.length,
    heapMbPerDay: slope(({ heapMb }) => heapMb),
    rssMbPerDay: slope(({ rssMb }) => rssMb),
    filesPerDay: slope(({ files }) => files),
    resourcesPerDay: slope(({ resources }) => resources),
  };
}

const stateIn = (folder: string) => join(folder, "soak.json");

function before(folder: string): Soaked {
  const file = stateIn(folder);
  if (existsSync(file)) return kept.parse(JSON.parse(readFileSync(file, "utf8")));
  return { samples: [], starts: [], seconds: 0, bars: 0, differences: [] };
}
