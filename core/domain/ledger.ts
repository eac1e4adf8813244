import type { DomainEvent, EventOf, OrderEvent } from "../events/catalogue.ts";
import { evolveOrder, isFinal } from "../execution/lifecycle.ts";
import type { Book } from "./book.ts";
import { applyCorporateAction, type CorporateTerms } from "./corporate.ts";
import { type Decimal, textOf, ZERO } from "./decimal.ts";
import { InputError, InvariantError } from "./errors.ts";
import type { Order } from "./order.ts";
import {
  awaitSettlement,
  chargeInterest,
  fillLedger,
  ledgerOf,
  payDividend,
  withLedger,
} from "./postings.ts";
import { orderIn, withEntry, withOrder, withoutOrder } from "./records.ts";

/** The books of an account in which nothing has happened yet. */
export function emptyBook(account: string, kind: Book["kind"]): Book {
  return { account, kind, ledgers: {}, orders: [], unsettled: [] };
}

/**
 * Gives a profile its share of the account, starting with `cash` dollars. The same book when the
 * profile has a ledger already, as a repeat must not endow it twice.
 * @throws InputError when `cash` is below 0.
 */
export function openLedger(book: Book, profile: string, cash: Decimal): Book {
  if (Object.hasOwn(book.ledgers, profile)) return book;
  if (cash < ZERO) throw new InputError(`expected cash of 0 or more, got ${textOf(cash)}`);
  return withLedger(book, {
    profile,
    cash,
    realised: ZERO,
    fees: ZERO,
    dividends: ZERO,
    interest: ZERO,
    positions: {},
  });
}

/** The book on a date (ISO): all that settles on it or before is settled cash. */
export function settle(book: Book, date: string): Book {
  const unsettled = book.unsettled.filter((entry) => entry.settlesOn > date);
  return unsettled.length === book.unsettled.length ? book : { ...book, unsettled };
}

/** What the book itself does not hold and an event may need. */
export interface BookContext extends CorporateTerms {
  /**
   * The order as it was before the event, if it was final: such orders live in the journal alone.
   */
  readonly order?: Order | undefined;
  /** ISO date on which sale proceeds of a cash account settle; at once when left out. */
  readonly settlesOn?: string | undefined;
  /**
   * Whether the book passed in is the caller's own and used up: a fill then changes its records of
   * ledgers and positions where they are instead of copying them. The outcome is the same.
   */
  readonly inPlace?: boolean | undefined;
}

const NOTHING_ELSE: BookContext = {};

/**
 * The books after an event; the very same reference when nothing in them changed: an event of
 * another account, of no concern to books, or an order event that repeats or trails what is known.
 * Orders leave the book when they are final. Order events may come twice; all others carry no mark
 * of having been applied, so their repeats must be dropped by event id before. For an order that
 * may be final already, give `context.order`: the book alone has forgotten it.
 * @throws InvariantError for a fill of an order that is neither in the book nor in the context, a
 * profile without ledger, and all that {@link evolveOrder} throws for.
 */
export function applyToBook(
  book: Book,
  event: DomainEvent,
  context: BookContext = NOTHING_ELSE,
): Book {
  switch (event.type) {
    case "dividend.paid.v1":
      if (event.data.account !== book.account) return book;
      return payDividend(book, event.data.profile, event.data.amount);
    case "interest.charged.v1":
      if (event.data.account !== book.account) return book;
      return chargeInterest(book, event.data.profile, event.data.amount);
    case "corporate-action.applied.v1":
      return applyCorporateAction(book, event.data, context);
    default: {
      if (!isOrderEvent(event) || event.data.account !== book.account) return book;
      const before = orderOf(book, event.data.orderId) ?? context.order;
      return applyOrderChange(book, event, before, evolveOrder(before, event), context);
    }
  }
}

/**
 * The books after an order event whose effect on the order is known already, from `before` to
 * `after` by {@link evolveOrder}: spares evolving it twice.
 */
export function applyOrderChange(
  book: Book,
  event: OrderEvent,
  before: Order | undefined,
  after: Order | undefined,
  context: BookContext = NOTHING_ELSE,
): Book {
  if (after === undefined) {
    if (event.type !== "order.filled.v1") return book;
    const { executionId, orderId } = event.data;
    throw new InvariantError(
      `expected the order ${orderId} of execution ${executionId} in the book or given, got none`,
    );
  }
  if (after === before) return book;
  const orders = isFinal(after)
    ? withoutOrder(book.orders, after.request.id)
    : withOrder(book.orders, after);
  if (event.type !== "order.filled.v1") {
    const { account, kind, ledgers, unsettled } = book;
    return { account, kind, ledgers, orders, unsettled };
  }
  return bookFill(book, orders, event, context);
}

/** An order of the book that is not final. */
export function orderOf(book: Book, orderId: string): Order | undefined {
  return orderIn(book.orders, orderId);
}

/** Tells order events from all others. */
export function isOrderEvent(event: DomainEvent): event is OrderEvent {
  return event.type.startsWith("order.");
}

/** What a replayed journal comes to. */
export interface Rebuilt {
  readonly book: Book;
  /** Every order of the journal, final ones too, by client order id. */
  readonly orders: ReadonlyMap<string, Order>;
}

/**
 * Replays a journal, in its own order, on the books as they were before it: the recovery path.
 * `contextOf` must give what the context of each event was when it was first applied.
 */
export function rebuild(
  start: Book,
  journal: Iterable<DomainEvent>,
  contextOf: (event: DomainEvent) => BookContext = () => NOTHING_ELSE,
): Rebuilt {
  const orders = new Map(start.orders.map((order) => [order.request.id, order]));
  let book = start;
  for (const event of journal) {
    if (!isOrderEvent(event)) {
      const next = applyToBook(book, event, contextOf(event));
      // A split rewrites the orders of the book themselves.
      if (next.orders !== book.orders) {
        for (const order of next.orders) orders.set(order.request.id, order);
      }
      book = next;
      continue;
    }
    if (event.data.account !== book.account) continue;
    const before = orders.get(event.data.orderId);
    const after = evolveOrder(before, event);
    book = applyOrderChange(book, event, before, after, contextOf(event));
    if (after !== undefined) orders.set(after.request.id, after);
  }
  return { book, orders };
}

function bookFill(
  book: Book,
  orders: Book["orders"],
  event: EventOf<"order.filled.v1">,
  { settlesOn, inPlace = false }: BookContext,
): Book {
  const { profile, symbol, side, quantity, price, fee } = event.data;
  const fill = { symbol, side, quantity, price, timeMs: event.eventTimeMs };
  const before = ledgerOf(book, profile);
  const after = fillLedger(before, fill, fee, inPlace);
  const isUnsettled = book.kind === "cash" && side === "sell" && settlesOn !== undefined;
  return {
    account: book.account,
    kind: book.kind,
    ledgers: withEntry(book.ledgers, profile, after, inPlace),
    orders,
    unsettled: isUnsettled
      ? awaitSettlement(book.unsettled, settlesOn, after.cash - before.cash)
      : book.unsettled,
  };
}
