import type { Book } from "../domain/book.ts";
import { TransientError } from "../domain/errors.ts";
import { orderOf } from "../domain/ledger.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import type { Awaitable, VenueReport } from "../ports/venue.ts";
import { approvedOf, type RiskApproved } from "../risk/approved.ts";
import { again } from "./again.ts";
import { answersTo } from "./answers.ts";
import { bookEvents, bookOf, groupOf, submittedEvent, unsentEnds } from "./bookHandler.ts";
import { isOverdue } from "./deadMan.ts";
import { closesTooMuch, refusedAtGate, refuseShadow, tooMuchToClose } from "./gate.ts";
import { inLanes } from "./inTurn.ts";
import { type Ending, isEnding, keepLegs } from "./legsHandler.ts";
import type { LivePorts } from "./livePorts.ts";
import { reconcile } from "./reconcileHandler.ts";
import { SYMBOL_LANES } from "./sendingLanes.ts";
import { seeAgain } from "./sight.ts";
import { handleUpdates } from "./updatesHandler.ts";

/** Events that make us speak to the venue. */
export type Execution =
  | EventOf<"order.approved.v1">
  | EventOf<"order.cancel-requested.v1">
  | EventOf<"order.replace-requested.v1">
  | Ending;

/** How orders are sent. */
export interface SendOptions {
  /** An entry that was decided longer ago than this is not sent any more, ms. */
  readonly submitWithinMs: number;
  /** Orders of one batch that are under way to the venue at a time. */
  readonly concurrency: number;
}

/** Bounds of the submit gate. */
export interface ExecuteOptions extends SendOptions {
  /**
   * Orders are sent only while the books were compared with the venue's so lately, ms; else that is
   * done first.
   */
  readonly comparedWithinMs: number;
  /** Profiles without a right to order: whatever is asked for by their names is refused. */
  readonly shadows: ReadonlySet<string>;
}

/** How far back fills are asked for, ms: a day covers any outage that counts. */
const LOOK_BACK_MS = 86_400_000;

/** Well below the time after which an order that the venue does not know is given up, ms. */
const SEND_WITHIN_MS = 5_000;

/** Entries are sent within a minute of their decision, or not at all; one after the other. */
export const EXECUTE_DEFAULTS: ExecuteOptions = {
  submitWithinMs: 60_000,
  concurrency: 1,
  comparedWithinMs: 900_000,
  shadows: new Set(),
};

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
    const { type, data } = event;
    const opens = type === "order.approved.v1" || type === "order.replace-requested.v1";
    if (opens && options.shadows.has(data.profile)) {
      await refuseShadow(ports, event);
      continue;
    }
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
  const missed = await seeAgain(ports, account);
  const wasBlind = (await compareAgain(ports, account, options.comparedWithinMs)) || missed;
  const some = (part: typeof events) => sendSome(ports, account, part, options, wasBlind);
  if (events.length <= FIRST_AT_ONCE) return some(events);
  const { clock } = ports;
  const queue = exitsFirst(await bookOf(ports, account), events);
  let size = FIRST_AT_ONCE;
  for (let at = 0; at < queue.length; ) {
    const startedMs = clock.nowMs();
    await some(queue.slice(at, at + size));
    at += size;
    // As many as are sent within a second or two, however slow or busy the venue is.
    const fitting = Math.floor((size * TAKES_MS) / Math.max(1, clock.nowMs() - startedMs));
    size = Math.max(1, Math.min(2 * size, fitting));
  }
}

/** What comes from a strategy was never sent before. */
const FIRST = () => 1;

/** Orders of a large batch that are written down as sent before they are, at first. */
const FIRST_AT_ONCE = 8;

/** How long sending what was written down together should take, well below SEND_WITHIN_MS, ms. */
const TAKES_MS = 1_500;

/** Orders of instruments of which something is closed before the rest, each in its own order. */
function exitsFirst(
  book: Book,
  events: readonly EventOf<"order.approved.v1">[],
): readonly EventOf<"order.approved.v1">[] {
  const requests = events.map(({ data }) => orderOf(book, data.orderId)?.request);
  const closing = new Set(
    requests.flatMap((one) => {
      // A leg goes with the entry that it hangs on.
      if (one === undefined || one.parentId !== null) return [];
      return SYMBOL_LANES.isFirst([one]) ? one.symbol : [];
    }),
  );
  const isFirst = (at: number) => closing.has(requests[at]?.symbol ?? "");
  return [...events.filter((_, at) => isFirst(at)), ...events.filter((_, at) => !isFirst(at))];
}

async function sendSome(
  ports: LivePorts,
  account: string,
  events: readonly EventOf<"order.approved.v1">[],
  options: ExecuteOptions,
  wasBlind: boolean,
): Promise<void> {
  const nowMs = ports.clock.nowMs();
  const passing: EventOf<"order.approved.v1">[] = [];
  for (const event of events) {
    if (!(await refusedAtGate(ports, event, nowMs, options.submitWithinMs, wasBlind)))
      passing.push(event);
  }
  const groups = await again(() => submitted(ports, account, passing, nowMs));
  const venue = ports.venue(account);
  const reports = await inLanes(groups, options.concurrency, SYMBOL_LANES, async (group) => {
    const ids = group.map(({ id }) => id);
    const reports = await answered(ids, ports, () =>
      inTime(ports, nowMs, () => venue.submit(group, nowMs)),
    );
    return answersTo(reports, FIRST);
  });
  await handleUpdates(ports, account, reports.flat(), ports.clock.nowMs());
}

/**
 * The same where the books were not compared with the venue's for too long, whoever was to do it:
 * answers whether that brought something that had not been known when the orders were decided.
 * @throws whatever keeps the venue from answering: nothing was sent, and nothing may be.
 */
async function compareAgain(ports: LivePorts, account: string, withinMs: number): Promise<boolean> {
  if (!(await isOverdue(ports, account, withinMs))) return false;
  const { booked } = await reconcile(ports, account, ports.clock.nowMs() - LOOK_BACK_MS);
  return booked > 0;
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
      const isVoid = group.some((order) => closesTooMuch(book, order));
      if (isVoid) return group.map((order) => tooMuchToClose(book, order, event, nowMs));
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
  await handleUpdates(ports, account, answersTo(reports, FIRST), ports.clock.nowMs());
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
