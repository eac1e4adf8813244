import type { Book } from "../domain/book.ts";
import { ConflictError } from "../domain/errors.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { Commit, Store } from "../ports/store.ts";
import type { ProfileState } from "../strategy/snapshot.ts";

interface Entry<T> {
  version: number;
  value: T;
  readonly isOwn: boolean;
}

/**
 * Snapshots and books in memory, handed out by reference: the fastest store, for a single pump
 * that never loses a race. Events go to the outbox in the order of their commits.
 */
export class MemoryStore implements Store {
  private readonly profiles = new Map<string, Entry<ProfileState>>();
  private readonly books = new Map<string, Entry<Book>>();
  /** What was asked for last is mostly asked for next: comparing a name is cheaper than hashing. */
  private lastName = "";
  private lastProfile: Entry<ProfileState> | undefined;
  private lastAccount = "";
  private lastBook: Entry<Book> | undefined;
  private readonly seen = new Set<string>();
  private readonly outbox: (events: readonly DomainEvent[]) => void;
  private readonly isOwn: boolean;

  /** Set `isOwn` where nobody keeps a value after its commit: what is loaded may then change. */
  constructor(outbox: (events: readonly DomainEvent[]) => void, isOwn = false) {
    this.outbox = outbox;
    this.isOwn = isOwn;
  }

  profile(name: string): Entry<ProfileState> | undefined {
    if (name !== this.lastName) {
      this.lastName = name;
      this.lastProfile = this.profiles.get(name);
    }
    return this.lastProfile;
  }

  book(account: string): Entry<Book> | undefined {
    if (account !== this.lastAccount) {
      this.lastAccount = account;
      this.lastBook = this.books.get(account);
    }
    return this.lastBook;
  }

  commit(commit: Commit): void {
    if (commit.dedupe !== null && this.seen.has(commit.dedupe)) {
      throw new ConflictError(`${commit.dedupe} was decided before`, commit.dedupe);
    }
    const profile = commit.profile === null ? undefined : this.profile(commit.profile);
    const book = commit.account === null ? undefined : this.book(commit.account);
    if (commit.profile !== null && (profile?.version ?? 0) !== commit.profileVersion) {
      throw conflict("profile", commit.profile, commit.profileVersion, profile?.version);
    }
    if (commit.account !== null && (book?.version ?? 0) !== commit.bookVersion) {
      throw conflict("account", commit.account, commit.bookVersion, book?.version);
    }
    if (commit.dedupe !== null) this.seen.add(commit.dedupe);
    if (commit.profile !== null && commit.profileState !== null) {
      if (profile === undefined) this.lastName = "";
      this.put(this.profiles, commit.profile, profile, commit.profileState);
    }
    if (commit.account !== null && commit.book !== null) {
      if (book === undefined) this.lastAccount = "";
      this.put(this.books, commit.account, book, commit.book);
    }
    if (commit.events.length > 0) this.outbox(commit.events);
  }

  keep(name: string, version: number, state: ProfileState): void {
    const profile = this.profile(name);
    if (profile === undefined || profile.version !== version) {
      throw conflict("profile", name, version, profile?.version);
    }
    profile.version += 1;
    if (profile.value !== state) profile.value = state;
  }

  private put<T>(map: Map<string, Entry<T>>, key: string, entry: Entry<T> | undefined, value: T) {
    if (entry === undefined) {
      map.set(key, { version: 1, value, isOwn: this.isOwn });
      return;
    }
    entry.version += 1;
    entry.value = value;
  }
}

function conflict(kind: string, name: string, expected: number, stored = 0): ConflictError {
  return new ConflictError(`${kind} ${name}: expected version ${expected}, stored is ${stored}`);
}
