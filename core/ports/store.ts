import type { Book } from "../domain/book.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { ProfileState } from "../strategy/snapshot.ts";
import type { Fence } from "./lease.ts";
import type { Awaitable } from "./venue.ts";

/** A stored value with its version: a write must name the version that it was decided on. */
export interface Versioned<T> {
  readonly version: number;
  readonly value: T;
  /**
   * True where who loaded the value is the only one to hold it until it is committed again: it may
   * then be changed in place rather than copied.
   */
  readonly isOwn?: boolean;
}

/** One decision's whole effect: all of it is written, or nothing is. */
export interface Commit {
  /** Name of the profile whose snapshot is replaced, or null. */
  readonly profile: string | null;
  readonly profileVersion: number;
  readonly profileState: ProfileState | null;
  /** Name of the account whose book is replaced, or null. */
  readonly account: string | null;
  readonly bookVersion: number;
  readonly book: Book | null;
  /** New events: written to the journal and, by the outbox, published. */
  readonly events: readonly DomainEvent[];
  /** Id of the event that was decided on, where the snapshot itself cannot tell a repeat. */
  readonly dedupe: string | null;
  /**
   * The lease that the writer acts under, where several processes could: all is refused once its
   * epoch is over. The stores of a replay, which have one writer, do not look at it.
   */
  readonly fence?: Fence | undefined;
}

/** Where snapshots, books and the journal are kept. */
export interface Store {
  profile(name: string): Awaitable<Versioned<ProfileState> | undefined>;
  book(account: string): Awaitable<Versioned<Book> | undefined>;
  /**
   * Writes a commit atomically.
   * @throws ConflictError when a version is no longer the stored one, or, with `repeatOf` set, when
   * `dedupe` was seen before: this is looked at first, as a repeat has old versions too. Also when
   * the fence is of an epoch that is over.
   */
  commit(commit: Commit): Awaitable<void>;
  /**
   * Commits a snapshot and nothing else, as a quiet bar does: the same as a {@link commit} of it,
   * where a store has a shorter way.
   * @throws ConflictError when the version is no longer the stored one.
   */
  keep?(profile: string, version: number, state: ProfileState): Awaitable<void>;
}
