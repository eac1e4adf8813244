import { accountOf } from "../../core/domain/account.ts";
import type { Book } from "../../core/domain/book.ts";
import { textOf, ZERO } from "../../core/domain/decimal.ts";
import { applyToBook, isOrderEvent, openLedger } from "../../core/domain/ledger.ts";
import type { Order, OrderRequest } from "../../core/domain/order.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { evolveOrder, isFinal } from "../../core/execution/lifecycle.ts";
import type { Commit } from "../../core/ports/store.ts";
import { orderRecords } from "../../core/runtime/orderRecords.ts";
import { bookText } from "../../core/runtime/textStore.ts";
import { tradersOf } from "../../core/strategy/shadowed.ts";
import { parentOf } from "../../core/strategy/work.ts";
import { Bounds } from "./bounds.ts";
import type { Job } from "./job.ts";
import { ACCOUNT } from "./setting.ts";
import type { SimulatedWorld } from "./world.ts";

/** A promise that was broken: which, and how. */
export interface Violation {
  readonly promise: string;
  readonly text: string;
  readonly timeMs: number;
}

/** Orders that a venue has been told of and that are on their way nowhere. */
const IN_FLIGHT: ReadonlySet<string> = new Set([
  "requested",
  "approved",
  "submitted",
  "unknown",
  "cancel-requested",
  "replace-requested",
]);

/** The promises of the system, looked at after every effect and once more when all is at rest. */
export class Invariants {
  readonly violations: Violation[] = [];
  private readonly system: SimulatedWorld;
  private readonly bounds: Bounds;
  /** Client order ids that went to the venue, by the intent that they are for. */
  private readonly sent = new Map<string, Set<string>>();
  private readonly executions = new Set<string>();
  private readonly eventIds = new Set<string>();

  constructor(system: SimulatedWorld) {
    this.system = system;
    this.bounds = new Bounds(system, (promise, text) => this.broken(promise, text));
  }

  broken(promise: string, text: string): void {
    this.violations.push({ promise, text, timeMs: this.system.time.nowMs });
  }

  /** After a commit has taken effect. */
  committed(commit: Commit, job: Job): void {
    this.bounds.committed(commit, job);
    const { events } = commit;
    const { lease } = job;
    if (lease !== null && this.system.epochOf(lease.name) !== lease.epoch) {
      this.broken(
        "one leader writes",
        `${job.name} wrote under epoch ${lease.epoch}, which is over`,
      );
    }
    for (const event of events) {
      if (this.eventIds.has(event.id)) {
        this.broken("every fact is told once", `${event.type} ${event.id} was written again`);
      }
      this.eventIds.add(event.id);
      this.orderless(event);
      if (event.type !== "order.filled.v1") continue;
      const key = `${event.data.orderId} ${event.data.executionId}`;
      if (this.executions.has(key)) this.broken("a fill counts once", key);
      this.executions.add(key);
      const life = this.system.books.ofOrder(event.data.orderId);
      if (life.some(({ type }) => type === "order.rejected.v1")) {
        this.broken("no answer is no refusal", `${event.data.orderId} was refused, and filled`);
      }
    }
  }

  /** Who may not order has no order in any book, and none that anybody could send. */
  private orderless(event: DomainEvent): void {
    if (!isOrderEvent(event)) return;
    const { profile, orderId } = event.data;
    const of = this.system.profiles.find(({ name }) => name === profile)?.shadowOf ?? null;
    if (of !== null) this.broken("a shadow orders nothing", `${event.type} of ${orderId}`);
  }

  /** When orders reach the venue. */
  submitted(requests: readonly OrderRequest[], job: Job): void {
    const { books, switches } = this.system;
    this.bounds.submitted(requests, (id) => books.ofOrder(id)[0]?.causationId);
    for (const request of requests) {
      const life = books.ofOrder(request.id);
      if (!life.some(({ type }) => type === "order.submitted.v1")) {
        this.broken("intent is durable before it is sent", `${request.id} by ${job.name}`);
      }
      this.onlyOne(request);
      const [halt] = switches.halts(request.profile, request.account);
      if (request.role !== "entry" || halt === undefined) continue;
      if (halt.sinceMs < job.startedMs && !this.closes(request)) {
        this.broken("nothing enters after a halt", `${request.id}, halted at ${halt.sinceMs}`);
      }
    }
  }

  /**
   * Children of a worked order and replacements are told apart by their own ids; what follows an
   * order over a split is sent once that has ended.
   */
  private onlyOne({ id, intentId, role, parentId, replaces }: OrderRequest): void {
    if (replaces !== null || parentOf(parentId ?? id) !== null) return;
    const [first = id, ...renewed] = id.split("~");
    if (renewed.length > 0) {
      const before = this.system.books.order(first);
      if (before === undefined || !isFinal(before)) {
        this.broken("one order for one intent", `${id} was sent while ${first} was open`);
      }
      return;
    }
    const wanted = `${intentId} ${role}`;
    const ids = this.sent.get(wanted) ?? new Set();
    ids.add(id);
    this.sent.set(wanted, ids);
    if (ids.size > 1) this.broken("one order for one intent", [...ids].join(" and "));
  }

  /** When faults have stopped and everything has had its time. */
  async atRest(): Promise<void> {
    const { books, market, accepted } = this.system;
    const book = books.book(ACCOUNT)?.value;
    if (book === undefined) return this.broken("books are kept", "there is no book");
    const journal = books.entries.map(({ event }) => event);
    for (const id of accepted) this.decidedOnce(id, journal);
    for (const { type, id, data } of journal) {
      if (type !== "profile.halted.v1") continue;
      this.broken("no profile stops by itself", `${id}: ${data.reason}`);
    }
    this.replays(book, journal);
    this.monotone(journal);
    const { holdings } = accountOf(book);
    const theirs = await market.account.positions();
    const symbols = new Set([...holdings.keys(), ...theirs.map(({ symbol }) => symbol)]);
    for (const symbol of symbols) {
      const ours = holdings.get(symbol)?.quantity ?? ZERO;
      const venues = theirs.find((one) => one.symbol === symbol)?.quantity ?? ZERO;
      if (ours !== venues) {
        this.broken("no fill is lost", `${symbol}: ours ${textOf(ours)}, theirs ${textOf(venues)}`);
      }
    }
    const cash = Object.values(book.ledgers).reduce((sum, ledger) => sum + ledger.cash, ZERO);
    const balances = await market.account.balances();
    if (cash !== balances.cash) {
      this.broken("cash agrees", `ours ${textOf(cash)}, theirs ${textOf(balances.cash)}`);
    }
    const open = new Set((await market.account.openOrders()).map(({ orderId }) => orderId));
    for (const { request, status } of book.orders) {
      if (IN_FLIGHT.has(status))
        this.broken("every order ends or rests", `${request.id}: ${status}`);
      else if (!open.has(request.id))
        this.broken("open orders agree", `${request.id} is ours alone`);
      open.delete(request.id);
    }
    this.isFlat(book);
    for (const id of open) this.broken("open orders agree", `${id} is the venue's alone`);
    if (books.pending(1).length > 0) this.broken("the outbox is empty at rest", "it is not");
  }

  /** Where everything was to be closed and nobody lifted that, nothing is held or works. */
  private isFlat(book: Book): void {
    const isClosing = this.system.switches.all().some(({ action }) => action === "flatten");
    if (!isClosing) return;
    for (const { profile, positions } of Object.values(book.ledgers)) {
      const held = Object.keys(positions);
      if (held.length > 0) this.broken("a flattened book is flat", `${profile} holds ${held}`);
    }
    for (const { request } of book.orders) {
      this.broken("a flattened book is flat", `${request.id} still works`);
    }
  }

  private decidedOnce(id: string, journal: readonly DomainEvent[]): void {
    const caused = journal.filter(({ causationId }) => causationId === id);
    const signal = journal.filter((event) => event.id === id);
    if (signal.length !== 1)
      this.broken("no signal is lost", `${id} stands ${signal.length} times`);
    const entries = caused.filter(
      (event) => event.type === "order.requested.v1" && event.data.request.parentId === null,
    );
    if (entries.length > 1)
      this.broken("a signal is decided once", `${id}: ${entries.length} orders`);
    const decided = this.system.decided.get(id) ?? 0;
    if (decided === 0) this.broken("no signal is lost", `${id} was accepted and never decided`);
  }

  /** The journal alone must lead to the books that are kept. */
  private replays(book: Book, journal: readonly DomainEvent[]): void {
    let again = this.system.opened;
    // A profile that came with a deploy got its ledger in the middle.
    for (const { name, account } of tradersOf(this.system.profiles)) {
      again = openLedger(again, name, account.cash);
    }
    const orders = new Map<string, Order>();
    for (const event of journal) {
      const order = isOrderEvent(event) ? orders.get(event.data.orderId) : undefined;
      again = applyToBook(again, event, order === undefined ? {} : { order });
      if (!isOrderEvent(event)) continue;
      const after = evolveOrder(order, event);
      if (after !== undefined) orders.set(event.data.orderId, after);
    }
    if (bookText(again) !== bookText(book)) {
      this.broken("the journal replays to the books", difference(bookText(again), bookText(book)));
    }
  }

  private monotone(journal: readonly DomainEvent[]): void {
    for (const { order } of orderRecords(journal)) {
      const kept = this.system.books.order(order.request.id);
      if (kept?.status !== order.status && kept !== undefined && isFinal(kept)) {
        this.broken(
          "orders only go on",
          `${order.request.id}: ${kept.status}, was ${order.status}`,
        );
      }
    }
  }

  /** Whether an order closes what its profile holds: exits pass every halt. */
  private closes({ profile, symbol, side }: OrderRequest): boolean {
    const book = this.system.books.book(ACCOUNT)?.value;
    const held = book?.ledgers[profile]?.positions[symbol]?.quantity ?? ZERO;
    return held !== ZERO && held > ZERO === (side === "sell");
  }
}

function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 60);
  return `…${one.slice(from, at + 60)}… instead of …${other.slice(from, at + 60)}…`;
}
