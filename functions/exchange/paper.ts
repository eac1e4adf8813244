import { type Calendar, calendarOf } from "../../core/domain/calendar/calendar.ts";
import { decimalOf, numberOf, ZERO } from "../../core/domain/decimal.ts";
import type { Bar, Quote, Trade, TradingStatus } from "../../core/domain/market.ts";
import { dayNumber } from "../../core/domain/time.ts";
import {
  actionEvent,
  type CorporateAction,
  dividendsOf,
} from "../../core/runtime/actionHandler.ts";
import { dateEndMs } from "../../core/runtime/marks.ts";
import { nightCharges } from "../../core/simulation/financing.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import { accountIdOf, Configurations, type LastClose } from "./account.ts";
import { Activities } from "./activities.ts";
import { Agenda } from "./agenda.ts";
import { Assets } from "./assets.ts";
import { Books } from "./books.ts";
import { Desk } from "./desk.ts";
import { malformed } from "./errors.ts";
import { Faults } from "./faults.ts";
import { type MarketWatcher, RecordedMarket } from "./market.ts";
import type { Settings } from "./options.ts";
import { EquityCurve } from "./portfolio.ts";
import type { Tape } from "./tape.ts";
import { Updates } from "./updates.ts";
import { Watchlists } from "./watchlists.ts";

/** Hears market data as the clock passes it. */
export interface DataListener {
  onQuote(tape: Tape, quote: Quote): void;
  onTrade(tape: Tape, trade: Trade): void;
  onBar(tape: Tape, bar: Bar): void;
  onStatus(tape: Tape, status: TradingStatus): void;
  /** Everything of an instant was told. */
  onInstant(timeMs: number): void;
  /** When it wants an instant although nothing is recorded, UTC ms; Infinity for never. */
  wakeMs(): number;
}

/** A paper account on recorded markets: all state of an exchange, without any way to reach it. */
export class PaperAccount implements MarketWatcher {
  readonly settings: Settings;
  readonly market: RecordedMarket;
  readonly venue: SimulatedVenue;
  readonly assets: Assets;
  readonly books: Books;
  readonly desk: Desk;
  readonly activities: Activities;
  readonly updates: Updates;
  readonly faults = new Faults();
  readonly configurations = new Configurations();
  readonly watchlists: Watchlists;
  readonly curve = new EquityCurve();
  readonly createdMs: number;
  private readonly agenda = new Agenda();
  private readonly calendar: Calendar;
  private readonly listeners = new Set<DataListener>();
  private isOpen = false;
  private dateEnd = Number.POSITIVE_INFINITY;
  private closed: LastClose;
  private feesNoted = ZERO;

  constructor(settings: Settings) {
    const { seed, cash, account } = settings;
    this.settings = settings;
    this.market = new RecordedMarket(settings, this);
    this.venue = venueOf(settings);
    const instruments = [...this.market.tapes.values()].map(({ instrument }) => instrument);
    for (const tape of this.market.tapes.values()) {
      // The very list that the venue keeps: what is halted there is told nowhere.
      tape.halts = this.venue.market(tape.instrument).halts;
    }
    this.assets = new Assets(instruments);
    this.books = new Books(account, cash, {
      instrument: (symbol) => this.market.tapes.get(symbol)?.instrument,
      lastPrice: (symbol) => this.market.tapes.get(symbol)?.lastPrice ?? 0,
    });
    this.activities = new Activities(seed);
    this.updates = new Updates(this.faults, this.agenda, seed);
    this.watchlists = new Watchlists(this.assets, accountIdOf(seed));
    const { venue, books, activities, updates, agenda, faults } = this;
    const nowMs = () => this.market.nowMs;
    this.desk = new Desk({ venue, books, activities, updates, agenda, faults, seed, nowMs });
    const equities = instruments.some(({ calendar }) => calendar === "us-equity");
    this.calendar = calendarOf(equities ? "us-equity" : "always-open");
    this.createdMs = settings.fromMs ?? this.market.firstMs;
    this.closed = { equity: cash, maintenance: ZERO, timeMs: this.createdMs };
    this.faults.watch((fault) => {
      if (fault.kind === "halt") this.halt(fault.symbol, fault.ms);
    });
    this.open();
  }

  get nowMs(): number {
    return this.market.nowMs;
  }

  /** How the last session ended. */
  get lastClose(): LastClose {
    return this.closed;
  }

  /** Where the trading date of now started, UTC ms. */
  get dayStartMs(): number {
    const session = this.calendar.previousSession(this.dateEnd);
    return Math.min(session.preOpenTimeMs, this.nowMs);
  }

  /** Listens to market data until the returned function is called. */
  listen(listener: DataListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  onTime(timeMs: number): void {
    if (timeMs >= this.dateEnd) this.endDate(timeMs);
  }

  onAction(action: CorporateAction, tape: Tape, priceFactor: number): void {
    const { symbol, kind, value, timeMs } = action;
    const event = actionEvent(action, tape.lastPrice);
    this.desk.take(this.venue.onCorporateAction(event.data, timeMs));
    const held = this.books.quantity(symbol);
    const price = decimalOf(tape.lastPrice * (kind === "split" ? priceFactor : 1));
    const cash = this.books.cash;
    this.books.apply(
      this.books.eventsOf((book) => [...dividendsOf(book, event), event]),
      price,
    );
    if (held === ZERO || (kind !== "dividend" && kind !== "split")) return;
    const isSplit = kind === "split";
    this.activities.other({
      type: isSplit ? "SPLIT" : "DIV",
      timeMs,
      symbol,
      quantity: isSplit ? this.books.quantity(symbol) - held : held,
      amount: this.books.cash - cash,
      perShare: isSplit ? null : value,
      description: isSplit ? `${symbol} split` : `${symbol} cash dividend`,
    });
  }

  onQuote(tape: Tape, quote: Quote): void {
    const market = this.venue.market(tape.instrument);
    this.desk.take(this.venue.onQuote(market, quote));
    if (tape.isQuiet(quote.eventTimeMs)) return;
    for (const listener of this.listeners) listener.onQuote(tape, quote);
  }

  onTrade(tape: Tape, trade: Trade): void {
    const market = this.venue.market(tape.instrument);
    this.desk.take(this.venue.onTrade(market, trade));
    if (tape.isQuiet(trade.eventTimeMs)) return;
    for (const listener of this.listeners) listener.onTrade(tape, trade);
  }

  onBar(tape: Tape, bar: Bar): void {
    const market = this.venue.market(tape.instrument);
    this.desk.take(this.venue.onBar(market, bar));
    if (tape.isQuiet(bar.openTimeMs)) return;
    for (const listener of this.listeners) listener.onBar(tape, bar);
  }

  onInstant(timeMs: number): void {
    this.agenda.run(timeMs);
    this.desk.pass(timeMs);
    if (this.isOpen) this.curve.add(timeMs, numberOf(this.books.equity()));
    for (const listener of this.listeners) listener.onInstant(timeMs);
  }

  wakeMs(): number {
    let next = Math.min(this.agenda.nextMs, this.desk.wakeMs(), this.dateEnd);
    for (const listener of this.listeners) next = Math.min(next, listener.wakeMs());
    return next;
  }

  /** Keeps an instrument from trading for a while from now on. */
  private halt(symbol: string, ms: number): void {
    const tape = this.market.tapes.get(symbol);
    if (tape === undefined) throw malformed(`invalid symbol: ${symbol} is not recorded`);
    const { nowMs } = this;
    this.venue.halt(symbol, nowMs, nowMs + ms);
    for (const [timeMs, isHalted, reason] of [
      [nowMs, true, "Trading Halt"],
      [nowMs + ms, false, "Trading Resumption"],
    ] as const) {
      this.agenda.at(timeMs, (eventTimeMs) => {
        const status = { eventTimeMs, isHalted, reason };
        for (const listener of this.listeners) listener.onStatus(tape, status);
      });
    }
  }

  /** Shows what was before the account was opened, so that prices and history are known. */
  private open(): void {
    this.market.advanceTo(this.createdMs);
    this.isOpen = true;
    this.dateEnd = dateEndMs(this.calendar, this.createdMs + 1);
    for (const tape of this.market.tapes.values()) {
      tape.lastPrice ||= tape.closeBefore(this.createdMs);
      tape.previousClose = tape.closeBefore(this.dayStartMs);
    }
    this.curve.add(this.createdMs, numberOf(this.books.equity()));
  }

  private endDate(timeMs: number): void {
    const endMs = this.dateEnd;
    const { date, closeTimeMs } = this.calendar.previousSession(endMs);
    const next = this.calendar.tradingDateOf(endMs);
    const maintenance = this.books.maintenance().requirement;
    this.closed = { equity: this.books.equity(), maintenance, timeMs: closeTimeMs - 1 };
    this.chargeNights(date, next, endMs);
    this.noteFees(endMs);
    this.books.settle(next);
    for (const tape of this.market.tapes.values()) tape.previousClose = tape.lastPrice;
    this.dateEnd = dateEndMs(this.calendar, timeMs + 1);
  }

  /** Fees were taken with each fill; the list of activities has them by the day, as Alpaca's. */
  private noteFees(timeMs: number): void {
    const amount = this.feesNoted - this.books.fees;
    if (amount === ZERO) return;
    this.feesNoted = this.books.fees;
    const none = { symbol: null, quantity: null, perShare: null };
    this.activities.other({ type: "FEE", timeMs, amount, description: "fees of the day", ...none });
  }

  private chargeNights(date: string, next: string, timeMs: number): void {
    const { financing } = this.settings;
    if (financing === null) return;
    const nights = { date, count: dayNumber(next) - dayNumber(date), timeMs };
    const priceOf = (symbol: string) => this.market.tapes.get(symbol)?.lastPrice ?? 0;
    const charges = this.books.eventsOf((book) => nightCharges(book, priceOf, financing, nights));
    const before = this.books.cash;
    this.books.apply(charges, ZERO);
    const amount = this.books.cash - before;
    if (amount === ZERO) return;
    const none = { symbol: null, quantity: null, perShare: null };
    this.activities.other({ type: "INT", timeMs, amount, description: "interest", ...none });
  }
}

function venueOf(settings: Settings): SimulatedVenue {
  const { fill, touch, participation, slippage, fees, latency } = settings;
  // Means are checked before an order is sent, so that a refused one leaves no trace at the venue.
  return new SimulatedVenue({ fill, touch, participation, slippage, fees, latency, account: null });
}
