import * as z from "zod";
import { type Book, book as bookSchema } from "../domain/book.ts";
import { ConflictError } from "../domain/errors.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { eventText, parseEvent } from "../events/envelope.ts";
import type { Commit, Store, Versioned } from "../ports/store.ts";
import { type ProfileState, parseSnapshot, snapshotText } from "../strategy/snapshot.ts";
import { readKept } from "./kept.ts";

/** A book as it was written, and what it reads as once somebody has asked. */
interface KeptBook extends Versioned<string> {
  read: Versioned<Book> | undefined;
}

/**
 * A store that keeps nothing but text: every snapshot, book and event goes through JSON and its
 * schema, as it will through a table. What hides in memory alone does not survive it. The text of a
 * book is read once and the book frozen, as nothing can hide in it; snapshots, which decisions
 * change, are read anew each time.
 */
export class TextStore implements Store {
  private readonly profiles = new Map<string, Versioned<string>>();
  private readonly books = new Map<string, KeptBook>();
  private readonly seen = new Set<string>();
  private readonly outbox: (events: readonly DomainEvent[]) => void;

  constructor(outbox: (events: readonly DomainEvent[]) => void) {
    this.outbox = outbox;
  }

  profile(name: string): Versioned<ProfileState> | undefined {
    const stored = this.profiles.get(name);
    return stored && { version: stored.version, value: parseSnapshot(name, stored.value) };
  }

  book(account: string): Versioned<Book> | undefined {
    const stored = this.books.get(account);
    if (stored === undefined) return undefined;
    const { version, value } = stored;
    stored.read ??= { version, value: frozen(parseBook(value)) };
    return stored.read;
  }

  commit(commit: Commit): void {
    if (commit.dedupe !== null && this.seen.has(commit.dedupe)) {
      throw new ConflictError(`${commit.dedupe} was decided before`, commit.dedupe);
    }
    this.check("profile", this.profiles, commit.profile, commit.profileVersion);
    this.check("account", this.books, commit.account, commit.bookVersion);
    // Everything that can fail is done before anything is kept.
    const texts = commit.events.map(eventText);
    const book = commit.book === null ? null : bookText(commit.book);
    if (commit.dedupe !== null) this.seen.add(commit.dedupe);
    if (commit.profile !== null && commit.profileState !== null) {
      const value = snapshotText(commit.profileState);
      this.profiles.set(commit.profile, { version: commit.profileVersion + 1, value });
    }
    if (commit.account !== null && book !== null) {
      const version = commit.bookVersion + 1;
      this.books.set(commit.account, { version, value: book, read: undefined });
    }
    if (texts.length === 0) return;
    this.outbox(texts.map(parseEvent));
  }

  private check(
    kind: string,
    stored: ReadonlyMap<string, Versioned<string>>,
    name: string | null,
    expected: number,
  ): void {
    if (name === null) return;
    const version = stored.get(name)?.version ?? 0;
    if (version === expected) return;
    throw new ConflictError(`${kind} ${name}: expected version ${expected}, stored is ${version}`);
  }
}

/** A book as the table keeps it: JSON with decimals as text. */
export function bookText(book: Book): string {
  return JSON.stringify(z.encode(bookSchema, book));
}

/** Reads a book back through its schema. @throws InvariantError as {@link readKept} does. */
export function parseBook(text: string): Book {
  return readKept("a stored book", bookSchema, text);
}

/** Freezes what came out of JSON to its depth, also what its schema froze on the surface alone. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
