import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import {
  type Decimal,
  decimal,
  divide,
  larger,
  multiply,
  numberOf,
  ONE,
  textOf,
  ZERO,
} from "../../core/domain/decimal.ts";
import { newYorkDate, newYorkTimeMs } from "../../core/domain/time.ts";
import { lackOf } from "../../core/simulation/refusals.ts";
import type { SimulatedVenue } from "../../core/simulation/venue.ts";
import type { Configurations } from "./account.ts";
import type { Books } from "./books.ts";
import type { Desk, Placement } from "./desk.ts";
import { forbidden, type Refusal, unprocessable } from "./errors.ts";
import { type ExchangeOrder, leftOf, type PositionIntent, siblingsOf } from "./order.ts";
import type { OrderDraft } from "./orderBody.ts";
import { washTradeOf } from "./washTrade.ts";

const LEAST_CRYPTO = decimal("10");
const LEAST_SHORT_EQUITY = decimal("2000");
const CENT = decimal("0.01");

/** What an order is judged against. */
export interface AccountState {
  readonly desk: Desk;
  readonly books: Books;
  readonly venue: SimulatedVenue;
  readonly configurations: Configurations;
  readonly nowMs: number;
}

/** Whether an order opens or closes, by the position as it is. */
export function intentOf(side: "buy" | "sell", position: Decimal): PositionIntent {
  if (side === "buy") return position < ZERO ? "buy_to_close" : "buy_to_open";
  return position > ZERO ? "sell_to_close" : "sell_to_open";
}

/** Judges a sound body by the clock, the market and the account. @throws Refusal as Alpaca's. */
export function checkAccount(draft: OrderDraft, placement: Placement, state: AccountState): void {
  const refusal =
    blockFault(state) ??
    intentFault(draft, placement) ??
    auctionFault(draft, state.nowMs) ??
    priceFault(draft, state) ??
    legFault(draft, state) ??
    washTradeOf(placement, state.desk.open()) ??
    quantityFault(draft, state) ??
    shortFault(draft, state) ??
    costFault(draft, state) ??
    powerFault(placement, state);
  if (refusal !== null) throw refusal;
}

function blockFault({ configurations }: AccountState): Refusal | null {
  if (!configurations.current.suspend_trade) return null;
  return forbidden("new orders are rejected by user request");
}

function intentFault({ intent }: OrderDraft, placement: Placement): Refusal | null {
  if (intent === null || intent === placement.intent) return null;
  return unprocessable(
    `position intent mismatch, inferred: ${placement.intent}, specified: ${intent}`,
  );
}

/** Auction orders are taken until shortly before the auction, and again from seven at night. */
function auctionFault({ timeInForce, instrument }: OrderDraft, nowMs: number): Refusal | null {
  if (timeInForce !== "opg" && timeInForce !== "cls") return null;
  const calendar = calendarOf(instrument.calendar);
  if (calendar.sessionOn(calendar.tradingDateOf(nowMs)) === null) return null;
  const at = (clock: string) => newYorkTimeMs(newYorkDate(nowMs), clock);
  const [last, text] = timeInForce === "opg" ? [at("09:28"), "9:28am"] : [at("15:50"), "3:50pm"];
  if (nowMs < last || nowMs >= at("19:00")) return null;
  return forbidden(`${timeInForce} orders must be submitted after 7:00pm and before ${text}`);
}

function marketPrice({ instrument }: OrderDraft, { books }: AccountState): Decimal | null {
  return books.priceOf(instrument.symbol) ?? null;
}

function priceFault(draft: OrderDraft, state: AccountState): Refusal | null {
  const { type, side, stopPrice, limitPrice, instrument } = draft;
  const now = marketPrice(draft, state);
  if (now === null && limitPrice === null && stopPrice === null) {
    return unprocessable(`asset "${instrument.symbol}" is not tradable: no price is known yet`);
  }
  if (stopPrice === null || now === null || (type !== "stop" && type !== "stop-limit")) return null;
  const context = { market_price: textOf(now), stop_price: textOf(stopPrice) };
  if (side === "sell" && stopPrice >= now) {
    return unprocessable("stop price must be less than current price", context);
  }
  if (side === "buy" && stopPrice <= now) {
    return unprocessable("stop price must be greater than current price", context);
  }
  return null;
}

/** Targets and stops must lie on their own sides of the entry, a cent off at least. */
function legFault(draft: OrderDraft, state: AccountState): Refusal | null {
  const { orderClass, takeProfit, stopLoss, limitPrice } = draft;
  if (orderClass === "simple") return null;
  const oco = orderClass === "oco";
  const base = oco ? takeProfit : (limitPrice ?? marketPrice(draft, state));
  if (base === null) return null;
  const opens = oco ? (draft.side === "sell" ? "buy" : "sell") : draft.side;
  const [up, away, near] =
    opens === "buy"
      ? [1n, ">= base_price + 0.01", "<= base_price - 0.01"]
      : [-1n, "<= base_price - 0.01", ">= base_price + 0.01"];
  const context = { base_price: textOf(base) };
  if (!oco && takeProfit !== null && (takeProfit - base) * up < CENT) {
    return unprocessable(`take_profit.limit_price must be ${away}`, context);
  }
  if (stopLoss !== null && (base - stopLoss.stopPrice) * up < CENT) {
    return unprocessable(`stop_loss.stop_price must be ${near}`, context);
  }
  return null;
}

/** Shares that open orders on a side are for: of a group that fills once, only the most. */
export function heldForOrders(
  open: Iterable<ExchangeOrder>,
  symbol: string,
  side: "buy" | "sell",
): { readonly quantity: Decimal; readonly orders: readonly ExchangeOrder[] } {
  const orders: ExchangeOrder[] = [];
  const byGroup = new Map<ExchangeOrder, Decimal>();
  for (const order of open) {
    const { request, working } = order;
    if (request.symbol !== symbol || request.side !== side || working?.held === true) continue;
    const rivals = [order, ...siblingsOf(order)].map((one) => one.sequence);
    const group = orders.find(({ sequence }) => rivals.includes(sequence)) ?? order;
    const left = leftOf(order) ?? ZERO;
    byGroup.set(group, larger(byGroup.get(group) ?? ZERO, left));
    orders.push(order);
  }
  return { quantity: [...byGroup.values()].reduce((sum, one) => sum + one, ZERO), orders };
}

function sizeOf(draft: OrderDraft, state: AccountState): Decimal {
  const price = marketPrice(draft, state) ?? draft.limitPrice ?? draft.stopPrice ?? ONE;
  return draft.quantity ?? divide(draft.notional ?? ZERO, price);
}

/** What closes a position can't be more of it than other orders have left. */
function quantityFault(draft: OrderDraft, state: AccountState): Refusal | null {
  const { side, instrument } = draft;
  const { symbol } = instrument;
  const position = state.books.quantity(symbol);
  const isCrypto = instrument.assetClass === "crypto";
  const closes = side === "sell" ? position > ZERO : position < ZERO;
  if (!closes && !(isCrypto && side === "sell")) return null;
  const size = sizeOf(draft, state);
  const existing = position < ZERO ? -position : position;
  const held = heldForOrders(state.desk.open(), symbol, side);
  const available = larger(existing - held.quantity, ZERO);
  if (size <= available) return null;
  const numbers = `(requested: ${textOf(size)}, available: ${textOf(available)})`;
  if (isCrypto) {
    const [coin = symbol] = symbol.split("/");
    return forbidden(`insufficient balance for ${coin} ${numbers}`);
  }
  return forbidden(`insufficient qty available for order ${numbers}`, {
    available: textOf(available),
    existing_qty: textOf(existing),
    held_for_orders: textOf(held.quantity),
    symbol,
    ...(held.orders.length === 0 ? {} : { related_orders: held.orders.map(({ id }) => id) }),
  });
}

function shortFault(draft: OrderDraft, state: AccountState): Refusal | null {
  const { side, instrument, quantity } = draft;
  const { books, configurations } = state;
  if (side === "buy" || books.quantity(instrument.symbol) > ZERO) return null;
  if (!instrument.shortable) {
    return unprocessable(`asset "${instrument.symbol}" cannot be sold short`);
  }
  if (quantity === null || quantity % ONE !== ZERO) {
    return unprocessable("fractional orders cannot be sold short");
  }
  const mayShort = books.kind === "margin" && books.equity() >= LEAST_SHORT_EQUITY;
  if (mayShort && !configurations.current.no_shorting) return null;
  return forbidden("account is not allowed to short");
}

function costFault(draft: OrderDraft, state: AccountState): Refusal | null {
  const isCrypto = draft.instrument.assetClass === "crypto";
  if (isCrypto && draft.side === "sell") return null;
  const { quantity, notional, limitPrice } = draft;
  if (!isCrypto && (quantity === null || quantity % ONE === ZERO)) return null;
  const price = limitPrice ?? marketPrice(draft, state) ?? draft.stopPrice;
  const cost = notional ?? (price === null ? null : multiply(quantity ?? ZERO, price));
  const least = isCrypto ? LEAST_CRYPTO : ONE;
  if (cost === null || cost >= least) return null;
  return forbidden(`cost basis must be >= minimal amount of order ${numberOf(least)}`, {
    cost_basis: textOf(cost),
  });
}

/** Orders that open a position need the means for it. */
function powerFault({ requests, instrument }: Placement, state: AccountState): Refusal | null {
  const [request] = requests;
  const { books, desk, venue } = state;
  // Asked for only where something is opened: it looks at every open order.
  const reason = lackOf(request, venue.market(instrument), {
    buyingPower: () => books.buyingPower(desk.open()),
    position: (symbol) => books.quantity(symbol),
  });
  if (reason === null) return null;
  const price = request.limitPrice ?? request.stopPrice ?? request.referencePrice;
  const cost = request.notional ?? multiply(request.quantity ?? ZERO, price);
  return forbidden("insufficient buying power", {
    buying_power: textOf(books.buyingPower(desk.open())),
    cost_basis: textOf(cost),
  });
}
