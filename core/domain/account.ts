import type { Book, Position } from "./book.ts";
import {
  absolute,
  type Decimal,
  decimal,
  divide,
  larger,
  multiply,
  ONE,
  smaller,
  ZERO,
} from "./decimal.ts";
import type { Order } from "./order.ts";

/** What the account holds of one instrument: its profiles' positions added up. */
export interface Holding {
  /** Signed; 0 where profiles stand against each other. */
  readonly quantity: Decimal;
  /** Signed cost, dollars, without fees. */
  readonly cost: Decimal;
}

/** An account as the sum of its ledgers, dollars, to the billionth. */
export interface Account {
  readonly account: string;
  readonly kind: Book["kind"];
  readonly cash: Decimal;
  /** The part of cash that is not settled yet. */
  readonly unsettled: Decimal;
  readonly realised: Decimal;
  readonly fees: Decimal;
  readonly dividends: Decimal;
  readonly interest: Decimal;
  readonly holdings: ReadonlyMap<string, Holding>;
}

/** The price of a symbol now, dollars, or undefined when there is none. */
export type PriceOf = (symbol: string) => Decimal | undefined;

/** Adds up the ledgers of a book. */
export function accountOf(book: Book): Account {
  const { account, kind } = book;
  let [cash, realised, fees, dividends, interest] = [ZERO, ZERO, ZERO, ZERO, ZERO];
  const holdings = new Map<string, Holding>();
  for (const ledger of Object.values(book.ledgers)) {
    cash += ledger.cash;
    realised += ledger.realised;
    fees += ledger.fees;
    dividends += ledger.dividends;
    interest += ledger.interest;
    for (const position of Object.values(ledger.positions)) addHolding(holdings, position);
  }
  const unsettled = book.unsettled.reduce((total, { amount }) => total + amount, ZERO);
  return { account, kind, cash, unsettled, realised, fees, dividends, interest, holdings };
}

/** Cash plus market value, dollars; undefined when a holding has no price. */
export function equityOf(account: Account, prices: PriceOf): Decimal | undefined {
  let equity = account.cash;
  for (const [symbol, { quantity }] of account.holdings) {
    if (quantity === ZERO) continue;
    const price = prices(symbol);
    if (price === undefined) return undefined;
    equity += multiply(quantity, price);
  }
  return equity;
}

/** Terms that buying power is reckoned by. */
export interface BuyingPowerOptions {
  /**
   * Share of a holding's value that must be the account's own, above 0 up to 1, by symbol: 0.5 by
   * Regulation T (the default), 1 for what cannot be bought on margin, such as crypto.
   */
  readonly initialRateOf?: (symbol: string) => Decimal;
  /** Id of an order to leave out: the one that is being judged. */
  readonly except?: string;
}

const HUNDRED: Decimal = 100n * ONE;
const REGULATION_T: Decimal = decimal("0.5");

/**
 * Dollars of new positions that the account may still open, never below 0. A cash account has its
 * settled cash; a margin account its excess over the initial requirement divided by 50 % (two
 * dollars for each). A short sale needs 150 % of its value, 100 of which are its proceeds. Open
 * orders are taken off at {@link reservationOf}, save what they close; of orders that exclude each
 * other (one OCO group, a replacement and its original) only the dearest counts. Held legs wait
 * for their parent and count nothing. A margin account with an unpriced holding has none.
 * @see 12 CFR 220.12 (a) and (c)(1), initial requirements; 12 CFR 220.8, cash account
 */
export function buyingPower(
  book: Book,
  prices: PriceOf,
  options: BuyingPowerOptions = {},
): Decimal {
  const account = accountOf(book);
  const rateOf = options.initialRateOf ?? (() => REGULATION_T);
  const orders = workingOrders(book, prices, options.except);
  if (book.kind === "cash") {
    const reserved = orders
      .filter(({ request }) => request.side === "buy")
      .reduce((sum, order) => sum + reservationOf(order, prices(order.request.symbol)), ZERO);
    return larger(account.cash - account.unsettled - reserved, ZERO);
  }
  let equity = account.cash;
  let required = ZERO;
  // Every order that opens asks this, so each holding is looked at once.
  for (const [symbol, { quantity }] of account.holdings) {
    if (quantity === ZERO) continue;
    const price = prices(symbol);
    if (price === undefined) return ZERO;
    const value = multiply(quantity, price);
    equity += value;
    required += multiply(absolute(value), rateOf(symbol));
  }
  for (const { symbol, value } of openings(orders, account, prices)) {
    required += multiply(value, rateOf(symbol));
  }
  return larger(divide(equity - required, REGULATION_T), ZERO);
}

/**
 * What of {@link buyingPower} cash alone gives, where every holding has a price: never more than
 * that, and found without valuing what is held, as long positions only add to it. 0 where anything
 * is held short.
 */
export function cashBuyingPower(
  book: Book,
  prices: PriceOf,
  options: BuyingPowerOptions = {},
): Decimal {
  let cash = ZERO;
  for (const name in book.ledgers) {
    const ledger = book.ledgers[name];
    if (ledger === undefined) continue;
    cash += ledger.cash;
    for (const symbol in ledger.positions) {
      if ((ledger.positions[symbol]?.quantity ?? ZERO) < ZERO) return ZERO;
    }
  }
  for (const { amount } of book.unsettled) cash -= amount;
  const rateOf = options.initialRateOf ?? (() => REGULATION_T);
  const isCash = book.kind === "cash";
  let reserved = ZERO;
  for (const order of workingOrders(book, prices, options.except)) {
    const { symbol, side } = order.request;
    if (isCash && side === "sell") continue;
    const value = reservationOf(order, prices(symbol));
    reserved += isCash ? value : multiply(value, rateOf(symbol));
  }
  const free = larger(cash - reserved, ZERO);
  return isCash ? free : divide(free, REGULATION_T);
}

/**
 * Dollars that an open order would cost at worst, as far as it has not filled. A limit order costs
 * its limit (selling short: at least the price), all others the price now or the decision's, if it
 * is higher; a stop at least its trigger and a trailing stop the trail more. 0 when nothing is
 * left.
 */
export function reservationOf(order: Order, price: Decimal | undefined): Decimal {
  const { quantity, notional } = order.request;
  if (quantity === null) return larger((notional ?? ZERO) - order.filledNotional, ZERO);
  return multiply(quantity - order.filledQuantity, worstPrice(order, price));
}

/** The state of a margin account against its maintenance requirement, dollars. */
export interface Maintenance {
  readonly equity: Decimal;
  readonly requirement: Decimal;
  /** Equity above the requirement; below 0 it is the amount of the margin call. */
  readonly excess: Decimal;
}

const LONG_RATE = decimal("0.25");
const SHORT_RATE = decimal("0.3");
const SHORT_A_SHARE = decimal("5");
const LOW_PRICE = decimal("5");
const LOW_SHORT_A_SHARE = decimal("2.5");

/**
 * The maintenance margin: 25 % of long value; short, 30 % or 5 dollars a share, whichever is more,
 * and below a price of 5 dollars, 100 % or 2.50 a share. Undefined when a holding has no price.
 * @see FINRA rule 4210 (c)(1) to (c)(3)
 */
export function maintenanceOf(account: Account, prices: PriceOf): Maintenance | undefined {
  const equity = equityOf(account, prices);
  if (equity === undefined) return undefined;
  let requirement = ZERO;
  for (const [symbol, { quantity }] of account.holdings) {
    requirement += maintenanceFor(quantity, prices(symbol) ?? ZERO);
  }
  return { equity, requirement, excess: equity - requirement };
}

function maintenanceFor(quantity: Decimal, price: Decimal): Decimal {
  const value = absolute(multiply(quantity, price));
  if (quantity >= ZERO) return multiply(value, LONG_RATE);
  if (price < LOW_PRICE) return larger(value, multiply(-quantity, LOW_SHORT_A_SHARE));
  return larger(multiply(value, SHORT_RATE), multiply(-quantity, SHORT_A_SHARE));
}

function addHolding(holdings: Map<string, Holding>, position: Position): void {
  const { symbol, quantity, cost } = position;
  const held = holdings.get(symbol);
  const sum = held && { quantity: held.quantity + quantity, cost: held.cost + cost };
  holdings.set(symbol, sum ?? position);
}

function worstPrice(order: Order, price: Decimal | undefined): Decimal {
  const { type, side, limitPrice, stopPrice, trailPrice, trailPercent } = order.request;
  const now = larger(price ?? ZERO, order.request.referencePrice);
  switch (type) {
    case "market":
      return now;
    case "limit":
    case "stop-limit":
      return side === "buy" ? (limitPrice ?? now) : larger(limitPrice ?? ZERO, now);
    case "stop":
      return side === "buy" ? larger(stopPrice ?? ZERO, now) : (stopPrice ?? now);
    case "trailing-stop":
      if (side === "sell") return now;
      return now + (trailPrice ?? multiply(now, divide(trailPercent ?? ZERO, HUNDRED)));
  }
}

function workingOrders(book: Book, prices: PriceOf, except?: string): readonly Order[] {
  const byGroup = new Map<string, Order>();
  for (const order of book.orders) {
    if (order.status === "held" || order.request.id === except) continue;
    const { id, ocoGroup, replaces, symbol } = order.request;
    const group = ocoGroup ?? replaces ?? id;
    const rival = byGroup.get(group);
    const price = prices(symbol);
    if (rival === undefined || reservationOf(order, price) > reservationOf(rival, price)) {
      byGroup.set(group, order);
    }
  }
  return [...byGroup.values()];
}

/** The parts of orders that open positions; a holding can be closed only once. */
function openings(orders: readonly Order[], account: Account, prices: PriceOf) {
  const closable = new Map<string, Decimal>();
  return orders.map((order) => {
    const { symbol, side, quantity } = order.request;
    const value = reservationOf(order, prices(symbol));
    const held = closable.get(symbol) ?? account.holdings.get(symbol)?.quantity ?? ZERO;
    const isClosing = side === "sell" ? held > ZERO : held < ZERO;
    const left = quantity === null ? ZERO : quantity - order.filledQuantity;
    if (!isClosing || left === ZERO) return { symbol, value };
    const closing = smaller(left, absolute(held));
    closable.set(symbol, side === "sell" ? held - closing : held + closing);
    return { symbol, value: divide(multiply(value, left - closing), left) };
  });
}
