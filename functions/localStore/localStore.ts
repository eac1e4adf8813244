import type { Book } from "../../core/domain/book.ts";
import { ConflictError } from "../../core/domain/errors.ts";
import { isOrderEvent, orderOf } from "../../core/domain/ledger.ts";
import type { Order } from "../../core/domain/order.ts";
import { iso } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { eventText, parseEvent } from "../../core/events/envelope.ts";
import { isFinal } from "../../core/execution/lifecycle.ts";
import type {
  Journal,
  JournalPage,
  JournalQuery,
  Outbox,
  Recorded,
} from "../../core/ports/journal.ts";
import type { Commit, Store, Versioned } from "../../core/ports/store.ts";
import { checkFence } from "../../core/runtime/memoryLeases.ts";
import { ordersAfter, orderText, parseOrder } from "../../core/runtime/ordersAfter.ts";
import { bookText, parseBook } from "../../core/runtime/textStore.ts";
import { type ProfileState, parseSnapshot, snapshotText } from "../../core/strategy/snapshot.ts";
import { openTables, type StoreFiles, type Tables } from "./files.ts";
import { leaseIn } from "./localLeases.ts";

/** Positions and the mark of the outbox are texts of this many digits, so that they sort. */
const DIGITS = 14;
const MARK = "published";

/**
 * Books, snapshots and the journal in a folder of this machine: one transaction a commit, on the
 * disk before it is acknowledged. Other processes may read it at the same time.
 */
export class LocalStore implements Store, Journal, Outbox {
  readonly tables: Tables;
  /** The last book read or written: it is immutable, and reading it back costs the most. */
  private cached: { readonly account: string; readonly kept: Versioned<Book> } | undefined;

  constructor(files: StoreFiles) {
    this.tables = openTables(files);
  }

  profile(name: string): Versioned<ProfileState> | undefined {
    const kept = this.tables.profiles.get(name);
    return kept && { version: kept.version, value: parseSnapshot(name, kept.text) };
  }

  book(account: string): Versioned<Book> | undefined {
    const { root, books } = this.tables;
    // Else a read would keep to what it saw before in this turn, whoever has written since.
    root.resetReadTxn();
    const { cached } = this;
    if (cached?.account === account && cached.kept.version === versionIn(books, account)) {
      return cached.kept;
    }
    const stored = books.get(account);
    if (stored === undefined) return undefined;
    const kept = { version: stored.version, value: parseBook(stored.text) };
    this.cached = { account, kept };
    return kept;
  }

  commit(commit: Commit): void {
    const { tables } = this;
    // Everything that can fail is done before anything is written.
    const texts = commit.events.map(eventText);
    const state = commit.profileState === null ? null : snapshotText(commit.profileState);
    const book = commit.book === null ? null : bookText(commit.book);
    try {
      tables.root.transactionSync(() => {
        this.check(commit);
        this.write(commit, { texts, state, book });
      });
    } catch (error) {
      // Else reads would keep to what they saw before another process wrote, and lose again.
      tables.root.resetReadTxn();
      throw error;
    }
    if (commit.account === null || commit.book === null) return;
    const kept = { version: commit.bookVersion + 1, value: commit.book };
    this.cached = { account: commit.account, kept };
  }

  event(id: string): DomainEvent | undefined {
    const position = this.tables.byId.get(id);
    return position === undefined ? undefined : this.at(position);
  }

  ofOrder(orderId: string): readonly DomainEvent[] {
    const range = { start: `${orderId} `, end: `${orderId} ~` };
    return [...this.tables.byOrder.getRange(range)].map(({ value }) => this.at(value));
  }

  order(orderId: string): Order | undefined {
    const kept = this.kept(orderId);
    if (kept === undefined || isFinal(kept)) return kept;
    // A split restates what is open, in the book alone.
    const book = this.book(kept.request.account)?.value;
    return (book && orderOf(book, orderId)) ?? kept;
  }

  read({ date, after, limit }: JournalQuery): JournalPage {
    const start = `${date} ${after === null ? "" : `${after} `}`;
    const found = [
      ...this.tables.byDate.getRange({ start, end: `${date} ~`, limit: limit + 1 }),
    ].map(({ value }) => value);
    const entries = found.slice(0, limit).map((position) => this.recorded(position));
    return { entries, next: found.length > limit ? (found[limit - 1] ?? null) : null };
  }

  pending(limit: number): readonly Recorded[] {
    const done = this.tables.root.get(MARK);
    const start = done === undefined ? "" : positionText(Number(done) + 1);
    return [...this.tables.journal.getRange({ start, limit })].map(({ key, value }) => ({
      position: key,
      event: parseEvent(value),
    }));
  }

  published(position: string): void {
    this.tables.root.putSync(MARK, position);
  }

  /** Waits for what is under way and lets go of the files. */
  async close(): Promise<void> {
    await this.tables.root.close();
  }

  /** Orders as they stand: the open ones in the book, all others as they ended. */
  private standing(account: string | null): (orderId: string) => Order | undefined {
    const book = account === null ? undefined : this.book(account)?.value;
    return (orderId) => (book && orderOf(book, orderId)) ?? this.kept(orderId);
  }

  private kept(orderId: string): Order | undefined {
    const text = this.tables.orders.get(orderId);
    return text === undefined ? undefined : parseOrder(text);
  }

  private check(commit: Commit): void {
    const { profiles, books, seen } = this.tables;
    const { dedupe, profile, account } = commit;
    if (dedupe !== null && seen.get(dedupe) === true) {
      throw new ConflictError(`${dedupe} was decided before`, dedupe);
    }
    if (commit.fence !== undefined) {
      checkFence(commit.fence, leaseIn(this.tables, commit.fence.name));
    }
    if (profile !== null) {
      expectVersion(`profile ${profile}`, versionIn(profiles, profile), commit.profileVersion);
    }
    if (account === null) return;
    expectVersion(`account ${account}`, versionIn(books, account), commit.bookVersion);
  }

  private write(
    commit: Commit,
    {
      texts,
      state,
      book,
    }: {
      readonly texts: readonly string[];
      readonly state: string | null;
      readonly book: string | null;
    },
  ): void {
    const { profiles, books, orders, journal, seen } = this.tables;
    const { dedupe, profile, account } = commit;
    for (const [id, order] of ordersAfter(commit, this.standing(account))) {
      orders.putSync(id, orderText(order));
    }
    if (dedupe !== null) seen.putSync(dedupe, true);
    if (profile !== null && state !== null) {
      profiles.putSync(profile, { version: commit.profileVersion + 1, text: state });
    }
    if (account !== null && book !== null) {
      books.putSync(account, { version: commit.bookVersion + 1, text: book });
    }
    // Asked for within the transaction: another process may have written meanwhile.
    const [last] = journal.getKeys({ reverse: true, limit: 1 });
    const position = last === undefined ? 0 : Number(last) + 1;
    commit.events.forEach((event, i) => {
      this.append(positionText(position + i), event, texts[i] ?? "");
    });
  }

  private append(position: string, event: DomainEvent, text: string): void {
    const { journal, byDate, byId, byOrder } = this.tables;
    journal.putSync(position, text);
    byDate.putSync(`${iso(event.receivedTimeMs).slice(0, 10)} ${position}`, position);
    // The first of an id is the one that counts: a repeat can only be the same.
    if (byId.get(event.id) === undefined) byId.putSync(event.id, position);
    if (isOrderEvent(event)) byOrder.putSync(`${event.data.orderId} ${position}`, position);
  }

  private recorded(position: string): Recorded {
    return { position, event: this.at(position) };
  }

  private at(position: string): DomainEvent {
    return parseEvent(this.tables.journal.get(position) ?? "");
  }
}

function expectVersion(what: string, version: number, expected: number): void {
  if (version === expected) return;
  throw new ConflictError(`${what}: expected version ${expected}, stored is ${version}`);
}

/** Bytes of a text kept as JSON that hold its version, which is written first. */
const HEAD_BYTES = 32;

/** The version of a text, 0 where there is none; the text itself, which is long, is not decoded. */
function versionIn(table: Tables["books"], key: string): number {
  const bytes = table.getBinaryFast(key);
  if (bytes === undefined) return 0;
  const [, version] =
    /^\{"version":(\d{1,15}),/.exec(bytes.toString("latin1", 0, HEAD_BYTES)) ?? [];
  return version === undefined ? (table.get(key)?.version ?? 0) : Number(version);
}

function positionText(position: number): string {
  return String(position).padStart(DIGITS, "0");
}
