import { MINUTE_MS } from "../../core/domain/time.ts";
import type { Timeframe } from "../../core/domain/timeframe.ts";
import type { Outbox } from "../../core/ports/journal.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import { bookOf } from "../../core/runtime/bookHandler.ts";
import { compareDay } from "../../core/runtime/dayCompared.ts";
import { REPORT_AFTER_MS, reportDay } from "../../core/runtime/dayReport.ts";
import { watchComparison } from "../../core/runtime/deadMan.ts";
import { Engine } from "../../core/runtime/engine.ts";
import { EXECUTE_DEFAULTS, type SendOptions } from "../../core/runtime/executeHandler.ts";
import { Extremes } from "../../core/runtime/extremes.ts";
import { instrumentsOf } from "../../core/runtime/gatherer.ts";
import { carryOutHalts } from "../../core/runtime/haltHandler.ts";
import { reportsBetween } from "../../core/runtime/jobHandler.ts";
import { endOverdue, keepUnsentLegs, watchLegs } from "../../core/runtime/legsHandler.ts";
import { applyActions } from "../../core/runtime/liveActions.ts";
import { lookAtAssets } from "../../core/runtime/liveAssets.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { watchSignals } from "../../core/runtime/missedSignals.ts";
import { openBooks, openOrTell } from "../../core/runtime/open.ts";
import { orphansOf } from "../../core/runtime/orphans.ts";
import { baseOf } from "../../core/runtime/pollBars.ts";
import { pollUpdates } from "../../core/runtime/pollUpdates.ts";
import {
  RECONCILE_DEFAULTS,
  type ReconcileOptions,
  reconcile,
} from "../../core/runtime/reconcileHandler.ts";
import { resolveInFlight } from "../../core/runtime/resolveHandler.ts";
import { compareShadows } from "../../core/runtime/shadowCompared.ts";
import { tellStuck } from "../../core/runtime/stuck.ts";
import { journalDate, takeSnapshots } from "../../core/runtime/takeSnapshots.ts";
import { byVenueHours } from "../../core/runtime/venueHours.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { historyOf } from "./history.ts";

/** How often what is done, ms; what comes by itself is polled seldom. */
export interface Rhythm {
  /** After a bar's close, how long its data may take to arrive. */
  readonly barsAfterMs: number;
  readonly resolveEveryMs: number;
  /** Order updates; 0 where a stream brings them. */
  readonly updatesEveryMs: number;
  readonly reconcileEveryMs: number;
  /** A schedule that comes later than this is missed. */
  readonly deadlineMs: number;
}

/** For REST alone: bars five seconds after the close, updates every two. */
export const POLLING: Rhythm = {
  barsAfterMs: 5_000,
  resolveEveryMs: 1_000,
  updatesEveryMs: 2_000,
  reconcileEveryMs: 60_000,
  deadlineMs: 5 * MINUTE_MS,
};

/** Beside streams of bars and of order updates: what they would have told is not asked for. */
export const STREAMED: Rhythm = { ...POLLING, updatesEveryMs: 0 };

/** What a server runs on. */
export interface ServerOptions {
  readonly ports: LivePorts;
  readonly outbox: Outbox;
  readonly profiles: readonly CompiledProfile[];
  readonly rhythm?: Rhythm;
  /** Whether a stream takes in the bars of minutes. */
  readonly streams?: boolean;
  /**
   * What is over at the start, UTC ms: bars that closed and schedules that were due by then. Left
   * out, bars up to now are, and schedules but for those within their deadline.
   */
  readonly over?: { readonly barsMs: number; readonly schedulesMs: number };
  readonly execute?: SendOptions;
  readonly reconcile?: ReconcileOptions;
  /** One line for people. */
  log(line: string): void;
}

/**
 * All of Bellwether in one process. It does nothing by itself: {@link step} does what is due, on
 * whatever clock, so that a recorded day drives it as real time does.
 */
export class Server {
  private readonly options: ServerOptions;
  private readonly rhythm: Rhythm;
  private readonly accounts: readonly string[];
  private readonly base: Timeframe;
  private readonly engine: Engine;
  private readonly extremes = new Extremes();
  /** The profiles with the venue's sessions. */
  private timed: readonly CompiledProfile[];
  private date = "";
  /** Sessions that closed up to this time were told of. */
  private reportedUntilMs: number;
  private barsUntilMs: number;
  private resolvedMs = 0;
  private updatedMs = 0;
  private reconciledMs = 0;

  private constructor(options: ServerOptions, nowMs: number) {
    this.options = options;
    this.rhythm = options.rhythm ?? POLLING;
    const { ports, outbox, profiles, execute = EXECUTE_DEFAULTS } = options;
    this.accounts = [...new Set(profiles.map(({ account }) => account.name))];
    this.base = baseOf(profiles);
    this.timed = profiles;
    const { barsAfterMs: graceMs, deadlineMs } = this.rhythm;
    const bars = { base: this.base, graceMs };
    this.engine = new Engine(
      ports,
      outbox,
      { profiles, bars, execute, deadlineMs },
      options.over?.schedulesMs ?? nowMs - deadlineMs,
    );
    this.barsUntilMs = floorMinute(options.over?.barsMs ?? nowMs);
    this.reportedUntilMs = nowMs - REPORT_AFTER_MS;
  }

  /**
   * Opens books and profiles, finishes what an earlier run left, and compares the books with the
   * venue's before anything is decided.
   * @throws TransientError where the venue does not answer: nothing was started.
   */
  static async start(options: ServerOptions): Promise<Server> {
    const { ports, profiles, log } = options;
    const nowMs = ports.clock.nowMs();
    const server = new Server(options, nowMs);
    await openBooks(ports.store, profiles);
    for (const profile of profiles) await server.warm(profile, nowMs);
    await takeSnapshots(ports.store, profiles, nowMs, `start.${nowMs.toString(36)}`);
    server.date = journalDate(nowMs);
    await server.reconcile(nowMs);
    await server.askVenue();
    for (const account of server.accounts) {
      await server.engine.between(() => keepUnsentLegs(ports, account));
    }
    const names = profiles.map(({ name }) => name).join(", ");
    log(`running ${names}; accounts: ${server.accounts.join(", ")}`);
    return server;
  }

  /** Does all that is due by the clock. */
  async step(): Promise<void> {
    const { clock } = this.options.ports;
    const nowMs = clock.nowMs();
    await this.turnOfDay(nowMs);
    await this.fetchBars(nowMs);
    await this.engine.tick();
    await this.guard();
    await this.look(nowMs);
    await this.reportDays(nowMs);
  }

  /** The venue's stream said something of orders. */
  report(account: string, reports: readonly VenueReport[]): Promise<void> {
    return this.engine.report(account, reports);
  }

  /** Runs something between two events, and then what follows from it. */
  between(run: () => Promise<void>): Promise<void> {
    return this.engine.between(run);
  }

  /** Updates flow again after a gap: what was missed is asked for at once. */
  gap(account: string, sinceMs: number): Promise<void> {
    return this.engine.between(async () => {
      await pollUpdates(this.options.ports, account, sinceMs);
    });
  }

  /** Compares the books of every account with the venue's. */
  async reconcile(nowMs: number): Promise<void> {
    const { ports, profiles } = this.options;
    const sinceMs = this.reconciledMs === 0 ? nowMs - LOOK_BACK_MS : this.reconciledMs;
    for (const account of this.accounts) {
      await this.engine.between(async () => {
        const own = { ...RECONCILE_DEFAULTS, strangers: orphansOf(profiles, account) };
        await reconcile(ports, account, sinceMs, this.options.reconcile ?? own);
      });
    }
    this.reconciledMs = nowMs;
  }

  private async warm(profile: CompiledProfile, nowMs: number): Promise<void> {
    const { ports, log } = this.options;
    const history = () => historyOf(ports.marketData, profile, this.base, nowMs);
    const cold = await openOrTell(ports, profile, history, nowMs);
    if (cold === null || cold.length === 0) return;
    log(
      `${profile.name}: too little history of ${cold.join(", ")}: it waits until there is enough`,
    );
  }

  private async turnOfDay(nowMs: number): Promise<void> {
    const date = journalDate(nowMs);
    if (date === this.date) return;
    const { ports, profiles } = this.options;
    await this.engine.between(() => takeSnapshots(ports.store, profiles, nowMs, date));
    await this.engine.between(async () => void (await applyActions(ports, profiles)));
    await this.askVenue();
    const before = this.date;
    this.date = date;
    await this.engine.between(async () => {
      await compareShadows(ports, profiles, before);
      await compareDay(ports, profiles, before);
    });
  }

  /** Tells of the sessions that closed a while ago: when all of their fills are booked. */
  private async reportDays(nowMs: number): Promise<void> {
    const { ports, profiles } = this.options;
    const untilMs = nowMs - REPORT_AFTER_MS;
    for (const session of reportsBetween(this.timed, this.reportedUntilMs + 1, untilMs + 1)) {
      await this.engine.between(async () => void (await reportDay(ports, profiles, session)));
    }
    this.reportedUntilMs = Math.max(this.reportedUntilMs, untilMs);
  }

  /** What the venue lets be done with instruments, and its sessions: what is due goes by them. */
  private askVenue(): Promise<void> {
    const { ports, profiles } = this.options;
    return this.engine.between(async () => {
      await lookAtAssets(ports, profiles);
      this.timed = await byVenueHours(ports, profiles);
      this.engine.planBy(this.timed);
    });
  }

  private async fetchBars(nowMs: number): Promise<void> {
    if (this.options.streams === true && this.base === "1m") return;
    const untilMs = floorMinute(nowMs - this.rhythm.barsAfterMs);
    if (untilMs <= this.barsUntilMs) return;
    const { ports, profiles } = this.options;
    const symbols = instrumentsOf(profiles).map(({ symbol }) => symbol);
    const query = { symbols, timeframe: this.base, afterMs: this.barsUntilMs, untilMs };
    const found = await ports.marketData.bars(query);
    for (const symbol of symbols) {
      for (const bar of found.get(symbol) ?? []) {
        this.engine.takeBar(symbol, bar);
        this.extremes.take(symbol, bar);
      }
    }
    this.barsUntilMs = untilMs;
    await this.watch(symbols);
  }

  /** Legs that the venue cannot hold are watched here, and sent when their price has come. */
  private async watch(symbols: readonly string[]): Promise<void> {
    const { ports } = this.options;
    for (const account of this.accounts) {
      const held = (await bookOf(ports, account)).orders.filter(({ status }) => status === "held");
      const watched = new Set(held.map(({ request }) => request.symbol));
      for (const symbol of symbols) {
        const latest = this.extremes.since(symbol, Number.MAX_SAFE_INTEGER);
        if (latest === null || !watched.has(symbol)) continue;
        const since = (timeMs: number) => this.extremes.since(symbol, timeMs) ?? latest;
        await this.engine.between(() => watchLegs(ports, account, symbol, since));
      }
    }
  }

  /** The dead man's switch, and kill switches that the command line or a webhook has turned. */
  private async guard(): Promise<void> {
    const { ports, profiles, reconcile: options = RECONCILE_DEFAULTS } = this.options;
    await this.engine.between(async () => void (await carryOutHalts(ports, profiles)));
    for (const account of this.accounts) {
      const withinMs = this.engine.comparedWithinMs(account);
      await this.engine.between(async () => {
        await watchComparison(ports, account, withinMs, options);
        await tellStuck(ports, account);
      });
    }
    await this.engine.between(async () => void (await watchSignals(ports, profiles)));
  }

  private async look(nowMs: number): Promise<void> {
    const { ports } = this.options;
    const { resolveEveryMs, updatesEveryMs, reconcileEveryMs } = this.rhythm;
    if (updatesEveryMs > 0 && nowMs - this.updatedMs >= updatesEveryMs) {
      for (const account of this.accounts) await this.gap(account, nowMs - LOOK_BACK_MS);
      this.updatedMs = nowMs;
    }
    if (nowMs - this.resolvedMs >= resolveEveryMs) {
      for (const account of this.accounts) {
        await this.engine.between(() => resolveInFlight(ports, account));
        await this.engine.between(() => endOverdue(ports, account));
      }
      this.resolvedMs = nowMs;
    }
    if (nowMs - this.reconciledMs >= reconcileEveryMs) await this.reconcile(nowMs);
  }
}

/** How far back fills are asked for, ms: a day covers any outage that counts. */
const LOOK_BACK_MS = 86_400_000;

function floorMinute(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}
