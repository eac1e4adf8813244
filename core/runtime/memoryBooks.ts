import { isOrderEvent, orderOf } from "../domain/ledger.ts";
import type { Order } from "../domain/order.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { isFinal } from "../execution/lifecycle.ts";
import type { Journal, JournalPage, JournalQuery, Outbox, Recorded } from "../ports/journal.ts";
import type { Commit, Store } from "../ports/store.ts";
import { MemoryLeases } from "./memoryLeases.ts";
import { ordersAfter } from "./ordersAfter.ts";
import { journalDate } from "./takeSnapshots.ts";
import { TextStore } from "./textStore.ts";

/** Positions are texts of this many digits, so that they sort. */
const DIGITS = 14;

/**
 * Everything that a live store keeps, in memory: text inside, as in a table, so that nothing is
 * shared with who wrote it. For tests and for what may be forgotten; a replay wants no journal, and
 * takes the faster `MemoryStore`.
 */
export class MemoryBooks implements Store, Journal, Outbox {
  /** Who may act alone: commits with a fence are held against it. */
  readonly leases: MemoryLeases;
  private readonly text = new TextStore((events) => this.append(events));
  private readonly log: Recorded[] = [];
  private readonly byId = new Map<string, DomainEvent>();
  private readonly byOrder = new Map<string, DomainEvent[]>();
  private readonly orders = new Map<string, Order>();
  private done = 0;

  constructor(leases = new MemoryLeases()) {
    this.leases = leases;
  }

  /** All that was ever committed, in order. */
  get entries(): readonly Recorded[] {
    return this.log;
  }

  profile(name: string) {
    return this.text.profile(name);
  }

  book(account: string) {
    return this.text.book(account);
  }

  commit(commit: Commit): void {
    this.leases.check(commit.fence);
    const before = commit.account === null ? undefined : this.text.book(commit.account);
    // What was decided on another book is refused below.
    const isStale = commit.account !== null && (before?.version ?? 0) !== commit.bookVersion;
    const standing = (id: string) => (before && orderOf(before.value, id)) ?? this.orders.get(id);
    const orders = isStale ? [] : ordersAfter(commit, standing);
    this.text.commit(commit);
    for (const [id, order] of orders) this.orders.set(id, order);
  }

  event(id: string): DomainEvent | undefined {
    return this.byId.get(id);
  }

  ofOrder(orderId: string): readonly DomainEvent[] {
    return [...(this.byOrder.get(orderId) ?? [])];
  }

  order(orderId: string): Order | undefined {
    const kept = this.orders.get(orderId);
    if (kept === undefined || isFinal(kept)) return kept;
    const book = this.text.book(kept.request.account)?.value;
    return (book && orderOf(book, orderId)) ?? kept;
  }

  read({ date, after, limit }: JournalQuery): JournalPage {
    const found = this.log.filter(
      ({ position, event }) =>
        journalDate(event.receivedTimeMs) === date && (after === null || position > after),
    );
    const entries = found.slice(0, limit);
    return { entries, next: found.length > limit ? (entries.at(-1)?.position ?? null) : null };
  }

  pending(limit: number): readonly Recorded[] {
    return this.log.slice(this.done, this.done + limit);
  }

  published(position: string): void {
    this.done = Number(position) + 1;
  }

  /** As after a crash in which the mark of what was published was lost. */
  forgetPublished(): void {
    this.done = 0;
  }

  private append(events: readonly DomainEvent[]): void {
    for (const event of events) {
      this.log.push({ position: String(this.log.length).padStart(DIGITS, "0"), event });
      if (!this.byId.has(event.id)) this.byId.set(event.id, event);
      if (!isOrderEvent(event)) continue;
      const { orderId } = event.data;
      const life = this.byOrder.get(orderId);
      if (life === undefined) this.byOrder.set(orderId, [event]);
      else life.push(event);
    }
  }
}
