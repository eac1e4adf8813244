import type { Instrument } from "../domain/instrument.ts";
import type { Bar } from "../domain/market.ts";
import { DAY_MS } from "../domain/time.ts";
import { isFiner, type Timeframe, timeframes } from "../domain/timeframe.ts";
import type { EventData, EventOf } from "../events/catalogue.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { framesHeard } from "./audience.ts";
import { barData, Frame } from "./feeds.ts";

type BarData = EventData<"bars.closed.v1">["bars"][number];
type Closed = EventOf<"bars.closed.v1">;

/** How live bars are gathered. */
export interface GathererOptions {
  /** Time frame of the bars that come in; all coarser ones are built from them. */
  readonly base: Timeframe;
  /** How long after a close missing bars are waited for, ms: no trade in a minute, no bar of it. */
  readonly graceMs: number;
  /** Whether corrections come: bars of buckets that are open are then kept to build them anew. */
  readonly corrects?: boolean;
}

/**
 * Makes `bars.closed` out of bars as they trickle in: one event a time frame and close, coarser
 * ones first and instruments in the order of the profiles, exactly as a replay of them would. A
 * close is told as soon as every instrument has its bar, or when the grace period is over; what
 * comes later is told as a part of its own.
 */
export class Gatherer {
  private readonly base: Timeframe;
  private readonly graceMs: number;
  private readonly symbols: readonly string[];
  private readonly frames: readonly { readonly timeframe: Timeframe; readonly all: Frame[] }[];
  private readonly corrects: boolean;
  private readonly waiting = new Map<number, Map<string, Bar>>();
  /** Bars that were told since the coarsest intraday bucket or day began, by symbol. */
  private readonly parts = new Map<string, Bar[]>();
  /** Parts already told of a close, by its time: late bars get a number of their own. */
  private readonly told = new Map<number, number>();
  private toldUntilMs = Number.MIN_SAFE_INTEGER;

  constructor(profiles: readonly CompiledProfile[], options: GathererOptions) {
    const { base, graceMs, corrects = false } = options;
    this.base = base;
    this.graceMs = graceMs;
    this.corrects = corrects;
    const instruments = instrumentsOf(profiles);
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.frames = framesHeard(profiles, timeframes)
      .filter((timeframe) => isFiner(base, timeframe))
      .map((timeframe) => ({
        timeframe,
        all: instruments.map((instrument) => new Frame(instrument, timeframe)),
      }));
  }

  /** Coarser bars close by the sessions of these profiles from here on. */
  goBy(profiles: readonly CompiledProfile[]): void {
    for (const calendar of new Set(profiles.map((profile) => profile.calendar))) {
      for (const { all } of this.frames) for (const frame of all) frame.goBy(calendar);
    }
  }

  /** Takes a closed bar; bars of other instruments and repeats change nothing. */
  take(symbol: string, bar: Bar): void {
    if (!this.symbols.includes(symbol)) return;
    const group = this.waiting.get(bar.closeTimeMs) ?? new Map<string, Bar>();
    if (!group.has(symbol)) group.set(symbol, bar);
    this.waiting.set(bar.closeTimeMs, group);
  }

  /**
   * A correction takes the place of a bar that was not told yet. One that was told stays as it was
   * decided on, while the coarser bars up to a day that it is a part of, and that are open, are
   * built anew. Answers which of them it was.
   */
  correct(symbol: string, bar: Bar): "replaced" | "rebuilt" | "late" {
    const group = this.waiting.get(bar.closeTimeMs);
    if (group?.has(symbol) === true) {
      group.set(symbol, bar);
      return "replaced";
    }
    const parts = this.parts.get(symbol) ?? [];
    const at = parts.findIndex(({ openTimeMs }) => openTimeMs === bar.openTimeMs);
    if (at < 0) return "late";
    parts[at] = bar;
    const own = this.frames.flatMap(({ all }) => all.filter((one) => one.symbol === symbol));
    const rebuilt = own.filter((frame) => isIntraday(frame) && frame.rebuild(parts));
    return rebuilt.length > 0 ? "rebuilt" : "late";
  }

  /** The closes that are complete, or have waited long enough, oldest first. */
  closed(nowMs: number): readonly Closed[] {
    const events: Closed[] = [];
    for (const closeTimeMs of [...this.waiting.keys()].sort((a, b) => a - b)) {
      const group = this.waiting.get(closeTimeMs);
      if (group === undefined) continue;
      const late = closeTimeMs <= this.toldUntilMs;
      const complete = group.size === this.symbols.length;
      if (!late && !complete && nowMs < closeTimeMs + this.graceMs) break;
      this.waiting.delete(closeTimeMs);
      events.push(...this.tell(closeTimeMs, group));
    }
    events.push(...this.flush(nowMs - this.graceMs));
    return events;
  }

  /** When something will be due by the clock alone, UTC ms, or Infinity. */
  get dueMs(): number {
    const ends = this.frames.flatMap(({ all }) => all.map(({ endsMs }) => endsMs));
    return Math.min(Number.POSITIVE_INFINITY, ...this.waiting.keys(), ...ends) + this.graceMs;
  }

  private tell(closeTimeMs: number, group: ReadonlyMap<string, Bar>): readonly Closed[] {
    const bars = this.symbols.flatMap((symbol): BarData[] => {
      const bar = group.get(symbol);
      return bar === undefined ? [] : [barData(symbol, bar)];
    });
    for (const { all } of this.frames) {
      for (const frame of all) {
        const bar = group.get(frame.symbol);
        if (bar !== undefined) frame.take(bar);
      }
    }
    if (this.corrects) for (const [symbol, bar] of group) this.keepPart(symbol, bar);
    const coarser = this.flush(closeTimeMs);
    const part = (this.told.get(closeTimeMs) ?? 0) + 1;
    this.told.set(closeTimeMs, part);
    this.toldUntilMs = Math.max(this.toldUntilMs, closeTimeMs);
    this.forget();
    return [...coarser, closedEvent(this.base, closeTimeMs, bars, part)];
  }

  private flush(nowMs: number): readonly Closed[] {
    return this.frames.flatMap(({ timeframe, all }) => {
      const groups = new Map<number, BarData[]>();
      for (const frame of all) {
        frame.flush(nowMs);
        for (const bar of frame.closed) {
          const group = groups.get(bar.closeTimeMs) ?? [];
          group.push(barData(frame.symbol, bar));
          groups.set(bar.closeTimeMs, group);
        }
        frame.closed.length = 0;
      }
      return [...groups].map(([closeMs, bars]) => closedEvent(timeframe, closeMs, bars, 1));
    });
  }

  /** Sessions are no longer than a day: what is older is a part of nothing that is open. */
  private keepPart(symbol: string, bar: Bar): void {
    const parts = this.parts.get(symbol) ?? [];
    parts.push(bar);
    while ((parts[0]?.openTimeMs ?? bar.openTimeMs) < bar.openTimeMs - DAY_MS) parts.shift();
    this.parts.set(symbol, parts);
  }

  /** A late bar of a close long past is no news: keeping every close would grow for ever. */
  private forget(): void {
    for (const closeMs of this.told.keys()) {
      if (this.told.size <= 1_000) return;
      this.told.delete(closeMs);
    }
  }
}

function isIntraday({ timeframe }: Frame): boolean {
  return timeframe === "1d" || isFiner(timeframe, "1d");
}

/** Every instrument that some profile trades, once, in the order of the profiles. */
export function instrumentsOf(profiles: readonly CompiledProfile[]): readonly Instrument[] {
  const found = new Map<string, Instrument>();
  for (const { instruments } of profiles) {
    for (const one of instruments) if (!found.has(one.symbol)) found.set(one.symbol, one);
  }
  return [...found.values()];
}

/**
 * A close of some instruments. The first part of a close has the id that a replay gives it, so
 * its orders have the same ids.
 */
export function closedEvent(
  timeframe: Timeframe,
  closeTimeMs: number,
  bars: readonly BarData[],
  part: number,
): Closed {
  const id = `${timeframe}.${closeTimeMs}${part === 1 ? "" : `.${part}`}`;
  return {
    type: "bars.closed.v1",
    id,
    eventTimeMs: closeTimeMs,
    receivedTimeMs: closeTimeMs,
    causationId: id,
    data: { timeframe, closeTimeMs, bars },
  };
}
