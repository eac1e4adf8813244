import * as z from "zod";
import type { Book } from "../../core/domain/book.ts";
import { orderOf } from "../../core/domain/ledger.ts";
import type { Order } from "../../core/domain/order.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { parseEvent } from "../../core/events/envelope.ts";
import { isFinal } from "../../core/execution/lifecycle.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Journal, JournalPage, JournalQuery, Recorded } from "../../core/ports/journal.ts";
import type { Commit, Store, Versioned } from "../../core/ports/store.ts";
import { ordersAfter, parseOrder } from "../../core/runtime/ordersAfter.ts";
import { parseBook } from "../../core/runtime/textStore.ts";
import { type ProfileState, parseSnapshot } from "../../core/strategy/snapshot.ts";
import type { DynamoTable, Item } from "./client.ts";
import { isPassing, known } from "./errors.ts";
import { eventsIn } from "./journalItem.ts";
import {
  bookKey,
  dayPartition,
  eventKey,
  orderPartition,
  profileKey,
  STANDING,
  standingKey,
} from "./keys.ts";
import { outcomeOf } from "./outcome.ts";
import { unpacked } from "./packing.ts";
import { findAll, findThese } from "./pending.ts";
import { Places } from "./places.ts";
import { type Writes, writesOf } from "./writes.ts";

const kept = z.looseObject({ version: z.int(), committedAt: z.string() });
const standing = z.looseObject({ committedAt: z.string() });

/** Digits of an event's index behind the sort key of its journal item. */
const INDEX_DIGITS = 4;

/** Books, snapshots and the journal in one table of DynamoDB: one transaction a commit. */
export class DynamoStore implements Store, Journal {
  private readonly table: DynamoTable;
  private readonly places: Places;
  /** The books that were read last: they are immutable, and a commit must know what it changed. */
  private readonly books = new Map<string, Versioned<Book>>();

  /** `writer` tells processes apart; left out, it is drawn by chance. */
  constructor(table: DynamoTable, clock: Clock, writer?: string) {
    this.table = table;
    this.places = new Places(clock, writer);
  }

  async profile(name: string): Promise<Versioned<ProfileState> | undefined> {
    const item = await this.table.get(profileKey(name));
    return item && { version: this.versionOf(item), value: parseSnapshot(name, unpacked(item)) };
  }

  async book(account: string): Promise<Versioned<Book> | undefined> {
    const item = await this.table.get(bookKey(account));
    if (item === undefined) return undefined;
    const book = { version: this.versionOf(item), value: parseBook(unpacked(item)) };
    this.books.set(account, book);
    return book;
  }

  /**
   * See {@link Store.commit}.
   * @throws InputError for what is too large for the table, before anything is written, and
   * TransientError where DynamoDB is unwell; committing again is safe then, as it is conditional.
   */
  async commit(commit: Commit): Promise<void> {
    const orders = await this.ordersAfter(commit);
    const place = this.places.next();
    const writes = writesOf(commit, place, orders);
    if (writes.puts.length === 0) return;
    try {
      await this.table.transact(writes.puts, writes.checks, place.commitId);
    } catch (error) {
      if (!(await this.wasWritten(writes, place.commitId, error)))
        throw outcomeOf(commit, writes, error);
    }
    const { account, book, bookVersion } = commit;
    if (account !== null && book !== null) {
      this.books.set(account, { version: bookVersion + 1, value: book });
    }
    // It is committed, whatever comes now: who looks for its events writes what is missing.
    if (writes.pending.length > 0) await findThese(this.table, writes.pending).catch(() => {});
  }

  async event(id: string): Promise<DomainEvent | undefined> {
    const found = await this.findEvent(id);
    if (found !== undefined || !(await findAll(this.table))) return found;
    return this.findEvent(id);
  }

  async ofOrder(orderId: string): Promise<readonly DomainEvent[]> {
    await findAll(this.table);
    return this.lifeOf(orderId);
  }

  async order(orderId: string): Promise<Order | undefined> {
    await findAll(this.table);
    const item = await this.table.get(standingKey(orderId));
    if (item === undefined) return undefined;
    this.places.saw(standing.parse(item).committedAt);
    const order = parseOrder(unpacked(item));
    if (isFinal(order)) return order;
    // A split restates what is open, in the book alone.
    const book = await this.book(order.request.account);
    return (book && orderOf(book.value, orderId)) ?? order;
  }

  async read({ date, after, limit }: JournalQuery): Promise<JournalPage> {
    // The item that the last page ended in is read again: it may hold more.
    const item = after === null ? null : after.slice(0, -INDEX_DIGITS - 2);
    const entries: Recorded[] = [];
    for (const one of await this.table.query(dayPartition(date), item, limit + 1)) {
      for (const [i, event] of eventsIn(one).entries()) {
        const position = `${String(one.SK)}.${String(i).padStart(INDEX_DIGITS, "0")}`;
        if (after === null || position > after) entries.push({ position, event });
      }
    }
    const page = entries.slice(0, limit);
    return { entries: page, next: entries.length > limit ? (page.at(-1)?.position ?? null) : null };
  }

  private versionOf(item: Item): number {
    const { version, committedAt } = kept.parse(item);
    this.places.saw(committedAt);
    return version;
  }

  /** Every order that the commit speaks of, as it stands afterwards. */
  private async ordersAfter(commit: Commit): Promise<Iterable<Order>> {
    const { account, bookVersion, events } = commit;
    if (!events.some(({ type }) => type.startsWith("order."))) return [];
    const cached = account === null ? undefined : this.books.get(account);
    const before =
      account === null || cached?.version === bookVersion ? cached : await this.book(account);
    // Decided on another book: the transaction will tell.
    if (account !== null && (before?.version ?? 0) !== bookVersion) return [];
    const finals = new Map<string, Order | undefined>();
    for (const event of events) {
      if (!("orderId" in event.data)) continue;
      const { orderId } = event.data;
      const isOpen = [before?.value, commit.book].some((book) => book && orderOf(book, orderId));
      if (isOpen || event.type === "order.requested.v1" || finals.has(orderId)) continue;
      finals.set(orderId, await this.order(orderId));
    }
    return ordersAfter(
      commit,
      (id) => (before && orderOf(before.value, id)) ?? finals.get(id),
    ).values();
  }

  private async findEvent(id: string): Promise<DomainEvent | undefined> {
    const item = await this.table.get(eventKey(id));
    if (item !== undefined) return parseEvent(unpacked(item));
    // Events of orders begin with the order's id, and are found by it alone.
    for (let end = id.lastIndexOf("."); end > 0; end = id.lastIndexOf(".", end - 1)) {
      const found = (await this.lifeOf(id.slice(0, end))).find((event) => event.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private async lifeOf(orderId: string): Promise<readonly DomainEvent[]> {
    const items = await this.table.query(orderPartition(orderId), null);
    return items.filter(({ SK }) => SK !== STANDING).map((item) => parseEvent(unpacked(item)));
  }

  /** The answer to a commit may be lost while the commit is not: then it is looked up. */
  private async wasWritten({ proof }: Writes, commitId: string, error: unknown): Promise<boolean> {
    if (proof === null || !isPassing(error)) return false;
    const item = await this.table.get(proof).catch((again: unknown) => {
      throw known(again);
    });
    return item?.commitId === commitId;
  }
}
