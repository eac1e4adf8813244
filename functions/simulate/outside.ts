import type { EventOf } from "../../core/events/catalogue.ts";
import { ingest } from "../../core/runtime/ingest.ts";
import { MINUTE_MS } from "./market.ts";
import type { System } from "./ports.ts";
import type { Queues } from "./queues.ts";

/** People and programs that the system does not own: those who send signals, and an operator. */
export class Outside {
  private readonly system: System;
  private readonly queues: Queues;

  constructor(system: System, queues: Queues) {
    this.system = system;
    this.queues = queues;
  }

  /** Signals come from outside: each is sent up to four times until it is accepted. */
  async callers(minutes: number): Promise<void> {
    for (let i = 0; i < 6; i += 1) {
      await this.system.time.turn(this.system.dice.between(1, (minutes * MINUTE_MS) / 7));
      void this.caller(`signal-${i}`);
    }
  }

  private async caller(id: string): Promise<void> {
    const profile = this.system.dice.pick(["quick", "slow"]);
    const symbol = this.system.dice.pick(["AAA", "BBB"]);
    const action = this.system.dice.pick(["buy", "buy", "exit"] as const);
    const nowMs = this.system.time.nowMs;
    const event: EventOf<"signal.received.v1"> = {
      type: "signal.received.v1",
      id,
      eventTimeMs: nowMs,
      receivedTimeMs: nowMs,
      causationId: id,
      data: {
        signalId: id,
        profile,
        symbol,
        action,
        price: null,
        quantity: null,
        maxQuantity: null,
        source: "",
        comment: "",
        expiresAtMs: nowMs + 10 * MINUTE_MS,
      },
    };
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const ended = await this.queues.runJob("webhook", (ports) => {
        return this.system.bug.webhook === undefined
          ? ingest(ports.store, event)
          : this.system.bug.webhook(ports, event, this.system);
      });
      if (ended === "done") this.system.accepted.add(id);
      // Some send again what was accepted.
      if (ended === "done" && !this.system.dice.oneIn(4)) return;
      await this.system.time.turn(5_000);
    }
  }

  /** A person who now and then stops everything, and later lets it go on. */
  async operator(minutes: number): Promise<void> {
    if (!this.system.dice.oneIn(3)) return;
    await this.system.time.turn(this.system.dice.between(1, minutes) * MINUTE_MS);
    const all = { kind: "all", name: "all" } as const;
    this.system.switches.halt({
      ...all,
      reason: "by hand",
      by: "operator",
      sinceMs: this.system.time.nowMs,
    });
    if (this.system.dice.oneIn(2)) return;
    await this.system.time.turn(3 * MINUTE_MS);
    this.system.switches.resume(all);
  }
}
