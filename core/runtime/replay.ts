import type { Calendar } from "../domain/calendar/calendar.ts";
import { InputError } from "../domain/errors.ts";
import type { Awaitable } from "../ports/venue.ts";
import { applyAction } from "./actionHandler.ts";
import { alongside } from "./awaiting.ts";
import { barData } from "./feeds.ts";
import { dateEndMs, Marks, markAll } from "./marks.ts";
import { chargeNights, expireAll } from "./nights.ts";
import { type Recording, requireWithin } from "./recording.ts";
import { TickTrack } from "./ticks.ts";
import { Timetable } from "./timetable.ts";
import {
  type Closing,
  calendarOfAll,
  closingsOf,
  type Framed,
  type Track,
  Tracks,
  trackOf,
} from "./tracks.ts";
import type { World } from "./world.ts";

const NEVER = Number.POSITIVE_INFINITY;

/**
 * The pump of a replay: it merges all feeds in time order and drives the handlers of a world.
 *
 * The order at one instant is total: corporate actions; ticks; the bars, first to the venues, whose
 * fills are booked and decided on at once; then `bars.closed`, coarser time frames before finer, to
 * the profiles; then signals; then schedules; then worked orders that asked to be woken. Within
 * each it is the order in which actions, feeds, profiles and signals were given. All of an instant
 * is done before anything of a later one.
 */
export class Replay {
  readonly marks = new Marks();
  private readonly world: World;
  private readonly recording: Recording;
  private readonly tracks: Tracks;
  private readonly bySymbol = new Map<string, Track>();
  private readonly framed: readonly Framed[];
  private readonly ticks: readonly TickTrack[];
  private readonly calendar: Calendar;
  private readonly closings: readonly Closing[];
  private readonly timetable: Timetable;
  private nextSignal = 0;
  private signalMs: number;
  private nextAction = 0;
  private actionMs: number;
  private started = false;
  private dateEndMs = NEVER;
  private lastMs = Number.NaN;
  /** Before this time nothing but bars happens. */
  private calmUntilMs = -NEVER;

  constructor(world: World, recording: Recording) {
    this.world = world;
    this.recording = recording;
    const profiles = world.desks.flatMap((desk) => desk.profiles);
    this.closings = closingsOf(profiles, recording.feeds);
    this.signalMs = recording.signals[0]?.receivedTimeMs ?? NEVER;
    this.actionMs = recording.actions[0]?.timeMs ?? NEVER;
    this.calendar = calendarOfAll(profiles);
    const tracks = recording.feeds.map((feed) => trackOf(world, this.closings, feed));
    this.tracks = new Tracks(tracks);
    this.framed = tracks.flatMap(({ frames }) => frames);
    this.ticks = recording.ticks.map((feed) => new TickTrack(world, feed));
    for (const track of tracks) this.bySymbol.set(track.feed.instrument.symbol, track);
    const startMs = this.tracks.nextMs;
    if (startMs === NEVER) throw new InputError("expected at least one bar to replay, got none");
    requireWithin(recording, startMs);
    this.timetable = new Timetable(profiles, startMs - 1);
    this.dateEndMs = dateEndMs(this.calendar, startMs);
  }

  /** Bars taken from the feeds so far. */
  get bars(): number {
    return this.tracks.bars;
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
    const isCalm = timeMs < this.calmUntilMs && timeMs < this.world.wakes.nextMs;
    let pending: Awaitable<void>;
    if (!isCalm && stage <= 0) {
      pending = timeMs > this.dateEndMs ? this.endDate(timeMs) : undefined;
      if (!this.started && timeMs > this.recording.fromMs) {
        // The first point of every equity curve: what there was before the first decision.
        this.started = true;
        this.mark(timeMs - 1);
      }
      if (pending instanceof Promise) return staged(pending, this, timeMs, 1);
    }
    if (!isCalm && stage <= 1 && this.actionMs <= timeMs) {
      pending = this.applyActions(timeMs);
      if (pending instanceof Promise) return staged(pending, this, timeMs, 2);
    }
    if (stage <= 2) {
      pending = this.ticks.length === 0 ? undefined : this.playTicks(timeMs);
      pending = alongside(pending instanceof Promise ? pending : undefined, this.match(timeMs));
      if (pending instanceof Promise) return staged(pending, this, timeMs, 3);
    }
    if (stage <= 3) {
      pending = this.close(timeMs);
      if (pending instanceof Promise) return staged(pending, this, timeMs, 4);
    }
    if (stage <= 4) {
      this.tracks.advance(timeMs);
      this.lastMs = timeMs;
    }
    if (!isCalm) return this.afterBars(timeMs, stage);
  }

  private afterBars(timeMs: number, stage: number): Awaitable<void> {
    if (stage <= 4 && this.signalMs <= timeMs) {
      const pending = this.deliver(timeMs);
      if (pending instanceof Promise) return staged(pending, this, timeMs, 5);
    }
    const fired = this.timetable.nextMs <= timeMs ? this.fire(timeMs) : undefined;
    const woken = this.world.wake(timeMs);
    this.calmUntilMs = this.nextEventMs();
    return alongside(fired, woken);
  }

  /** When something other than a bar is due next; never calm where ticks or coarser bars may be. */
  private nextEventMs(): number {
    if (!this.started || this.ticks.length > 0 || this.framed.length > 0) return -NEVER;
    const { signalMs, actionMs, dateEndMs, timetable } = this;
    return Math.min(signalMs, actionMs, dateEndMs, timetable.nextMs);
  }

  private playTicks(timeMs: number): Awaitable<void> {
    let pending: Promise<void> | undefined;
    for (const track of this.ticks) pending = alongside(pending, track.play(timeMs));
    return pending;
  }

  private deliver(timeMs: number): Awaitable<void> {
    const { signals } = this.recording;
    let pending: Promise<void> | undefined;
    while (this.signalMs <= timeMs) {
      const signal = signals[this.nextSignal];
      this.nextSignal += 1;
      this.signalMs = signals[this.nextSignal]?.receivedTimeMs ?? NEVER;
      if (signal === undefined) continue;
      pending = alongside(pending, this.world.trigger(signal.data.profile, signal));
    }
    return pending;
  }

  /** Shows the bars of an instant to the venues and gathers them for their time frames. */
  private match(timeMs: number): Awaitable<void> {
    const { all, due } = this.tracks;
    let pending: Promise<void> | undefined;
    for (let i = 0; i < all.length; i += 1) {
      const track = all[i];
      if (track === undefined || due[i] !== timeMs) continue;
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

  /**
   * Hands over the coarser bars that are complete by now, also those whose last minutes are
   * missing.
   */
  private closeFrames(timeMs: number): void {
    for (const { frame, closing } of this.framed) {
      frame.flush(timeMs);
      for (const bar of frame.closed) closing.event.add(barData(frame.symbol, bar));
      frame.closed.length = 0;
    }
  }

  private nextMs(): number {
    let next = this.tracks.nextMs;
    const { nextMs: wakeMs } = this.world.wakes;
    if (next < this.calmUntilMs && next <= wakeMs) return next;
    for (let i = 0; i < this.ticks.length; i += 1) {
      next = Math.min(next, this.ticks[i]?.nextMs ?? NEVER);
    }
    for (const { frame } of this.framed) next = Math.min(next, frame.endsMs);
    // What comes between two bars has its own instant; after the last bar nothing comes any more.
    if (next === NEVER) return NEVER;
    return Math.min(next, this.signalMs, this.timetable.nextMs, wakeMs);
  }

  private applyActions(timeMs: number): Awaitable<void> {
    let pending: Promise<void> | undefined;
    const { actions } = this.recording;
    while (this.actionMs <= timeMs) {
      const action = actions[this.nextAction];
      this.nextAction += 1;
      this.actionMs = actions[this.nextAction]?.timeMs ?? NEVER;
      const track = action && this.bySymbol.get(action.symbol);
      // Before the first bar there is nothing to restate and nothing held.
      if (action === undefined || track === undefined || track.lastPrice === 0) continue;
      pending = alongside(pending, applyAction(this.world, action, track));
    }
    return pending;
  }

  /**
   * Marks the date that is over, lets day orders end, charges the night, and settles what is due.
   */
  private endDate(timeMs: number): Awaitable<void> {
    this.mark(this.lastMs);
    let pending = expireAll(this.world, this.dateEndMs);
    const next = this.calendar.tradingDateOf(timeMs - 1);
    if (this.recording.financing !== null) {
      const charged = chargeNights(this.world, this.recording.financing, this.bySymbol, {
        date: this.calendar.tradingDateOf(this.lastMs - 1),
        next,
        timeMs: this.dateEndMs,
      });
      pending = alongside(pending, charged);
    }
    this.dateEndMs = dateEndMs(this.calendar, timeMs);
    this.world.settle(next);
    return pending;
  }

  private fire(timeMs: number): Promise<void> | undefined {
    let pending: Promise<void> | undefined;
    for (const event of this.timetable.due(timeMs)) {
      pending = alongside(pending, this.world.trigger(event.data.profile, event));
    }
    return pending;
  }

  private mark(timeMs: number): void {
    if (!this.started) return;
    markAll(this.marks, this.world, this.bySymbol, timeMs);
  }
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
