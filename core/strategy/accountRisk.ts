import {
  accountOf,
  type BuyingPowerOptions,
  buyingPower,
  cashBuyingPower,
  equityOf,
} from "../domain/account.ts";
import type { Book } from "../domain/book.ts";
import {
  absolute,
  type Decimal,
  decimal,
  decimalOf,
  divide,
  multiply,
  ONE,
  ZERO,
} from "../domain/decimal.ts";
import type { Order, OrderRequest } from "../domain/order.ts";
import type { AccountContext } from "../risk/rule.ts";
import type { Draft } from "./draft.ts";
import { waitingEntries } from "./inFlight.ts";
import type { Slot } from "./slot.ts";

const HALF = decimal("0.5");
const TWO = 2n * ONE;

/** What risk sees of a draft's account: every profile's positions and working orders. */
export class AccountRisk implements AccountContext {
  private readonly draft: Draft;
  private readonly slot: Slot;
  private readonly request: OrderRequest;

  constructor(draft: Draft, slot: Slot, request: OrderRequest) {
    this.draft = draft;
    this.slot = slot;
    this.request = request;
  }
  buyingPower(needed: Decimal): Decimal {
    const { replaces } = this.request;
    const options: BuyingPowerOptions = {
      initialRateOf: (symbol) => (this.hasMargin(symbol) ? HALF : ONE),
      ...(replaces === null ? {} : { except: replaces }),
    };
    const { book } = this.draft;
    const least = cashBuyingPower(book, this.priceOf, options);
    return needed <= least ? least : buyingPower(book, this.priceOf, options);
  }
  get payFactor(): Decimal {
    const isMargin = this.draft.book.kind === "margin";
    return isMargin && !this.hasMargin(this.slot.symbol) ? TWO : ONE;
  }
  get equity(): Decimal {
    return accountEquity(this.draft.book, this.priceOf);
  }
  get dayStartEquity(): Decimal {
    return decimalOf(this.draft.state.day.accountStart);
  }
  get grossExposure(): Decimal {
    const { book } = this.draft;
    let sum = ZERO;
    for (const { positions } of Object.values(book.ledgers)) {
      for (const { symbol, quantity } of Object.values(positions)) {
        sum += absolute(multiply(quantity, this.priceOf(symbol)));
      }
    }
    const waiting = waitingEntries(book.orders, this.request.replaces, this.priceOf);
    for (const [symbol, { buys, sells }] of waiting) {
      sum += multiply(buys + sells, this.priceOf(symbol));
    }
    return sum;
  }
  get openOrders(): number {
    return this.draft.book.orders.length;
  }
  get opposing(): number {
    let found = 0;
    for (const other of this.draft.book.orders) if (couldTrade(this.request, other)) found += 1;
    return found;
  }

  /** Margin is for shares; coins are paid in full. Which are whose, only the name tells. */
  private hasMargin(symbol: string): boolean {
    const own = this.draft.runner.slot(this.draft.state, symbol)?.instrument.assetClass;
    return own === undefined ? !symbol.includes("/") : own !== "crypto";
  }

  private readonly priceOf = (symbol: string): Decimal => {
    const price = this.draft.runner.slot(this.draft.state, symbol)?.state.lastPrice ?? 0;
    return price > 0 ? decimalOf(price) : costOf(this.draft.book, symbol);
  };
}

/** Cash and positions of every profile of an account, dollars. */
export function accountEquity(book: Book, priceOf: (symbol: string) => Decimal): Decimal {
  return equityOf(accountOf(book), priceOf) ?? ZERO;
}

/** What a unit of an instrument cost whoever holds it, dollars; 0 where nobody does. */
export function costOf({ ledgers }: Book, symbol: string): Decimal {
  for (const name in ledgers) {
    const held = ledgers[name]?.positions[symbol];
    if (held !== undefined && held.quantity !== ZERO) return divide(held.cost, held.quantity);
  }
  return ZERO;
}

/**
 * Whether an order of another profile waits on the other side at a price that this one meets.
 * Orders within brackets are left out, as the venue keeps those from trading with our own.
 */
function couldTrade(request: OrderRequest, { request: other, status }: Order): boolean {
  if (other.symbol !== request.symbol || other.side === request.side) return false;
  if (other.profile === request.profile || other.parentId !== null || status === "held")
    return false;
  const [mine, theirs] = [priceBound(request), priceBound(other)];
  if (mine === null || theirs === null) return true;
  return request.side === "buy" ? mine >= theirs : mine <= theirs;
}

/** The price that an order is bound to, dollars; null for any that the market makes. */
function priceBound({ type, limitPrice }: OrderRequest): Decimal | null {
  return type === "limit" || type === "stop-limit" ? limitPrice : null;
}
