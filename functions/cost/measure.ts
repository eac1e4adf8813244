import { isFiner } from "../../core/domain/timeframe.ts";
import type { EventType } from "../../core/events/catalogue.ts";
import { eventText } from "../../core/events/envelope.ts";
import type { Awaitable, VenueReport } from "../../core/ports/venue.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { Replay } from "../../core/runtime/replay.ts";
import { bookText } from "../../core/runtime/textStore.ts";
import { World } from "../../core/runtime/world.ts";
import { noFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { noSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import type { Trigger } from "../../core/strategy/decide.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { snapshotText } from "../../core/strategy/snapshot.ts";
import { packed } from "../dynamo/packing.ts";
import { calendarOfAll, generatedFeeds, sessionsOf } from "./market.ts";

/** How often something happened in a session, and how large it was on average. */
export interface Tally {
  readonly perSession: number;
  readonly bytes: number;
  /** The same as an item of the table keeps it: long texts are compressed there. */
  readonly kept: number;
}

/** What one profile did in an average session of a replay: the ground of every estimate. */
export interface Counts {
  readonly profile: string;
  readonly sessions: number;
  readonly instruments: number;
  /** Closes of bars, each told in one event of all instruments. */
  readonly closes: Tally;
  /** Schedules that fired. */
  readonly schedules: Tally;
  /** Events that followed from its decisions and from its orders' lives. */
  readonly events: Tally;
  /** Orders that went out. */
  readonly orders: number;
  /** Times at which the account's book was written: each step of an order's life. */
  readonly bookWrites: number;
  /** As the table keeps them, compressed where they are long. */
  readonly snapshotBytes: number;
  readonly bookBytes: number;
}

/** Bars before and while it is counted: indicators of 200 bars are warm by then. */
const BARS = 420;

/** Replays a profile on generated prices, and counts what a deployed one would do. */
export async function measure(profile: Profile): Promise<Counts> {
  const compiled = compileProfile(profile);
  const finest = [compiled.timeframe, ...compiled.framed.keys()].sort((a, b) =>
    isFiner(a, b) ? -1 : 1,
  )[0];
  // Feeds are of sessions at most: weeks and months are put together from days.
  const timeframe = finest === undefined || isFiner("1d", finest) ? "1d" : finest;
  const calendar = calendarOfAll(compiled.instruments);
  const inOne = generatedFeeds(
    compiled.instruments.slice(0, 1),
    timeframe,
    sessionsOf(calendar, 1),
  );
  const barsASession = inOne[0]?.columns.length ?? 1;
  const sessions = sessionsOf(calendar, Math.max(4, Math.ceil(BARS / barsASession)));
  const counted = sessions.slice(Math.floor(sessions.length / 2));
  const fromMs = (counted[0]?.openTimeMs ?? 0) - 1;
  const recording: Recording = {
    feeds: generatedFeeds(compiled.instruments, timeframe, sessions),
    ticks: [],
    signals: [],
    actions: [],
    financing: null,
    fromMs,
    toMs: Number.POSITIVE_INFINITY,
  };
  const world = new MeteredWorld(profile, fromMs);
  await new Replay(world, recording).run();
  return world.counts(compiled.name, compiled.instruments.length, counted.length);
}

/** A world that looks at what passes through it. */
class MeteredWorld extends World {
  private readonly fromMs: number;
  private readonly sizes = new Map<EventType, Noted>();
  private reports = 0;

  constructor(profile: Profile, fromMs: number) {
    super({
      profiles: [profile],
      fidelity: "memory",
      activeFromMs: fromMs,
      venue: () =>
        new SimulatedVenue({
          fill: "next-open",
          touch: "no-fill",
          participation: null,
          slippage: noSlippage,
          fees: noFee,
          latency: noLatency,
          account: null,
        }),
    });
    this.fromMs = fromMs;
  }

  override trigger(profile: string, event: Trigger): Awaitable<void> {
    if (event.receivedTimeMs > this.fromMs) this.note(event);
    return super.trigger(profile, event);
  }

  override report(
    account: string,
    reports: readonly VenueReport[],
    timeMs: number,
  ): Awaitable<void> {
    if (timeMs > this.fromMs && reports.length > 0) this.reports += 1;
    return super.report(account, reports, timeMs);
  }

  /** What came to pass, as an average over the sessions that were counted. */
  counts(profile: string, instruments: number, sessions: number): Counts {
    const closes = this.tally("bars.closed.v1", sessions);
    const schedules = this.tally("schedule.fired.v1", sessions);
    const since = this.journal.filter((event) => event.receivedTimeMs > this.fromMs);
    const texts = since.map(eventText);
    const mean = (of: (text: string) => number) =>
      texts.reduce((sum, text) => sum + of(text), 0) / Math.max(1, texts.length);
    const approved = since.filter(({ type }) => type === "order.approved.v1").length;
    const submitted = since.filter(({ type }) => type === "order.submitted.v1").length;
    const [{ account }] = this.desks.length > 0 ? this.desks : [{ account: profile }];
    return {
      profile,
      sessions,
      instruments,
      closes,
      schedules,
      events: {
        perSession: since.length / sessions,
        bytes: mean((text) => text.length),
        kept: mean(keptBytes),
      },
      orders: approved / sessions,
      bookWrites: (approved + submitted + this.reports) / sessions,
      snapshotBytes: keptBytes(snapshotText(this.profile(profile))),
      bookBytes: keptBytes(bookText(this.book(account))),
    };
  }

  private note(event: Trigger): void {
    const known = this.sizes.get(event.type) ?? { count: 0, looked: 0, bytes: 0, kept: 0 };
    known.count += 1;
    // Writing out every close of 500 instruments would take longer than the replay.
    if (known.looked < SAMPLE) {
      known.looked += 1;
      const text = eventText(event);
      known.bytes += text.length;
      known.kept += keptBytes(text);
    }
    this.sizes.set(event.type, known);
  }

  private tally(type: EventType, sessions: number): Tally {
    const noted = this.sizes.get(type) ?? { count: 0, looked: 1, bytes: 0, kept: 0 };
    const { count, looked, bytes, kept } = noted;
    return { perSession: count / sessions, bytes: bytes / looked, kept: kept / looked };
  }
}

interface Noted {
  count: number;
  looked: number;
  bytes: number;
  kept: number;
}

const SAMPLE = 20;

/** Bytes of a text in an item, compressed as the table's adapter does. */
function keptBytes(text: string): number {
  const item = packed(text, "an item");
  return "gz" in item ? item.gz.length : item.text.length;
}
