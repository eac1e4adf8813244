import type { Book } from "../domain/book.ts";
import { absolute, ZERO } from "../domain/decimal.ts";
import { InputError, InvariantError } from "../domain/errors.ts";
import { orderOf } from "../domain/ledger.ts";
import type { Order } from "../domain/order.ts";
import { iso } from "../domain/time.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import type { Halt } from "../ports/switches.ts";
import { partiesOf } from "../strategy/draft.ts";
import { again } from "./again.ts";
import { bookEvents, handleApproved, handleCancel, handleReplace } from "./bookHandler.ts";
import type { LivePorts } from "./livePorts.ts";

/** Events that make us speak to the venue. */
export type Execution =
  | EventOf<"order.approved.v1">
  | EventOf<"order.cancel-requested.v1">
  | EventOf<"order.replace-requested.v1">;

/** Bounds of the submit gate. */
export interface ExecuteOptions {
  /** An entry that was decided longer ago than this is not sent any more, ms. */
  readonly submitWithinMs: number;
}

/** Entries are sent within a minute of their decision, or not at all. */
export const EXECUTE_DEFAULTS: ExecuteOptions = { submitWithinMs: 60_000 };

/**
 * The one gate to the venue, for strategies, retries and slices alike. It is passed one order at a
 * time an account. Kill switches and expiry are looked at here, right before sending; exits always
 * pass. An outcome that nobody knows is booked as `unknown` and asked of the venue later: it is
 * never taken for a failure.
 */
export async function handleExecution(
  ports: LivePorts,
  event: DomainEvent,
  options: ExecuteOptions = EXECUTE_DEFAULTS,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  switch (event.type) {
    case "order.approved.v1": {
      if (await refusedAtGate(ports, event, nowMs, options)) return;
      return send(ports, event.data, nowMs, () =>
        handleApproved(ports, { ...event, receivedTimeMs: nowMs }),
      );
    }
    case "order.replace-requested.v1":
      return send(ports, { ...event.data, orderId: event.data.replacement.id }, nowMs, () =>
        handleReplace(ports, { ...event, receivedTimeMs: nowMs }),
      );
    case "order.cancel-requested.v1":
      // Repeating a cancel is harmless: what is cancelled stays so.
      return again(() => handleCancel(ports, { ...event, receivedTimeMs: nowMs }));
  }
}

/** Whether an event is one for {@link handleExecution}. */
export function isExecution(event: DomainEvent): event is Execution {
  return (
    event.type === "order.approved.v1" ||
    event.type === "order.cancel-requested.v1" ||
    event.type === "order.replace-requested.v1"
  );
}

/** An order that lowers its profile's position, or waits to: it passes every halt. */
export function isProtective(book: Book, { request }: Order): boolean {
  const { role, profile, symbol, side, quantity } = request;
  if (role === "exit" || role === "take-profit" || role === "stop-loss") return true;
  const held = book.ledgers[profile]?.positions[symbol]?.quantity ?? ZERO;
  if (quantity === null || held === ZERO || held > ZERO === (side === "buy")) return false;
  return quantity <= absolute(held);
}

async function refusedAtGate(
  ports: LivePorts,
  event: EventOf<"order.approved.v1">,
  nowMs: number,
  { submitWithinMs }: ExecuteOptions,
): Promise<boolean> {
  const { account, orderId, profile } = event.data;
  const book = await bookOf(ports, account);
  const order = orderOf(book, orderId);
  if (order === undefined || order.status !== "approved") return true;
  if (isProtective(book, order)) return false;
  const [halt] = await ports.switches.halts(profile, account);
  const late = halt === undefined ? await lateness(ports, event, nowMs, submitWithinMs) : null;
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
  const ageMs = nowMs - event.eventTimeMs;
  if (ageMs <= submitWithinMs) return null;
  const bound = `expected ${submitWithinMs / 1000} s or less`;
  return { limit: "freshness", reason: `decided ${ageMs / 1000} s before sending, ${bound}` };
}

async function send(
  ports: LivePorts,
  { account, orderId }: { readonly account: string; readonly orderId: string },
  nowMs: number,
  run: () => void | Promise<void>,
): Promise<void> {
  try {
    await again(run);
  } catch (error) {
    // Refused before anything left us, or a fault of ours: the order stays where it is in the book.
    if (error instanceof InputError || error instanceof InvariantError) throw error;
    await markUnknown(ports, account, orderId, nowMs, error);
  }
}

/** Whatever went wrong after `order.submitted`: the order may be at the venue or not. */
async function markUnknown(
  ports: LivePorts,
  account: string,
  orderId: string,
  nowMs: number,
  error: unknown,
): Promise<void> {
  const order = orderOf(await bookOf(ports, account), orderId);
  // Nothing was sent: the event comes again, and the order with it.
  if (order === undefined || order.status === "approved") throw error;
  const reason = error instanceof Error ? error.message : String(error);
  await again(() =>
    bookEvents(ports, account, (book) => {
      const now = orderOf(book, orderId);
      if (now === undefined || now.status !== "submitted") return [];
      return [
        {
          type: "order.unknown.v1",
          id: `${orderId}.unknown.${now.attempts}`,
          eventTimeMs: nowMs,
          receivedTimeMs: nowMs,
          causationId: `${orderId}.submitted.${now.attempts}`,
          data: { ...partiesOf(now.request), reason },
        },
      ];
    }),
  );
}

/** The book of an account. @throws InvariantError when it was never opened. */
export async function bookOf({ store }: LivePorts, account: string): Promise<Book> {
  const loaded = await store.book(account);
  if (loaded === undefined) throw new InvariantError(`account ${account} has no book`);
  return loaded.value;
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
