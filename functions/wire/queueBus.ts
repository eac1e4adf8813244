import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { Bus } from "../../core/ports/bus.ts";

/** A bus that keeps what is published until somebody takes it, in its order. */
export class QueueBus implements Bus {
  private waiting: DomainEvent[] = [];

  async publish(events: readonly DomainEvent[]): Promise<void> {
    this.waiting.push(...events);
  }

  /** Takes out what was published since it was last asked. */
  take(): readonly DomainEvent[] {
    const taken = this.waiting;
    this.waiting = [];
    return taken;
  }
}
