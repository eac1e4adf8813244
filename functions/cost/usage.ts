import type { Needs } from "../deploy/needs.ts";
import { recurringOf } from "../deploy/recurring.ts";
import { MEMORY_MB, STREAM_TASK } from "../deploy/sizes.ts";
import { METRICS } from "../metrics/names.ts";
import { ASSUMED, ASSUMED_MS } from "./assumed.ts";
import type { Counts } from "./measure.ts";
import { firingsAMonth, HOURS, SESSIONS } from "./month.ts";
import type { Usage } from "./prices.ts";

/** What a person asks for of a stage beyond what its profiles need. */
export interface Extras {
  /** Chats are told of notices and alarms. */
  readonly notify: boolean;
  /** Sets of parameters that are swept on AWS in a month; null where sweeps are not deployed. */
  readonly sweptSets: number | null;
}

const NO_EXTRAS: Extras = { notify: false, sweptSets: null };

/** Alarms of a stage, by the metrics that they look at: stacks/alarms.ts has them. */
export function alarmMetrics(needs: Needs): number {
  return 7 + (needs.signals.length > 0 ? 1 : 0) + (needs.streams ? 1 : 0);
}

/** Jobs of each session beside its schedules: its report, and its comparison with a replay. */
const REPORTS = 2;

/** A month's usage of a stage, from what its profiles were counted to do in a session. */
export function usageOf(
  needs: Needs,
  counts: readonly Counts[],
  { notify, sweptSets }: Extras = NO_EXTRAS,
): Usage {
  const sessions = SESSIONS[needs.hours];
  const flow = flowOf(needs, counts);
  const firings = { schedule: 0, updates: 0, reconcile: 0 };
  for (const { to, cron } of recurringOf(needs)) firings[to] += firingsAMonth(cron);
  const daily = needs.polled === null && !needs.streams ? 1 : 0;
  const planned = (flow.schedules + daily + REPORTS) * sessions;
  const runs = {
    webhook: flow.signals * sessions,
    decide: flow.triggers * sessions,
    publish: (flow.triggers + flow.bookWrites + flow.orders) * sessions,
    execute: flow.orders * sessions,
    schedule: firings.schedule + planned,
    updates: firings.updates,
    reconcile: firings.reconcile,
    notify: notify ? ASSUMED.notices * sessions : 0,
    sweep: (sweptSets ?? 0) / ASSUMED.setsACall,
  };
  const instruments = instrumentsOf(needs);
  const took = {
    webhook: ASSUMED_MS.webhook,
    decide: ASSUMED_MS.decide + (flow.triggers === 0 ? 0 : flow.decideMs / flow.triggers),
    publish: ASSUMED_MS.publish,
    execute: ASSUMED_MS.execute,
    schedule: ASSUMED_MS.schedule + Math.ceil(instruments / 100) * ASSUMED_MS.schedulePage,
    updates: ASSUMED_MS.updates,
    reconcile: ASSUMED_MS.reconcile,
    notify: ASSUMED_MS.webhook,
    sweep: ASSUMED_MS.sweepSet * ASSUMED.setsACall,
  };
  const invocations = Object.values(runs).reduce((sum, one) => sum + one, 0);
  const names = [
    "webhook",
    "decide",
    "publish",
    "execute",
    "schedule",
    "updates",
    "reconcile",
    "notify",
    "sweep",
  ] as const;
  const seconds = names.reduce(
    (sum, name) => sum + (runs[name] * took[name] * MEMORY_MB[name]) / 1024 / 1000,
    0,
  );
  const gigabytes = (flow.kept * sessions * ASSUMED.monthsKept) / 1e9;
  const taskHours = needs.streams ? HOURS.stream[needs.hours] : 0;
  return {
    "lambda requests": invocations,
    "lambda time": seconds,
    "table writes": flow.writes * sessions,
    "table reads": flow.reads * sessions + watched(needs, counts),
    "table storage": gigabytes,
    "table backups": gigabytes,
    "bus events": flow.busEvents * sessions,
    "bus archive": (flow.bytes * sessions) / 1e9,
    schedules: firings.schedule + firings.updates + firings.reconcile + planned,
    "queue requests": ASSUMED.idleQueueRequests + 3 * runs.execute,
    secrets: 1 + (needs.signals.length > 0 ? 1 : 0) + (notify ? 1 : 0),
    "secret reads": ASSUMED.secretReadsAnHour * 4 * HOURS.stream[needs.hours] + runs.notify,
    logs: (invocations * ASSUMED.logBytes) / 1e9,
    metrics: Object.keys(METRICS).length - (needs.streams ? 0 : 1),
    alarms: alarmMetrics(needs),
    dashboards: 1,
    traces: invocations * ASSUMED.sampled,
    "workflow steps": runs.sweep * ASSUMED.transitionsACall,
    objects: sweptSets === null ? 0 : ASSUMED.sweepBytes / 1e9,
    "task vCPU": taskHours * STREAM_TASK.vcpu,
    "task memory": (taskHours * STREAM_TASK.memoryMb) / 1024,
    "task address": taskHours,
  };
}

/**
 * Read units of the jobs of every few minutes. The guard looks at switches, at the last comparison
 * and at the book, and once more at the book and at the snapshots of whoever takes signals.
 */
function watched(needs: Needs, counts: readonly Counts[]): number {
  return recurringOf(needs).reduce((sum, { job, cron, account }) => {
    const names = new Set(
      needs.profiles.filter((one) => one.account.name === account).map((one) => one.name),
    );
    const own = counts.filter(({ profile }) => names.has(profile));
    const signalled = own.filter(({ profile }) => needs.signals.includes(profile));
    const book = read(own.reduce((bytes, one) => bytes + one.bookBytes, 0));
    const guard = 2 + book + (signalled.length > 0 ? book : 0) + snapshots(signalled);
    const units = { plan: 0, bars: 0, updates: book, reconcile: 3 + book, guard };
    return sum + firingsAMonth(cron) * units[job];
  }, 0);
}

/** Read units of the snapshots of some profiles. */
function snapshots(counts: readonly Counts[]): number {
  return counts.reduce((sum, one) => sum + read(one.snapshotBytes), 0);
}

/** What flows through a stage in one session. */
interface Flow {
  readonly triggers: number;
  readonly schedules: number;
  readonly signals: number;
  readonly orders: number;
  readonly bookWrites: number;
  readonly busEvents: number;
  /** Bytes on the bus, and in the table. */
  readonly bytes: number;
  readonly kept: number;
  readonly writes: number;
  readonly reads: number;
  readonly decideMs: number;
}

function flowOf(needs: Needs, counts: readonly Counts[]): Flow {
  const closes = closesOf(needs, counts);
  const signals = needs.signals.length * ASSUMED.signals;
  const sum = (of: (one: Counts) => number) => counts.reduce((all, one) => all + of(one), 0);
  const own = (one: Counts) => (needs.signals.includes(one.profile) ? ASSUMED.signals : 0);
  const decisions = (one: Counts) => one.closes.perSession + one.schedules.perSession + own(one);
  const schedules = sum((one) => one.schedules.perSession);
  const barWrites = closes.reduce((all, { count, kept }) => all + count * filed(kept), 0);
  const barKept = closes.reduce((all, { count, kept }) => all + count * 2 * kept, 0);
  const barBytes = closes.reduce((all, { count, bytes }) => all + count * bytes, 0);
  const barEvents = closes.reduce((all, { count, bytes }) => all + count * parts(bytes), 0);
  const barTriggers = closes.reduce((all, { count }) => all + count, 0);
  const small = schedules + signals;
  return {
    triggers: barTriggers + small,
    schedules,
    signals,
    orders: sum((one) => one.orders),
    bookWrites: sum((one) => one.bookWrites),
    busEvents: barEvents + small + sum((one) => one.events.perSession),
    bytes: barBytes + small * SMALL + sum((one) => one.events.perSession * one.events.bytes),
    kept: barKept + 2 * (small * SMALL + sum((one) => one.events.perSession * one.events.kept)),
    writes:
      barWrites +
      small * (filed(SMALL) + written(1)) +
      sum(
        (one) =>
          decisions(one) * written(one.snapshotBytes) +
          one.events.perSession * filed(one.events.kept) +
          one.bookWrites * written(one.bookBytes),
      ),
    reads: sum(
      (one) =>
        decisions(one) * (read(one.snapshotBytes) + read(one.bookBytes)) +
        one.bookWrites * (read(one.bookBytes) + 1),
    ),
    decideMs: sum(
      (one) =>
        decisions(one) *
        (ASSUMED_MS.decideProfile + (one.snapshotBytes / 1024) * ASSUMED_MS.decideKb),
    ),
  };
}

/** A close of a time frame is told once, with all instruments of all profiles in it. */
function closesOf(needs: Needs, counts: readonly Counts[]) {
  const frames = new Map<
    string,
    { count: number; perInstrument: number; kept: number; symbols: Set<string> }
  >();
  for (const one of counts) {
    const profile = needs.profiles.find(({ name }) => name === one.profile);
    if (profile === undefined) continue;
    const known = frames.get(profile.timeframe) ?? {
      count: 0,
      perInstrument: 0,
      kept: 0,
      symbols: new Set(),
    };
    known.count = Math.max(known.count, one.closes.perSession);
    known.perInstrument = Math.max(known.perInstrument, one.closes.bytes / one.instruments);
    known.kept = Math.max(known.kept, one.closes.kept / one.instruments);
    for (const symbol of profile.universe) known.symbols.add(symbol);
    frames.set(profile.timeframe, known);
  }
  return [...frames.values()].map(({ count, perInstrument, kept, symbols }) => ({
    count,
    bytes: perInstrument * symbols.size,
    kept: kept * symbols.size,
  }));
}

function instrumentsOf({ profiles }: Needs): number {
  return new Set(profiles.flatMap(({ universe }) => [...universe])).size;
}

/** Bytes of an event that says little. */
const SMALL = 400;

const kilobytes = (bytes: number) => Math.max(1, Math.ceil(bytes / 1024));

/** Write units of an item in a transaction: two for each KB. */
const written = (bytes: number) => 2 * kilobytes(bytes);

/** Write units of an event: in the journal of its day, and once more where it is found by. */
const filed = (bytes: number) => 2 * written(bytes);

/** Read units of an item, consistently read. */
const read = (bytes: number) => Math.max(1, Math.ceil(bytes / 4096));

/** The bus counts an event of over 64 KB as several. */
const parts = (bytes: number) => Math.max(1, Math.ceil(bytes / 65_536));
