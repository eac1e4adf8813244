import type { DomainEvent } from "../events/catalogue.ts";

/** Carries committed events to whoever follows them: at least once, in no promised order. */
export interface Bus {
  /** @throws TransientError when some events were not taken: publish all of them again. */
  publish(events: readonly DomainEvent[]): Promise<void>;
}
