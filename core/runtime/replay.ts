import type { Book } from "../domain/book.ts";
import type { Calendar } from "../domain/calendar/calendar.ts";
import { calendarOf } from "../domain/calendar/calendar.ts";
import { decimalOf, numberOf } from "../domain/decimal.ts";
import { InputError } from "../domain/errors.ts";
import { isFiner, type Timeframe, timeframes } from "../domain/timeframe.ts";
import type { Awaitable } from "../ports/venue.ts";
import type { Market } from "../simulation/config.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { actionEvent, type CorporateAction, dividendsOf } from "./actionHandler.ts";
import { BarCursor, type BarFeed, BarsClosed, barData, Frame } from "./feeds.ts";
import { dateEndMs, Marks } from "./marks.ts";
import { Timetable } from "./timetable.ts";
import type { Desk, World } from "./world.ts";

/** What a replay walks through. */
export interface Recording {
  readonly feeds: readonly BarFeed[];
  /** Ascending by time. */
  readonly actions: readonly CorporateAction[];
  /** Bars up to this time only warm the indicators; equity is kept from here on. UTC ms. */
  readonly fromMs: number;
  /** Time of the last event to replay, UTC ms; Infinity for all there is. */
  readonly toMs: number;
}

/** One feed on its way through its columns. */
interface Track {
  readonly feed: BarFeed;
  readonly cursor: BarCursor;
  readonly closing: Closing;
  readonly frames: readonly Framed[];
  /** Where its bars are matched: in every account that trades the instrument. */
  readonly stalls: readonly { readonly desk: Desk; readonly market: Market }[];
  /** Close of the bar at the cursor; Infinity past the end. */
  nextMs: number;
  lastPrice: number;
}

/** One time frame: its event, and the profiles that hear it. */
interface Closing {
  readonly timeframe: Timeframe;
  readonly event: BarsClosed;
  readonly profiles: readonly string[];
}

/** A coarser time frame of one instrument, and the event that its bars go into. */
interface Framed {
  readonly frame: Frame;
  readonly closing: Closing;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * The pump of a replay: it merges all feeds in time order and drives the handlers of a world.
 *
 * The order at one instant is total: corporate actions, in the order given; then the bars, feed by
 * feed in the order given, first to the venues, whose fills are booked and decided on at once; then
 * `bars.closed`, coarser time frames before finer, profiles in the order given; then schedules, by
 * profile and name. All of an instant is done before anything of a later one.
 */
export class Replay {
  readonly marks = new Marks();
  /** Bars taken from the feeds so far. */
  bars = 0;
  private readonly world: World;
  private readonly recording: Recording;
  private readonly profiles: readonly CompiledProfile[];
  private readonly tracks: readonly Track[];
  private readonly bySymbol = new Map<string, Track>();
  private readonly framed: Framed[] = [];
  private readonly calendar: Calendar;
  private readonly closings: readonly Closing[];
  private readonly timetable: Timetable;
  private nextAction = 0;
  private started = false;
  private dateEndMs = NEVER;
  private lastMs = Number.NaN;

  constructor(world: World, recording: Recording) {
    this.world = world;
    this.recording = recording;
    this.profiles = world.desks.flatMap((desk) => desk.profiles);
    this.closings = closingsOf(this.profiles, recording.feeds);
    this.calendar = calendarOfAll(this.profiles);
    this.tracks = recording.feeds.map((feed) => this.trackOf(feed));
    const startMs = this.nextBarMs();
    if (startMs === NEVER) throw new InputError("expected at least one bar to replay, got none");
    this.timetable = new Timetable(this.profiles, startMs - 1);
    this.dateEndMs = dateEndMs(this.calendar, startMs);
  }

  /**
   * Walks through the recording. With ports that answer at once this is one synchronous loop and
   * nothing is awaited; where a port answers with a promise, it goes on when that is settled.
   */
  run(onProgress: (bars: number) => void = () => {}): Awaitable<void> {
    let reportAt = 0;
    for (;;) {
      const timeMs = this.nextMs();
      if (timeMs === NEVER || timeMs > this.recording.toMs) break;
      const done = this.instant(timeMs, 0);
      if (done instanceof Promise) return resumed(done, this, onProgress);
      if (this.bars >= reportAt) {
        onProgress(this.bars);
        reportAt = this.bars + 50_000;
      }
    }
    if (this.started) this.mark(this.lastMs);
    onProgress(this.bars);
  }

  /** Everything that happens at one time, from one of its stages on. */
  instant(timeMs: number, stage: number): Awaitable<void> {
    let pending: Awaitable<void>;
    if (stage <= 0) {
      if (!this.started && timeMs > this.recording.fromMs) this.start(timeMs);
      if (timeMs > this.dateEndMs) {
        pending = this.endDate(timeMs);
        if (pending instanceof Promise) return staged(pending, this, timeMs, 1);
      }
    }
    if (stage <= 1 && this.actionMs() <= timeMs) {
      pending = this.applyActions(timeMs);
      if (pending instanceof Promise) return staged(pending, this, timeMs, 2);
    }
    if (stage <= 2) {
      pending = this.match(timeMs);
      if (pending instanceof Promise) return staged(pending, this, timeMs, 3);
    }
    if (stage <= 3) {
      pending = this.close(timeMs);
      if (pending instanceof Promise) return staged(pending, this, timeMs, 4);
    }
    this.advance(timeMs);
    this.lastMs = timeMs;
    if (this.timetable.nextMs <= timeMs) return this.fire(timeMs);
  }

  /** Shows the bars of an instant to the venues and gathers them for their time frames. */
  private match(timeMs: number): Awaitable<void> {
    const { tracks } = this;
    let pending: Promise<void> | undefined;
    for (let i = 0; i < tracks.length; i += 1) {
      const track = tracks[i];
      if (track === undefined || track.nextMs !== timeMs) continue;
      const { cursor, stalls, frames } = track;
      track.lastPrice = cursor.close;
      for (let s = 0; s < stalls.length; s += 1) {
        const stall = stalls[s];
        if (stall === undefined) continue;
        const reports = stall.desk.venue.onBar(stall.market, cursor);
        if (reports.length === 0) continue;
        const booked = this.world.report(stall.desk.account, reports, timeMs);
        if (booked instanceof Promise) pending = alongside(pending, booked);
      }
      track.closing.event.add(cursor);
      for (let f = 0; f < frames.length; f += 1) frames[f]?.frame.take(cursor);
    }
    if (this.framed.length > 0) this.closeFrames(timeMs);
    return pending;
  }

  /** Publishes `bars.closed` of every time frame that closed, coarser ones first. */
  private close(timeMs: number): Awaitable<void> {
    const { closings, world } = this;
    let pending: Promise<void> | undefined;
    for (let c = 0; c < closings.length; c += 1) {
      const closing = closings[c];
      if (closing === undefined || !closing.event.fill(timeMs)) continue;
      const { event, profiles } = closing;
      for (let p = 0; p < profiles.length; p += 1) {
        const decided = world.trigger(profiles[p] ?? "", event);
        if (decided instanceof Promise) pending = alongside(pending, decided);
      }
    }
    return pending;
  }

  /** Hands over the coarser bars that are complete by now, also those whose last minutes are missing. */
  private closeFrames(timeMs: number): void {
    for (const { frame, closing } of this.framed) {
      frame.flush(timeMs);
      for (const bar of frame.closed) closing.event.add(barData(frame.symbol, bar));
      frame.closed.length = 0;
    }
  }

  private advance(timeMs: number): void {
    const { tracks } = this;
    for (let i = 0; i < tracks.length; i += 1) {
      const track = tracks[i];
      if (track === undefined || track.nextMs !== timeMs) continue;
      track.cursor.row += 1;
      track.nextMs = track.feed.columns.closeTimeMs[track.cursor.row] ?? NEVER;
      this.bars += 1;
    }
  }

  private nextMs(): number {
    let next = this.nextBarMs();
    for (const { frame } of this.framed) if (frame.endsMs < next) next = frame.endsMs;
    return next < this.timetable.nextMs ? next : this.nextDue(next);
  }

  /** A schedule between two bars has its own instant; after the last bar none is due any more. */
  private nextDue(next: number): number {
    return next === NEVER ? NEVER : this.timetable.nextMs;
  }

  private nextBarMs(): number {
    const { tracks } = this;
    let next = NEVER;
    for (let i = 0; i < tracks.length; i += 1) {
      const time = tracks[i]?.nextMs ?? NEVER;
      if (time < next) next = time;
    }
    return next;
  }

  private actionMs(): number {
    return this.recording.actions[this.nextAction]?.timeMs ?? NEVER;
  }

  private applyActions(timeMs: number): Awaitable<void> {
    let pending: Promise<void> | undefined;
    while (this.actionMs() <= timeMs) {
      const action = this.recording.actions[this.nextAction];
      this.nextAction += 1;
      const track = action && this.bySymbol.get(action.symbol);
      // Before the first bar there is nothing to restate and nothing held.
      if (action === undefined || track === undefined || track.lastPrice === 0) continue;
      pending = alongside(pending, this.applyAction(action, track));
    }
    return pending;
  }

  private applyAction(action: CorporateAction, track: Track): Awaitable<void> {
    const event = actionEvent(action, track.lastPrice);
    const { priceFactor } = event.data;
    const priceAfter = decimalOf(track.lastPrice * (action.kind === "split" ? priceFactor : 1));
    let pending: Promise<void> | undefined;
    for (const { desk } of track.stalls) {
      const { account, venue, profiles } = desk;
      const reports = venue.onCorporateAction(event.data, action.timeMs);
      pending = alongside(pending, this.world.report(account, reports, action.timeMs));
      const events = (book: Book) => [...dividendsOf(book, event), event];
      pending = alongside(pending, this.world.apply(account, events, priceAfter));
      for (const { name } of profiles)
        pending = alongside(pending, this.world.trigger(name, event));
    }
    const volumeFactor = action.kind === "split" ? 1 / priceFactor : 1;
    for (const { frame } of track.frames) frame.rescale(priceFactor, volumeFactor);
    if (action.kind === "split") track.lastPrice *= priceFactor;
    return pending;
  }

  /** Marks the date that is over, lets day orders end, and settles what is due on the next. */
  private endDate(timeMs: number): Awaitable<void> {
    let pending: Promise<void> | undefined;
    this.mark(this.lastMs);
    for (const { account, venue } of this.world.desks) {
      const expired = venue.onClock(this.dateEndMs);
      pending = alongside(pending, this.world.report(account, expired, this.dateEndMs));
    }
    this.dateEndMs = dateEndMs(this.calendar, timeMs);
    this.world.settle(this.calendar.tradingDateOf(timeMs - 1));
    return pending;
  }

  private fire(timeMs: number): Awaitable<void> {
    let pending: Promise<void> | undefined;
    for (const event of this.timetable.due(timeMs)) {
      pending = alongside(pending, this.world.trigger(event.data.profile, event));
    }
    return pending;
  }

  /** The first point of every equity curve: what there was before the first decision. */
  private start(timeMs: number): void {
    this.started = true;
    this.mark(timeMs - 1);
  }

  private mark(timeMs: number): void {
    if (!this.started) return;
    for (const profile of this.profiles) {
      const ledger = this.world.ledger(profile);
      let equity = numberOf(ledger.cash);
      let gross = 0;
      for (const symbol in ledger.positions) {
        const quantity = numberOf(ledger.positions[symbol]?.quantity ?? 0n);
        const value = quantity * (this.bySymbol.get(symbol)?.lastPrice ?? 0);
        equity += value;
        gross += Math.abs(value);
      }
      const track = this.bySymbol.get(profile.benchmark);
      const benchmark = track?.lastPrice || (track?.feed.columns.open[0] ?? 0);
      this.marks.add(profile.name, timeMs, equity, gross, benchmark);
    }
  }

  private trackOf(feed: BarFeed): Track {
    const { symbol } = feed.instrument;
    const closing = this.closings.find(({ timeframe }) => timeframe === feed.timeframe);
    if (closing === undefined)
      throw new InputError(`${symbol}: nobody takes ${feed.timeframe} bars`);
    const frames = this.closings
      .filter(({ timeframe }) => isFiner(feed.timeframe, timeframe))
      .map((coarser) => ({
        closing: coarser,
        frame: new Frame(feed.instrument, coarser.timeframe),
      }));
    this.framed.push(...frames);
    const desks = this.world.desks.filter(({ profiles }) =>
      profiles.some(({ universe }) => universe.has(symbol)),
    );
    const stalls = desks.map((desk) => ({ desk, market: desk.venue.market(feed.instrument) }));
    const nextMs = feed.columns.closeTimeMs[0] ?? NEVER;
    const track = {
      feed,
      cursor: new BarCursor(symbol, feed.columns),
      closing,
      frames,
      stalls,
      nextMs,
      lastPrice: 0,
    };
    this.bySymbol.set(symbol, track);
    return track;
  }
}

/** Dates end with the exchange's session, or at midnight UTC where everything is always open. */
function calendarOfAll(profiles: readonly CompiledProfile[]): Calendar {
  const exchange = profiles.find(({ calendar }) => calendar.id === "us-equity");
  return exchange?.calendar ?? calendarOf("always-open");
}

/** Every time frame that is fed or asked for, coarsest first, and who hears it. */
function closingsOf(
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

function hears({ timeframe, framed }: CompiledProfile, asked: Timeframe): boolean {
  return timeframe === asked || framed.has(asked);
}

/** Goes on with an instant after a pending part of it. Apart, so that the loop makes no closure. */
function staged(
  pending: Promise<void>,
  replay: Replay,
  timeMs: number,
  stage: number,
): Promise<void> {
  return pending.then(() => replay.instant(timeMs, stage));
}

function resumed(
  pending: Promise<void>,
  replay: Replay,
  onProgress: (bars: number) => void,
): Promise<void> {
  return pending.then(() => replay.run(onProgress));
}

/** Both of two pieces of work; a promise only where one of them is. */
function alongside(
  one: Promise<void> | undefined,
  other: Awaitable<void>,
): Promise<void> | undefined {
  if (!(other instanceof Promise)) return one;
  return one === undefined ? other : Promise.all([one, other]).then(() => undefined);
}
