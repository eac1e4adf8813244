import type { Instrument } from "../domain/instrument.ts";
import type { Bar } from "../domain/market.ts";
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
  private readonly waiting = new Map<number, Map<string, Bar>>();
  /** Parts already told of a close, by its time: late bars get a number of their own. */
  private readonly told = new Map<number, number>();
  private toldUntilMs = Number.MIN_SAFE_INTEGER;

  constructor(profiles: readonly CompiledProfile[], { base, graceMs }: GathererOptions) {
    this.base = base;
    this.graceMs = graceMs;
    const instruments = instrumentsOf(profiles);
    this.symbols = instruments.map(({ symbol }) => symbol);
    this.frames = framesHeard(profiles, timeframes)
      .filter((timeframe) => isFiner(base, timeframe))
      .map((timeframe) => ({
        timeframe,
        all: instruments.map((instrument) => new Frame(instrument, timeframe)),
      }));
  }

  /** Takes a closed bar; bars of other instruments and repeats change nothing. */
  take(symbol: string, bar: Bar): void {
    if (!this.symbols.includes(symbol)) return;
    const group = this.waiting.get(bar.closeTimeMs) ?? new Map<string, Bar>();
    if (!group.has(symbol)) group.set(symbol, bar);
    this.waiting.set(bar.closeTimeMs, group);
  }

  /** A correction of a bar that was not told yet takes its place; answers whether it did. */
  correct(symbol: string, bar: Bar): boolean {
    const group = this.waiting.get(bar.closeTimeMs);
    if (group === undefined || !group.has(symbol)) return false;
    group.set(symbol, bar);
    return true;
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

  /** A late bar of a close long past is no news: keeping every close would grow for ever. */
  private forget(): void {
    for (const closeMs of this.told.keys()) {
      if (this.told.size <= 1_000) return;
      this.told.delete(closeMs);
    }
  }
}

/** Every instrument that some profile trades, once, in the order of the profiles. */
export function instrumentsOf(profiles: readonly CompiledProfile[]): readonly Instrument[] {
  const found = new Map<string, Instrument>();
  for (const { instruments } of profiles) {
    for (const one of instruments) if (!found.has(one.symbol)) found.set(one.symbol, one);
  }
  return [...found.values()];
}

/** The first part of a close has the id that a replay gives it, so its orders have the same ids. */
function closedEvent(
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
