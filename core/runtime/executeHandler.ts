import type { Book } from "../domain/book.ts";
import { absolute, ZERO } from "../domain/decimal.ts";
import { TransientError } from "../domain/errors.ts";
import { orderOf } from "../domain/ledger.ts";
import type { Order } from "../domain/order.ts";
import { DAY_MS, iso } from "../domain/time.ts";
import { parseTimeframe, timeframeMs } from "../domain/timeframe.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import type { Halt } from "../ports/switches.ts";
import type { Awaitable, VenueReport } from "../ports/venue.ts";
import { approvedOf, type RiskApproved } from "../risk/approved.ts";
import { partiesOf } from "../strategy/draft.ts";
import { again } from "./again.ts";
import { bookEvents, bookOf, groupOf, submittedEvent, unsentEnds } from "./bookHandler.ts";
import { inTurn } from "./inTurn.ts";
import { type Ending, isEnding, keepLegs } from "./legsHandler.ts";
import type { LivePorts } from "./livePorts.ts";
import { seeAgain } from "./sight.ts";
import { handleUpdates } from "./updatesHandler.ts";

/** Events that make us speak to the venue. */
export type Execution =
  | EventOf<"order.approved.v1">
  | EventOf<"order.cancel-requested.v1">
  | EventOf<"order.replace-requested.v1">
  | Ending;

/** Bounds of the submit gate. */
export interface ExecuteOptions {
  /** An entry that was decided longer ago than this is not sent any more, ms. */
  readonly submitWithinMs: number;
  /** Orders of one batch that are under way to the venue at a time. */
  readonly concurrency: number;
}

/** Well below the time after which an order that the venue does not know is given up, ms. */
const SEND_WITHIN_MS = 5_000;

/** Entries are sent within a minute of their decision, or not at all; one after the other. */
export const EXECUTE_DEFAULTS: ExecuteOptions = { submitWithinMs: 60_000, concurrency: 1 };

/**
 * The one gate to the venue, for strategies, retries and slices alike. It is passed by one batch at
 * a time an account. Kill switches and expiry are looked at here, right before sending; exits
 * always pass. An outcome that nobody knows is booked as `unknown` and asked of the venue later: it
 * is never taken for a failure.
 *
 * Orders that were approved together are sent together: one commit says that they are about to be,
 * and one books what the venue answered.
 */
export async function execute(
  ports: LivePorts,
  account: string,
  events: readonly Execution[],
  options: ExecuteOptions = EXECUTE_DEFAULTS,
): Promise<void> {
  let approved: EventOf<"order.approved.v1">[] = [];
  const flush = async () => {
    if (approved.length > 0) await sendApproved(ports, account, approved, options);
    approved = [];
  };
  for (const event of events) {
    if (event.type === "order.approved.v1") {
      approved.push(event);
      continue;
    }
    // What was decided first is sent first: a cancel must not overtake the order before it.
    await flush();
    if (event.type === "order.cancel-requested.v1") await cancel(ports, event);
    else if (isEnding(event)) await keepLegs(ports, event);
    else await replace(ports, event);
  }
  await flush();
}

async function sendApproved(
  ports: LivePorts,
  account: string,
  events: readonly EventOf<"order.approved.v1">[],
  options: ExecuteOptions,
): Promise<void> {
  // While nobody hears of fills nothing is sent on what the books say: they are mended first.
  const wasBlind = await seeAgain(ports, account);
  const nowMs = ports.clock.nowMs();
  const passing: EventOf<"order.approved.v1">[] = [];
  for (const event of events) {
    if (!(await refusedAtGate(ports, event, nowMs, options, wasBlind))) passing.push(event);
  }
  const groups = await again(() => submitted(ports, account, passing, nowMs));
  const venue = ports.venue(account);
  const reports = await inTurn(groups, options.concurrency, async (group) => {
    const ids = group.map(({ id }) => id);
    return answered(ids, ports, () => inTime(ports, nowMs, () => venue.submit(group, nowMs)));
  });
  await handleUpdates(ports, account, reports.flat(), ports.clock.nowMs());
}

/** Writes that the orders, each with its held legs, are about to be sent; answers what to send. */
async function submitted(
  ports: LivePorts,
  account: string,
  events: readonly EventOf<"order.approved.v1">[],
  nowMs: number,
): Promise<readonly (readonly RiskApproved[])[]> {
  let groups: RiskApproved[][] = [];
  await bookEvents(ports, account, (book) => {
    groups = [];
    const taken = new Set<string>();
    return events.flatMap((event) => {
      const group = groupOf(book, event.data.orderId).filter(
        ({ request }) => !taken.has(request.id),
      );
      for (const { request } of group) taken.add(request.id);
      if (group.length > 0) groups.push(group.map((order) => approvedOf(order)));
      return group.map((order) => submittedEvent(order, { ...event, receivedTimeMs: nowMs }));
    });
  });
  return groups;
}

/** Repeating a cancel is harmless: what is cancelled stays so, and an answer is booked once. */
async function cancel(ports: LivePorts, event: EventOf<"order.cancel-requested.v1">) {
  const { account, orderId } = event.data;
  const nowMs = ports.clock.nowMs();
  let isUnsent = false;
  await again(() =>
    bookEvents(ports, account, (book) => {
      const ends = unsentEnds(book, event);
      isUnsent = ends.length > 0;
      return ends;
    }),
  );
  if (isUnsent) return;
  const reports = await ports.venue(account).cancel(orderId, nowMs);
  await handleUpdates(ports, account, reports, nowMs);
}

async function replace(ports: LivePorts, event: EventOf<"order.replace-requested.v1">) {
  const { account, orderId } = event.data;
  const { id } = event.data.replacement;
  const nowMs = ports.clock.nowMs();
  const passing: RiskApproved[] = [];
  await again(() =>
    bookEvents(ports, account, (book) => {
      passing.length = 0;
      const order = orderOf(book, id);
      if (order?.status !== "approved") return [];
      passing.push(approvedOf(order));
      return [submittedEvent(order, event)];
    }),
  );
  const [replacement] = passing;
  if (replacement === undefined) return;
  const reports = await answered([id], ports, () =>
    inTime(ports, nowMs, () => ports.venue(account).replace(orderId, replacement, nowMs)),
  );
  await handleUpdates(ports, account, reports, ports.clock.nowMs());
}

/**
 * Sends only soon after that was written down. A process that was paused in between must not: by
 * now the order may have been asked for, not been found, and been ended.
 */
function inTime<T>({ clock }: LivePorts, writtenMs: number, send: () => T): T {
  const lateMs = clock.nowMs() - writtenMs;
  if (lateMs <= SEND_WITHIN_MS) return send();
  throw new TransientError(
    `expected to send within ${SEND_WITHIN_MS} ms, was ${lateMs} ms late`,
    0,
  );
}

async function answered(
  ids: readonly string[],
  { clock }: LivePorts,
  ask: () => Awaitable<readonly VenueReport[]>,
): Promise<readonly VenueReport[]> {
  try {
    return await ask();
  } catch (error) {
    // Whatever went wrong after `order.submitted`: the order may be at the venue or not.
    return ids.map((orderId) => {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "unknown", orderId, timeMs: clock.nowMs(), reason };
    });
  }
}

/** Whether an event is one for {@link execute}. */
export function isExecution(event: DomainEvent): event is Execution {
  return (
    event.type === "order.approved.v1" ||
    event.type === "order.cancel-requested.v1" ||
    event.type === "order.replace-requested.v1" ||
    isEnding(event)
  );
}

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

async function refusedAtGate(
  ports: LivePorts,
  event: EventOf<"order.approved.v1">,
  nowMs: number,
  { submitWithinMs }: ExecuteOptions,
  wasBlind: boolean,
): Promise<boolean> {
  const { account, orderId, profile } = event.data;
  const book = await bookOf(ports, account);
  const order = orderOf(book, orderId);
  if (order === undefined || order.status !== "approved") return true;
  if (wasBlind ? isCovered(book, order) : isProtective(book, order)) return false;
  const [halt] = await ports.switches.halts(profile, account);
  const late = wasBlind ? DECIDED_BLIND : await lateness(ports, event, nowMs, submitWithinMs);
  const refusal = halt === undefined ? late : { limit: "kill-switch", reason: haltText(halt) };
  if (refusal === null) return false;
  await again(() =>
    bookEvents(ports, account, (book) =>
      book.orders
        .filter(({ request }) => request.id === orderId || request.parentId === orderId)
        .filter(({ status }) => status === "approved")
        .map((one) => deniedEvent(one, event, nowMs, refusal)),
    ),
  );
  return true;
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
