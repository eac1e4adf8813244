import { TransientError } from "../../core/domain/errors.ts";
import type { EventOf } from "../../core/events/catalogue.ts";
import type { HaltAction } from "../../core/ports/switches.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { fireSchedule } from "../../core/runtime/jobHandler.ts";
import type { System } from "./ports.ts";
import type { Queues } from "./queues.ts";
import { type Actors, MINUTE_MS, OPEN_MS, type Wanted } from "./setting.ts";

const EVERYTHING = { kind: "all", name: "all" } as const;

/** People and programs that the system does not own: those who send signals, and an operator. */
export class Outside implements Actors {
  private readonly system: System;
  private readonly queues: Queues;

  constructor(system: System, queues: Queues) {
    this.system = system;
    this.queues = queues;
  }

  until(seconds: number): Promise<void> {
    const { time } = this.system;
    return time.turn(Math.max(0, OPEN_MS + seconds * 1_000 - time.nowMs));
  }

  async callers(withinMs: number): Promise<void> {
    const { dice, time } = this.system;
    for (let i = 0; i < 6; i += 1) {
      await time.turn(dice.between(1, withinMs / 7));
      const profile = dice.pick(["quick", "slow"]);
      const symbol = dice.pick(["AAA", "BBB"]);
      this.newcomer(i);
      // Some send again what was accepted.
      const action = dice.pick(["buy", "buy", "exit"] as const);
      const forMs = this.system.faults.luck.pick([15_000, 60_000, 600_000]);
      void this.signal(`signal-${i}`, { profile, symbol, action, forMs });
    }
  }

  /** A signal to a profile, or of an instrument, that came with a deploy. */
  private newcomer(i: number): void {
    const { rollout, faults, time } = this.system;
    const { deploy } = rollout;
    if (deploy === null || time.nowMs < deploy.fromMs) return;
    const known = new Set(
      rollout.of("old").profiles.flatMap(({ name, universe }) => [name, ...universe]),
    );
    for (const { name, universe } of deploy.profiles) {
      for (const symbol of universe) {
        if ((known.has(name) && known.has(symbol)) || faults.luck.oneIn(2)) continue;
        void this.signal(`new-${i}-${name}-${symbol}`, { profile: name, symbol, action: "buy" });
      }
    }
  }

  /** Sends a signal up to four times until it is accepted; some go on sending after that. */
  async signal(id: string, what: Wanted, repeats: number | null = null): Promise<void> {
    const { time, dice, accepted } = this.system;
    const event = signalEvent(id, what, time.nowMs);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const ended = await this.queues.runJob("webhook", async (ports, { version }) => {
        const { profiles } = this.system.rollout.of(version);
        // Whoever sends finds nothing there yet, and has no promise of anything.
        if (!profiles.some(({ name }) => name === what.profile)) throw new TransientError("404", 0);
        return this.system.bug.webhook === undefined
          ? ingest(ports.store, event)
          : this.system.bug.webhook(ports, event, this.system);
      });
      if (ended === "done") accepted.add(id);
      const goesOn = () => (repeats === null ? dice.oneIn(4) : attempt < repeats);
      if (ended === "done" && !goesOn()) return;
      await time.turn(5_000);
    }
  }

  /** Lets a schedule fire, as a platform's scheduler does: until it has been worked off. */
  fire(profile: string, schedule: string): void {
    const { nowMs } = this.system.time;
    const due = { profile, schedule, dueTimeMs: nowMs, sessionDate: "2024-07-01" };
    this.queues.send(null, "schedule", (ports) => fireSchedule(ports, due, 10 * MINUTE_MS));
  }

  halt(action: HaltAction = "stop"): void {
    const sinceMs = this.system.time.nowMs;
    const by = "operator";
    this.system.switches.halt({ ...EVERYTHING, reason: "by hand", by, sinceMs, action });
  }

  resume(): void {
    this.system.switches.resume(EVERYTHING);
  }

  async operator(minutes: number): Promise<void> {
    const { dice, time } = this.system;
    if (!dice.oneIn(3)) return;
    await time.turn(dice.between(1, minutes) * MINUTE_MS);
    this.halt(dice.pick(["stop", "cancel", "flatten"]));
    if (dice.oneIn(2)) return;
    await time.turn(3 * MINUTE_MS);
    this.resume();
  }
}

function signalEvent(
  id: string,
  { forMs = 10 * MINUTE_MS, ...what }: Wanted,
  nowMs: number,
): EventOf<"signal.received.v1"> {
  const unsaid = { price: null, quantity: null, maxQuantity: null, source: "", comment: "" };
  return {
    type: "signal.received.v1",
    id,
    eventTimeMs: nowMs,
    receivedTimeMs: nowMs,
    causationId: id,
    data: { signalId: id, ...what, ...unsaid, expiresAtMs: nowMs + forMs },
  };
}
