import type { Book } from "../domain/book.ts";
import { absolute, type Decimal, textOf, ZERO } from "../domain/decimal.ts";
import { orderOf } from "../domain/ledger.ts";
import type { Order, OrderRequest } from "../domain/order.ts";
import { DAY_MS, iso } from "../domain/time.ts";
import { parseTimeframe, timeframeMs } from "../domain/timeframe.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { isOpen, isToBeSent } from "../execution/lifecycle.ts";
import { eventOf } from "../execution/report.ts";
import type { Halt } from "../ports/switches.ts";
import { partiesOf } from "../strategy/draft.ts";
import { again } from "./again.ts";
import { bookEvents, bookOf } from "./bookHandler.ts";
import type { LivePorts } from "./livePorts.ts";

/** An order that lowers its profile's position, or waits to: it passes every halt. */
export function isProtective(book: Book, order: Order): boolean {
  const { role } = order.request;
  if (role === "exit" || role === "take-profit" || role === "stop-loss") return true;
  return isCovered(book, order);
}

/** Whether an order only makes what its profile holds smaller. */
export function isCovered(book: Book, { request }: Order): boolean {
  const { profile, symbol, side, quantity } = request;
  const held = book.ledgers[profile]?.positions[symbol]?.quantity ?? ZERO;
  if (quantity === null || held === ZERO || held > ZERO === (side === "buy")) return false;
  return quantity <= absolute(held);
}

/**
 * Whether an exit would open a position, as what it was to close is closed already, or a part of
 * it: its bracket's target may have filled between the decision and now. Exits pass every halt, but
 * not this; the strategy decides again on what is left.
 */
export function closesTooMuch(book: Book, { request }: Order): boolean {
  const { role, quantity, replaces } = request;
  if (role !== "exit") return false;
  const closable = closableUnits(book, request);
  // What a replacement asks for counts what its original has filled.
  return quantity === null || replaces !== null ? closable === ZERO : quantity > closable;
}

/** What becomes of such an exit. */
export function tooMuchToClose(
  book: Book,
  order: Order,
  cause: DomainEvent,
  nowMs: number,
): DomainEvent {
  const left = closableUnits(book, order.request);
  const what = left === ZERO ? "is closed already" : `is closed but for ${textOf(left)}`;
  const refusal = { limit: "nothing-to-close", reason: `what it was to close ${what}` };
  return deniedEvent(order, cause, nowMs, refusal);
}

/** Units that an order on this side can close of what its profile holds, unsigned. */
function closableUnits(book: Book, { profile, symbol, side }: OrderRequest): Decimal {
  const held = book.ledgers[profile]?.positions[symbol]?.quantity ?? ZERO;
  return held > ZERO === (side === "sell") ? absolute(held) : ZERO;
}

/**
 * The last look at an approved order: kill switches, expiry, and whether what it was decided on was
 * known in full. Exits always pass. One that is refused is booked as denied, with its legs.
 */
export async function refusedAtGate(
  ports: LivePorts,
  event: EventOf<"order.approved.v1">,
  nowMs: number,
  submitWithinMs: number,
  wasBlind: boolean,
): Promise<boolean> {
  const { account, orderId, profile } = event.data;
  const book = await bookOf(ports, account);
  const order = orderOf(book, orderId);
  if (order === undefined || !isToBeSent(order)) return true;
  if (wasBlind ? isCovered(book, order) : isProtective(book, order)) return false;
  const [halt] = await ports.switches.halts(profile, account);
  const late = wasBlind ? DECIDED_BLIND : await lateness(ports, event, nowMs, submitWithinMs);
  const refusal = halt === undefined ? late : { limit: "kill-switch", reason: haltText(halt) };
  if (refusal === null) return false;
  await deny(ports, event, account, orderId, refusal);
  return true;
}

/**
 * Books an order that was not sent, and its legs, as denied. One that is to be replaced or
 * cancelled by now was approved and is not judged again: it ends as cancelled.
 */
async function deny(
  ports: LivePorts,
  cause: DomainEvent,
  account: string,
  orderId: string,
  refusal: Refusal,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  await again(() =>
    bookEvents(ports, account, (book) =>
      book.orders
        .filter(({ request }) => request.id === orderId || request.parentId === orderId)
        .filter((one) => one.attempts === 0 && isOpen(one))
        .map((one) => {
          if (one.status === "approved") return deniedEvent(one, cause, nowMs, refusal);
          const ended = { kind: "cancelled", orderId: one.request.id, timeMs: nowMs } as const;
          return eventOf({ ...ended, reason: refusal.reason }, one.request, nowMs);
        }),
    ),
  );
}

/**
 * Refuses an order of a shadow, exits as well, and with it its legs. A shadow's decisions are no
 * orders, so none should ever come here; one that does is booked as denied and goes nowhere.
 */
export async function refuseShadow(
  ports: LivePorts,
  event: EventOf<"order.approved.v1"> | EventOf<"order.replace-requested.v1">,
): Promise<void> {
  const { account, profile } = event.data;
  const isReplace = event.type === "order.replace-requested.v1";
  const id = isReplace ? event.data.replacement.id : event.data.orderId;
  const refusal = { limit: "shadow", reason: `${profile} is a shadow, and has no right to order` };
  await deny(ports, event, account, id, refusal);
}

interface Refusal {
  readonly limit: string;
  readonly reason: string;
}

/** A position or an order was another than the one that was decided on: it is decided again. */
const DECIDED_BLIND: Refusal = {
  limit: "freshness",
  reason: "decided before fills were known that the stream of trade updates had missed",
};

/** Whether what an order follows from is a signal that no entry may be sent on any more. */
export async function isExpired(
  { journal }: LivePorts,
  causationId: string,
  nowMs: number,
): Promise<boolean> {
  const cause = await journal.event(causationId);
  return cause?.type === "signal.received.v1" && nowMs > cause.data.expiresAtMs;
}

/** A signal carries its own expiry; anything else goes stale by the time since its decision. */
async function lateness(
  { journal }: LivePorts,
  event: EventOf<"order.approved.v1">,
  nowMs: number,
  submitWithinMs: number,
): Promise<Refusal | null> {
  const cause = await journal.event(event.causationId);
  if (cause?.type === "signal.received.v1" && nowMs > cause.data.expiresAtMs) {
    const expiry = iso(cause.data.expiresAtMs);
    return { limit: "signal-expiry", reason: `the signal expired at ${expiry}, before sending` };
  }
  if (cause?.type === "bars.closed.v1") {
    const { timeframe, closeTimeMs } = cause.data;
    const lengthMs = timeframeMs(parseTimeframe(timeframe)) ?? DAY_MS;
    const barAgeMs = nowMs - closeTimeMs;
    if (barAgeMs > lengthMs + submitWithinMs) {
      const reason = `decided on a ${timeframe} bar that closed ${barAgeMs / 1000} s before sending`;
      return { limit: "freshness", reason };
    }
  }
  const ageMs = nowMs - event.receivedTimeMs;
  if (ageMs <= submitWithinMs) return null;
  const bound = `expected ${submitWithinMs / 1000} s or less`;
  return { limit: "freshness", reason: `decided ${ageMs / 1000} s before sending, ${bound}` };
}

function haltText({ kind, name, reason, by }: Halt): string {
  return `${kind === "all" ? "all trading" : `${kind} ${name}`} is halted by ${by}: ${reason}`;
}

function deniedEvent(
  { request }: Order,
  cause: DomainEvent,
  nowMs: number,
  { limit, reason }: Refusal,
): DomainEvent {
  return {
    type: "order.denied.v1",
    id: `${request.id}.denied.${limit}`,
    eventTimeMs: nowMs,
    receivedTimeMs: nowMs,
    causationId: cause.id,
    data: { ...partiesOf(request), limit, reason, checks: [] },
  };
}
