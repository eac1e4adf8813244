import type { DomainEvent, EventOf } from "../../core/events/catalogue.ts";
import { handleTriggerAgain } from "../../core/runtime/decideHandler.ts";
import { type Execution, execute, isExecution } from "../../core/runtime/executeHandler.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import { dueEvent } from "../../core/runtime/wakes.ts";
import { isTrigger, type Trigger } from "../../core/strategy/decide.ts";
import type { Job } from "./job.ts";
import type { System } from "./ports.ts";
import type { Queues } from "./queues.ts";
import type { Version } from "./rollout.ts";
import { ACCOUNT } from "./setting.ts";

/** What was committed on its way to whoever follows it: twice, late, and in parts of a batch. */
export class Bus {
  private readonly system: System;
  private readonly queues: Queues;
  private isPublishing = false;

  constructor(system: System, queues: Queues) {
    this.system = system;
    this.queues = queues;
  }

  /** What was committed is published soon after, as a table's stream is. */
  wake(): void {
    if (this.isPublishing) return;
    this.isPublishing = true;
    void this.publishOn();
  }

  private async publishOn(): Promise<void> {
    const { books, time, dice } = this.system;
    while (books.pending(1).length > 0) {
      await time.turn(dice.between(20, 300));
      await this.queues.runJob("publish", (ports, job) => this.publish(ports, job));
    }
    this.isPublishing = false;
  }

  /** The outbox onto the bus: what was handed over and not yet marked comes again. */
  private async publish(ports: LivePorts, { version }: Job): Promise<void> {
    const { faults, time, books, rollout } = this.system;
    const pending = books.pending(50);
    const isPart = pending.length > 1 && faults.happens("partial batch", 6, "bus", time.nowMs);
    // Of a batch the bus takes some entries and not others: from the first that it did not take on
    // all come again.
    const whole = isPart ? faults.luck.between(0, pending.length - 1) : pending.length;
    const taken = pending.filter((_, at) => at < whole || (at > whole && faults.luck.oneIn(2)));
    for (const { event } of taken) rollout.read(version, event, time.nowMs);
    this.route(taken.map(({ event }) => event));
    const last = pending[whole - 1];
    if (last === undefined) return;
    // The mark is a write of its own: a crash before it publishes twice.
    await ports.journal.event(last.event.id);
    books.published(last.position);
  }

  private route(published: readonly DomainEvent[]): void {
    const { bug, faults, dice, time } = this.system;
    const executions: Execution[] = [];
    for (const one of published) {
      const event = bug.bus === undefined ? one : bug.bus(one, this.system);
      if (event === null) continue;
      const isTwice = faults.isOn && dice.oneIn(12);
      if (isTwice) faults.note("delivered twice", event.id, time.nowMs);
      for (let copy = 0; copy < (isTwice ? 2 : 1); copy += 1) {
        if (isExecution(event)) executions.push(event);
        if (event.type === "execution.scheduled.v1") this.wakeLater(event);
        if (isTrigger(event)) this.tellDeciders(event);
      }
    }
    const size = faults.luck.oneIn(3) ? Math.max(1, executions.length) : 1;
    for (let at = 0; at < executions.length; at += size) {
      this.tellVenue(executions.slice(at, at + size));
    }
  }

  /** A batch of messages on its account's line. */
  private tellVenue(events: readonly Execution[]): void {
    const { rollout, time } = this.system;
    this.queues.send("execute", "execute", async (ports, { version }) => {
      const legible = events.filter((event) => rollout.canRead(version, event));
      if (legible.length > 0) await execute(ports, ACCOUNT, legible);
      if (this.system.bug.drops === "what it cannot read") return;
      // What is given back comes again, and the rest with it, to which that does nothing.
      for (const event of events) rollout.read(version, event, time.nowMs);
    });
  }

  private tellDeciders(event: Trigger): void {
    const { faults, dice, time, decided } = this.system;
    for (const profile of this.decidersOf(event)) {
      const isLate = dice.oneIn(20);
      if (isLate && faults.isOn) faults.note("delivered late", event.id, time.nowMs);
      const delayMs = isLate ? 3_000 : dice.between(0, 200);
      const run = async (ports: LivePorts, { version }: Job) => {
        if (!this.isFor(version, event, profile)) return;
        await handleTriggerAgain(ports, profile, event);
        decided.set(event.id, (decided.get(event.id) ?? 0) + 1);
      };
      this.queues.send(null, `decide ${event.type}`, run, delayMs);
    }
  }

  /** Who decides on an event by one version of the code or by the other. */
  private decidersOf(event: Trigger): ReadonlySet<string> {
    const { rollout } = this.system;
    const of = (version: Version) => rollout.of(version).audience.routeOf(event).decide;
    return new Set(rollout.deploy === null ? of("old") : [...of("old"), ...of("new")]);
  }

  /**
   * Whether a version decides on an event for a profile.
   * @throws as its entry point does, for an event of a type or a profile that it does not know.
   */
  private isFor(version: Version, event: Trigger, profile: string): boolean {
    const { rollout, bug, time } = this.system;
    const { audience, profiles } = rollout.of(version);
    if (bug.drops === "what it cannot read" && !rollout.canRead(version, event)) return false;
    rollout.read(version, event, time.nowMs);
    const isKnown = profiles.some(({ name }) => name === profile);
    if (bug.drops === "what is of an unknown profile" && !isKnown) return false;
    audience.expectProfile(event);
    return audience.routeOf(event).decide.includes(profile);
  }

  private wakeLater(event: EventOf<"execution.scheduled.v1">): void {
    const { time } = this.system;
    const due = dueEvent(event);
    const waitMs = Math.max(0, due.eventTimeMs - time.nowMs);
    const run = (ports: LivePorts) =>
      ingest(ports.store, { ...due, receivedTimeMs: Math.max(due.eventTimeMs, time.nowMs) });
    this.queues.send(null, "wake", run, waitMs);
  }
}
