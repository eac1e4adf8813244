import type { Book, Ledger } from "../domain/book.ts";
import { applyToBook } from "../domain/ledger.ts";
import type { Order, OrderRequest } from "../domain/order.ts";
import type { DomainEvent, EventData, EventOf, EventType } from "../events/catalogue.ts";
import type { Runner } from "./runner.ts";
import type { ProfileState } from "./snapshot.ts";

/**
 * A decision in the making: the loaded snapshot and book, and the events decided so far, each
 * already applied to the book, so that the second order of an event sees the first.
 */
export class Draft {
  readonly runner: Runner;
  readonly state: ProfileState;
  readonly cause: DomainEvent;
  book: Book;
  readonly events: DomainEvent[] = [];

  constructor(runner: Runner, state: ProfileState, book: Book, cause: DomainEvent) {
    this.runner = runner;
    this.state = state;
    this.book = book;
    this.cause = cause;
  }

  get timeMs(): number {
    return this.cause.eventTimeMs;
  }
  get ledger(): Ledger {
    return this.runner.ledger(this.book);
  }

  /** Records an event that follows from the cause and books it. */
  record<T extends EventType>(type: T, id: string, data: EventData<T>): void {
    this.push({
      type,
      id,
      eventTimeMs: this.cause.eventTimeMs,
      receivedTimeMs: this.cause.receivedTimeMs,
      causationId: this.cause.id,
      data,
    });
  }

  /** Why nothing was done, so that every trigger can be asked about later. */
  outcome(symbol: string | null, index: number, outcome: string, reason: string): void {
    const { name } = this.runner.profile;
    const id = `${name}.${symbol ?? "all"}.${this.cause.id}.${index}.outcome`;
    this.record("decision.made.v1", id, { profile: name, symbol, outcome, reason });
  }

  cancel(order: Order, reason: string): void {
    const { id } = order.request;
    this.record("order.cancel-requested.v1", `${id}.cancel.${this.cause.id}`, {
      ...partiesOf(order.request),
      reason,
    });
  }

  private push<T extends EventType>(event: EventOf<T>): void;
  private push(event: DomainEvent): void {
    this.events.push(event);
    this.book = applyToBook(this.book, event);
  }
}

/** Whose order it is, as every order event says. */
export function partiesOf({ id, account, profile }: OrderRequest) {
  return { account, profile, orderId: id };
}
