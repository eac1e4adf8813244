import type { Order } from "../domain/order.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { Awaitable } from "./venue.ts";

/** An event as the journal keeps it. */
export interface Recorded {
  /** Where it stands: opaque text that sorts in the order of commits within a day. */
  readonly position: string;
  readonly event: DomainEvent;
}

/** Some events in order, and where to go on; null when there are no more by now. */
export interface JournalPage {
  readonly entries: readonly Recorded[];
  readonly next: string | null;
}

/** What a page of the journal is asked for. */
export interface JournalQuery {
  /** UTC date (ISO) on which the events were received. */
  readonly date: string;
  /** Position after which to go on; null from the start. */
  readonly after: string | null;
  /** Events at most, 1 or more. */
  readonly limit: number;
}

/** Every event that was ever committed: the audit trail, the recovery path, the test fixture. */
export interface Journal {
  /** One event by its id. */
  event(id: string): Awaitable<DomainEvent | undefined>;
  /** Events of one order's life, in the order of their commits. */
  ofOrder(orderId: string): Awaitable<readonly DomainEvent[]>;
  /** An order with all that is known of it, final ones too. */
  order(orderId: string): Awaitable<Order | undefined>;
  read(query: JournalQuery): Awaitable<JournalPage>;
}

/** Events that are committed and not yet published. A deployed table's stream is this by itself. */
export interface Outbox {
  /** Oldest first, at most `limit`. */
  pending(limit: number): Awaitable<readonly Recorded[]>;
  /** Forgets what was published, up to and with this position. */
  published(position: string): Awaitable<void>;
}
