import type { Book } from "../domain/book.ts";
import { decimalOf } from "../domain/decimal.ts";
import { InputError } from "../domain/errors.ts";
import { applyToBook } from "../domain/ledger.ts";
import type { DomainEvent, EventOf } from "../events/catalogue.ts";
import { eventText } from "../events/envelope.ts";
import { isTrigger, type Trigger } from "../strategy/decide.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { Runner } from "../strategy/runner.ts";
import { type ProfileState, parseSnapshot } from "../strategy/snapshot.ts";
import { Audience } from "./audience.ts";
import { settling } from "./bookHandler.ts";
import { type IsAlike, isNear, type Redone, RerunLine, type Seen } from "./rerunLine.ts";
import { type Day, isFromOutside, keyOf, recordOf } from "./rerunRecord.ts";
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
  desk.end();
  return { decisions: desk.decisions, differences: desk.differences };
}

/** Where a recorded day is decided again, an event at a time, in the order in which live did. */
export class RerunDesk {
  decisions = 0;
  readonly differences: Difference[] = [];
  private readonly audience: Audience;
  private readonly runners: ReadonlyMap<string, Runner>;
  private readonly lines = new Map<string, RerunLine>();
  /** Books by account, as they stand after the events taken so far. */
  readonly books = new Map<string, Book>();
  private readonly record: Day;
  private readonly asked: string | null;
  /** Profiles and accounts whose first snapshots are still to come. */
  private readonly awaited: Set<string>;

  /** `asked` is the id of a trigger that is to be {@link seen}. */
  constructor(
    profiles: readonly CompiledProfile[],
    journal: readonly DomainEvent[],
    asked: string | null = null,
  ) {
    this.asked = asked;
    this.audience = new Audience(profiles);
    this.runners = new Map(profiles.map((profile) => [profile.name, new Runner(profile)]));
    this.record = recordOf(journal, this.audience);
    this.awaited = new Set(journal.flatMap((event) => snapshotKeys(event)));
  }

  /** The snapshot of a profile after the events taken so far; undefined before its first. */
  stateOf(profile: string): ProfileState | undefined {
    return this.lines.get(profile)?.state;
  }

  /** How a profile stood around the trigger that was asked about, once that was decided. */
  seen(profile: string): Seen | undefined {
    return this.lines.get(profile)?.seen;
  }

  /** Ids that were decided now and not then, where a decision that was made again came out so. */
  decidedOtherwise(cause: string, profile: string): readonly string[] | null {
    const last = this.differences.findLast((one) => one.cause === cause);
    return last?.profile === profile ? last.decided : null;
  }

  /** What was recorded as decided by a profile on an event. */
  recordedFor(cause: string, profile: string): readonly DomainEvent[] {
    return this.record.decided.get(keyOf(cause, profile)) ?? [];
  }

  /** @throws InputError where no snapshots of a profile that decides on it came before. */
  take(event: DomainEvent): void {
    if (event.type === "snapshot.taken.v1") this.restore(event);
    else if (event.type === "corporate-action.applied.v1") this.act(event);
    else if (isFromOutside(event) || this.record.strays.has(event.id)) this.book(event);
    if (isTrigger(event)) {
      for (const name of this.audience.routeOf(event).decide) this.hear(name, event);
    }
    for (const { profile, trigger } of this.record.firsts.get(event.id) ?? []) {
      this.told(profile, trigger, (line, book) => line.come(trigger, book));
    }
  }

  /** Decides what waited for a decision that never came. */
  end(): void {
    for (const [name, line] of this.lines) {
      const account = this.runners.get(name)?.profile.account.name ?? "";
      const book = this.books.get(account);
      if (book !== undefined) this.compare(name, account, book, line.rest(book, true));
    }
  }

  private restore(event: EventOf<"snapshot.taken.v1">): void {
    const { data } = event;
    for (const key of snapshotKeys(event)) this.awaited.delete(key);
    // Only the first counts: what comes later is for those who start there.
    if (data.kind === "book" && !this.books.has(data.name)) {
      this.books.set(data.name, parseBook(data.text));
    }
    const runner = this.runners.get(data.name);
    if (data.kind !== "profile" || runner === undefined || this.lines.has(data.name)) return;
    const isAlike: IsAlike = ({ id }, events) =>
      differing(this.recordedFor(id, data.name), events) === null;
    this.lines.set(
      data.name,
      new RerunLine(runner, parseSnapshot(data.name, data.text), isAlike, this.asked),
    );
  }

  /** Live applies an action to the books of who follows the instrument before they hear of it. */
  private act(event: EventOf<"corporate-action.applied.v1">): void {
    const { symbol, kind, priceFactor } = event.data;
    const all = [...this.runners.values()].map(({ profile }) => profile);
    for (const [name, book] of this.books) {
      const own = all.filter((one) => one.account.name === name && one.universe.has(symbol));
      if (own.length === 0) continue;
      const known = own.map((one) => this.stateOf(one.name)?.symbols[symbol]?.lastPrice ?? 0);
      const last = known.find((price) => price > 0);
      const after = kind === "split" ? priceFactor : 1;
      const price = last === undefined ? undefined : decimalOf(last * after);
      this.books.set(name, applyToBook(book, event, { priceOf: () => price }));
    }
  }

  private book(event: DomainEvent): void {
    for (const [account, book] of this.books) {
      this.books.set(account, applyToBook(book, event, settling(book, event, {})));
    }
  }

  private hear(name: string, trigger: Trigger): void {
    const coming = this.record.coming.get(name);
    const isRecorded = coming?.[0]?.id === trigger.id;
    if (isRecorded) coming?.shift();
    this.told(name, trigger, (line, book) => {
      if (isRecorded) {
        line.expect(trigger);
        return [];
      }
      const next = coming?.[0];
      return line.quiet(trigger, book, next !== undefined && isNear(next, trigger));
    });
  }

  private told(
    name: string,
    { id }: Trigger,
    decided: (line: RerunLine, book: Book) => readonly Redone[],
  ): void {
    const account = this.runners.get(name)?.profile.account.name ?? "";
    // Others may be at work while snapshots are taken: what each of them holds is not done again.
    if (this.awaited.has(`profile ${name}`) || this.awaited.has(`book ${account}`)) return;
    const line = this.lines.get(name);
    const book = this.books.get(account);
    if (line === undefined || book === undefined) {
      throw new InputError(
        `journal: expected snapshots of ${name} and its account before ${id}, found none`,
      );
    }
    this.compare(name, account, book, decided(line, book));
  }

  private compare(
    profile: string,
    account: string,
    before: Book,
    decided: readonly Redone[],
  ): void {
    let book = before;
    for (const { trigger, decision } of decided) {
      this.decisions += 1;
      const recorded = this.recordedFor(trigger.id, profile);
      const found = differing(recorded, decision.events);
      if (found !== null) this.differences.push({ cause: trigger.id, profile, ...found });
      // What came after followed from what was recorded, not from what would be decided today.
      book = recorded.reduce(follow, book);
    }
    this.books.set(account, book);
  }
}

function snapshotKeys(event: DomainEvent): readonly string[] {
  return event.type === "snapshot.taken.v1" ? [`${event.data.kind} ${event.data.name}`] : [];
}

function follow(book: Book, event: DomainEvent): Book {
  return applyToBook(book, event);
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
