import type { Journal, Outbox } from "../../core/ports/journal.ts";
import type { Leases } from "../../core/ports/lease.ts";
import type { Store } from "../../core/ports/store.ts";
import type { Switches } from "../../core/ports/switches.ts";

/** A store under test, empty, with all that is kept beside it. */
export interface Subject {
  readonly store: Store;
  readonly journal: Journal;
  readonly switches: Switches;
  readonly leases: Leases;
  /** Where a stream does not take its place. */
  readonly outbox?: Outbox;
  /** The UTC date under which it files what is committed now. */
  readonly date: string;
}

/** How a subject is made. */
export type Open = () => Promise<Subject>;
