import { createHash } from "node:crypto";
import { TransientError } from "../../core/domain/errors.ts";
import type { Bar, Quote, Trade } from "../../core/domain/market.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { Lines, MarketListener, Subscriptions } from "../../core/ports/lines.ts";
import type { VenueReport } from "../../core/ports/venue.ts";
import type { UpdatesListener } from "../../core/ports/venueAccount.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import { fenced } from "../../core/runtime/fenced.ts";
import { Leadership } from "../../core/runtime/leadership.ts";
import { orderListText, orderRecords } from "../../core/runtime/orderRecords.ts";
import { STREAM_DEFAULTS, StreamHandler } from "../../core/runtime/streamHandler.ts";
import { StreamTask } from "../../core/runtime/streamTask.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { barAt, deskOf } from "../live/desk.ts";

/** The lines of one task, which a test cuts, and lets speak. */
export class FakeLines implements Lines {
  readonly market: MarketListener;
  readonly updates: UpdatesListener;
  wanted: Subscriptions = { bars: [], quotes: [], trades: [], statuses: [] };
  isOpen = false;
  isUp = { market: false, updates: false };
  /** What a line that is up says to nobody: a paused process does not read. */
  isPaused = false;

  constructor(handler: StreamHandler, account: string) {
    this.market = handler.market();
    this.updates = handler.updatesOf(account);
  }

  open(): void {
    this.isOpen = true;
  }

  follow(subscriptions: Subscriptions): void {
    this.wanted = subscriptions;
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.cut("market");
    this.cut("updates");
  }

  cut(line: "market" | "updates"): void {
    if (!this.isUp[line]) return;
    this.isUp[line] = false;
    this[line].onState(false);
  }

  /** Connects, and has the gap filled, as a real connection does before it hands on anything. */
  async raise(line: "market" | "updates", sinceMs: number): Promise<void> {
    if (!this.isOpen || this.isUp[line]) return;
    await this[line].onGap(sinceMs);
    this.isUp[line] = true;
    this[line].onState(true);
  }

  bar(symbol: string, bar: Bar, isCorrection = false): void {
    const isHeard = this.wanted.bars.includes(symbol);
    if (this.isUp.market && isHeard) void this.market.onBar(symbol, bar, isCorrection);
  }

  quote(symbol: string, quote: Quote): void {
    const isHeard = this.wanted.quotes.includes(symbol);
    if (this.isUp.market && isHeard) void this.market.onQuote(symbol, quote);
  }

  trade(symbol: string, trade: Trade): void {
    const isHeard = this.wanted.trades.includes(symbol);
    if (this.isUp.market && isHeard) void this.market.onTrade(symbol, trade);
  }

  async report(reports: readonly VenueReport[]): Promise<void> {
    if (!this.isUp.updates) return;
    for (const report of reports) await this.updates.onReport(report);
  }
}

/** One stream task of a stage, with the lines that it has opened. */
export interface Task {
  readonly task: StreamTask;
  lines: FakeLines | null;
  /** A paused process does nothing at all, and wakes with what it had. */
  isPaused: boolean;
}

/** What a test does at a minute, before the market moves. */
export type Meddling = (minute: number) => Promise<void> | void;

/** A stage on a clock that the test moves: books, the deployed handlers, and its stream tasks. */
export async function stageOf(profile: Profile, feeds: readonly BarFeed[], wrap = {}) {
  const recorded = new Map(
    feeds.map(({ instrument, columns }) => {
      const bars = [...columns.closeTimeMs].map((_, row) => barAt(columns, row));
      return [instrument.symbol, bars.filter((bar) => bar !== null)];
    }),
  );
  /** What a venue's REST answers: all that closed by now, whoever was listening. */
  const asked = ({ symbols, afterMs, untilMs }: Asked) =>
    new Map(
      symbols.map((symbol) => [
        symbol,
        (recorded.get(symbol) ?? []).filter(
          ({ closeTimeMs }) => closeTimeMs > afterMs && closeTimeMs <= untilMs,
        ),
      ]),
    );
  const desk = await deskOf(profile, "1m", undefined, undefined, asked);
  const compiled = compileProfile(profile);
  const { store, time, engine, simulated, account, name } = desk;
  const ports = { ...desk.ports, ...wrap };
  time.nowMs = Math.min(...feeds.map(({ columns }) => columns.openTimeMs[0] ?? 0));

  /** One more process of the service. */
  const taskOf = (holder: string): Task => {
    const leadership = new Leadership(store.leases, ports.clock, {
      name: "stream",
      holder,
      ttlMs: 15_000,
    });
    const held = { ...ports, store: fenced(store, () => leadership.fence) };
    let last: Promise<void> = Promise.resolve();
    const turn = (run: () => Promise<void>) => {
      const done = last.then(run);
      last = done.catch(() => {});
      return done;
    };
    const one: { task: StreamTask; lines: FakeLines | null; isPaused: boolean } = {
      lines: null,
      isPaused: false,
      task: new StreamTask({
        leadership,
        ports,
        lead: async () => {
          const options = { ...STREAM_DEFAULTS, profiles: [compiled], turn };
          const handler = new StreamHandler(held, options);
          one.lines = new FakeLines(handler, name);
          return { handler, lines: one.lines };
        },
      }),
    };
    return one;
  };

  /** Lets the session pass, minute by minute, and a few seconds within each. */
  const play = async (tasks: readonly Task[], meddle: Meddling = () => {}, isFlaky = false) => {
    const patient = isFlaky ? ignoreOutage : ignoreFence;
    const markets = feeds.map(({ instrument }) => simulated.market(instrument));
    const times = [...new Set(feeds.flatMap(({ columns }) => [...columns.closeTimeMs]))];
    for (const [minute, timeMs] of times.sort((a, b) => a - b).entries()) {
      await meddle(minute);
      for (const early of [-50_000, -40_000, -30_000, -20_000, -10_000]) {
        time.nowMs = timeMs + early;
        await stepAll(tasks, patient);
      }
      time.nowMs = timeMs;
      for (const [i, { instrument, columns }] of feeds.entries()) {
        const bar = barAt(columns, columns.closeTimeMs.indexOf(timeMs));
        const market = markets[i];
        if (bar === null || market === undefined) continue;
        const reports = account.observe(simulated.onBar(market, bar));
        for (const { lines, isPaused } of tasks) {
          if (isPaused) continue;
          await lines?.report(reports);
          lines?.bar(instrument.symbol, bar);
        }
        await engine.tick().catch(patient);
      }
      await stepAll(tasks, patient);
    }
  };

  /** Steps every process that is not paused, then all who hear of what they told. */
  const stepAll = async (tasks: readonly Task[], patient = ignoreFence) => {
    for (const one of tasks) if (!one.isPaused) await one.task.step().catch(patient);
    await engine.tick().catch(patient);
  };

  const journal = (): readonly DomainEvent[] => store.entries.map(({ event }) => event);
  /** Every bar that was told, as text, in order: what is told twice is there twice. */
  const barsTold = (timeframe = "1m") =>
    journal().flatMap((event) => {
      if (event.type !== "bars.closed.v1" || event.data.timeframe !== timeframe) return [];
      return event.data.bars.map(({ symbol, closeTimeMs }) => `${symbol} ${closeTimeMs}`);
    });
  /** Bars that were missed, and those that were told twice: none of either. */
  const barFaults = () => {
    const told = barsTold();
    const all = [...recorded].flatMap(([symbol, bars]) =>
      bars.map(({ closeTimeMs }) => `${symbol} ${closeTimeMs}`),
    );
    const once = new Set(told);
    const missed = all.filter((one) => !once.has(one));
    const repeated = told.filter((one, i) => told.indexOf(one) !== i);
    return { told: told.length, missed, repeated };
  };
  const hash = () => {
    const text = orderListText(orderRecords(journal()));
    return createHash("sha256").update(text).digest("hex");
  };
  return { ...desk, ports, taskOf, play, stepAll, journal, barsTold, barFaults, hash };
}

interface Asked {
  readonly symbols: readonly string[];
  readonly afterMs: number;
  readonly untilMs: number;
}

/** Whoever runs a step tries again later what a venue did not answer. */
function ignoreOutage(error: unknown): void {
  if (!(error instanceof TransientError)) ignoreFence(error);
}

/** A process that was paused finds that its epoch is over: it ends with its next step. */
function ignoreFence(error: unknown): void {
  if (error instanceof Error && error.name === "ConflictError") return;
  throw error;
}
