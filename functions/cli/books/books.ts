import type { Book } from "../../../core/domain/book.ts";
import { InputError } from "../../../core/domain/errors.ts";
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
  /** Where it is noted that the books were compared with the venue's. */
  readonly notes?: Leases;
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
