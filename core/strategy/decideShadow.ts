import type { Book } from "../domain/book.ts";
import { InvariantError } from "../domain/errors.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { DomainEvent, EventData, EventOf } from "../events/catalogue.ts";
import { decide, type Trigger } from "./decide.ts";
import type { Decision, Runner } from "./runner.ts";
import type { ProfileState } from "./snapshot.ts";
import { parentOf } from "./work.ts";

/** What a shadow decides on beside the trigger: how the profile that it shadows stands. */
export interface Shadowed {
  readonly book: Book;
  /** Its worked orders, as its snapshot keeps them. */
  readonly works: ProfileState["works"];
}

/**
 * As {@link decide} for a profile in the shadow of another: on that one's triggers, ledger and
 * working orders, before it decided on the same trigger itself. So each decision is held against
 * the other's on the same standing, and no fill has to be made up. What would be ordered comes out
 * as `shadow.decided.v1` alone: there is no order in any book, and nothing that a gate could send.
 */
export function decideShadow(
  runner: Runner,
  state: ProfileState,
  { book, works }: Shadowed,
  event: Trigger,
): Decision {
  const { name, shadowOf: of } = runner.profile;
  if (of === null) throw new InvariantError(`profile ${name}: expected a shadow`);
  state.works = structuredClone(works);
  const seen = mirrored(book, of, name, event);
  const { changed, events } = decide(runner, state, seen, heardAs(name, of, event));
  // They are the other's to work, and are looked at anew every time.
  state.works = {};
  return { changed, book, events: shadowEvents(events, { name, of }) };
}

/** Signals, schedules and fills of the other are the shadow's as well. */
function heardAs(name: string, of: string, event: Trigger): Trigger {
  if (!("profile" in event.data) || event.data.profile !== of) return event;
  switch (event.type) {
    case "signal.received.v1":
      return { ...event, data: { ...event.data, profile: name } };
    case "schedule.fired.v1":
      return { ...event, data: { ...event.data, profile: name } };
    case "order.filled.v1":
      return { ...event, data: { ...event.data, profile: name } };
    default:
      return event;
  }
}

/** The book with the other's ledger and orders as the shadow's, but for what the event caused. */
function mirrored(book: Book, of: string, name: string, event: Trigger): Book {
  const { [of]: theirs, ...others } = book.ledgers;
  if (theirs === undefined) {
    throw new InvariantError(`account ${book.account} has no ledger for ${of}`);
  }
  // An order's id tells its cause, without the name of the profile where that is the cause's own.
  const cause = event.id.startsWith(`${of}.`) ? event.id.slice(of.length + 1) : event.id;
  const orders = book.orders.flatMap((order) => {
    const { request } = order;
    if (request.profile !== of) return order;
    if (request.id.includes(`.${cause}.`)) return [];
    return { ...order, request: { ...request, profile: name } };
  });
  return { ...book, ledgers: { ...others, [name]: { ...theirs, profile: name } }, orders };
}

type Decided = EventData<"shadow.decided.v1">;

interface Pair {
  readonly name: string;
  readonly of: string;
}

/** Events of a decision with what was to be ordered told, and not asked for. */
function shadowEvents(events: readonly DomainEvent[], pair: Pair): readonly DomainEvent[] {
  const verdicts = new Map<string, EventOf<"order.denied.v1">>();
  for (const event of events) {
    if (event.type === "order.denied.v1") verdicts.set(event.data.orderId, event);
  }
  const replaced = new Set(
    events.flatMap((event) =>
      event.type === "order.replace-requested.v1" ? event.data.replacement.id : [],
    ),
  );
  return events.flatMap((event): readonly DomainEvent[] => {
    switch (event.type) {
      case "order.requested.v1": {
        const { request } = event.data;
        if (isOfChild(request) || replaced.has(request.id)) return [];
        const denied = verdicts.get(request.id);
        return [told(event, pair, ordered(request, null, denied?.data))];
      }
      case "execution.started.v1":
        return [told(event, pair, ordered(event.data.request, event.data.algo.kind))];
      case "order.replace-requested.v1": {
        const { orderId, replacement } = event.data;
        return [
          told(event, pair, { ...ordered(replacement, null), asked: "replace", target: orderId }),
        ];
      }
      case "order.cancel-requested.v1": {
        const { orderId, reason } = event.data;
        if (parentOf(orderId) !== null) return [];
        return [told(event, pair, { asked: "cancel", target: orderId, ...NO_ORDER, reason })];
      }
      case "decision.made.v1":
      case "universe.selected.v1":
      case "limits.changed.v1":
        return [event];
      default:
        return [];
    }
  });
}

type Told = Omit<Decided, "profile" | "of">;

const NO_ORDER = { request: null, algo: null, denied: null } as const;

function ordered(
  request: OrderRequest,
  algo: string | null,
  denial?: EventData<"order.denied.v1">,
): Told {
  const denied = denial === undefined ? null : denial.limit;
  const reason = denial === undefined ? request.reason : denial.reason;
  return { asked: "order", target: null, request, algo, denied, reason };
}

function told(event: DomainEvent, { name, of }: Pair, data: Told): EventOf<"shadow.decided.v1"> {
  const { eventTimeMs, receivedTimeMs, causationId } = event;
  const times = { eventTimeMs, receivedTimeMs, causationId };
  const id = `${name}.shadow.${event.id}`;
  return { type: "shadow.decided.v1", id, ...times, data: { profile: name, of, ...data } };
}

/** Whether a request is a part of a worked order, or a leg of one: the whole of it is told. */
export function isOfChild({ id, parentId }: OrderRequest): boolean {
  return parentOf(id) !== null || (parentId !== null && parentOf(parentId) !== null);
}
