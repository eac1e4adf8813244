import type { Book, Ledger } from "../domain/book.ts";
import type { Session } from "../domain/calendar/calendar.ts";
import { numberOf } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Bar, Quote, Trade } from "../domain/market.ts";
import type { Order } from "../domain/order.ts";
import type { EventData } from "../events/catalogue.ts";
import type { IndicatorState } from "../indicators/indicator.ts";
import type { PositionView, UniverseMember } from "./define.ts";
import type { CompiledProfile } from "./profile.ts";
import type { Slot } from "./slot.ts";
import type { ProfileState } from "./snapshot.ts";

/** Where a call finds slots and ledgers: the runner. */
interface Runner {
  readonly profile: CompiledProfile;
  readonly state: ProfileState;
  slot(state: ProfileState, symbol: string): Slot | undefined;
  ledger(book: Book): Ledger;
}

/** What is around a call: the loaded snapshot and book, and the time of the event. */
export interface Scene {
  readonly runner: Runner;
  readonly state: ProfileState;
  readonly book: Book;
  readonly ledger: Ledger;
  readonly timeMs: number;
}

type Views = Readonly<Record<string, IndicatorState>>;

/** Whose equity it is. */
type Holder = Pick<Scene, "runner" | "state" | "ledger">;

/** What every function of a strategy sees. Costly looks (equity, session, orders) are getters. */
export class Call {
  protected readonly scene: Scene;
  private readonly slot: Slot;
  constructor(scene: Scene, slot: Slot) {
    this.scene = scene;
    this.slot = slot;
  }
  get symbol(): string {
    return this.slot.symbol;
  }
  get instrument(): Instrument {
    return this.slot.instrument;
  }
  get timeMs(): number {
    return this.scene.timeMs;
  }
  get params(): Readonly<Record<string, unknown>> {
    return this.scene.runner.profile.params;
  }
  get state(): unknown {
    const { runner, state } = this.scene;
    return runner.profile.shared ? state.state : this.slot.state.state;
  }
  get position(): PositionView {
    return this.slot.position(this.scene.ledger);
  }
  get indicators(): Views {
    return this.slot.state.indicators;
  }
  get lastPrice(): number {
    return this.slot.state.lastPrice;
  }
  get session(): Session | null {
    return sessionOf(this.scene);
  }
  get equity(): number {
    return equityOf(this.scene);
  }
  get selected(): boolean {
    return isSelected(this.scene.state, this.slot.symbol);
  }
  get orders(): readonly Order[] {
    return ordersOf(this.scene, this.slot.symbol);
  }
}

/** A call with a signal. */
export class SignalCall extends Call {
  readonly signal: EventData<"signal.received.v1">;
  constructor(scene: Scene, slot: Slot, signal: EventData<"signal.received.v1">) {
    super(scene, slot);
    this.signal = signal;
  }
}

/** A call with a fill. */
export class FillCall extends Call {
  readonly fill: EventData<"order.filled.v1">;
  constructor(scene: Scene, slot: Slot, fill: EventData<"order.filled.v1">) {
    super(scene, slot);
    this.fill = fill;
  }
}

/** A call with a quote. */
export class QuoteCall extends Call {
  readonly quote: Quote;
  constructor(scene: Scene, slot: Slot, quote: Quote) {
    super(scene, slot);
    this.quote = quote;
  }
}

/** A call with a trade print. */
export class TradeCall extends Call {
  readonly trade: Trade;
  constructor(scene: Scene, slot: Slot, trade: Trade) {
    super(scene, slot);
    this.trade = trade;
  }
}

/**
 * A call with a closed bar. There is one a slot, aimed anew at each bar: the hot path of a replay
 * makes no object for a bar that leads to nothing, and writes nothing that has not changed.
 */
export class BarCall {
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly params: Readonly<Record<string, unknown>>;
  readonly indicators: Views;
  bar: Bar;
  private readonly runner: Runner;
  private readonly slot: Slot;
  private book: Book;
  private ledger: Ledger;

  constructor(runner: Runner, slot: Slot, book: Book, ledger: Ledger, bar: Bar) {
    this.runner = runner;
    this.params = runner.profile.params;
    this.slot = slot;
    this.symbol = slot.symbol;
    this.instrument = slot.instrument;
    this.indicators = slot.state.indicators;
    this.book = book;
    this.ledger = ledger;
    this.bar = bar;
  }

  aim(book: Book, ledger: Ledger, bar: Bar): void {
    if (this.book !== book) this.book = book;
    if (this.ledger !== ledger) this.ledger = ledger;
    if (this.bar !== bar) this.bar = bar;
  }
  get timeMs(): number {
    return this.bar.closeTimeMs;
  }
  get state(): unknown {
    return this.runner.profile.shared ? this.runner.state.state : this.slot.state.state;
  }
  get position(): PositionView {
    return this.slot.position(this.ledger);
  }
  get session(): Session | null {
    return this.runner.profile.calendar.sessionAt(this.bar.openTimeMs);
  }
  get equity(): number {
    return equityOf(this.scene());
  }
  get selected(): boolean {
    return isSelected(this.runner.state, this.symbol);
  }
  get orders(): readonly Order[] {
    return ordersOf(this.scene(), this.symbol);
  }
  private scene(): Scene {
    const { runner, book, ledger, timeMs } = this;
    return { runner, state: runner.state, book, ledger, timeMs };
  }
}

/** Whether the last scan kept an instrument, or nothing scans. */
export function isSelected({ universe }: ProfileState, symbol: string): boolean {
  return universe === null || universe.includes(symbol);
}

/** One member of the universe as `onSchedule` sees it. */
export function memberOf(
  slot: Slot,
  ledger: Ledger,
  state: ProfileState,
): UniverseMember<Record<string, never>> {
  return {
    selected: isSelected(state, slot.symbol),
    symbol: slot.symbol,
    instrument: slot.instrument,
    lastPrice: slot.state.lastPrice,
    lastTimeMs: slot.state.lastTimeMs,
    position: slot.position(ledger),
    indicators: slot.state.indicators,
  };
}

/** The profile's cash and positions at last prices, dollars. */
export function equityOf({ runner, state, ledger }: Holder): number {
  let equity = numberOf(ledger.cash);
  for (const symbol in ledger.positions) {
    const position = ledger.positions[symbol];
    const slot = runner.slot(state, symbol);
    if (position === undefined || slot === undefined) continue;
    const units = numberOf(position.quantity) * numberOf(slot.instrument.multiplier);
    equity += units * slot.state.lastPrice;
  }
  return equity;
}

/** Working orders of the profile in an instrument. */
export function ordersOf({ runner, book }: Scene, symbol: string): readonly Order[] {
  const own = runner.profile.name;
  return book.orders.filter(({ request }) => request.profile === own && request.symbol === symbol);
}

function sessionOf({ runner, timeMs }: Scene): Session | null {
  // An event at the close still belongs to the session that closes with it.
  return runner.profile.calendar.sessionAt(timeMs) ?? runner.profile.calendar.sessionAt(timeMs - 1);
}
