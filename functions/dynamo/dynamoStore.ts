import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Book } from "../../core/domain/book.ts";
import { ConflictError } from "../../core/domain/errors.ts";
import { isOrderEvent } from "../../core/domain/ledger.ts";
import type { Order } from "../../core/domain/order.ts";
import { iso } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { parseEvent } from "../../core/events/envelope.ts";
import { evolveOrder } from "../../core/execution/lifecycle.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Journal, JournalPage, JournalQuery, Recorded } from "../../core/ports/journal.ts";
import type { Commit, Store, Versioned } from "../../core/ports/store.ts";
import { parseBook } from "../../core/runtime/textStore.ts";
import { type ProfileState, parseSnapshot } from "../../core/strategy/snapshot.ts";
import { type DynamoTable, isPassing, transient } from "./client.ts";
import { bookKey, dayPartition, eventKey, orderPartition, profileKey, seenKey } from "./keys.ts";
import { unpacked } from "./packing.ts";
import { MAX_ITEMS } from "./table.ts";
import { type Place, type Writes, writesOf } from "./writes.ts";

const kept = z.looseObject({ version: z.int(), commitId: z.string() });
const texts = z.array(z.string());

/** Books, snapshots and the journal in one table of DynamoDB: one transaction a commit. */
export class DynamoStore implements Store, Journal {
  private readonly table: DynamoTable;
  private readonly clock: Clock;
  private lastMs = 0;
  private turn = 0;

  constructor(table: DynamoTable, clock: Clock) {
    this.table = table;
    this.clock = clock;
  }

  async profile(name: string): Promise<Versioned<ProfileState> | undefined> {
    const item = await this.table.get(profileKey(name));
    if (item === undefined) return undefined;
    return { version: kept.parse(item).version, value: parseSnapshot(name, unpacked(item)) };
  }

  async book(account: string): Promise<Versioned<Book> | undefined> {
    const item = await this.table.get(bookKey(account));
    return item && { version: kept.parse(item).version, value: parseBook(unpacked(item)) };
  }

  /**
   * See {@link Store.commit}.
   * @throws InputError for what is too large for the table, before anything is written, and
   * TransientError where DynamoDB asks for patience; the commit was not written then.
   */
  async commit(commit: Commit): Promise<void> {
    const place = this.placeOf(commit);
    const writes = writesOf(commit, place);
    const atOnce = writes.core.length + writes.found.length <= MAX_ITEMS;
    try {
      await this.table.transact(atOnce ? [...writes.core, ...writes.found] : writes.core);
    } catch (error) {
      if (!(await this.wasWritten(commit, writes, place, error))) throw outcomeOf(commit, error);
    }
    if (!atOnce) await this.file(writes);
  }

  async event(id: string): Promise<DomainEvent | undefined> {
    const item = await this.table.get(eventKey(id));
    if (item !== undefined) return parseEvent(unpacked(item));
    // Events of orders begin with the order's id.
    for (let end = id.lastIndexOf("."); end > 0; end = id.lastIndexOf(".", end - 1)) {
      const found = (await this.ofOrder(id.slice(0, end))).find((event) => event.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async ofOrder(orderId: string): Promise<readonly DomainEvent[]> {
    const items = await this.table.query(orderPartition(orderId), null);
    return items.map((item) => parseEvent(unpacked(item)));
  }

  async order(orderId: string): Promise<Order | undefined> {
    let order: Order | undefined;
    for (const event of await this.ofOrder(orderId)) {
      if (isOrderEvent(event)) order = evolveOrder(order, event);
    }
    return order;
  }

  /** Pages end with a commit's part, so one may hold some events more than were asked for. */
  async read({ date, after, limit }: JournalQuery): Promise<JournalPage> {
    const entries: Recorded[] = [];
    const items = await this.table.query(dayPartition(date), after, limit);
    for (const item of items) {
      const position = String(item.SK);
      for (const text of eventsIn(item)) entries.push({ position, event: parseEvent(text) });
    }
    const last = items.at(-1);
    return { entries, next: items.length < limit || last === undefined ? null : String(last.SK) };
  }

  private placeOf(commit: Commit): Place {
    const nowMs = this.clock.nowMs();
    const { profile, profileVersion, account, bookVersion, dedupe, events } = commit;
    // Commits of one millisecond are in the order of this process, and told apart by their writer.
    const writer =
      account !== null && commit.book !== null
        ? `A${String(bookVersion).padStart(10, "0")}#${account}`
        : profile !== null
          ? `P${String(profileVersion).padStart(10, "0")}#${profile}`
          : `E#${dedupe ?? events[0]?.id ?? ""}`;
    this.turn = nowMs === this.lastMs ? this.turn + 1 : 0;
    this.lastMs = nowMs;
    const turn = String(this.turn).padStart(6, "0");
    const position = `${String(nowMs).padStart(14, "0")}.${turn}#${writer}`;
    const commitId = `${writer}#${profile ?? ""}${profileVersion}#${dedupe ?? ""}#${nowMs}`;
    return { date: iso(nowMs).slice(0, 10), position, nowMs, commitId };
  }

  /** An error may hide a success: the first item of the transaction says whose commit it is of. */
  private async wasWritten(
    commit: Commit,
    writes: Writes,
    { commitId }: Place,
    error: unknown,
  ): Promise<boolean> {
    const mayBeOurs = isPassing(error) || isLost(error);
    const [first] = writes.core;
    if (!mayBeOurs || first === undefined) return false;
    const { dedupe, profile, account } = commit;
    const key =
      dedupe !== null
        ? seenKey(dedupe)
        : profile !== null
          ? profileKey(profile)
          : account !== null
            ? bookKey(account)
            : { PK: String(first.item.PK), SK: String(first.item.SK) };
    const item = await this.table.get(key);
    return item?.commitId === commitId;
  }

  /** What a large commit is found by is written after it; again by the publisher, if we crash. */
  private async file({ found }: Writes): Promise<void> {
    for (let at = 0; at < found.length; at += MAX_ITEMS) {
      try {
        await this.table.transact(found.slice(at, at + MAX_ITEMS));
      } catch (error) {
        throw isPassing(error) ? transient(error) : error;
      }
    }
  }
}

/** The events of a journal item, as text. */
export function eventsIn(item: Readonly<Record<string, unknown>>): readonly string[] {
  return texts.parse(JSON.parse(unpacked(item)));
}

function isLost(error: unknown): boolean {
  return error instanceof TransactionCanceledException;
}

/** What an error of a transaction means to a handler. */
function outcomeOf(commit: Commit, error: unknown): unknown {
  if (!(error instanceof TransactionCanceledException)) {
    return isPassing(error) ? transient(error) : error;
  }
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
  if (commit.dedupe !== null && codes[0] === "ConditionalCheckFailed") {
    return new ConflictError(`${commit.dedupe} was decided before`, commit.dedupe);
  }
  if (codes.some((code) => code === "ConditionalCheckFailed" || code === "TransactionConflict")) {
    const whose = commit.profile ?? commit.account ?? commit.dedupe ?? "journal";
    return new ConflictError(`${whose}: another writer was first`, null, { cause: error });
  }
  return transient(error);
}
