import type { Book } from "../domain/book.ts";
import { orderOf } from "../domain/ledger.ts";
import type { Order } from "../domain/order.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { approvedOf } from "../risk/approved.ts";
import { partiesOf } from "../strategy/draft.ts";
import { again } from "./again.ts";
import { answersTo } from "./answers.ts";
import { bookEvents, bookOf } from "./bookHandler.ts";
import { closesTooMuch, isCovered, isExpired, isProtective } from "./gate.ts";
import type { LivePorts } from "./livePorts.ts";
import { handleUpdates } from "./updatesHandler.ts";

/** Bounds of asking for orders in flight, ms. */
export interface ResolveOptions {
  /** An order in flight is first asked for after this. */
  readonly askAfterMs: number;
  /** A venue that does not know an order this long after its submission never got it. */
  readonly goneAfterMs: number;
  /** An entry that never arrived is sent again up to this long after it was first sent. */
  readonly resendWithinMs: number;
  /** A cancel that nobody answered for so long is asked for again. */
  readonly cancelAgainAfterMs: number;
  /** A person is told of an order that is in flight for longer. */
  readonly pageAfterMs: number;
  readonly maxAttempts: number;
}

/** First asked after 2 s, given up after 10 s, paged after 30 s. */
export const RESOLVE_DEFAULTS: ResolveOptions = {
  askAfterMs: 2_000,
  goneAfterMs: 10_000,
  resendWithinMs: 60_000,
  cancelAgainAfterMs: 30_000,
  pageAfterMs: 30_000,
  maxAttempts: 3,
};

/** Well below {@link RESOLVE_DEFAULTS}.goneAfterMs: nobody has given the order up by then, ms. */
const RESEND_WITHIN_MS = 5_000;

/**
 * Asks the venue for every order of an account that is in flight: submitted, but never answered,
 * and again for cancels that were not. What the venue knows is booked. What it does not know, after
 * long enough to be sure that nothing is under way, never arrived: it is sent again while it is
 * fresh, else it is ended. Must be run by the holder of the account's right to send, as it sends.
 */
export async function resolveInFlight(
  ports: LivePorts,
  account: string,
  options: ResolveOptions = RESOLVE_DEFAULTS,
): Promise<void> {
  const book = await bookOf(ports, account);
  const nowMs = ports.clock.nowMs();
  for (const order of book.orders) {
    if (isUnansweredCancel(order, nowMs, options)) await cancelAgain(ports, order, nowMs);
    if (!inFlight(order)) continue;
    const sent = await sendingsOf(ports, order);
    if (nowMs - sent.lastMs < options.askAfterMs) continue;
    const waitedMs = nowMs - sent.firstMs;
    if (waitedMs >= options.pageAfterMs) await page(ports, order, waitedMs, nowMs);
    await resolveOne(ports, book, order, sent, options);
  }
}

function isUnansweredCancel(
  { status, attempts, updatedTimeMs }: Order,
  nowMs: number,
  { cancelAgainAfterMs }: ResolveOptions,
): boolean {
  const isAsked = status === "cancel-requested" && attempts > 0;
  return isAsked && nowMs - updatedTimeMs >= cancelAgainAfterMs;
}

/**
 * Asks once more to cancel an order: that the venue refused to, as it was busy with something else,
 * may have been missed, and the order would work for ever while we take it for one that ends.
 */
async function cancelAgain(ports: LivePorts, { request }: Order, nowMs: number): Promise<void> {
  const { account, id } = request;
  await handleUpdates(ports, account, await ports.venue(account).cancel(id, nowMs), nowMs);
}

async function resolveOne(
  ports: LivePorts,
  book: Book,
  order: Order,
  sent: Sendings,
  options: ResolveOptions,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const { account, id } = order.request;
  const reports = await ports.venue(account).find(id);
  if (reports !== null) {
    await handleUpdates(ports, account, reports, nowMs);
    return;
  }
  if (nowMs - sent.lastMs < options.goneAfterMs) return;
  // What was to be replaced stays as it is: another try is for who decided, at today's prices.
  if (order.request.replaces !== null) return end(ports, order, nowMs);
  // A leg goes with its parent, while that is under way.
  const { parentId } = order.request;
  const parent = parentId === null ? undefined : orderOf(book, parentId);
  if (parent !== undefined && inFlight(parent)) return;
  // Legs that were sent by themselves protect what is held, and must not open anything.
  const protects = parentId === null ? isProtective(book, order) : isCovered(book, order);
  const fresh = protects || nowMs - sent.firstMs <= options.resendWithinMs;
  if (fresh && order.attempts < options.maxAttempts) await resend(ports, order, protects, nowMs);
  else await end(ports, order, nowMs);
}

/** Sends once more, under the same client order id: a venue that did get it refuses the second. */
async function resend(
  ports: LivePorts,
  order: Order,
  protects: boolean,
  nowMs: number,
): Promise<void> {
  const { account, id } = order.request;
  if (!protects) {
    const halts = await ports.switches.halts(order.request.profile, account);
    if (halts.length > 0) return end(ports, order, nowMs);
    const [requested] = await ports.journal.ofOrder(id);
    if (requested !== undefined && (await isExpired(ports, requested.causationId, nowMs))) {
      return end(ports, order, nowMs);
    }
  }
  let group: readonly Order[] = [];
  let isVoid = false;
  await again(() =>
    bookEvents(ports, account, (book) => {
      isVoid = closesTooMuch(book, order);
      group = isVoid ? [] : familyOf(book, id, order.attempts);
      return group.map((one) => submittedAgain(one, nowMs));
    }),
  );
  if (isVoid) return end(ports, order, nowMs);
  if (group.length === 0) return;
  // Not sent by a process that was paused since: the next look decides again.
  if (ports.clock.nowMs() - nowMs > RESEND_WITHIN_MS) return;
  const requests = group.map((order) => approvedOf(order));
  const reports = await ports.venue(account).submit(requests, nowMs);
  const attempts = new Map(group.map((one) => [one.request.id, one.attempts + 1]));
  const answers = answersTo(reports, (id) => attempts.get(id) ?? 1);
  await handleUpdates(ports, account, answers, nowMs);
}

async function end(ports: LivePorts, order: Order, nowMs: number): Promise<void> {
  const { account, id } = order.request;
  await again(() =>
    bookEvents(ports, account, (book) =>
      familyOf(book, id, order.attempts).flatMap((one) => [
        ...notReplaced(book, one, nowMs),
        neverArrived(one, nowMs),
      ]),
    ),
  );
}

/** What an order that never arrived was to replace is not replaced. */
function notReplaced(book: Book, { request, attempts }: Order, nowMs: number) {
  const old = request.replaces === null ? undefined : orderOf(book, request.replaces);
  if (old === undefined) return [];
  const event: DomainEvent = {
    type: "order.replace-rejected.v1",
    id: `${old.request.id}.replace-rejected.${request.id}`,
    eventTimeMs: nowMs,
    receivedTimeMs: nowMs,
    causationId: `${request.id}.submitted.${attempts}`,
    data: { ...partiesOf(old.request), reason: "the replacement never arrived at the venue" },
  };
  return [event];
}

/**
 * The order, if it still waits after the attempt that was looked at, and what goes with it in
 * flight: its legs, or the other legs of its group where they were sent without a parent.
 */
function familyOf(book: Book, id: string, attempts: number): readonly Order[] {
  const order = orderOf(book, id);
  if (order === undefined || order.attempts !== attempts || !inFlight(order)) return [];
  const { parentId, ocoGroup } = order.request;
  const goesAlong = ({ request }: Order) =>
    request.parentId === id ||
    (parentId !== null && ocoGroup !== null && request.ocoGroup === ocoGroup && request.id !== id);
  return [order, ...book.orders.filter((one) => goesAlong(one) && inFlight(one))];
}

function inFlight({ status }: Order): boolean {
  return status === "submitted" || status === "unknown";
}

/** When an order was sent, UTC ms. */
interface Sendings {
  readonly firstMs: number;
  readonly lastMs: number;
}

async function sendingsOf({ journal }: LivePorts, order: Order): Promise<Sendings> {
  const events = await journal.ofOrder(order.request.id);
  const times = events
    .filter(({ type }) => type === "order.submitted.v1")
    .map(({ receivedTimeMs }) => receivedTimeMs);
  const known = times.length === 0 ? [order.updatedTimeMs] : times;
  return { firstMs: Math.min(...known), lastMs: Math.max(...known) };
}

async function page(
  { notifier }: LivePorts,
  { request, attempts }: Order,
  waitedMs: number,
  timeMs: number,
): Promise<void> {
  const seconds = Math.round(waitedMs / 1000);
  await notifier.notify({
    key: `in-flight.${request.id}`,
    severity: "page",
    title: `The venue has not answered for ${seconds} s`,
    text:
      `Order ${request.id} (${request.side} ${request.symbol}, profile ${request.profile}) was ` +
      `sent ${attempts} times. Look it up at the venue; nothing was assumed about it.`,
    timeMs,
  });
}

function submittedAgain(order: Order, nowMs: number): DomainEvent {
  const attempt = order.attempts + 1;
  return {
    type: "order.submitted.v1",
    id: `${order.request.id}.submitted.${attempt}`,
    eventTimeMs: nowMs,
    receivedTimeMs: nowMs,
    causationId: `${order.request.id}.submitted.${order.attempts}`,
    data: { ...partiesOf(order.request), attempt },
  };
}

function neverArrived(order: Order, nowMs: number): DomainEvent {
  return {
    type: "order.expired.v1",
    id: `${order.request.id}.expired`,
    eventTimeMs: nowMs,
    receivedTimeMs: nowMs,
    causationId: `${order.request.id}.submitted.${order.attempts}`,
    data: { ...partiesOf(order.request), reason: "never arrived at the venue" },
  };
}
