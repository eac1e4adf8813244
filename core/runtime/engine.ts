import type { Bar } from "../domain/market.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { Outbox } from "../ports/journal.ts";
import type { VenueReport } from "../ports/venue.ts";
import { isTrigger } from "../strategy/decide.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { Audience } from "./audience.ts";
import { handleTriggerAgain } from "./decideHandler.ts";
import {
  EXECUTE_DEFAULTS,
  type Execution,
  execute,
  isExecution,
  type SendOptions,
} from "./executeHandler.ts";
import { Gatherer, type GathererOptions } from "./gatherer.ts";
import { ingest } from "./ingest.ts";
import { duesBetween, fireSchedule } from "./jobHandler.ts";
import type { LivePorts } from "./livePorts.ts";
import { readableState } from "./readable.ts";
import { standingsOf } from "./shadowHandler.ts";
import { unhandled } from "./unhandled.ts";
import { handleUpdates } from "./updatesHandler.ts";
import { Wakes, wakesOf } from "./wakes.ts";

/** How one process runs all handlers. */
export interface EngineOptions {
  readonly profiles: readonly CompiledProfile[];
  readonly bars: GathererOptions;
  readonly execute?: SendOptions;
  /** A schedule that comes later than this is missed, ms. */
  readonly deadlineMs: number;
  /** Events that are taken from the outbox at a time. */
  readonly batch?: number;
}

/**
 * All handlers in one process, one event after the other: the outbox takes the place of the bus.
 * An event leaves the outbox when it was handled, so a crash repeats some and loses none.
 */
export class Engine {
  private readonly ports: LivePorts;
  private readonly outbox: Outbox;
  private readonly options: EngineOptions;
  private readonly audience: Audience;
  private readonly gatherer: Gatherer;
  /** The profiles as schedules see them: with the sessions that the venue announces. */
  private timed: readonly CompiledProfile[];
  private turn: Promise<void> = Promise.resolve();
  /** Schedules up to this time have been looked at. */
  private firedUntilMs: number;
  /** When worked orders want to be woken; null until the snapshots were looked at. */
  private wakes: Wakes | null = null;

  constructor(ports: LivePorts, outbox: Outbox, options: EngineOptions, sinceMs: number) {
    this.ports = ports;
    this.outbox = outbox;
    this.options = options;
    this.timed = options.profiles;
    this.audience = new Audience(options.profiles);
    this.gatherer = new Gatherer(options.profiles, options.bars);
    this.firedUntilMs = sinceMs;
  }

  /** A closed bar of the base time frame came in. */
  takeBar(symbol: string, bar: Bar): void {
    this.gatherer.take(symbol, bar);
  }

  /** The venue said something of orders. */
  report(account: string, reports: readonly VenueReport[]): Promise<void> {
    return this.inTurn(async () => {
      await handleUpdates(this.ports, account, reports, this.ports.clock.nowMs());
      await this.drain();
    });
  }

  /** Lets time pass: what has closed is decided on, then what is due; in a replay's order. */
  tick(): Promise<void> {
    return this.inTurn(async () => {
      await this.drain();
      const nowMs = this.ports.clock.nowMs();
      for (const event of this.gatherer.closed(nowMs)) {
        await ingest(this.ports.store, { ...event, receivedTimeMs: nowMs });
      }
      await this.drain();
      await this.fire(nowMs);
      await this.drain();
    });
  }

  /** Schedules and coarser bars go by the calendars of these profiles from here on. */
  planBy(profiles: readonly CompiledProfile[]): void {
    this.timed = profiles;
    this.gatherer.goBy(profiles);
  }

  /** How old the last comparison of an account with its venue may be when an entry is sent, ms. */
  comparedWithinMs(account: string): number {
    return this.audience.comparedWithinMs(account);
  }

  /** Runs something between two events, such as a reconciliation, and then what follows from it. */
  between(run: () => Promise<void>): Promise<void> {
    return this.inTurn(async () => {
      await run();
      await this.drain();
    });
  }

  /** Schedules wait for the bars of their moment, as in a replay. */
  private async fire(clockMs: number): Promise<void> {
    const { deadlineMs, bars } = this.options;
    const nowMs = clockMs - bars.graceMs;
    const dues = this.timed.flatMap((one) => duesBetween(one, this.firedUntilMs + 1, nowMs + 1));
    for (const due of dues.sort((a, b) => a.dueTimeMs - b.dueTimeMs)) {
      await fireSchedule(this.ports, due, deadlineMs);
    }
    this.firedUntilMs = Math.max(this.firedUntilMs, nowMs);
    this.wakes ??= await this.wakesKept();
    for (const event of this.wakes.due(nowMs)) {
      await ingest(this.ports.store, { ...event, receivedTimeMs: clockMs });
    }
  }

  /** What worked orders had asked for before this process started. */
  private async wakesKept(): Promise<Wakes> {
    const wakes = new Wakes();
    for (const { name, account } of this.options.profiles) {
      const state = await readableState(this.ports.store, name);
      for (const event of state === undefined ? [] : wakesOf(state, account.name)) {
        wakes.add(event);
      }
    }
    return wakes;
  }

  /** Handles what is committed and not yet handled, until nothing follows any more. */
  private async drain(): Promise<void> {
    for (;;) {
      const pending = await this.outbox.pending(this.options.batch ?? 1000);
      const last = pending.at(-1);
      if (last === undefined) return;
      await this.handle(pending.map(({ event }) => event));
      await this.outbox.published(last.position);
    }
  }

  /** Orders of a run of events go out together; whoever decides next sees them sent. */
  private async handle(events: readonly DomainEvent[]): Promise<void> {
    let account = "";
    let sending: Execution[] = [];
    const flush = async () => {
      const batch = sending;
      sending = [];
      if (batch.length > 0) await this.execute(account, batch);
    };
    for (const event of events) {
      if (event.type === "execution.scheduled.v1") this.wakes?.add(event);
      const route = this.audience.routeOf(event);
      if (route.execute !== null && isExecution(event)) {
        if (route.execute !== account) await flush();
        account = route.execute;
        sending.push(event);
      }
      if (route.decide.length === 0 || !isTrigger(event)) continue;
      await flush();
      const before = await standingsOf(this.ports, route.shadows);
      for (const profile of route.decide) {
        await this.guarded(event, profile, async () => {
          await handleTriggerAgain(this.ports, profile, event, true, before.get(profile));
        });
      }
    }
    await flush();
  }

  private async execute(account: string, batch: readonly Execution[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    const comparedWithinMs = this.audience.comparedWithinMs(account);
    const { shadows } = this.audience;
    const options = { ...(this.options.execute ?? EXECUTE_DEFAULTS), comparedWithinMs, shadows };
    await this.guarded(first, null, () => execute(this.ports, account, batch, options));
  }

  /** Trouble that passes comes again with the event, which stays in the outbox. */
  private async guarded(
    event: DomainEvent,
    profile: string | null,
    run: () => Promise<void>,
  ): Promise<void> {
    try {
      await run();
    } catch (error) {
      await unhandled(this.ports, event, profile, error);
    }
  }

  private inTurn(run: () => Promise<void>): Promise<void> {
    const done = this.turn.then(run);
    // One failed turn must not keep the next from starting; its caller hears of it.
    this.turn = done.catch(() => {});
    return done;
  }
}
