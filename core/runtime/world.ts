import type { Book, Ledger } from "../domain/book.ts";
import type { Decimal } from "../domain/decimal.ts";
import { InvariantError } from "../domain/errors.ts";
import type { Instrument } from "../domain/instrument.ts";
import { emptyBook, openLedger, settle } from "../domain/ledger.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import { eventText, parseEvent } from "../events/envelope.ts";
import type { Store } from "../ports/store.ts";
import type { Awaitable, VenueReport } from "../ports/venue.ts";
import type { SimulatedVenue } from "../simulation/venue.ts";
import { isTrigger, type Trigger } from "../strategy/decide.ts";
import {
  type CompiledProfile,
  compileProfile,
  compilerOf,
  type Profile,
} from "../strategy/profile.ts";
import { Runner, type Selections } from "../strategy/runner.ts";
import { standingAlone } from "../strategy/shadowed.ts";
import { freshState, type ProfileState } from "../strategy/snapshot.ts";
import { parentOf } from "../strategy/work.ts";
import { alongside } from "./awaiting.ts";
import {
  bookEvents,
  handleApproved,
  handleCancel,
  handleReplace,
  handleReports,
} from "./bookHandler.ts";
import { handleTrigger } from "./decideHandler.ts";
import { MemoryStore } from "./memoryStore.ts";
import type { Ports } from "./ports.ts";
import { TextStore } from "./textStore.ts";
import { Wakes } from "./wakes.ts";

/** `memory` hands state out by reference; `strict` puts all of it through JSON, starting cold. */
export type Fidelity = "memory" | "strict";

/** One account: its simulated venue, and the profiles that share its book. */
export interface Desk {
  readonly account: string;
  readonly venue: SimulatedVenue;
  readonly profiles: readonly CompiledProfile[];
}

/** How to set up a world. */
export interface WorldOptions {
  readonly profiles: readonly Profile[];
  readonly fidelity: Fidelity;
  /** Bars up to this time only warm the indicators, UTC ms. */
  readonly activeFromMs: number;
  /** Recorded selections of scanners, used in the place of new scans. */
  readonly selections?: Selections;
  /** Makes the venue of an account; `bookOf` looks at its book at any time. */
  venue(account: string, bookOf: () => Book): SimulatedVenue;
}

/**
 * The handlers with in-memory ports around them: a store, a queue in the place of the bus, and a
 * simulated venue for each account. What flows through it is the journal.
 */
export class World {
  readonly desks: readonly Desk[];
  readonly journal: DomainEvent[] = [];
  private readonly fidelity: Fidelity;
  private readonly ports: Ports;
  private readonly store: Store;
  private readonly onFill: ReadonlySet<string>;
  private readonly stepsOf: (symbol: string) => Instrument;
  /** When worked orders want to be woken. */
  readonly wakes = new Wakes();
  private hasChildren = false;
  /** How much of the journal has been handled; what lies behind it is the queue. */
  private handled = 0;

  constructor({ profiles, fidelity, activeFromMs, selections, venue }: WorldOptions) {
    const publish = (events: readonly DomainEvent[]): void => {
      for (let i = 0; i < events.length; i += 1) {
        const event = events[i];
        if (event !== undefined) this.journal.push(event);
      }
    };
    this.fidelity = fidelity;
    this.store = fidelity === "memory" ? new MemoryStore(publish, true) : new TextStore(publish);
    const compiled = profiles.map((one) => standingAlone(compileProfile(one)));
    this.desks = desksOf(compiled).map(([account, own]) => ({
      account,
      profiles: own,
      venue: venue(account, () => this.book(account)),
    }));
    const venues = new Map(this.desks.map((desk) => [desk.account, desk.venue]));
    this.ports = {
      store: this.store,
      venue: (account) => known(venues.get(account), account),
      runner: runnersOf(profiles, compiled, fidelity, (one) => {
        return new Runner(one, activeFromMs, selections);
      }),
    };
    const instruments = new Map(
      compiled.flatMap((one) =>
        one.instruments.map((instrument) => [instrument.symbol, instrument]),
      ),
    );
    this.stepsOf = (symbol) => known(instruments.get(symbol), symbol);
    const onFill = compiled.filter(({ strategy }) => strategy.onFill !== undefined);
    this.onFill = new Set(onFill.map(({ name }) => name));
    for (const desk of this.desks) this.open(desk);
  }

  /** Lets a profile decide on an event from outside, then handles all that follows from it. */
  trigger(profile: string, event: Trigger): Awaitable<void> {
    const seen = this.fidelity === "memory" ? event : throughText(event);
    const done = handleTrigger(this.ports, profile, seen);
    if (done instanceof Promise) return done.then(() => this.drain());
    if (this.handled < this.journal.length) return this.drain();
  }

  /** Books what a venue reported, then handles all that follows from it. */
  report(account: string, reports: readonly VenueReport[], timeMs: number): Awaitable<void> {
    const done = handleReports(this.ports, account, reports, timeMs);
    if (done instanceof Promise) return done.then(() => this.drain());
    if (this.handled < this.journal.length) return this.drain();
  }

  /** Books events of neither strategy nor venue, such as a dividend. */
  apply(
    account: string,
    eventsOf: (book: Book) => readonly DomainEvent[],
    price: Decimal,
  ): Awaitable<void> {
    const context = { priceOf: () => price, stepsOf: this.stepsOf };
    const done = bookEvents(this.ports, account, eventsOf, context);
    if (done instanceof Promise) return done.then(() => this.drain());
    if (this.handled < this.journal.length) return this.drain();
  }

  /** Wakes the worked orders that asked for it up to a time. */
  wake(timeMs: number): Awaitable<void> {
    let pending: Promise<void> | undefined;
    for (const event of this.wakes.due(timeMs)) {
      pending = alongside(pending, this.trigger(event.data.profile, event));
    }
    return pending;
  }

  /** On a new date the sale proceeds of cash accounts that are due become settled cash. */
  settle(date: string): void {
    for (const { account } of this.desks) {
      const stored = known(this.now(this.store.book(account)), account);
      const book = settle(stored.value, date);
      if (book === stored.value) continue;
      const none = {
        profile: null,
        profileVersion: 0,
        profileState: null,
        events: [],
        dedupe: null,
      };
      this.store.commit({ ...none, account, bookVersion: stored.version, book });
    }
  }

  /** The book of an account as it stands. */
  book(account: string): Book {
    return known(this.now(this.store.book(account)), account).value;
  }

  /** The snapshot of a profile as it stands. */
  profile(name: string): ProfileState {
    return known(this.now(this.store.profile(name)), name).value;
  }

  /** The ledger of a profile as it stands. */
  ledger({ name, account }: CompiledProfile): Ledger {
    return known(this.book(account.name).ledgers[name], name);
  }

  /** Handles what is queued, in order, until nothing follows any more. */
  private drain(): Awaitable<void> {
    const { journal } = this;
    while (this.handled < journal.length) {
      const event = journal[this.handled];
      this.handled += 1;
      if (event === undefined) continue;
      const done = this.route(event);
      if (done instanceof Promise) return done.then(() => this.drain());
    }
  }

  /** Who hears what: the same table as the rules of the bus. */
  private route(event: DomainEvent): Awaitable<void> {
    switch (event.type) {
      case "order.approved.v1":
        return handleApproved(this.ports, event);
      case "order.cancel-requested.v1":
        return handleCancel(this.ports, event);
      case "order.replace-requested.v1":
        return handleReplace(this.ports, event);
      case "order.filled.v1":
        if (!this.onFill.has(event.data.profile) && !this.isChild(event.data.orderId)) return;
        return handleTrigger(this.ports, event.data.profile, event);
      case "order.cancelled.v1":
      case "order.rejected.v1":
      case "order.expired.v1":
      case "order.denied.v1":
        if (!this.isChild(event.data.orderId)) return;
        return handleTrigger(this.ports, event.data.profile, event);
      case "execution.started.v1":
        this.hasChildren = true;
        return;
      case "execution.scheduled.v1":
        this.wakes.add(event);
        return;
    }
  }

  /** Without an order that is worked there is no child of one, and no id need be looked at. */
  private isChild(orderId: string): boolean {
    return this.hasChildren && parentOf(orderId) !== null;
  }

  private open({ account, profiles }: Desk): void {
    const kind = known(profiles[0], account).account.kind;
    let book = emptyBook(account, kind);
    for (const profile of profiles) book = openLedger(book, profile.name, profile.account.cash);
    const empty = {
      profile: null,
      profileVersion: 0,
      profileState: null,
      events: [],
      dedupe: null,
    };
    this.store.commit({ ...empty, account, bookVersion: 0, book });
    for (const profile of profiles) {
      const profileState = freshState(profile);
      const none = { account: null, bookVersion: 0, book: null, events: [], dedupe: null };
      this.store.commit({ ...none, profile: profile.name, profileVersion: 0, profileState });
    }
  }

  private now<T>(value: Awaitable<T>): T {
    if (value instanceof Promise) throw new InvariantError("a replay's store answers at once");
    return value;
  }
}

function runnersOf(
  profiles: readonly Profile[],
  compiled: readonly CompiledProfile[],
  fidelity: Fidelity,
  runnerOf: (profile: CompiledProfile) => Runner,
): (name: string) => Runner {
  const compilers = new Map(profiles.map((one) => [one.options.name, compilerOf(one)]));
  const runners = new Map(compiled.map((one) => [one.name, runnerOf(one)]));
  if (fidelity === "memory") {
    let last = known(runners.values().next().value, "any profile");
    return (name) => {
      if (last.profile.name !== name) last = known(runners.get(name), name);
      return last;
    };
  }
  return (name) => runnerOf(standingAlone(known(compilers.get(name), name)()));
}

function desksOf(profiles: readonly CompiledProfile[]): [string, CompiledProfile[]][] {
  const desks = new Map<string, CompiledProfile[]>();
  for (const profile of profiles) {
    const { name } = profile.account;
    desks.set(name, [...(desks.get(name) ?? []), profile]);
  }
  return [...desks];
}

function throughText<T extends Trigger>(event: T): Trigger {
  const read = parseEvent(eventText(event));
  if (!isTrigger(read)) throw new InvariantError(`${event.type} does not come back as itself`);
  return read;
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new InvariantError(`nothing is known of ${name}`);
  return value;
}
