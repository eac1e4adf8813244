import type { EventData } from "../events/catalogue.ts";
import type { Book, Ledger, Position } from "./book.ts";
import { type Decimal, decimal, divide, ONE, roundDown, roundNearest, ZERO } from "./decimal.ts";
import { InvariantError } from "./errors.ts";
import type { Order, OrderRequest } from "./order.ts";
import { applySplit, marketValue, splitQuantity, unrealised } from "./position.ts";
import { withPosition } from "./postings.ts";
import { without } from "./records.ts";

type CorporateAction = EventData<"corporate-action.applied.v1">;

/** Steps that prices and quantities are rounded to, as an instrument has them. */
export interface Steps {
  readonly tick: Decimal;
  readonly lot: Decimal;
}

/** What splits need beyond their ratio. */
export interface CorporateTerms {
  /** Default: cents and billionths of a share. */
  readonly stepsOf?: ((symbol: string) => Steps | undefined) | undefined;
  /** Price after the split that fractions are paid at, dollars; the average cost when unknown. */
  readonly priceOf?: ((symbol: string) => Decimal | undefined) | undefined;
}

const DEFAULT_STEPS: Steps = { tick: decimal("0.01"), lot: 1n };

/**
 * The books after a corporate action, over all ledgers and open orders; the same reference when
 * none of them has the symbol. Splits scale positions and orders, a new symbol renames them, a
 * delisting closes positions at the last price (the venue ends the orders). A dividend moves
 * nothing here: its cash comes as `dividend.paid.v1`.
 */
export function applyCorporateAction(
  book: Book,
  action: CorporateAction,
  terms: CorporateTerms,
): Book {
  switch (action.kind) {
    case "dividend":
      return book;
    case "delisting":
      return mapBook(book, action.symbol, (ledger, held) => delist(ledger, held, action.value));
    case "symbol-change": {
      const newSymbol = newSymbolOf(action);
      const onLedger = (ledger: Ledger, held: Position) => rename(ledger, held, newSymbol);
      return mapBook(book, action.symbol, onLedger, (order) => orderAfter(order, action, terms));
    }
    case "split": {
      const steps = terms.stepsOf?.(action.symbol) ?? DEFAULT_STEPS;
      const price = terms.priceOf?.(action.symbol);
      const onLedger = (ledger: Ledger, held: Position) =>
        split(ledger, held, action.value, steps.lot, price);
      return mapBook(book, action.symbol, onLedger, (order) => orderAfter(order, action, terms));
    }
  }
}

/** An open order after a corporate action; the same reference when it is none of its own. */
export function orderAfter(
  order: Order,
  action: CorporateAction,
  { stepsOf }: Pick<CorporateTerms, "stepsOf">,
): Order {
  if (order.request.symbol !== action.symbol) return order;
  if (action.kind === "symbol-change") return withRequest(order, { symbol: newSymbolOf(action) });
  if (action.kind !== "split") return order;
  return splitOrder(order, action.value, stepsOf?.(action.symbol) ?? DEFAULT_STEPS);
}

function newSymbolOf({ symbol, newSymbol }: CorporateAction): string {
  if (newSymbol !== null) return newSymbol;
  throw new InvariantError(`expected a new symbol for ${symbol}, got none`);
}

/**
 * An open order after a split of `ratio` new shares for one old: prices divided and rounded to the
 * tick, the unfilled quantity multiplied and rounded down to the lot; dollars and percents stay.
 * @see FINRA rule 5330, adjustment of orders (venues cancel open orders on reverse splits instead)
 */
export function splitOrder(order: Order, ratio: Decimal, steps: Steps): Order {
  const { request } = order;
  const price = (value: Decimal | null) =>
    value === null ? null : roundNearest(divide(value, ratio), steps.tick);
  const filledQuantity = splitQuantity(order.filledQuantity, ratio);
  const left = request.quantity === null ? null : request.quantity - order.filledQuantity;
  const quantity =
    left === null ? null : filledQuantity + roundDown(splitQuantity(left, ratio), steps.lot);
  const changes = {
    quantity,
    limitPrice: price(request.limitPrice),
    stopPrice: price(request.stopPrice),
    trailPrice: price(request.trailPrice),
    referencePrice: divide(request.referencePrice, ratio),
  };
  return { ...withRequest(order, changes), filledQuantity };
}

function withRequest(order: Order, changes: Partial<OrderRequest>): Order {
  return { ...order, request: { ...order.request, ...changes } };
}

function mapBook(
  book: Book,
  symbol: string,
  onLedger: (ledger: Ledger, held: Position) => Ledger,
  onOrder: (order: Order) => Order = (order) => order,
): Book {
  let changed = false;
  const ledgers = { ...book.ledgers };
  for (const [profile, ledger] of Object.entries(book.ledgers)) {
    const held = ledger.positions[symbol];
    if (held === undefined) continue;
    const next = onLedger(ledger, held);
    changed ||= next !== ledger;
    ledgers[profile] = next;
  }
  const orders = book.orders.map((order) => {
    const next = order.request.symbol === symbol ? onOrder(order) : order;
    changed ||= next !== order;
    return next;
  });
  return changed ? { ...book, ledgers, orders } : book;
}

function split(
  ledger: Ledger,
  held: Position,
  ratio: Decimal,
  lot: Decimal,
  price: Decimal | undefined,
): Ledger {
  if (ratio === ONE) return ledger;
  const change = applySplit(held, ratio, price === undefined ? { lot } : { lot, price });
  return {
    ...ledger,
    cash: ledger.cash + change.cash,
    realised: ledger.realised + change.realised,
    positions: withPosition(ledger.positions, held.symbol, change.position),
  };
}

function delist(ledger: Ledger, held: Position, price: Decimal): Ledger {
  return {
    ...ledger,
    cash: ledger.cash + marketValue(held, price),
    realised: ledger.realised + unrealised(held, price),
    positions: without(ledger.positions, held.symbol),
  };
}

function rename(ledger: Ledger, held: Position, symbol: string): Ledger {
  const positions = without(ledger.positions, held.symbol);
  const other = positions[symbol];
  const position = other === undefined ? { ...held, symbol } : joined(held, other);
  return { ...ledger, positions: { ...positions, [symbol]: position } };
}

/** Two positions that have become one instrument; the lots keep their times. */
function joined(held: Position, other: Position): Position {
  if (held.quantity > ZERO !== other.quantity > ZERO) {
    throw new InvariantError(
      `expected ${held.symbol} and ${other.symbol} on the same side, as one takes the other's name`,
    );
  }
  return {
    symbol: other.symbol,
    quantity: held.quantity + other.quantity,
    cost: held.cost + other.cost,
    lots: [...held.lots, ...other.lots].sort((a, b) => a.openedTimeMs - b.openedTimeMs),
    realised: held.realised + other.realised,
    openedTimeMs: Math.min(held.openedTimeMs, other.openedTimeMs),
  };
}
