import type { Book } from "../domain/book.ts";
import { InputError } from "../domain/errors.ts";
import { applyToBook, isOrderEvent } from "../domain/ledger.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { eventText } from "../events/envelope.ts";
import { decide, isTrigger, type Trigger } from "../strategy/decide.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { Runner } from "../strategy/runner.ts";
import { type ProfileState, parseSnapshot } from "../strategy/snapshot.ts";
import { Audience } from "./audience.ts";
import { settling } from "./bookHandler.ts";
import { parseBook } from "./textStore.ts";

/** A decision that came out otherwise than it was recorded. */
export interface Difference {
  /** The event that was decided on. */
  readonly cause: string;
  readonly profile: string;
  /** Events that only the record has, and that only the rerun has, by id. */
  readonly recorded: readonly string[];
  readonly decided: readonly string[];
  /** What differs in events that both have, as `id field: recorded → decided`. */
  readonly changes: readonly string[];
}

/** What a rerun of a journal came to. */
export interface Rerun {
  /** Decisions that were made again. */
  readonly decisions: number;
  readonly differences: readonly Difference[];
}

/**
 * Decides a recorded day again: from the snapshots at its start, on the same bars, signals,
 * schedules and answers of the venue, in the same order. The same code must decide the same; a
 * difference means other code, or state that the journal does not tell.
 * @throws InputError where the journal does not start with snapshots of every profile.
 */
export function rerun(
  profiles: readonly CompiledProfile[],
  journal: readonly DomainEvent[],
): Rerun {
  const desk = new RerunDesk(profiles, journal);
  for (const event of journal) desk.take(event);
  return { decisions: desk.decisions, differences: desk.differences };
}

/** Where a recorded day is decided again, an event at a time. */
export class RerunDesk {
  decisions = 0;
  readonly differences: Difference[] = [];
  private readonly audience: Audience;
  private readonly runners: ReadonlyMap<string, Runner>;
  /** Snapshots by profile and books by account, as they stand after the events taken so far. */
  readonly states = new Map<string, ProfileState>();
  readonly books = new Map<string, Book>();
  /** What was recorded as decided, by cause and profile. */
  private readonly recorded: ReadonlyMap<string, readonly DomainEvent[]>;
  /** Profiles and accounts whose first snapshots are still to come. */
  private readonly awaited: Set<string>;

  constructor(profiles: readonly CompiledProfile[], journal: readonly DomainEvent[]) {
    this.audience = new Audience(profiles);
    this.runners = new Map(profiles.map((profile) => [profile.name, new Runner(profile)]));
    this.recorded = decisionsOf(journal);
    this.awaited = new Set(journal.flatMap((event) => snapshotKeys(event)));
  }

  /** Ids that were decided now and not then, where a decision that was made again came out so. */
  decidedOtherwise(cause: string, profile: string): readonly string[] | null {
    const last = this.differences.findLast((one) => one.cause === cause);
    return last?.profile === profile ? last.decided : null;
  }

  /** What was recorded as decided by a profile on an event. */
  recordedFor(cause: string, profile: string): readonly DomainEvent[] {
    return this.recorded.get(`${cause} ${profile}`) ?? [];
  }

  /** @throws InputError where no snapshots of a profile that decides on it came before. */
  take(event: DomainEvent): void {
    if (event.type === "snapshot.taken.v1") this.restore(event);
    else if (isFromOutside(event)) this.book(event);
    if (!isTrigger(event)) return;
    for (const name of this.audience.routeOf(event).decide) this.decide(name, event);
  }

  private restore(event: EventOf<"snapshot.taken.v1">): void {
    const { data } = event;
    for (const key of snapshotKeys(event)) this.awaited.delete(key);
    // Only the first counts: what comes later is for those who start there.
    if (data.kind === "book" && !this.books.has(data.name)) {
      this.books.set(data.name, parseBook(data.text));
    }
    if (data.kind === "profile" && !this.states.has(data.name)) {
      this.states.set(data.name, parseSnapshot(data.name, data.text));
    }
  }

  private book(event: DomainEvent): void {
    for (const [account, book] of this.books) {
      this.books.set(account, applyToBook(book, event, settling(book, event, {})));
    }
  }

  private decide(name: string, event: Trigger): void {
    const runner = this.runners.get(name);
    const state = this.states.get(name);
    const account = runner?.profile.account.name ?? "";
    const book = this.books.get(account);
    // Others may be at work while snapshots are taken: what each of them holds is not done again.
    if (this.awaited.has(`profile ${name}`) || this.awaited.has(`book ${account}`)) return;
    if (runner === undefined || state === undefined || book === undefined) {
      throw new InputError(
        `journal: expected snapshots of ${name} and its account before ${event.id}, found none`,
      );
    }
    const decision = decide(runner, state, book, event);
    this.decisions += 1;
    const recorded = this.recordedFor(event.id, name);
    const found = differing(recorded, decision.events);
    if (found !== null) this.differences.push({ cause: event.id, profile: name, ...found });
    // What came after followed from what was recorded, not from what would be decided today.
    const after = found === null ? decision.book : recorded.reduce(follow, book);
    this.books.set(account, after);
  }
}

function snapshotKeys(event: DomainEvent): readonly string[] {
  return event.type === "snapshot.taken.v1" ? [`${event.data.kind} ${event.data.name}`] : [];
}

function follow(book: Book, event: DomainEvent): Book {
  return applyToBook(book, event);
}

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
function isFromOutside(event: DomainEvent): boolean {
  if (event.type === "dividend.paid.v1" || event.type === "interest.charged.v1") return true;
  if (!isOrderEvent(event)) return false;
  // The gate denies by its own limits right before sending; risk denies while deciding.
  if (event.type === "order.denied.v1") return event.data.checks.length === 0;
  return !DECIDED.has(event.type);
}

function decisionsOf(journal: readonly DomainEvent[]): ReadonlyMap<string, readonly DomainEvent[]> {
  const found = new Map<string, DomainEvent[]>();
  for (const event of journal) {
    if (!DECIDED.has(event.type) || isFromOutside(event) || !("profile" in event.data)) continue;
    const key = `${event.causationId} ${event.data.profile}`;
    const events = found.get(key) ?? [];
    events.push(event);
    found.set(key, events);
  }
  return found;
}

function differing(recorded: readonly DomainEvent[], decided: readonly DomainEvent[]) {
  const then = new Map(recorded.map((event) => [eventText(event), event.id]));
  const now = new Map(decided.map((event) => [eventText(event), event.id]));
  const only = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>) =>
    [...one].filter(([text]) => !other.has(text)).map(([, id]) => id);
  const difference = { recorded: only(then, now), decided: only(now, then) };
  if (difference.recorded.length + difference.decided.length === 0) return null;
  const changes = recorded.flatMap((event) => {
    const today = decided.find(({ id }) => id === event.id);
    return today === undefined ? [] : changesOf(event, today);
  });
  return { ...difference, changes };
}

function changesOf(recorded: DomainEvent, decided: DomainEvent): readonly string[] {
  const then = fieldsOf("", JSON.parse(eventText(recorded)));
  const now = fieldsOf("", JSON.parse(eventText(decided)));
  return [...new Set([...then.keys(), ...now.keys()])]
    .filter((path) => then.get(path) !== now.get(path))
    .map((path) => `${recorded.id} ${path}: ${then.get(path) ?? "-"} → ${now.get(path) ?? "-"}`);
}

/** Every plain value in a JSON value by its path. */
function fieldsOf(path: string, value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== "object" || value === null) return new Map([[path, JSON.stringify(value)]]);
  return new Map(
    Object.entries(value).flatMap(([name, one]) => [
      ...fieldsOf(path === "" ? name : `${path}.${name}`, one),
    ]),
  );
}
