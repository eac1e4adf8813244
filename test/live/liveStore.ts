import { isOrderEvent } from "../../core/domain/ledger.ts";
import type { Order } from "../../core/domain/order.ts";
import { iso } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { evolveOrder } from "../../core/execution/lifecycle.ts";
import type { Journal, JournalQuery, Outbox, Recorded } from "../../core/ports/journal.ts";
import type { Commit, Store } from "../../core/ports/store.ts";
import type { Halt, Switches, SwitchScope } from "../../core/ports/switches.ts";
import { TextStore } from "../../core/runtime/textStore.ts";

/** Everything that a live store keeps, in memory and as text. */
export class LiveStore implements Store, Journal, Outbox, Switches {
  readonly entries: Recorded[] = [];
  private readonly text = new TextStore((events) => this.append(events));
  private done = 0;
  private halted: Halt[] = [];

  profile(name: string) {
    return this.text.profile(name);
  }
  book(account: string) {
    return this.text.book(account);
  }
  commit(commit: Commit): void {
    this.text.commit(commit);
  }
  event(id: string): DomainEvent | undefined {
    return this.entries.find(({ event }) => event.id === id)?.event;
  }
  ofOrder(orderId: string): readonly DomainEvent[] {
    return this.entries
      .map(({ event }) => event)
      .filter((event) => isOrderEvent(event) && event.data.orderId === orderId);
  }
  order(orderId: string): Order | undefined {
    let order: Order | undefined;
    for (const event of this.ofOrder(orderId)) {
      if (isOrderEvent(event)) order = evolveOrder(order, event);
    }
    return order;
  }
  read({ date, after, limit }: JournalQuery) {
    const found = this.entries.filter(
      ({ position, event }) =>
        iso(event.receivedTimeMs).startsWith(date) &&
        (after === null || Number(position) > Number(after)),
    );
    const entries = found.slice(0, limit);
    return { entries, next: found.length > limit ? (entries.at(-1)?.position ?? null) : null };
  }
  pending(limit: number): readonly Recorded[] {
    return this.entries.slice(this.done, this.done + limit);
  }
  published(position: string): void {
    this.done = Number(position) + 1;
  }
  /** As after a crash in which the mark of what was handled was lost. */
  forgetPublished(): void {
    this.done = 0;
  }
  halts(profile: string, account: string): readonly Halt[] {
    return this.halted.filter(
      ({ kind, name }) =>
        kind === "all" || (kind === "profile" ? name === profile : name === account),
    );
  }
  all(): readonly Halt[] {
    return this.halted;
  }
  halt(halt: Halt): void {
    if (!this.halted.some(({ kind, name }) => kind === halt.kind && name === halt.name)) {
      this.halted.push(halt);
    }
  }
  resume({ kind, name }: SwitchScope): void {
    this.halted = this.halted.filter((halt) => halt.kind !== kind || halt.name !== name);
  }

  private append(events: readonly DomainEvent[]): void {
    for (const event of events) {
      this.entries.push({ position: String(this.entries.length), event });
    }
  }
}
