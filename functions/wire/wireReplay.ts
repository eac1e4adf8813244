import { randomUUID } from "node:crypto";
import { InvariantError } from "../../core/domain/errors.ts";
import type { Bar } from "../../core/domain/market.ts";
import type { Timeframe } from "../../core/domain/timeframe.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { Audience } from "../../core/runtime/audience.ts";
import { BarCursor, barData } from "../../core/runtime/feeds.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { duesBetween } from "../../core/runtime/jobHandler.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { openBooks, openProfile } from "../../core/runtime/open.ts";
import { baseOf } from "../../core/runtime/pollBars.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { Timetable } from "../../core/runtime/timetable.ts";
import { handleUpdates } from "../../core/runtime/updatesHandler.ts";
import type { History } from "../../core/runtime/warmUp.ts";
import type { VenueConfig } from "../../core/simulation/config.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { standingAlone } from "../../core/strategy/shadowed.ts";
import { connectAlpaca } from "../alpaca/connect.ts";
import { decideEntry } from "../decide/handler.ts";
import type { DynamoTable } from "../dynamo/client.ts";
import { DynamoLeases } from "../dynamo/dynamoLeases.ts";
import { DynamoStore } from "../dynamo/dynamoStore.ts";
import { DynamoSwitches } from "../dynamo/dynamoSwitches.ts";
import { createExchange } from "../exchange/exchange.ts";
import { executeEntry } from "../execute/handler.ts";
import { scheduleEntry } from "../schedule/handler.ts";
import { playMarket } from "../serve/playback.ts";
import { LocalCloud } from "./cloud.ts";
import { PlannedJobs } from "./plannedJobs.ts";

/** What is replayed over the wire: profiles of one account, and the market they trade in. */
export interface WireRequest {
  readonly profiles: readonly Profile[];
  readonly recording: Recording;
  readonly models: Pick<
    VenueConfig,
    "fill" | "touch" | "participation" | "slippage" | "fees" | "latency"
  >;
  readonly table: DynamoTable;
}

/** Enough for any recording: the exchange is ours, and its clock is not the machine's. */
const UNLIMITED = { requests: 1_000_000_000, windowMs: 60_000 };

/** Longer than any recording: a replay misses nothing. */
const NO_DEADLINE_MS = Number.MAX_SAFE_INTEGER;

/**
 * Replays a recording over the deployed path: the entry points with the payloads that AWS delivers,
 * books in DynamoDB, orders through Alpaca's client library to the exchange. Answers the journal.
 */
export async function wireReplay(
  { profiles, recording, models, table }: WireRequest,
  onMoment: (timeMs: number) => void = () => {},
): Promise<readonly DomainEvent[]> {
  const compiled = profiles.map((one) => standingAlone(compileProfile(one)));
  const { fromMs, toMs, signals, actions } = recording;
  const [account = ""] = compiled.map((one) => one.account.name);
  const cash = compiled.reduce((sum, one) => sum + one.account.cash, 0n);
  const startMs = Math.max(fromMs, firstOpenMs(recording));
  const { feeds } = recording;
  const exchange = createExchange({ feeds, actions, cash, fromMs: startMs, ...models });
  const clock = { nowMs: () => exchange.nowMs };
  const store = new DynamoStore(table, clock);
  const { venue, data: marketData } = connectAlpaca({
    keyId: "replay",
    // Keys that nobody else has: the exchange of this process takes any.
    secret: randomUUID(),
    fetchApi: (url, init) => exchange.fetch(new Request(url, init)),
    clock,
    known: async () => (await store.book(account))?.value.orders ?? [],
    fees: models.fees,
    limit: UNLIMITED,
  });
  const planned = new PlannedJobs("wake");
  const ports: LivePorts = {
    store,
    journal: store,
    switches: new DynamoSwitches(table),
    leases: new DynamoLeases(table),
    clock,
    venue: () => venue,
    // A fresh one at every call: each is a cold start.
    runner: (name) => new Runner(compiledOf(profiles, name), fromMs),
    scheduler: planned,
    marketData,
    notifier: { notify: async ({ title, text }) => Promise.reject(new Error(`${title}: ${text}`)) },
  };
  await openBooks(store, compiled);
  const base = recording.feeds[0]?.timeframe ?? baseOf(compiled);
  for (const one of compiled) {
    await openProfile(store, one, async () => historyOf(recording, base, startMs), startMs);
  }
  const audience = new Audience(compiled);
  const schedule = scheduleEntry(ports, {
    profiles: compiled,
    deadlineMs: NO_DEADLINE_MS,
    base,
  });
  const cloud = new LocalCloud(table, audience, {
    decide: decideEntry(ports, audience),
    execute: executeEntry(ports, audience, { submitWithinMs: NO_DEADLINE_MS, concurrency: 1 }),
    schedule,
  });
  const timetable = new Timetable(compiled, exchange.nextMs - 1);
  let lastMs = exchange.nextMs - 1;
  let nextSignal = 0;
  let nextAction = actions.findIndex(({ timeMs }) => timeMs >= startMs);
  const step = async () => {
    const nowMs = exchange.nowMs;
    await cloud.deliver(nowMs);
    if ((actions[nextAction]?.timeMs ?? Infinity) <= nowMs) {
      while ((actions[nextAction]?.timeMs ?? Infinity) <= nowMs) nextAction += 1;
      await schedule({ job: "plan" });
      await cloud.deliver(nowMs);
    }
    await schedule({ job: "bars", input: { afterMs: lastMs, untilMs: nowMs } });
    await cloud.deliver(nowMs);
    for (let one = signals[nextSignal]; one !== undefined; one = signals[nextSignal]) {
      if (one.receivedTimeMs > nowMs) break;
      nextSignal += 1;
      await ingest(store, one);
      await cloud.deliver(nowMs);
    }
    for (const profile of compiled) {
      for (const input of duesBetween(profile, lastMs + 1, nowMs + 1)) {
        await schedule({ job: "fire", input });
        await cloud.deliver(nowMs);
      }
    }
    for (const { input } of planned.due(nowMs)) {
      await schedule({ job: "wake", input });
      await cloud.deliver(nowMs);
    }
    timetable.due(nowMs);
    lastMs = nowMs;
  };
  const report: Parameters<typeof playMarket>[1]["report"] = async (name, reports) => {
    await handleUpdates(ports, name, reports, exchange.nowMs);
    await cloud.deliver(exchange.nowMs);
  };
  const nextMs = () =>
    Math.min(timetable.nextMs, planned.nextMs, signals[nextSignal]?.receivedTimeMs ?? Infinity);
  await playMarket([{ account, exchange, venue }], { report, step, nextMs }, toMs, onMoment);
  return cloud.journal;
}

function firstOpenMs({ feeds }: Recording): number {
  return Math.min(...feeds.map(({ columns }) => columns.openTimeMs[0] ?? Infinity));
}

/** What was recorded before the start warms the profiles, as history does when a server starts. */
function historyOf({ feeds }: Recording, timeframe: Timeframe, untilMs: number): History {
  const bars = new Map<string, Bar[]>();
  for (const { instrument, columns } of feeds) {
    const cursor = new BarCursor(instrument.symbol, columns);
    const before: Bar[] = [];
    while (cursor.row < columns.length && cursor.closeTimeMs <= untilMs) {
      before.push(barData(instrument.symbol, cursor));
      cursor.row += 1;
    }
    bars.set(instrument.symbol, before);
  }
  return { timeframe, bars };
}

function compiledOf(profiles: readonly Profile[], name: string) {
  const found = profiles.find(({ options }) => options.name === name);
  if (found === undefined) throw new InvariantError(`nothing is known of ${name}`);
  return standingAlone(compileProfile(found));
}
