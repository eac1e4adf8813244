import type { Book } from "../domain/book.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { decide, type Trigger } from "../strategy/decide.ts";
import type { Decision, Runner } from "../strategy/runner.ts";
import { type ProfileState, parseSnapshot, snapshotText } from "../strategy/snapshot.ts";

/** A trigger that was decided again. */
export interface Redone {
  readonly trigger: Trigger;
  readonly decision: Decision;
}

/** Snapshots before and after a decision, as text, and the book that it was made on. */
export interface Seen {
  readonly before: string;
  readonly after: string;
  readonly book: Book;
}

/** Whether what is decided again is what was recorded on a trigger. */
export type IsAlike = (trigger: Trigger, events: readonly DomainEvent[]) => boolean;

/** Triggers that came further apart than this were decided one after the other, ms. */
const NEAR_MS = 30_000;

/** Orders of neighbours that are tried: enough for what comes within an instant. */
const MOST_TRIED = 16;

/**
 * The triggers of one profile in the order in which live decided on them. A trigger that led to
 * something was decided where that stands in the journal, which may be behind other triggers and
 * fills that came meanwhile. One that led to nothing left no mark: it counts in its turn, unless
 * what was recorded of a neighbour only comes out where the two change places, as they may where
 * two processes decide at once.
 */
export class RerunLine {
  /** Snapshot after the triggers decided so far; replaced by another where places change. */
  state: ProfileState;
  /** How the profile stood around the trigger that somebody asked about, once it was decided. */
  seen: Seen | undefined;
  private readonly runner: Runner;
  private readonly isAlike: IsAlike;
  private readonly asked: string | null;
  /** What led to something and is not decided yet, and what led to nothing and came after it. */
  private waiting: { readonly trigger: Trigger; readonly quiet: boolean }[] = [];
  /** Quiet ones that were decided lately, with the snapshot before each. */
  private lately: { readonly trigger: Trigger; readonly before: string }[] = [];

  /** `asked` is the id of a trigger to be {@link seen}. */
  constructor(runner: Runner, state: ProfileState, isAlike: IsAlike, asked: string | null) {
    this.runner = runner;
    this.state = state;
    this.isAlike = isAlike;
    this.asked = asked;
  }

  /** A trigger that led to something; it is decided when {@link come} says so. */
  expect(trigger: Trigger): void {
    this.waiting.push({ trigger, quiet: false });
  }

  /** A trigger that led to nothing. `contested` where one that led to something is near behind. */
  quiet(trigger: Trigger, book: Book, contested: boolean): readonly Redone[] {
    if (this.waiting.length > 0) {
      this.waiting.push({ trigger, quiet: true });
      return [];
    }
    return [this.decideQuiet(trigger, book, contested)];
  }

  /** What a trigger led to stands here: it is decided now, and what waited for it after it. */
  come(trigger: Trigger, book: Book): readonly Redone[] {
    const place = this.waiting.findIndex((one) => one.trigger.id === trigger.id);
    const earlier = this.waiting.slice(0, Math.max(place, 0)).filter(({ quiet }) => quiet);
    const quiet = this.waiting.filter((one) => one.quiet).map((one) => one.trigger);
    const found = this.inSomeOrder(trigger, quiet, earlier.length, book);
    const done = new Set(found.map((one) => one.trigger.id));
    this.waiting = this.waiting.filter((one) => !done.has(one.trigger.id));
    this.lately = [];
    return [...found, ...this.rest(book)];
  }

  /** Quiet ones for which nobody has to wait any more. */
  rest(book: Book, always = false): readonly Redone[] {
    const done: Redone[] = [];
    for (let next = this.waiting[0]; next?.quiet === true || (always && next); ) {
      this.waiting.shift();
      if (next.quiet) done.push(this.decideQuiet(next.trigger, book, true));
      next = this.waiting[0];
    }
    return done;
  }

  private decideQuiet(trigger: Trigger, book: Book, contested: boolean): Redone {
    this.lately = contested
      ? [
          ...this.lately.filter((one) => isNear(one.trigger, trigger)),
          { trigger, before: snapshotText(this.state) },
        ]
      : [];
    return { trigger, decision: this.decide(this.state, book, trigger) };
  }

  /** Decides a trigger after the quiet ones before it, or in the first place where it comes out. */
  private inSomeOrder(trigger: Trigger, quiet: readonly Trigger[], usual: number, book: Book) {
    const near = quiet.filter((one) => isNear(one, trigger)).length;
    const places = [usual, ...Array.from({ length: near + 1 }, (_, i) => i)].filter(
      (place, i, all) => all.indexOf(place) === i,
    );
    const isAlone = places.length === 1 && this.lately.length === 0;
    const before = isAlone ? "" : snapshotText(this.state);
    const first = this.decideAll(this.state, [...quiet.slice(0, usual), trigger], book);
    if (isAlone || this.areAlike(first)) return first;
    const { seen } = this;
    const orders = [
      ...places.slice(1).map((place) => ({
        from: before,
        triggers: [...quiet.slice(0, place), trigger],
      })),
      // Those that were decided already, behind it in the place of before it.
      ...this.lately.toReversed().map(({ before: from }, i) => {
        const behind = this.lately.slice(this.lately.length - 1 - i).map((one) => one.trigger);
        return { from, triggers: [trigger, ...behind] };
      }),
    ];
    for (const { from, triggers } of orders.slice(0, MOST_TRIED)) {
      const state = parseSnapshot(this.runner.profile.name, from);
      const found = this.decideAll(state, triggers, book);
      if (!this.areAlike(found)) continue;
      this.state = state;
      // What was decided before is not told again.
      const told = new Set(this.lately.map((one) => one.trigger.id));
      return found.filter((one) => !told.has(one.trigger.id));
    }
    this.seen = seen;
    return first;
  }

  private areAlike(found: readonly Redone[]): boolean {
    return found.every(({ trigger, decision }) => this.isAlike(trigger, decision.events));
  }

  private decide(state: ProfileState, book: Book, trigger: Trigger): Decision {
    if (trigger.id !== this.asked) return decide(this.runner, state, book, trigger);
    const before = snapshotText(state);
    const decision = decide(this.runner, state, book, trigger);
    this.seen = { before, after: snapshotText(state), book };
    return decision;
  }

  private decideAll(state: ProfileState, triggers: readonly Trigger[], book: Book) {
    let after = book;
    return triggers.map((trigger): Redone => {
      const decision = this.decide(state, after, trigger);
      after = decision.book;
      return { trigger, decision };
    });
  }
}

/** Whether two triggers came so close to each other that either may have been decided first. */
export function isNear(one: Trigger, other: Trigger): boolean {
  return Math.abs(one.receivedTimeMs - other.receivedTimeMs) <= NEAR_MS;
}
