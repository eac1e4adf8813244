import type { Bar, Quote, Trade, TradingStatus } from "../domain/market.ts";
import { MINUTE_MS } from "../domain/time.ts";
import { isTrading } from "../domain/timeframe.ts";
import type { MarketListener, Subscriptions } from "../ports/lines.ts";
import type { VenueReport } from "../ports/venue.ts";
import type { UpdatesListener } from "../ports/venueAccount.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { KnownSessions } from "./announced.ts";
import { bookOf } from "./bookHandler.ts";
import { Extremes } from "./extremes.ts";
import { instrumentsOf } from "./gatherer.ts";
import { watchLegs } from "./legsHandler.ts";
import { LiveBars } from "./liveBars.ts";
import type { LivePorts } from "./livePorts.ts";
import { LiveStatuses } from "./liveStatuses.ts";
import { LiveWakes } from "./liveWakes.ts";
import { baseOf } from "./pollBars.ts";
import { pollUpdates } from "./pollUpdates.ts";
import { readableState } from "./readable.ts";
import { reconcile } from "./reconcileHandler.ts";
import { Sights } from "./sight.ts";
import { TickPump } from "./tickPump.ts";
import { handleUpdates } from "./updatesHandler.ts";

/** How a stream task works. */
export interface StreamOptions {
  readonly profiles: readonly CompiledProfile[];
  /** How long after a close bars are waited for, ms. */
  readonly graceMs: number;
  /** While a stream is down, how often is asked over REST instead, ms. */
  readonly pollEveryMs: number;
  /** Whether worked orders are woken here, beside whoever plans that. */
  readonly wakes?: boolean;
  /** Runs one thing after another, with all else that writes in this process. */
  turn(run: () => Promise<void>): Promise<void>;
  /** Something came in that the next {@link StreamHandler.step} acts on: it may come at once. */
  onNews?(): void;
}

/** Bars five seconds after the close at the latest; a stream that is down is polled as often. */
export const STREAM_DEFAULTS = { graceMs: 5_000, pollEveryMs: 5_000 } as const;

/** A bar may close while a line comes up, and be told by REST only a little later, ms. */
const LOOK_AGAIN_MS = 10_000;

/** Without a bar for so long in session something is wrong, ms: two minutes and what is usual. */
const STALE_MS = 2.5 * MINUTE_MS;

/**
 * What a stream task does with what its lines bring: bars into `bars.closed`, trade updates into
 * the books, ticks to the strategies that listen. While a line is down it asks over REST instead,
 * and while trade updates are missed a switch in the store keeps every order from being sent on
 * what the books say. It has no lines of its own and no timer: {@link step} does what is due.
 */
export class StreamHandler {
  private readonly ports: LivePorts;
  private readonly options: StreamOptions;
  private readonly bars: LiveBars;
  private readonly ticks: TickPump;
  private readonly statuses: LiveStatuses;
  private readonly wakes: LiveWakes;
  private readonly extremes = new Extremes();
  private readonly hasBars: boolean;
  private readonly sights: Sights;
  /** Whether each line of market data flows: shares and coins come over lines of their own. */
  private readonly markets: { isLive: boolean }[] = [];
  private watched: ReadonlySet<string> = new Set();
  private readonly moved = new Set<string>();
  private readonly sessions: KnownSessions;
  private filledMs = 0;
  private startedMs = 0;
  /** When the bars of the last gap are asked for once more, UTC ms. */
  private lookAgainMs = Number.POSITIVE_INFINITY;

  constructor(ports: LivePorts, options: StreamOptions) {
    const { profiles, graceMs } = options;
    this.ports = ports;
    this.options = options;
    this.sessions = new KnownSessions(ports, profiles);
    this.bars = new LiveBars(ports, profiles, graceMs);
    this.ticks = new TickPump(ports, profiles);
    this.statuses = new LiveStatuses(ports);
    this.wakes = new LiveWakes(ports, options.wakes === true ? profiles : []);
    this.hasBars = baseOf(profiles) === "1m";
    this.sights = new Sights(
      ports,
      profiles.map(({ account }) => account.name),
    );
  }

  /** Goes by the sessions that the profiles know of by now: the venue's, where those differ. */
  private async goByAnnounced(): Promise<void> {
    this.bars.goBy(await this.sessions.profiles());
  }

  /** Closes the gate until updates flow, and goes on with the bars where the journal ends. */
  async start(): Promise<void> {
    this.startedMs = this.ports.clock.nowMs();
    await this.sights.tell();
    await this.goByAnnounced();
    await this.options.turn(async () => {
      if (this.hasBars) await this.bars.resume();
      await this.bars.tell();
      await this.wakes.start();
    });
    this.filledMs = this.ports.clock.nowMs();
  }

  /** Who listens to one more line of market data. */
  market(): MarketListener {
    const line = { isLive: false };
    this.markets.push(line);
    return {
      onBar: (symbol, bar, isCorrection) => this.bar(symbol, bar, isCorrection),
      onQuote: (symbol, quote) => this.quote(symbol, quote),
      onTrade: (symbol, trade) => this.trade(symbol, trade),
      onStatus: (symbol, status) => this.status(symbol, status),
      // The bars of a gap are asked for before any other is told.
      onGap: () => {
        this.lookAgainMs = this.ports.clock.nowMs() + LOOK_AGAIN_MS;
        return this.options.turn(() => this.fill());
      },
      onState: (live) => {
        line.isLive = live;
      },
    };
  }

  /** Who listens to the trade updates of an account. */
  updatesOf(account: string): UpdatesListener {
    return {
      onReport: (report) => this.report(account, [report]),
      onGap: (sinceMs) => this.catchUp(account, sinceMs),
      onState: (live) => {
        this.sights.set(account, live);
        // Where the store does not answer now, the next step says it again.
        void this.sights.tell().catch(() => {});
      },
    };
  }

  /** The venue said something of orders. */
  async report(account: string, reports: readonly VenueReport[]): Promise<void> {
    await this.options.turn(async () => {
      await handleUpdates(this.ports, account, reports, this.ports.clock.nowMs());
    });
  }

  /** Does all that is due by the clock. */
  async step(): Promise<void> {
    const { turn, pollEveryMs } = this.options;
    await this.sights.tell();
    await turn(async () => {
      await this.statuses.tell();
      await this.sights.poll(pollEveryMs);
      const nowMs = this.ports.clock.nowMs();
      const isDue = !this.isMarketLive && nowMs - this.filledMs >= pollEveryMs;
      if (isDue || nowMs >= this.lookAgainMs) await this.fill();
      // What a gap still hides would be told after what came later.
      else if (this.isMarketLive) await this.bars.tell();
      if (!this.ticks.isIdle) await this.ticks.run();
      await this.wakes.step();
      await this.watch();
    });
  }

  /** Says in time that accounts are still seen. */
  renew(): Promise<void> {
    return this.sights.tell();
  }

  /** After the lines were closed: takes in what has come, and says that nobody listens now. */
  async stop(): Promise<void> {
    for (const account of this.sights.accounts) this.sights.set(account, false);
    await this.sights.tell();
    await this.options.turn(async () => void (await this.bars.tell()));
  }

  /** What the lines are to bring, as the universe and the open positions are now. */
  async wanted(): Promise<Subscriptions> {
    await this.goByAnnounced();
    const quotes = new Set<string>();
    const trades = new Set(this.bars.needsTrades);
    for (const profile of this.options.profiles) {
      const { onQuote, onTrade } = profile.strategy;
      if (onQuote === undefined && onTrade === undefined) continue;
      for (const symbol of await this.followed(profile)) {
        if (onQuote !== undefined) quotes.add(symbol);
        if (onTrade !== undefined) trades.add(symbol);
      }
    }
    this.watched = new Set((await Promise.all(this.sights.accounts.map(this.legsOf))).flat());
    for (const symbol of this.watched) trades.add(symbol);
    const instruments = instrumentsOf(this.options.profiles);
    const all = instruments.map(({ symbol }) => symbol);
    const shares = instruments.filter(({ assetClass }) => assetClass === "us-equity");
    return {
      bars: this.hasBars ? all : [],
      quotes: all.filter((symbol) => quotes.has(symbol)),
      trades: all.filter((symbol) => trades.has(symbol)),
      statuses: shares.map(({ symbol }) => symbol),
    };
  }

  /** How long no bar has come in session, ms; 0 while bars come as they should. */
  get staleMs(): number {
    if (!this.hasBars) return 0;
    const nowMs = this.ports.clock.nowMs();
    const waits = this.bars.timed.map(({ calendar }) => {
      if (!isTrading(calendar, nowMs, false) || !isTrading(calendar, nowMs - STALE_MS, false)) {
        return 0;
      }
      const openMs = calendar.sessionOn(calendar.tradingDateOf(nowMs))?.openTimeMs ?? nowMs;
      return nowMs - Math.max(this.bars.lastCloseMs, this.startedMs, openMs);
    });
    const longest = Math.max(0, ...waits);
    return longest > STALE_MS ? longest : 0;
  }

  /** Whether market data and the trade updates of every account flow. */
  get isLive(): boolean {
    return this.isMarketLive && this.sights.isLive;
  }

  private get isMarketLive(): boolean {
    return this.markets.every(({ isLive }) => isLive);
  }

  private bar(symbol: string, bar: Bar, isCorrection: boolean): void {
    if (isCorrection) this.bars.correct(symbol, bar);
    else this.bars.take(symbol, bar);
    this.extremes.take(symbol, bar);
    this.isMoved(symbol);
  }

  private quote(symbol: string, quote: Quote): void {
    this.extremes.quote(symbol, quote);
    this.ticks.quote(symbol, quote);
    this.isMoved(symbol);
  }

  private trade(symbol: string, trade: Trade): void {
    this.bars.takeTrade(symbol, trade);
    this.extremes.price(symbol, trade.price, trade.eventTimeMs);
    this.ticks.trade(symbol, trade);
    this.isMoved(symbol);
  }

  private status(symbol: string, status: TradingStatus): void {
    this.statuses.take(symbol, status);
    this.options.onNews?.();
  }

  private isMoved(symbol: string): void {
    this.moved.add(symbol);
    this.options.onNews?.();
  }

  private async fill(): Promise<void> {
    if (this.hasBars) await this.bars.fill();
    await this.bars.tell();
    const nowMs = this.ports.clock.nowMs();
    this.filledMs = nowMs;
    if (nowMs >= this.lookAgainMs) this.lookAgainMs = Number.POSITIVE_INFINITY;
  }

  private async catchUp(account: string, sinceMs: number): Promise<void> {
    await this.options.turn(async () => {
      await pollUpdates(this.ports, account, sinceMs);
      await reconcile(this.ports, account, sinceMs);
    });
  }

  private async followed(profile: CompiledProfile): Promise<readonly string[]> {
    const state = await readableState(this.ports.store, profile.name);
    const universe = state?.universe ?? [...profile.universe];
    const ledger = (await bookOf(this.ports, profile.account.name)).ledgers[profile.name];
    return [...universe, ...Object.keys(ledger?.positions ?? {})];
  }

  private readonly legsOf = async (account: string): Promise<readonly string[]> => {
    const { orders } = await bookOf(this.ports, account);
    return orders.filter(({ status }) => status === "held").map(({ request }) => request.symbol);
  };

  /** Legs that the venue cannot hold are sent when their price has come. */
  private async watch(): Promise<void> {
    const moved = [...this.moved].filter((symbol) => this.watched.has(symbol));
    this.moved.clear();
    for (const symbol of moved) {
      const latest = this.extremes.since(symbol, Number.MAX_SAFE_INTEGER);
      if (latest === null) continue;
      const since = (timeMs: number) => this.extremes.since(symbol, timeMs) ?? latest;
      for (const account of this.sights.accounts) {
        await watchLegs(this.ports, account, symbol, since);
      }
    }
  }
}
