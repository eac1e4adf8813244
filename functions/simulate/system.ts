import type { Book } from "../../core/domain/book.ts";
import { TransientError } from "../../core/domain/errors.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { Notice } from "../../core/ports/notifier.ts";
import { fenced } from "../../core/runtime/fenced.ts";
import { carryOutHalts } from "../../core/runtime/haltHandler.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { MemoryBooks } from "../../core/runtime/memoryBooks.ts";
import { MemorySwitches } from "../../core/runtime/memorySwitches.ts";
import { openBooks, openProfile } from "../../core/runtime/open.ts";
import { reconcile } from "../../core/runtime/reconcileHandler.ts";
import { resolveInFlight } from "../../core/runtime/resolveHandler.ts";
import { Bus } from "./bus.ts";
import type { Dice } from "./dice.ts";
import type { FaultSource } from "./faults.ts";
import { Invariants } from "./invariants.ts";
import { Job } from "./job.ts";
import { Market } from "./market.ts";
import { openOf, sleepThrough } from "./night.ts";
import { Outside } from "./outside.ts";
import type { PlantedBug } from "./plantedBug.ts";
import { portsOf, type System } from "./ports.ts";
import { Queues } from "./queues.ts";
import { Rollout, type Version } from "./rollout.ts";
import { ACCOUNT, MINUTE_MS, OPEN_MS, type Setting } from "./setting.ts";
import { UpdateStream } from "./updateStream.ts";
import { VirtualTime } from "./virtualTime.ts";

/** Shorter than a minute: every bar finds the lease free, and a paused leader finds it taken. */
const LEASE_MS = 40_000;

/** Clocks of processes are kept by their platform to well below this, ms. */
const MOST_SKEW_MS = 1_000;

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
  readonly rollout: Rollout;
  private readonly queues: Queues;
  private readonly bus: Bus;
  private readonly updates: UpdateStream;
  private readonly reconciles: boolean;
  private readonly setting: Setting;
  /** By which version the profiles were opened last. */
  private openedBy: Version = "old";
  private readonly epochs = new Map<string, number>();
  private openedBook: Book | null = null;
  private isTrading = true;

  constructor({ dice, faults, setting, bug, reconciles }: SystemOptions) {
    this.dice = dice;
    this.faults = faults;
    this.setting = setting;
    this.rollout = new Rollout(setting.profiles, setting.deploy?.(faults) ?? null, faults);
    this.market = new Market(setting, this.profiles);
    this.bug = bug;
    this.reconciles = reconciles;
    this.invariants = new Invariants(this);
    this.queues = new Queues(
      this.time,
      dice,
      { start: (name) => this.start(name), portsOf: (job) => portsOf(this, job) },
      (promise, text) => this.invariants.broken(promise, text),
    );
    this.bus = new Bus(this, this.queues);
    this.updates = new UpdateStream(this, this.queues, reconciles);
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

  /** Every profile that trades at some time. */
  get profiles(): Setting["profiles"] {
    return this.rollout.profiles;
  }

  private start(name: string): Job {
    const { faults, rollout } = this;
    const { nowMs } = this.time;
    const isOff = faults.happens("clock skew", 12, name, nowMs);
    const skewMs = isOff ? faults.luck.between(-MOST_SKEW_MS, MOST_SKEW_MS) : 0;
    return new Job(name, nowMs, rollout.starting(nowMs), skewMs);
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
    void this.queues.everySo(MINUTE_MS, "guard", async (ports, { version }) => {
      await carryOutHalts(ports, this.rollout.of(version).profiles);
    });
    this.updates.see(true);
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
    this.updates.seeAgain();
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
    this.bus.wake();
  }

  /** The venue says something over its stream. */
  hear(reports: readonly VenueReport[]): void {
    this.updates.hear(reports);
  }

  private get isInFlight(): boolean {
    const orders = this.books.book(ACCOUNT)?.value.orders ?? [];
    return orders.some(({ status }) => status === "submitted" || status === "unknown");
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
      if (minute >= minutes || !this.updates.isUp) continue;
      const darkMs = this.setting.drops(minute, this.dice);
      if (darkMs !== null) void this.updates.drop(darkMs);
    }
  }

  /** As a stream task does that has just come to lead: its version may be another. */
  private async open(ports: LivePorts, version: Version): Promise<void> {
    if (this.openedBy === version) return;
    const { profiles } = this.rollout.of(version);
    const none = async () => ({ timeframe: "1m" as const, bars: new Map() });
    await openBooks(ports.store, profiles);
    for (const profile of profiles) {
      await openProfile(ports.store, profile, none, ports.clock.nowMs());
    }
    this.openedBy = version;
  }

  private async tell(ports: LivePorts, job: Job, task: string, event: DomainEvent) {
    // A task that was started anew is another holder: it knows nothing of the one before it.
    const holder = `${task}-${job.startedMs}`;
    const nowMs = ports.clock.nowMs();
    const lease = await ports.leases.acquire("stream", holder, nowMs, LEASE_MS);
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
    const store = fenced(ports.store, () => ({ name, epoch }));
    await this.open({ ...ports, store }, job.version);
    await ingest(store, event);
  }
}
