import { type Calendar, calendarOf } from "../domain/calendar/calendar.ts";
import { InputError } from "../domain/errors.ts";
import { isFiner, type Timeframe, timeframes } from "../domain/timeframe.ts";
import type { Market } from "../simulation/config.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { hears } from "./audience.ts";
import { BarCursor, type BarFeed, BarsClosed, Frame } from "./feeds.ts";
import type { Desk, World } from "./world.ts";

/** One feed on its way through its columns. */
export interface Track {
  readonly feed: BarFeed;
  readonly cursor: BarCursor;
  readonly closing: Closing;
  readonly frames: readonly Framed[];
  /** Where its bars are matched: in every account that trades the instrument. */
  readonly stalls: readonly { readonly desk: Desk; readonly market: Market }[];
  lastPrice: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * All feeds on their way. When each has its next bar stands in one list of numbers, as every
 * instant looks at all of them.
 */
export class Tracks {
  readonly all: readonly Track[];
  /** Close of the bar at each cursor; Infinity past the end. */
  readonly due: Float64Array;
  /** The earliest of them. */
  nextMs = NEVER;
  /** Bars passed so far. */
  bars = 0;

  constructor(all: readonly Track[]) {
    this.all = all;
    this.due = Float64Array.from(all, ({ feed }) => feed.columns.closeTimeMs[0] ?? NEVER);
    this.advance(Number.NaN);
  }

  /** Leaves the bars that close at a time behind. */
  advance(timeMs: number): void {
    const { all, due } = this;
    let next = NEVER;
    for (let i = 0; i < all.length; i += 1) {
      let dueMs = due[i] ?? NEVER;
      const track = all[i];
      if (dueMs === timeMs && track !== undefined) {
        dueMs = track.cursor.advance();
        due[i] = dueMs;
        this.bars += 1;
      }
      if (dueMs < next) next = dueMs;
    }
    this.nextMs = next;
  }
}

/** One time frame: its event, and the profiles that hear it. */
export interface Closing {
  readonly timeframe: Timeframe;
  readonly event: BarsClosed;
  readonly profiles: readonly string[];
}

/** A coarser time frame of one instrument, and the event that its bars go into. */
export interface Framed {
  readonly frame: Frame;
  readonly closing: Closing;
}

/** Puts a feed at its start. @throws InputError when nobody takes bars of its time frame. */
export function trackOf(world: World, closings: readonly Closing[], feed: BarFeed): Track {
  const { symbol } = feed.instrument;
  const closing = closings.find(({ timeframe }) => timeframe === feed.timeframe);
  if (closing === undefined) throw new InputError(`${symbol}: nobody takes ${feed.timeframe} bars`);
  const desks = world.desks.filter(({ profiles }) =>
    profiles.some(({ universe }) => universe.has(symbol)),
  );
  return {
    feed,
    closing,
    cursor: new BarCursor(symbol, feed.columns),
    frames: closings
      .filter(({ timeframe }) => isFiner(feed.timeframe, timeframe))
      .map((coarser) => ({
        closing: coarser,
        frame: new Frame(feed.instrument, coarser.timeframe),
      })),
    stalls: desks.map((desk) => ({ desk, market: desk.venue.market(feed.instrument) })),
    lastPrice: 0,
  };
}

/** Dates end with the exchange's session, or at midnight UTC where everything is always open. */
export function calendarOfAll(profiles: readonly CompiledProfile[]): Calendar {
  const exchange = profiles.find(({ calendar }) => calendar.id === "us-equity");
  return exchange?.calendar ?? calendarOf("always-open");
}

/** Every time frame that is fed or asked for, coarsest first, and who hears it. */
export function closingsOf(
  profiles: readonly CompiledProfile[],
  feeds: readonly BarFeed[],
): readonly Closing[] {
  const asked = new Set<Timeframe>(feeds.map(({ timeframe }) => timeframe));
  for (const { timeframe, framed } of profiles) {
    asked.add(timeframe);
    for (const frame of framed.keys()) asked.add(frame);
  }
  return [...timeframes]
    .reverse()
    .filter((timeframe) => asked.has(timeframe))
    .map((timeframe) => ({
      timeframe,
      event: new BarsClosed(timeframe),
      profiles: profiles.filter((one) => hears(one, timeframe)).map(({ name }) => name),
    }));
}
