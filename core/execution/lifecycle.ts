import { type Decimal, multiply, textOf, ZERO } from "../domain/decimal.ts";
import { InvariantError } from "../domain/errors.ts";
import type { Order, OrderRequest, OrderStatus } from "../domain/order.ts";
import type { EventOf, OrderEvent } from "../events/catalogue.ts";
import { type Claim, RANK, type Standing, TRANSITIONS, type Transition } from "./transitions.ts";

type Fill = EventOf<"order.filled.v1">;

const FIRST_FINAL_RANK = RANK.denied;

/** A new order, not yet approved nor sent. `timeMs` is when it was requested, UTC ms. */
export function orderFrom(request: OrderRequest, timeMs: number): Order {
  return {
    request,
    status: "requested",
    filledQuantity: ZERO,
    filledNotional: ZERO,
    fees: ZERO,
    executions: [],
    attempts: 0,
    resumeStatus: null,
    updatedTimeMs: timeMs,
  };
}

/**
 * The order after an event; the very same reference when the event changes nothing: a repeat, an
 * older state, or an event after a final one. Events may come twice and in any order; the outcome
 * is that of the sequence in which they happened, as the standing of an order never falls in rank.
 *
 * Fills are never dropped: one that arrives after `cancelled` or `expired` adds to the quantities
 * while the status stays final (it becomes `filled` once the whole quantity has traded). An order
 * by quantity is filled when its quantity is, an order by notional when the venue says `complete`.
 * `updatedTimeMs` is the latest time of what is known; a refusal and an unknown outcome are no news
 * of the order and leave it. The history of an order starts with `order.requested.v1`: before that,
 * every event is of a stranger and gives undefined.
 * @throws InvariantError for an event of another order, a fill that is not above 0 or an overfill.
 * @see TRANSITIONS for the table and RANK for the rule behind it
 */
export function evolveOrder(order: Order | undefined, event: OrderEvent): Order | undefined {
  if (order === undefined) {
    if (event.type !== "order.requested.v1") return undefined;
    return orderFrom(event.data.request, event.eventTimeMs);
  }
  if (event.data.orderId !== order.request.id) {
    throw new InvariantError(
      `expected an event of order ${order.request.id}, got one of ${event.data.orderId}`,
    );
  }
  if (event.type === "order.filled.v1") return withFill(order, event);
  if (event.type === "order.submitted.v1" && event.data.attempt <= order.attempts) return order;
  const claim = claimOf(event);
  const target = targetOf(order, claim);
  if (target === "ignored") return order;
  return {
    request: order.request,
    status: statusAt(order, target),
    filledQuantity: order.filledQuantity,
    filledNotional: order.filledNotional,
    fees: order.fees,
    executions: order.executions,
    attempts: event.type === "order.submitted.v1" ? event.data.attempt : order.attempts,
    resumeStatus: resumedFrom(order, target, claim),
    updatedTimeMs: isNews(claim)
      ? Math.max(order.updatedTimeMs, event.eventTimeMs)
      : order.updatedTimeMs,
  };
}

/** Where the order stands apart from a cancel or replace request of ours that is still open. */
export function standingOf(order: Order): Standing {
  const status = order.resumeStatus ?? order.status;
  if (status === "cancel-requested" || status === "replace-requested") {
    throw new InvariantError(`expected a status to resume for order ${order.request.id}, got none`);
  }
  return status;
}

/** True when nothing but a late fill can change the order any more. */
export function isFinal(order: Order): boolean {
  // What lies beneath a request of ours is open: an end ends both.
  return RANK[standingOf(order)] >= FIRST_FINAL_RANK;
}

/**
 * True while the order waits for us to send it for the first time, even where another is already
 * wanted in its place: that one goes to the venue after it. What is to be cancelled waits no more.
 */
export function isToBeSent({ status, resumeStatus, attempts }: Order): boolean {
  if (attempts > 0) return false;
  return status === "approved" || (status === "replace-requested" && resumeStatus === "approved");
}

/** True while the order is, or may yet come, to rest at the venue. */
export function isOpen(order: Order): boolean {
  return !isFinal(order);
}

/**
 * Shares or coins that may still trade, as FIX's LeavesQty: 0 for a final order; null for an open
 * order by notional, whose quantity is known only when it is done.
 */
export function remainingQuantity(order: Order): Decimal | null {
  if (isFinal(order)) return ZERO;
  const { quantity } = order.request;
  return quantity === null ? null : quantity - order.filledQuantity;
}

function withFill(order: Order, event: Fill): Order {
  const { executionId, quantity, price, fee } = event.data;
  const { executions } = order;
  const place = placeOf(executions, executionId);
  if (executions.length > 0 && executions[place] === executionId) return order;
  const filledQuantity = order.filledQuantity + quantity;
  const wanted = order.request.quantity;
  if (quantity <= ZERO || (wanted !== null && filledQuantity > wanted)) {
    throw new InvariantError(
      `expected fills of order ${order.request.id} above 0 and up to ` +
        `${wanted === null ? "its notional" : textOf(wanted)}, got ${textOf(quantity)} ` +
        `on top of ${textOf(order.filledQuantity)} (execution ${executionId})`,
    );
  }
  const complete = wanted === null ? event.data.complete : filledQuantity === wanted;
  const claim = complete ? "filled" : "partially-filled";
  const target = targetOf(order, claim);
  return {
    request: order.request,
    status: statusAt(order, target),
    filledQuantity,
    filledNotional: order.filledNotional + multiply(quantity, price),
    fees: order.fees + fee,
    executions:
      executions.length === 0 ? [executionId] : executions.toSpliced(place, 0, executionId),
    attempts: order.attempts,
    resumeStatus: resumedFrom(order, target, claim),
    updatedTimeMs: Math.max(order.updatedTimeMs, event.eventTimeMs),
  };
}

function claimOf(event: Exclude<OrderEvent, Fill>): Claim {
  switch (event.type) {
    case "order.requested.v1":
      return "requested";
    case "order.approved.v1":
      return "approved";
    case "order.denied.v1":
      return "denied";
    case "order.submitted.v1":
      return "submitted";
    case "order.accepted.v1":
      return event.data.held ? "held" : "accepted";
    case "order.cancel-requested.v1":
      return "cancel-requested";
    case "order.cancel-rejected.v1":
      return "cancel-rejected";
    case "order.cancelled.v1":
      return "cancelled";
    case "order.replace-requested.v1":
      return "replace-requested";
    case "order.replace-rejected.v1":
      return "replace-rejected";
    case "order.replaced.v1":
      return "replaced";
    case "order.rejected.v1":
      return "rejected";
    case "order.expired.v1":
      return "expired";
    case "order.unknown.v1":
      return "unknown";
  }
}

/** What a claim does to an order; one that would change nothing beneath a request is ignored. */
function targetOf(order: Order, claim: Claim): Transition {
  const target = TRANSITIONS[order.status][claim];
  if (target !== "beneath") return target;
  return isStatus(TRANSITIONS[standingOf(order)][claim]) ? target : "ignored";
}

function statusAt(order: Order, target: Transition): OrderStatus {
  if (target === "resume") return standingOf(order);
  return isStatus(target) ? target : order.status;
}

/** What lies beneath a request of ours after a transition, or null where there is none. */
function resumedFrom(order: Order, target: Transition, claim: Claim): OrderStatus | null {
  switch (target) {
    case "beneath": {
      const below = TRANSITIONS[standingOf(order)][claim];
      return isStatus(below) ? below : order.resumeStatus;
    }
    case "cancel-requested":
    case "replace-requested":
      return standingOf(order);
    default:
      return null;
  }
}

function isStatus(target: Transition): target is OrderStatus {
  return target in TRANSITIONS;
}

function isNews(claim: Claim): boolean {
  return claim !== "cancel-rejected" && claim !== "replace-rejected" && claim !== "unknown";
}

/**
 * Executions are kept sorted, so that the order of arrival leaves no trace and a search is short.
 */
function placeOf(sorted: readonly string[], id: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
