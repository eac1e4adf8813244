import {
  accountOf,
  buyingPower,
  equityOf,
  type Maintenance,
  maintenanceOf,
} from "../../core/domain/account.ts";
import type { Book, Position } from "../../core/domain/book.ts";
import { type Decimal, decimal, decimalOf, ONE, ZERO } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import { applyToBook, emptyBook, openLedger, settle } from "../../core/domain/ledger.ts";
import type { Order, OrderRequest } from "../../core/domain/order.ts";
import { awaitSettlement, fillLedger, ledgerOf, withLedger } from "../../core/domain/postings.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import { settlementOf } from "./clock.ts";
import { type ExchangeOrder, termsOf } from "./order.ts";

/** The account's name in its own books; never seen outside. */
const NAME = "paper";
const REGULATION_T = decimal("0.5");

type Fill = Extract<VenueReport, { kind: "filled" }>;

/** What an instrument costs now. */
export interface Prices {
  instrument(symbol: string): Instrument | undefined;
  /** Dollars; 0 before the first price. */
  lastPrice(symbol: string): number;
}

/** Cash and positions of the one account, kept by the same rules as everywhere else. */
export class Books {
  private readonly prices: Prices;
  private book: Book;

  constructor(kind: Book["kind"], cash: Decimal, prices: Prices) {
    this.prices = prices;
    this.book = openLedger(emptyBook(NAME, kind), NAME, cash);
  }

  get kind(): Book["kind"] {
    return this.book.kind;
  }

  get cash(): Decimal {
    return ledgerOf(this.book, NAME).cash;
  }

  /** Dollars of fees paid so far. */
  get fees(): Decimal {
    return ledgerOf(this.book, NAME).fees;
  }

  positions(): readonly Position[] {
    return Object.values(ledgerOf(this.book, NAME).positions);
  }

  position(symbol: string): Position | undefined {
    const { positions } = ledgerOf(this.book, NAME);
    return Object.hasOwn(positions, symbol) ? positions[symbol] : undefined;
  }

  /** Signed. */
  quantity(symbol: string): Decimal {
    return this.position(symbol)?.quantity ?? ZERO;
  }

  readonly priceOf = (symbol: string): Decimal | undefined => {
    const price = this.prices.lastPrice(symbol);
    return price > 0 ? decimalOf(price) : undefined;
  };

  /** Cash and what is held, dollars. */
  equity(): Decimal {
    return equityOf(accountOf(this.book), this.priceOf) ?? this.cash;
  }

  maintenance(): Maintenance {
    const none = { equity: this.cash, requirement: ZERO, excess: this.cash };
    return maintenanceOf(accountOf(this.book), this.priceOf) ?? none;
  }

  /** Dollars that new orders may still open beside the given ones; one may be left out. */
  buyingPower(open: Iterable<ExchangeOrder>, except?: string): Decimal {
    const orders = [...open].map(asOrder);
    const initialRateOf = (symbol: string) => this.initialRateOf(symbol);
    const options = except === undefined ? { initialRateOf } : { initialRateOf, except };
    return buyingPower({ ...this.book, orders }, this.priceOf, options);
  }

  /** Share of a holding that must be the account's own: half of shares, all of coins. */
  initialRateOf(symbol: string): Decimal {
    return this.prices.instrument(symbol)?.assetClass === "crypto" ? ONE : REGULATION_T;
  }

  /** Books one execution. */
  fill({ symbol, side }: OrderRequest, { quantity, price, fee, timeMs }: Fill): void {
    const before = ledgerOf(this.book, NAME);
    const after = fillLedger(before, { symbol, side, quantity, price, timeMs }, fee);
    this.book = withLedger(this.book, after);
    if (this.book.kind !== "cash" || side !== "sell") return;
    if (this.prices.instrument(symbol)?.assetClass === "crypto") return;
    const settlesOn = settlementOf(timeMs);
    const proceeds = after.cash - before.cash;
    const unsettled = awaitSettlement(this.book.unsettled, settlesOn, proceeds);
    this.book = { ...this.book, unsettled };
  }

  /** Books what is neither order nor fill: a split, a dividend, interest. */
  apply(events: readonly DomainEvent[], price: Decimal): void {
    const context = {
      priceOf: () => price,
      stepsOf: (symbol: string) => {
        const instrument = this.prices.instrument(symbol);
        return { tick: instrument?.tick ?? decimal("0.01"), lot: instrument?.lot ?? 1n };
      },
    };
    for (const event of events) this.book = applyToBook(this.book, event, context);
  }

  /** What follows from the books as they are, to be booked by {@link apply}. */
  eventsOf(make: (book: Book) => readonly DomainEvent[]): readonly DomainEvent[] {
    return make(this.book);
  }

  /** On a new date the proceeds that are due become settled cash. */
  settle(date: string): void {
    this.book = settle(this.book, date);
  }
}

/** An open order as buying power is reckoned from it. */
function asOrder(order: ExchangeOrder): Order {
  return {
    request: termsOf(order),
    status: order.working?.held === true ? "held" : "accepted",
    filledQuantity: order.filled,
    filledNotional: order.spent,
    fees: ZERO,
    executions: [],
    attempts: 1,
    resumeStatus: null,
    updatedTimeMs: order.updatedMs,
  };
}
