import type { Book } from "../domain/book.ts";
import { calendarOf } from "../domain/calendar/calendar.ts";
import { InvariantError } from "../domain/errors.ts";
import { applyToBook, type BookContext, orderOf } from "../domain/ledger.ts";
import type { Order } from "../domain/order.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { isToBeSent } from "../execution/lifecycle.ts";
import { eventOf } from "../execution/report.ts";
import type { Versioned } from "../ports/store.ts";
import type { Awaitable, VenueReport } from "../ports/venue.ts";
import { approvedOf, type RiskApproved } from "../risk/approved.ts";
import type { Ports } from "./ports.ts";

const ALONE: BookContext = Object.freeze({});
const ALONE_IN_PLACE: BookContext = Object.freeze({ inPlace: true });
const NONE: readonly Order[] = Object.freeze([]);
const NO_EVENTS: readonly DomainEvent[] = Object.freeze([]);

/**
 * Books events: each is applied to the account's book, and those that changed it are kept. Give
 * `dedupe` where the events carry no mark of having been applied, as dividends do not.
 */
export function bookEvents(
  ports: Pick<Ports, "store">,
  account: string,
  eventsOf: (book: Book) => readonly DomainEvent[],
  context: BookContext = ALONE,
  dedupe: string | null = null,
): Awaitable<void> {
  const loaded = ports.store.book(account);
  if (!(loaded instanceof Promise)) {
    return write(ports, account, loaded, eventsOf, context, dedupe);
  }
  return loaded.then((one) => write(ports, account, one, eventsOf, context, dedupe));
}

function write(
  ports: Pick<Ports, "store">,
  account: string,
  loaded: Versioned<Book> | undefined,
  eventsOf: (book: Book) => readonly DomainEvent[],
  context: BookContext,
  dedupe: string | null,
): Awaitable<void> {
  if (loaded === undefined) throw new InvariantError(`account ${account} has no book`);
  let book = loaded.value;
  const bookVersion = loaded.version;
  const terms = context === ALONE && loaded.isOwn === true ? ALONE_IN_PLACE : context;
  const events = eventsOf(book);
  let kept: DomainEvent[] | undefined;
  for (let i = 0; i < events.length; i += 1) {
    const event = events[i];
    if (event === undefined) continue;
    const next = applyToBook(book, event, settling(book, event, terms));
    // A report that changes nothing is a repeat: it was told before and is not told again.
    if (next === book) kept ??= events.slice(0, i);
    else kept?.push(event);
    book = next;
  }
  if (book === loaded.value) return;
  return ports.store.commit({
    profile: null,
    profileVersion: 0,
    profileState: null,
    account,
    bookVersion,
    book,
    events: kept ?? events,
    dedupe,
  });
}

/** US shares settle on the session after the trade (T+1, since 2024-05-28); crypto at once. */
export function settling(book: Book, event: DomainEvent, context: BookContext): BookContext {
  if (book.kind !== "cash" || event.type !== "order.filled.v1") return context;
  if (event.data.symbol.includes("/")) return context;
  return { ...context, settlesOn: calendarOf("us-equity").nextSession(event.eventTimeMs).date };
}

/** The book of an account. @throws InvariantError when it was never opened. */
export async function bookOf({ store }: Pick<Ports, "store">, account: string): Promise<Book> {
  const loaded = await store.book(account);
  if (loaded === undefined) throw new InvariantError(`account ${account} has no book`);
  return loaded.value;
}

/**
 * Books what the venue reported; reports of orders that the book does not hold are left to
 * reconciliation.
 */
export function handleReports(
  ports: Ports,
  account: string,
  reports: readonly VenueReport[],
  receivedTimeMs: number,
): Awaitable<void> {
  if (reports.length === 0) return;
  return bookEvents(ports, account, (book) => eventsIn(book, reports, receivedTimeMs));
}

function eventsIn(
  book: Book,
  reports: readonly VenueReport[],
  receivedTimeMs: number,
): readonly DomainEvent[] {
  const [only] = reports;
  if (only !== undefined && reports.length === 1) {
    const order = orderOf(book, only.orderId);
    return order === undefined ? [] : [eventOf(only, order.request, receivedTimeMs)];
  }
  const events: DomainEvent[] = [];
  for (const report of reports) {
    const order = orderOf(book, report.orderId);
    if (order !== undefined) events.push(eventOf(report, order.request, receivedTimeMs));
  }
  return events;
}

/**
 * Sends an approved order, with the legs that hang on it, to the venue. `order.submitted` is
 * committed before the venue is called: whatever happens then, the intention to send is known.
 */
export function handleApproved(ports: Ports, event: EventOf<"order.approved.v1">): Awaitable<void> {
  const { account, orderId } = event.data;
  let group = NONE;
  const submitted = bookEvents(ports, account, (book) => {
    group = groupOf(book, orderId);
    return group.map((order) => submittedEvent(order, event));
  });
  if (submitted instanceof Promise) return submitted.then(() => send(ports, event, group));
  return send(ports, event, group);
}

function send(
  ports: Ports,
  event: EventOf<"order.approved.v1">,
  group: readonly Order[],
): Awaitable<void> {
  if (group.length === 0) return;
  const { account } = event.data;
  const requests = group.map((order) => approvedOf(order));
  const reports = ports.venue(account).submit(requests, event.eventTimeMs);
  return receive(ports, account, reports, event.receivedTimeMs);
}

/** Asks the venue to cancel an order; one that was never sent ends here. */
export function handleCancel(
  ports: Ports,
  event: EventOf<"order.cancel-requested.v1">,
): Awaitable<void> {
  const { account, orderId } = event.data;
  let isUnsent = false;
  const ended = bookEvents(ports, account, (book) => {
    const events = unsentEnds(book, event);
    isUnsent = events.length > 0;
    return events;
  });
  const ask = (): Awaitable<void> => {
    if (isUnsent) return;
    const reports = ports.venue(account).cancel(orderId, event.eventTimeMs);
    return receive(ports, account, reports, event.receivedTimeMs);
  };
  return ended instanceof Promise ? ended.then(ask) : ask();
}

/**
 * The ends of an order that was cancelled before it was sent, and of its legs; none where it was
 * sent. The venue never hears of it: asked to cancel it, it would say that there is no such order,
 * and the order would wait for ever to be sent by an event that has passed.
 */
export function unsentEnds(
  book: Book,
  { data, eventTimeMs, receivedTimeMs }: EventOf<"order.cancel-requested.v1">,
): readonly DomainEvent[] {
  const order = orderOf(book, data.orderId);
  if (order === undefined || order.attempts > 0 || order.status !== "cancel-requested")
    return NO_EVENTS;
  const legs = book.orders.filter(
    ({ request, attempts }) => request.parentId === data.orderId && attempts === 0,
  );
  const reason = "cancelled before it was sent";
  return [order, ...legs].map(({ request }) =>
    eventOf(
      { kind: "cancelled", orderId: request.id, timeMs: eventTimeMs, reason },
      request,
      receivedTimeMs,
    ),
  );
}

/** Asks the venue to put another order in the place of one. */
export function handleReplace(
  ports: Ports,
  event: EventOf<"order.replace-requested.v1">,
): Awaitable<void> {
  const { account, orderId } = event.data;
  let replacement: RiskApproved | undefined;
  const submitted = bookEvents(ports, account, (book) => {
    const order = orderOf(book, event.data.replacement.id);
    if (order?.status !== "approved") return NO_EVENTS;
    replacement = approvedOf(order);
    return [submittedEvent(order, event)];
  });
  const send = (): Awaitable<void> => {
    if (replacement === undefined) return;
    const reports = ports.venue(account).replace(orderId, replacement, event.eventTimeMs);
    return receive(ports, account, reports, event.receivedTimeMs);
  };
  return submitted instanceof Promise ? submitted.then(send) : send();
}

function receive(
  ports: Ports,
  account: string,
  reports: Awaitable<readonly VenueReport[]>,
  receivedTimeMs: number,
): Awaitable<void> {
  if (!(reports instanceof Promise)) return handleReports(ports, account, reports, receivedTimeMs);
  return reports.then((some) => handleReports(ports, account, some, receivedTimeMs));
}

/** The order and its held legs, as far as they are approved and not yet sent; legs go with it. */
export function groupOf(book: Book, orderId: string): readonly Order[] {
  const order = orderOf(book, orderId);
  if (order === undefined || !isToBeSent(order)) return NONE;
  // A replacement goes to the venue together with the order that it replaces.
  if (order.request.replaces !== null) return NONE;
  const { parentId } = order.request;
  const parent = parentId === null ? undefined : orderOf(book, parentId);
  if (parent !== undefined && isToBeSent(parent)) return NONE;
  if (book.orders.length === 1) return [order];
  const legs = book.orders.filter(
    (one) => one.request.parentId === orderId && one.request.replaces === null && isToBeSent(one),
  );
  return [order, ...legs];
}

/** The fact that an order is about to be sent, written before it is. */
export function submittedEvent(order: Order, cause: DomainEvent): DomainEvent {
  const { account, profile, id } = order.request;
  const attempt = order.attempts + 1;
  return {
    type: "order.submitted.v1",
    id: `${id}.submitted.${attempt}`,
    eventTimeMs: cause.eventTimeMs,
    receivedTimeMs: cause.receivedTimeMs,
    causationId: cause.id,
    data: { account, profile, orderId: id, attempt },
  };
}
