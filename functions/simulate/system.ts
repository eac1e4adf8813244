import type { Book } from "../../core/domain/book.ts";
import { TransientError } from "../../core/domain/errors.ts";
import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { Notice } from "../../core/ports/notifier.ts";
import { Audience } from "../../core/runtime/audience.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import { execute, isExecution } from "../../core/runtime/executeHandler.ts";
import { fenced } from "../../core/runtime/fenced.ts";
import { carryOutHalts } from "../../core/runtime/haltHandler.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { MemoryBooks } from "../../core/runtime/memoryBooks.ts";
import { MemorySwitches } from "../../core/runtime/memorySwitches.ts";
import { openBooks, openProfile } from "../../core/runtime/open.ts";
import { catchUp } from "../../core/runtime/pollUpdates.ts";
import { reconcile } from "../../core/runtime/reconcileHandler.ts";
import { resolveInFlight } from "../../core/runtime/resolveHandler.ts";
import { handleUpdates } from "../../core/runtime/updatesHandler.ts";
import { dueEvent } from "../../core/runtime/wakes.ts";
import { isTrigger } from "../../core/strategy/decide.ts";
import type { Dice } from "./dice.ts";
import type { FaultSource } from "./faults.ts";
import { Invariants } from "./invariants.ts";
import type { Job } from "./job.ts";
import { Market } from "./market.ts";
import { openOf, sleepThrough } from "./night.ts";
import { Outside } from "./outside.ts";
import type { PlantedBug } from "./plantedBugs.ts";
import { portsOf, type System } from "./ports.ts";
import { Queues } from "./queues.ts";
import { ACCOUNT, MINUTE_MS, OPEN_MS, type Setting } from "./setting.ts";
import { VirtualTime } from "./virtualTime.ts";

/** Shorter than a minute: every bar finds the lease free, and a paused leader finds it taken. */
const LEASE_MS = 40_000;

/** How a run is set up. */
export interface SystemOptions {
  readonly dice: Dice;
  readonly faults: FaultSource;
  readonly setting: Setting;
  readonly bug: PlantedBug;
  /** Compare with the venue every minute, as deployed; off, nothing mends what went wrong. */
  readonly reconciles: boolean;
}

/** The deployed system in one process: its functions as jobs, its queues, and a venue. */
export class SimulatedSystem implements System {
  readonly time = new VirtualTime(OPEN_MS);
  readonly books = new MemoryBooks();
  readonly switches = new MemorySwitches();
  readonly invariants: Invariants;
  readonly notices: Notice[] = [];
  /** Signals that were answered with 202, by id. */
  readonly accepted = new Set<string>();
  /** How often a decision on an event came to its end. */
  readonly decided = new Map<string, number>();
  /** Awaits that were walked through, by job and call. */
  readonly seen = new Set<string>();
  readonly dice: Dice;
  readonly faults: FaultSource;
  readonly market: Market;
  readonly bug: PlantedBug;
  private readonly queues: Queues;
  private readonly reconciles: boolean;
  private readonly setting: Setting;
  private readonly audience: Audience;
  private readonly epochs = new Map<string, number>();
  private openedBook: Book | null = null;
  private socketIsUp = true;
  private blindSinceMs = 0;
  private isTrading = true;
  private isPublishing = false;

  constructor({ dice, faults, setting, bug, reconciles }: SystemOptions) {
    this.dice = dice;
    this.faults = faults;
    this.setting = setting;
    this.audience = new Audience(setting.profiles);
    this.market = new Market(setting);
    this.bug = bug;
    this.reconciles = reconciles;
    this.invariants = new Invariants(this);
    this.queues = new Queues(
      this.time,
      dice,
      (job) => portsOf(this, job),
      (promise, text) => this.invariants.broken(promise, text),
    );
  }

  /** The book as it was opened. */
  get opened(): Book {
    if (this.openedBook === null) throw new Error("expected opened books");
    return this.openedBook;
  }

  /** The epoch that a lease is at. */
  epochOf(name: string): number {
    return this.epochs.get(name) ?? 0;
  }

  /** The profiles that trade. */
  get profiles(): Setting["profiles"] {
    return this.setting.profiles;
  }

  /** Trades for some minutes with faults on, then comes to rest without any. */
  async run(): Promise<void> {
    const { minutes, profiles, rest } = this.setting;
    await openBooks(this.books, profiles);
    for (const profile of profiles) {
      const none = async () => ({ timeframe: "1m" as const, bars: new Map() });
      await openProfile(this.books, profile, none, OPEN_MS);
    }
    this.openedBook = this.books.book(ACCOUNT)?.value ?? null;
    void this.queues.everySo(5_000, "resolve", async () => {
      // In its account's line: it may send, as only who has the right to send may.
      if (this.isInFlight)
        this.queues.send("execute", "resolve", (ports) => resolveInFlight(ports, ACCOUNT));
    });
    void this.queues.everySo(MINUTE_MS, "guard", async (ports) => {
      await carryOutHalts(ports, profiles);
    });
    if (this.reconciles) {
      void this.queues.everySo(this.setting.reconcileMs ?? MINUTE_MS, "reconcile", (ports) =>
        reconcile(ports, ACCOUNT, this.time.nowMs - 3_600_000),
      );
    }
    void this.trade(minutes);
    if (this.setting.night !== undefined) {
      void sleepThrough(this, this.queues, this.setting.night);
    }
    void this.setting.act(new Outside(this, this.queues));
    await this.time.runUntil(openOf(this.setting, minutes));
    this.faults.isOn = false;
    this.seeAgain();
    await this.time.runUntil(this.time.nowMs + rest[0] * MINUTE_MS);
    this.isTrading = false;
    await this.time.runUntil(this.time.nowMs + rest[1] * MINUTE_MS);
    for (const { name } of this.queues.outstanding) {
      this.invariants.broken("everything is worked off", `${name} is left`);
    }
    await this.invariants.atRest();
  }

  /** What was committed is published soon after, as a table's stream is. */
  published(): void {
    if (this.isPublishing) return;
    this.isPublishing = true;
    void this.publishOn();
  }

  private async publishOn(): Promise<void> {
    while (this.books.pending(1).length > 0) {
      await this.time.turn(this.dice.between(20, 300));
      await this.queues.runJob("publish", (ports) => this.publish(ports));
    }
    this.isPublishing = false;
  }

  private get isInFlight(): boolean {
    const orders = this.books.book(ACCOUNT)?.value.orders ?? [];
    return orders.some(({ status }) => status === "submitted" || status === "unknown");
  }

  /** The outbox onto the bus: what was handed over and not yet marked comes again. */
  private async publish(ports: LivePorts): Promise<void> {
    const pending = this.books.pending(50);
    const last = pending.at(-1);
    if (last === undefined) return;
    for (const { event } of pending) this.route(event);
    // The mark is a write of its own: a crash before it publishes twice.
    await ports.journal.event(last.event.id);
    this.books.published(last.position);
  }

  private route(published: DomainEvent): void {
    const event = this.bug.bus === undefined ? published : this.bug.bus(published, this);
    if (event === null) return;
    const copies = this.faults.isOn && this.dice.oneIn(12) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const { decide, execute: account } = this.audience.routeOf(event);
      if (account !== null && isExecution(event)) {
        this.queues.send("execute", "execute", (ports) => execute(ports, account, [event]));
      }
      if (event.type === "execution.scheduled.v1") this.wakeLater(event);
      if (!isTrigger(event)) continue;
      for (const profile of decide) {
        const delayMs = this.dice.oneIn(20) ? 3_000 : this.dice.between(0, 200);
        const run = async (ports: LivePorts) => {
          await handleTriggerAgain(ports, profile, event);
          this.decided.set(event.id, (this.decided.get(event.id) ?? 0) + 1);
        };
        this.queues.send(null, `decide ${event.type}`, run, delayMs);
      }
    }
  }

  private wakeLater(event: EventOf<"execution.scheduled.v1">): void {
    const due = dueEvent(event);
    const waitMs = Math.max(0, due.eventTimeMs - this.time.nowMs);
    const run = (ports: LivePorts) =>
      ingest(ports.store, { ...due, receivedTimeMs: Math.max(due.eventTimeMs, this.time.nowMs) });
    this.queues.send(null, "wake", run, waitMs);
  }

  /** Minutes close one by one; two stream tasks want to tell of them, and one may. */
  private async trade(minutes: number): Promise<void> {
    for (let minute = 0; ; minute += 1) {
      const openMs = openOf(this.setting, minute);
      await this.time.turn(openMs + MINUTE_MS - this.time.nowMs);
      const { bars, reports } = this.market.minute(minute, openMs);
      this.hear(reports);
      if (!this.isTrading) continue;
      const closeTimeMs = this.time.nowMs;
      const id = `1m.${closeTimeMs}`;
      const times = { eventTimeMs: closeTimeMs, receivedTimeMs: closeTimeMs, causationId: id };
      const data = { timeframe: "1m", closeTimeMs, bars };
      const event: DomainEvent = { type: "bars.closed.v1", id, ...times, data };
      for (const task of ["one", "two"]) {
        this.queues.send(null, `stream ${task}`, (ports, job) =>
          this.tell(ports, job, task, event),
        );
      }
      if (minute >= minutes || !this.socketIsUp) continue;
      const darkMs = this.setting.drops(minute, this.dice);
      if (darkMs !== null) void this.dropSocket(darkMs);
    }
  }

  private async tell(ports: LivePorts, job: Job, task: string, event: DomainEvent) {
    // A task that was started anew is another holder: it knows nothing of the one before it.
    const holder = `${task}-${job.startedMs}`;
    const lease = await ports.leases.acquire("stream", holder, this.time.nowMs, LEASE_MS);
    if (lease === null) {
      // The standby looks again later: by then the leader has told, or has lost its lease.
      if ((await ports.journal.event(event.id)) === undefined) {
        throw new TransientError("another task leads", LEASE_MS);
      }
      return;
    }
    this.epochs.set(lease.name, Math.max(this.epochOf(lease.name), lease.epoch));
    job.lease = lease;
    const { name, epoch } = lease;
    await ingest(
      fenced(ports.store, () => ({ name, epoch })),
      event,
    );
  }

  /** What the venue says over its stream: late, twice, or not at all while the socket is down. */
  hear(said: readonly VenueReport[]): void {
    const reports = this.bug.reports?.(said, this) ?? said;
    for (const report of reports) {
      if (!this.socketIsUp) continue;
      const copies = this.faults.isOn && this.dice.oneIn(10) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        const run = (ports: LivePorts) => handleUpdates(ports, ACCOUNT, [report], this.time.nowMs);
        this.queues.send(null, "updates", run, this.dice.between(0, 900));
      }
    }
  }

  private async dropSocket(darkMs: number): Promise<void> {
    this.socketIsUp = false;
    this.blindSinceMs = this.time.nowMs;
    await this.time.turn(darkMs);
    this.seeAgain();
  }

  /** After every gap what was missed is asked for, from before the gap on. */
  private seeAgain(): void {
    if (this.socketIsUp) return;
    this.socketIsUp = true;
    const sinceMs = this.blindSinceMs - MINUTE_MS;
    this.queues.send(null, "gap", (ports) => catchUp(ports, ACCOUNT, sinceMs));
  }
}
