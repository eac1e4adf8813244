import type { Calendar } from "../domain/calendar/calendar.ts";
import type { Bar, Trade } from "../domain/market.ts";
import { addDays, MINUTE_MS } from "../domain/time.ts";
import { isTrading } from "../domain/timeframe.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { hears } from "./audience.ts";
import { Gatherer, instrumentsOf } from "./gatherer.ts";
import type { LivePorts } from "./livePorts.ts";
import { bucketsFrom, ingestBars } from "./pollBars.ts";
import { journalDate } from "./takeSnapshots.ts";
import { TradeBars } from "./tradeBars.ts";

/** Asked for again over a gap, ms: a bar may be late, and repeats are dropped. */
const OVERLAP_MS = 5 * MINUTE_MS;

/** Days of the journal that are looked through for the last bar that was told. */
const DAYS_BACK = 5;

const BASE = "1m";

type Closed = EventOf<"bars.closed.v1">;

/**
 * Minute bars as a stream brings them, made into the closes of every frame that somebody hears, one
 * event each. What a gap hid is asked for and told in order; what comes twice is told once.
 */
export class LiveBars {
  private readonly ports: LivePorts;
  /** The profiles, with the sessions that are gone by. */
  timed: readonly CompiledProfile[];
  private calendars: ReadonlyMap<string, Calendar>;
  private readonly gatherer: Gatherer;
  private readonly seconds: TradeBars | null;
  /** Closes that are not in the journal yet: trouble with the store loses none. */
  private readonly outgoing: Closed[] = [];
  /** The last close taken of each instrument, UTC ms: a stream tells them in order. */
  private readonly takenUntil = new Map<string, number>();
  /** All that closed up to here was told by an earlier process, or never will be. */
  private resumedMs = 0;
  /** Every bar up to here is known, UTC ms. */
  private knownMs = 0;
  private heardMs = 0;

  constructor(ports: LivePorts, profiles: readonly CompiledProfile[], graceMs: number) {
    this.ports = ports;
    this.timed = profiles;
    this.calendars = calendarsOf(profiles);
    this.gatherer = new Gatherer(profiles, { base: BASE, graceMs, corrects: true });
    const quick = profiles.filter((one) => hears(one, "1s"));
    const symbols = instrumentsOf(quick).map(({ symbol }) => symbol);
    this.seconds = quick.length === 0 ? null : new TradeBars(symbols, graceMs);
  }

  /** Close of the newest bar that came in, UTC ms; 0 before the first. */
  get lastCloseMs(): number {
    return this.heardMs;
  }

  /** Instruments whose trades are needed, for bars finer than a venue sends. */
  get needsTrades(): readonly string[] {
    const quick = this.timed.filter((one) => hears(one, "1s"));
    return instrumentsOf(quick).map(({ symbol }) => symbol);
  }

  /** Minutes are taken, and coarser bars close, by the sessions of these profiles from here on. */
  goBy(profiles: readonly CompiledProfile[]): void {
    if (profiles === this.timed) return;
    this.timed = profiles;
    this.calendars = calendarsOf(profiles);
    this.gatherer.goBy(profiles);
  }

  /**
   * Goes on where the journal ends: the bars since then, and those before them that are a part of a
   * coarser bar which was open, are asked for. A journal without any bar begins now.
   */
  async resume(): Promise<void> {
    const nowMs = floorMinute(this.ports.clock.nowMs());
    this.resumedMs = (await this.lastToldMs(nowMs)) ?? nowMs;
    const fromMs = bucketsFrom(this.timed, { base: BASE, untilMs: this.resumedMs });
    this.knownMs = Math.min(fromMs, this.resumedMs) + OVERLAP_MS;
    await this.fill();
  }

  /** Asks for all that closed since the last bar that is known, with an overlap. */
  async fill(): Promise<void> {
    const untilMs = floorMinute(this.ports.clock.nowMs());
    const symbols = [...this.calendars.keys()];
    const afterMs = this.knownMs - OVERLAP_MS;
    const query = { symbols, timeframe: BASE, afterMs, untilMs } as const;
    const found = await this.ports.marketData.bars(query);
    for (const [symbol, bars] of found) for (const bar of bars) this.take(symbol, bar);
  }

  /** Takes a minute's bar of regular hours; repeats, and what comes too late, change nothing. */
  take(symbol: string, bar: Bar): boolean {
    const calendar = this.calendars.get(symbol);
    if (calendar === undefined || !isTrading(calendar, bar.openTimeMs, false)) return false;
    if (bar.closeTimeMs <= (this.takenUntil.get(symbol) ?? 0)) return false;
    this.takenUntil.set(symbol, bar.closeTimeMs);
    this.heardMs = Math.max(this.heardMs, bar.closeTimeMs);
    this.gatherer.take(symbol, bar);
    return true;
  }

  /** Takes the correction of a bar; one of a bar that never came is that bar. */
  correct(symbol: string, bar: Bar): void {
    if (!this.take(symbol, bar)) this.gatherer.correct(symbol, bar);
  }

  takeTrade(symbol: string, trade: Trade): void {
    this.seconds?.take(symbol, trade);
  }

  /** Takes what has closed into the journal, in order; answers how many closes were new. */
  async tell(): Promise<number> {
    const nowMs = this.ports.clock.nowMs();
    const due = [...(this.seconds?.closed(nowMs) ?? []), ...this.gatherer.closed(nowMs)];
    // Of the last close some instruments may have been told and others not.
    this.outgoing.push(...due.filter(({ data }) => data.closeTimeMs >= this.resumedMs));
    let told = 0;
    for (let next = this.outgoing[0]; next !== undefined; next = this.outgoing[0]) {
      if (await ingestBars(this.ports, { ...next, receivedTimeMs: nowMs })) told += 1;
      this.knownMs = Math.max(this.knownMs, next.data.closeTimeMs);
      this.outgoing.shift();
    }
    return told;
  }

  private async lastToldMs(nowMs: number): Promise<number | null> {
    for (let day = 0; day < DAYS_BACK; day += 1) {
      const date = addDays(journalDate(nowMs), -day);
      let lastMs: number | null = null;
      for (let after: string | null = null; ; ) {
        const page = await this.ports.journal.read({ date, after, limit: 1_000 });
        for (const { event } of page.entries) {
          if (event.type !== "bars.closed.v1" || event.data.timeframe !== BASE) continue;
          lastMs = Math.max(lastMs ?? 0, event.data.closeTimeMs);
        }
        if (page.next === null) break;
        after = page.next;
      }
      if (lastMs !== null) return lastMs;
    }
    return null;
  }
}

function floorMinute(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

function calendarsOf(profiles: readonly CompiledProfile[]): ReadonlyMap<string, Calendar> {
  return new Map(
    profiles.flatMap(({ instruments, calendar }) =>
      instruments.map(({ symbol }): [string, Calendar] => [symbol, calendar]),
    ),
  );
}
