import { isOrderEvent } from "../domain/ledger.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { isTrigger, type Trigger } from "../strategy/decide.ts";
import type { Audience } from "./audience.ts";

/** Events that a decision makes; all others came from outside of it. */
const DECIDED: ReadonlySet<string> = new Set([
  "order.requested.v1",
  "order.approved.v1",
  "order.denied.v1",
  "order.cancel-requested.v1",
  "order.replace-requested.v1",
  "decision.made.v1",
  "universe.selected.v1",
  "execution.started.v1",
  "execution.scheduled.v1",
  "execution.ended.v1",
]);

/** Order events of the venue and of the submit gate, and what else changes books. */
export function isFromOutside(event: DomainEvent): boolean {
  if (event.type === "dividend.paid.v1" || event.type === "interest.charged.v1") return true;
  if (!isOrderEvent(event)) return false;
  // The gate denies by its own limits right before sending; risk denies while deciding.
  if (event.type === "order.denied.v1") return event.data.checks.length === 0;
  return !DECIDED.has(event.type);
}

/** A decision of a profile on a trigger. */
interface Made {
  readonly profile: string;
  readonly trigger: Trigger;
}

/** What a journal says of the decisions in it. */
export interface Day {
  /** What was recorded as decided, by cause and profile. */
  readonly decided: ReadonlyMap<string, readonly DomainEvent[]>;
  /** Decisions by the id of the event at which they were made: mostly the first of their own. */
  readonly firsts: ReadonlyMap<string, readonly Made[]>;
  /** Decisions that are no profile's on a trigger of the day: a halt's exits, cancels by hand. */
  readonly strays: ReadonlySet<string>;
  /** Triggers that led to something, by profile, in the order in which they came. */
  readonly coming: ReadonlyMap<string, Trigger[]>;
}

/** Reads a journal for {@link Day}; `audience` knows which profiles decide on what. */
export function recordOf(journal: readonly DomainEvent[], audience: Audience): Day {
  const decided = decisionsOf(journal);
  const firsts = new Map<string, readonly Made[]>();
  const coming = new Map<string, Trigger[]>();
  const asked = new Set<string>();
  const places = new Map(journal.map(({ id }, place) => [id, place]));
  for (const [place, trigger] of journal.entries()) {
    if (!isTrigger(trigger)) continue;
    for (const profile of audience.routeOf(trigger).decide) {
      const key = keyOf(trigger.id, profile);
      const [first] = decided.get(key) ?? [];
      if (first === undefined || asked.has(key)) continue;
      asked.add(key);
      // Of writers whose clocks differ, a decision may stand before its cause: then that counts.
      const isBehind = (places.get(first.id) ?? 0) > place;
      const at = isBehind ? first.id : trigger.id;
      firsts.set(at, [...(firsts.get(at) ?? []), { profile, trigger }]);
      const own = coming.get(profile) ?? [];
      own.push(trigger);
      coming.set(profile, own);
    }
  }
  const strays = [...decided].flatMap(([key, events]) => (asked.has(key) ? [] : events));
  return { decided, firsts, coming, strays: new Set(strays.map(({ id }) => id)) };
}

/** The name of what a profile decided on a cause. */
export function keyOf(cause: string, profile: string): string {
  return `${cause} ${profile}`;
}

function decisionsOf(journal: readonly DomainEvent[]): ReadonlyMap<string, readonly DomainEvent[]> {
  const found = new Map<string, DomainEvent[]>();
  for (const event of journal) {
    if (!DECIDED.has(event.type) || isFromOutside(event) || !("profile" in event.data)) continue;
    const key = keyOf(event.causationId, event.data.profile ?? "");
    const events = found.get(key) ?? [];
    events.push(event);
    found.set(key, events);
  }
  return found;
}
