import type { Book } from "../domain/book.ts";
import { TransientError } from "../domain/errors.ts";
import { orderOf } from "../domain/ledger.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { overdueOrders } from "../execution/goodTill.ts";
import { type Keeps, type LegsDue, legsAfter, unsentLegs } from "../execution/heldLegs.ts";
import { isFinal } from "../execution/lifecycle.ts";
import { renewalAfter, restatedAfterSplit } from "../execution/renewals.ts";
import { legsReached, type Watched } from "../execution/watchedLegs.ts";
import { approvedOf, type RiskApproved } from "../risk/approved.ts";
import { partiesOf } from "../strategy/draft.ts";
import { again } from "./again.ts";
import { answersTo } from "./answers.ts";
import { bookEvents, bookOf } from "./bookHandler.ts";
import type { LivePorts } from "./livePorts.ts";
import { handleUpdates } from "./updatesHandler.ts";

/** Events with which an order may be over. */
export type Ending =
  | EventOf<"order.filled.v1">
  | EventOf<"order.cancelled.v1">
  | EventOf<"order.expired.v1">
  | EventOf<"order.rejected.v1">;

/** Whether an event is one for {@link keepLegs}. */
export function isEnding(event: DomainEvent): event is Ending {
  return (
    event.type === "order.filled.v1" ||
    event.type === "order.cancelled.v1" ||
    event.type === "order.expired.v1" ||
    event.type === "order.rejected.v1"
  );
}

/**
 * Does what the end of an order means for the legs that its venue can't hold: sends them, cancels
 * or ends the others of their group, renews what a venue holds for the day only. Nothing where the
 * venue holds every leg. As it sends, it is for the holder of the right to; a repeat sends nothing
 * twice.
 */
export async function keepLegs(ports: LivePorts, event: Ending): Promise<void> {
  const { account, orderId } = event.data;
  const keeps = keepsOf(ports, account);
  if (keeps === null) return;
  const order = await ports.journal.order(orderId);
  if (order === undefined || !isFinal(order)) return;
  const book = await bookOf(ports, account);
  await act(ports, account, legsAfter(book, order, event.eventTimeMs, keeps), event);
  const renewal = renewalAfter(order, event);
  if (renewal === null) return;
  const { id, eventTimeMs } = event;
  await again(() =>
    bookEvents(ports, account, () => [
      requested(renewal, id, eventTimeMs),
      approved(renewal, id, eventTimeMs),
    ]),
  );
}

/** Finds the legs that a crash kept from being sent, and does what {@link keepLegs} would have. */
export async function keepUnsentLegs(ports: LivePorts, account: string): Promise<void> {
  const keeps = keepsOf(ports, account);
  if (keeps === null) return;
  const book = await bookOf(ports, account);
  const parents = new Set(unsentLegs(book).map(({ request }) => request.parentId ?? ""));
  for (const parentId of parents) {
    const parent = await ports.journal.order(parentId);
    if (parent === undefined) continue;
    const due = legsAfter(book, parent, parent.updatedTimeMs, keeps);
    await act(ports, account, due, { id: `${parentId}.unsent` });
  }
}

/** A price was seen: sends the legs that we watch ourselves and whose price that is. */
export async function watchLegs(
  ports: LivePorts,
  account: string,
  symbol: string,
  since: (timeMs: number) => Watched,
): Promise<void> {
  if (keepsOf(ports, account) === null) return;
  const book = await bookOf(ports, account);
  const nowMs = ports.clock.nowMs();
  const due = legsReached(book, symbol, since, nowMs);
  await act(ports, account, due, { id: `${account}.${symbol}.${nowMs}` });
}

/** Asks for the end of orders whose time is over, where the venue may not know when that is. */
export async function endOverdue(ports: LivePorts, account: string): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const book = await bookOf(ports, account);
  const ids = overdueOrders(book, nowMs).map(({ request }) => request.id);
  await askForCancels(ports, account, ids, "its time is over", `${account}.overdue`);
}

/**
 * Puts the orders of a symbol at the venue into the numbers of after a split, once the books are in
 * them. The successors are written down first, so that a crash in between is taken up by a repeat.
 * @throws TransientError while the venue is slow with a cancel.
 */
export async function restateAfterSplit(
  ports: LivePorts,
  account: string,
  symbol: string,
  splitMs: number,
): Promise<void> {
  const venue = ports.venue(account);
  const restated = restatedAfterSplit(await bookOf(ports, account), symbol, splitMs);
  const renewals = restated.flatMap(({ renewal }) => renewal ?? []);
  const cause = `${account}.${symbol}.split.${splitMs}`;
  await again(() =>
    bookEvents(ports, account, () => renewals.map((one) => requested(one, cause, splitMs))),
  );
  for (const { orderId } of restated) {
    const nowMs = ports.clock.nowMs();
    await handleUpdates(ports, account, await venue.cancel(orderId, nowMs), nowMs);
  }
  const book = await bookOf(ports, account);
  const suffix = `~${splitMs.toString(36)}`;
  const due = book.orders.filter(
    ({ status, request }) => status === "requested" && request.id.endsWith(suffix),
  );
  const open = due.find(({ request }) =>
    book.orders.some((one) => `${one.request.id}${suffix}` === request.id),
  );
  if (open !== undefined) {
    throw new TransientError(`the venue has not ended what ${open.request.id} follows`, 1_000);
  }
  if (due.length === 0) return;
  const requests = due.map(({ request }) => request);
  // From now on the venue is asked for what it does not answer, not from the split on.
  const nowMs = ports.clock.nowMs();
  await again(() =>
    bookEvents(ports, account, () => requests.flatMap((one) => sent(one, cause, nowMs))),
  );
  const approved = approvedIn(await bookOf(ports, account), requests);
  const answer = await venue.submit(approved, nowMs);
  const answers = answersTo(answer, () => 1);
  await handleUpdates(ports, account, answers, ports.clock.nowMs());
}

/** Events of an order that follows from another, at the time of what it follows from. */
function requested(request: OrderRequest, causationId: string, timeMs: number): DomainEvent {
  return {
    type: "order.requested.v1",
    id: `${request.id}.requested`,
    eventTimeMs: timeMs,
    receivedTimeMs: timeMs,
    causationId,
    data: { ...partiesOf(request), request },
  };
}

function approved(request: OrderRequest, causationId: string, timeMs: number): DomainEvent {
  return {
    type: "order.approved.v1",
    id: `${request.id}.approved`,
    eventTimeMs: timeMs,
    receivedTimeMs: timeMs,
    causationId,
    data: { ...partiesOf(request), checks: [] },
  };
}

/** Approved and about to be sent, by us: the gate finds it sent already. */
function sent(request: OrderRequest, causationId: string, timeMs: number): readonly DomainEvent[] {
  return [
    approved(request, causationId, timeMs),
    {
      type: "order.submitted.v1",
      id: `${request.id}.submitted.1`,
      eventTimeMs: timeMs,
      receivedTimeMs: timeMs,
      causationId,
      data: { ...partiesOf(request), attempt: 1 },
    },
  ];
}

function keepsOf(ports: LivePorts, account: string): Keeps | null {
  const venue = ports.venue(account);
  if (venue.legsWeKeep === undefined) return null;
  return (requests) => venue.legsWeKeep?.(requests) ?? [];
}

async function act(
  ports: LivePorts,
  account: string,
  { submits, cancels, reports }: LegsDue,
  cause: { readonly id: string },
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  if (reports.length > 0) await handleUpdates(ports, account, reports, nowMs);
  await askForCancels(ports, account, cancels, "another of its group went first", cause.id);
  if (submits.length === 0) return;
  const book = await bookOf(ports, account);
  const approved = approvedIn(book, submits);
  if (approved.length === 0) return;
  const answer = await ports.venue(account).submit(approved, nowMs);
  const answers = answersTo(answer, (id) => orderOf(book, id)?.attempts ?? 1);
  await handleUpdates(ports, account, answers, ports.clock.nowMs());
}

/** Those requests whose orders are still to be sent: what has ended in between is not. */
function approvedIn(book: Book, requests: readonly OrderRequest[]): readonly RiskApproved[] {
  return requests.flatMap((request) => {
    const order = orderOf(book, request.id);
    return order === undefined ? [] : [approvedOf(order, request)];
  });
}

/** The gate sends the cancels, as the strategies' own. */
async function askForCancels(
  ports: LivePorts,
  account: string,
  orderIds: readonly string[],
  reason: string,
  causationId: string,
): Promise<void> {
  if (orderIds.length === 0) return;
  const nowMs = ports.clock.nowMs();
  await again(() =>
    bookEvents(ports, account, (book) =>
      book.orders
        .filter(({ request }) => orderIds.includes(request.id))
        .map(({ request }) => ({
          type: "order.cancel-requested.v1",
          id: `${request.id}.cancel.${causationId}`,
          eventTimeMs: nowMs,
          receivedTimeMs: nowMs,
          causationId,
          data: { ...partiesOf(request), reason },
        })),
    ),
  );
}
