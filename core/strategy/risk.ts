import { absolute, type Decimal, decimalOf, larger, multiply, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest } from "../domain/order.ts";
import { DAY_MS, MINUTE_MS } from "../domain/time.ts";
import { timeframeMs } from "../domain/timeframe.ts";
import type { AccountContext, InFlight, RiskContext } from "../risk/rule.ts";
import { AccountRisk } from "./accountRisk.ts";
import type { Draft } from "./draft.ts";
import { equityExact } from "./equity.ts";
import { waitingEntries } from "./inFlight.ts";
import { twinOf } from "./recent.ts";
import type { Slot } from "./slot.ts";

/** What risk sees of a draft: each look is taken only by a rule that asks for it. */
export class DraftRisk implements RiskContext {
  private readonly draft: Draft;
  private readonly slot: Slot;
  private readonly request: OrderRequest;
  private flights: InFlight | undefined;
  private whole: AccountContext | undefined;

  constructor(draft: Draft, slot: Slot, request: OrderRequest) {
    this.draft = draft;
    this.slot = slot;
    this.request = request;
  }
  get instrument(): Instrument {
    return this.slot.instrument;
  }
  get price(): Decimal {
    return decimalOf(this.slot.state.lastPrice);
  }
  get priceTimeMs(): number {
    const { lastTimeMs, tickTimeMs = lastTimeMs } = this.slot.state;
    return Math.max(lastTimeMs, tickTimeMs);
  }
  get timeMs(): number {
    return this.draft.timeMs;
  }
  get inSession(): boolean {
    const { calendar } = this.draft.runner.profile;
    // A decision at the close still belongs to the session that closes with it.
    return (calendar.sessionAt(this.timeMs) ?? calendar.sessionAt(this.timeMs - 1)) !== null;
  }
  get position(): Decimal {
    return this.draft.ledger.positions[this.slot.symbol]?.quantity ?? ZERO;
  }
  get noEntries(): string | null {
    return this.draft.state.noEntries;
  }
  get tradable(): boolean {
    return this.slot.state.asset?.tradable ?? true;
  }
  get shortable(): boolean {
    return this.instrument.shortable && (this.slot.state.asset?.shortable ?? true);
  }
  get halted(): boolean {
    const { trading, lastTimeMs } = this.slot.state;
    if (trading === undefined || !trading.halted) return false;
    // Whatever trades in a bar that opened since then is not halted: the word of it was missed.
    const { timeframe } = this.draft.runner.profile;
    return lastTimeMs - (timeframeMs(timeframe) ?? DAY_MS) < trading.sinceMs;
  }
  get inUniverse(): boolean {
    const { runner, state } = this.draft;
    if (!runner.profile.universe.has(this.slot.symbol)) return false;
    return state.universe === null || state.universe.includes(this.slot.symbol);
  }
  get equity(): Decimal {
    return equityExact(this.draft);
  }
  get grossExposure(): Decimal {
    return this.values().reduce((sum, value) => sum + absolute(value), ZERO);
  }
  get netExposure(): Decimal {
    return this.values().reduce((sum, value) => sum + value, ZERO);
  }
  get inFlight(): InFlight {
    this.flights ??= this.lookInFlight();
    return this.flights;
  }
  get openOrders(): number {
    const { name } = this.draft.runner.profile;
    return this.draft.book.orders.filter(({ request }) => request.profile === name).length;
  }
  get ordersToday(): number {
    return this.draft.state.day.orders;
  }
  get ordersLastMinute(): number {
    const fromMs = this.timeMs - MINUTE_MS;
    return this.draft.state.recent.filter(({ timeMs }) => timeMs > fromMs).length;
  }
  get twins(): number {
    const { state, runner } = this.draft;
    const fromMs = this.timeMs - (runner.profile.limits.duplicateSeconds ?? 0) * 1000;
    const twin = twinOf(this.request);
    if (twin === null) return 0;
    return state.recent.filter((one) => one.order === twin && one.timeMs > fromMs).length;
  }
  get dayStartEquity(): Decimal {
    return decimalOf(this.draft.state.day.startEquity);
  }
  get peakEquity(): Decimal {
    return decimalOf(this.draft.state.day.peakEquity);
  }
  get lossesInRow(): number {
    return this.draft.state.day.losses;
  }
  get lastLossMs(): number {
    return this.draft.state.day.lastLossMs;
  }
  get account(): AccountContext {
    this.whole ??= new AccountRisk(this.draft, this.slot, this.request);
    return this.whole;
  }

  private values(): readonly Decimal[] {
    const { ledger } = this.draft;
    return Object.values(ledger.positions).map(({ symbol, quantity }) =>
      multiply(quantity, this.unitPrice(symbol)),
    );
  }

  /** Dollars of one unit at the last price. */
  private unitPrice(symbol: string): Decimal {
    const { runner, state } = this.draft;
    const slot = runner.slot(state, symbol);
    return slot === undefined ? ZERO : multiply(slot.price, slot.instrument.multiplier);
  }

  private lookInFlight(): InFlight {
    const { book, ledger, runner } = this.draft;
    const { name } = runner.profile;
    const mine = book.orders.filter(({ request }) => request.profile === name);
    const waiting = waitingEntries(mine, this.request.replaces, (symbol) => this.unitPrice(symbol));
    const own = waiting.get(this.slot.symbol);
    const sum = { buys: own?.buys ?? ZERO, sells: own?.sells ?? ZERO };
    let [buyDollars, sellDollars, elsewhere] = [ZERO, ZERO, ZERO];
    for (const [symbol, { buys, sells }] of waiting) {
      const price = this.unitPrice(symbol);
      buyDollars += multiply(buys, price);
      sellDollars += multiply(sells, price);
      if (symbol === this.slot.symbol) continue;
      const held = ledger.positions[symbol]?.quantity ?? ZERO;
      elsewhere += multiply(opened(held, buys, sells), price);
    }
    return { ...sum, buyDollars, sellDollars, elsewhere };
  }
}

/** Units by which working orders may take a position further from flat than it is, at worst. */
function opened(held: Decimal, buys: Decimal, sells: Decimal): Decimal {
  const most = larger(absolute(held + buys), absolute(held - sells));
  return larger(most - absolute(held), ZERO);
}
