import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { overdueOrders } from "../execution/goodTill.ts";
import { type Keeps, type LegsDue, legsAfter, unsentLegs } from "../execution/heldLegs.ts";
import { isFinal } from "../execution/lifecycle.ts";
import { renewalAfter } from "../execution/renewals.ts";
import { legsReached, type Watched } from "../execution/watchedLegs.ts";
import { partiesOf } from "../strategy/draft.ts";
import { again } from "./again.ts";
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
  const parties = partiesOf(renewal);
  const { eventTimeMs } = event;
  const times = { eventTimeMs, receivedTimeMs: ports.clock.nowMs(), causationId: event.id };
  await again(() =>
    bookEvents(ports, account, () => [
      {
        type: "order.requested.v1",
        id: `${renewal.id}.requested`,
        ...times,
        data: { ...parties, request: renewal },
      },
      {
        type: "order.approved.v1",
        id: `${renewal.id}.approved`,
        ...times,
        data: { ...parties, checks: [] },
      },
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
  const answer = await ports.venue(account).submit(submits, nowMs);
  await handleUpdates(ports, account, answer, ports.clock.nowMs());
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
