import type { Book } from "../../../core/domain/book.ts";
import { InputError } from "../../../core/domain/errors.ts";
import type { DomainEvent } from "../../../core/events/catalogue.ts";
import type { Journal } from "../../../core/ports/journal.ts";
import type { Leases } from "../../../core/ports/lease.ts";
import type { Store } from "../../../core/ports/store.ts";
import type { Switches } from "../../../core/ports/switches.ts";
import { allProfiles } from "../catalogue.ts";

/** The kept books of one deployment: a folder of `serve`, or a deployed table. */
export interface Books {
  readonly store: Store;
  readonly journal: Journal;
  readonly switches: Switches;
  /** Who leads, where several could: a deployed stage. */
  readonly leases?: Pick<Leases, "find">;
  /** What is read, for people: a path or a table's name. */
  readonly where: string;
  close(): Promise<void>;
}

/** Every book there is, of the accounts that profiles of this checkout name. */
export async function allBooks({ store, where }: Books): Promise<readonly Book[]> {
  const names = new Set(
    [...(await allProfiles()).values()].map(({ options }) => options.account?.name ?? options.name),
  );
  const books: Book[] = [];
  for (const name of [...names].sort()) {
    const kept = await store.book(name);
    if (kept !== undefined) books.push(kept.value);
  }
  if (books.length > 0) return books;
  throw new InputError(`${where}: expected books of an account, found none: has anything run yet?`);
}

/** Every event received on the dates from one to another (ISO, UTC, both included), in order. */
export async function* eventsBetween(
  journal: Journal,
  from: string,
  to: string,
): AsyncGenerator<DomainEvent> {
  for (const date of datesBetween(from, to)) {
    let after: string | null = null;
    do {
      const page = await journal.read({ date, after, limit: 500 });
      for (const { event } of page.entries) yield event;
      after = page.next;
    } while (after !== null);
  }
}

/** ISO dates from one to another. @throws InputError for a date that is none. */
export function datesBetween(from: string, to: string): readonly string[] {
  const dates: string[] = [];
  for (let at = dateMs(from); at <= dateMs(to); at += 86_400_000) {
    dates.push(new Date(at).toISOString().slice(0, 10));
  }
  return dates;
}

function dateMs(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms)) throw new InputError(`date: expected YYYY-MM-DD, got ${text}`);
  return ms;
}
