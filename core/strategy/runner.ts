import type { Book, Ledger } from "../domain/book.ts";
import { withDays } from "../domain/calendar/announced.ts";
import { InvariantError } from "../domain/errors.ts";
import type { DomainEvent, EventData } from "../events/catalogue.ts";
import { rememberedMs } from "../risk/limits.ts";
import { BarCall } from "./calls.ts";
import type { CompiledProfile } from "./profile.ts";
import { Slot } from "./slot.ts";
import { adoptState, type ProfileState } from "./snapshot.ts";

/** What an event comes to: the book after it, and the events that follow. */
export interface Decision {
  /** False when the event was a repeat or is none of this profile's: nothing is to be written. */
  readonly changed: boolean;
  readonly book: Book;
  readonly events: readonly DomainEvent[];
}

const NO_EVENTS: readonly DomainEvent[] = Object.freeze([]);

/** Recorded selections of scanners, by the id of their event. */
export type Selections = ReadonlyMap<string, EventData<"universe.selected.v1">>;

const NONE_RECORDED: Selections = new Map();

/**
 * Runs one profile over a snapshot and a book. It holds no state of its own: all of it is derived
 * from what was loaded last and thrown away when something else is loaded.
 */
export class Runner {
  private current: CompiledProfile;
  private readonly own: CompiledProfile;
  /** Bars up to this time only warm the indicators: the strategy is not called. UTC ms. */
  readonly activeFromMs: number;
  /** What scans selected when they were recorded, by event id: used in the place of a new scan. */
  readonly selections: Selections;
  /** Whether equity must be followed from bar to bar for the limits of the day. */
  readonly followsDay: boolean;
  /** Whether the account's equity must be followed, too. */
  readonly followsAccount: boolean;
  /** How long approved orders are remembered, ms. */
  readonly remembersMs: number;
  /** What ids of the profile's own start with. */
  readonly prefix: string;
  private loaded: ProfileState | undefined;
  private slots = new Map<string, Slot>();
  /** What was asked for last is mostly asked for next, and comparing is cheaper than looking up. */
  private lastSlot: Slot | undefined;
  private lastBook: Book | undefined;
  private lastLedger: Ledger | undefined;
  /** Slots by the places at which bars came last. */
  private places: Slot[] = [];
  private calls: BarCall[] = [];
  private still: Decision | undefined;

  constructor(
    profile: CompiledProfile,
    activeFromMs = Number.MIN_SAFE_INTEGER,
    selections: Selections = NONE_RECORDED,
  ) {
    this.own = profile;
    this.current = profile;
    this.prefix = `${profile.name}.`;
    this.activeFromMs = activeFromMs;
    this.selections = selections;
    const { limits, account } = profile;
    this.remembersMs = rememberedMs(limits);
    this.followsAccount = account.limits.maxDailyLoss !== undefined;
    const { maxDailyLoss, maxDrawdown, maxOrdersPerDay, coolDown } = limits;
    const followed = [maxDailyLoss, maxDrawdown, maxOrdersPerDay, coolDown];
    this.followsDay = this.followsAccount || followed.some((limit) => limit !== undefined);
  }

  /** The profile, with the sessions that the snapshot loaded last knows of. */
  get profile(): CompiledProfile {
    return this.current;
  }

  /** Looks at a snapshot, and again at one whose sessions were changed. */
  load(state: ProfileState, isChanged = false): void {
    if (state !== this.loaded || isChanged) this.bind(state);
  }

  /** The snapshot that slots were last looked up in. */
  get state(): ProfileState {
    if (this.loaded === undefined) throw new InvariantError("expected a loaded snapshot, got none");
    return this.loaded;
  }

  /** The slot of an instrument of the profile, or undefined when it trades no such thing. */
  slot(state: ProfileState, symbol: string): Slot | undefined {
    if (state !== this.loaded) this.bind(state);
    if (symbol === this.lastSlot?.symbol) return this.lastSlot;
    const slot = this.slots.get(symbol);
    this.lastSlot = slot;
    return slot;
  }

  /** As {@link slot}, for a list whose symbols mostly come in the same order every time. */
  slotAt(state: ProfileState, symbol: string, place: number): Slot | undefined {
    if (state !== this.loaded) this.bind(state);
    const last = this.places[place];
    if (last !== undefined && last.symbol === symbol) return last;
    const slot = this.slots.get(symbol);
    if (slot !== undefined) this.places[place] = slot;
    return slot;
  }

  /** Every slot, in the profile's order. */
  all(state: ProfileState): readonly Slot[] {
    if (state !== this.loaded) this.bind(state);
    return [...this.slots.values()];
  }

  /** The profile's own ledger in its account's book. */
  ledger(book: Book): Ledger {
    if (book === this.lastBook && this.lastLedger !== undefined) return this.lastLedger;
    const ledger = book.ledgers[this.profile.name];
    this.lastBook = book;
    this.lastLedger = ledger;
    if (ledger === undefined) {
      throw new InvariantError(`account ${book.account} has no ledger for ${this.profile.name}`);
    }
    return ledger;
  }

  /** The call object of a slot whose bars come at a place, aimed at one of them. */
  barCall(slot: Slot, place: number, book: Book, ledger: Ledger, bar: BarCall["bar"]): BarCall {
    let call = this.calls[place];
    if (call === undefined || call.symbol !== slot.symbol) {
      call = new BarCall(this, slot, book, ledger, bar);
      this.calls[place] = call;
    }
    call.aim(book, ledger, bar);
    return call;
  }

  /** The decision that only the snapshot changed: one object, so that a quiet bar makes none. */
  quiet(book: Book): Decision {
    if (this.still?.book !== book) this.still = { changed: true, book, events: NO_EVENTS };
    return this.still;
  }

  private bind(state: ProfileState): void {
    const { own } = this;
    adoptState(own, state);
    const { sessions = [] } = state;
    const isOwn = sessions.length === 0;
    this.current = isOwn ? own : { ...own, calendar: withDays(own.calendar, sessions) };
    this.loaded = state;
    this.lastSlot = undefined;
    this.places = [];
    this.calls = [];
    this.slots = new Map();
    for (const instrument of this.profile.instruments) {
      const own = state.symbols[instrument.symbol];
      if (own === undefined) continue;
      this.slots.set(instrument.symbol, new Slot(this.profile, instrument, own));
    }
  }
}
