import {
  absolute,
  type Decimal,
  decimalOf,
  larger,
  multiply,
  ONE,
  roundDown,
  smaller,
  textOf,
  ZERO,
} from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import { type Bands, bandText, percent, widthOf } from "./bands.ts";
import { unitsFor } from "./sizing.ts";

/** One instrument of a rebalance. */
export interface Holding {
  readonly instrument: Instrument;
  /** Signed quantity held. */
  readonly quantity: Decimal;
  /** Dollars a unit. */
  readonly price: Decimal;
}

/** What to trade towards. */
export interface RebalanceInput {
  readonly holdings: readonly Holding[];
  /** Target share of equity by symbol; what is not named is closed. Negative is short. */
  readonly weights: Readonly<Record<string, number>>;
  readonly equity: Decimal;
  /** Cash that buys may use beside what the sells bring in, dollars; null on margin: no bound. */
  readonly cash: Decimal | null;
  /** Orders below this notional are left out, dollars. A position is always closed whole. */
  readonly minTradeNotional: Decimal;
  /** Share of equity that stays in cash for fees and slippage. */
  readonly cashBuffer: number;
  /** Drift that is let be; none by default. What is opened or closed whole has no band. */
  readonly bands?: Bands;
  /** Trades whole shares even where the instrument has a smaller lot. */
  readonly wholeShares?: boolean;
}

/** One trade, at market; the quantity is unsigned. */
export interface RebalanceOrder {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: Decimal;
  readonly reason: string;
}

/** Why a holding is left as it is. */
export type KeptCode =
  | "on-target"
  | "inside-band"
  | "too-small"
  | "no-cash"
  | "no-price"
  | "unknown-symbol";
/** An instrument that is left as it is. */
export interface Kept {
  readonly symbol: string;
  readonly code: KeptCode;
  readonly reason: string;
}

/** Orders, sells before buys, and what was left as it is, with the reason. */
export interface Rebalance {
  readonly orders: readonly RebalanceOrder[];
  readonly kept: readonly Kept[];
}

/** A trade in the making. */
interface Change {
  readonly holding: Holding;
  readonly lot: Decimal;
  /** Signed quantity to trade. */
  readonly change: Decimal;
  readonly line: string;
}

/**
 * The trades from holdings to target weights, in the order of the holdings, sells before buys.
 *
 * Targets are cut to the lot towards zero, so no position exceeds its target by trading. Weights
 * that would eat into the cash buffer are scaled down in proportion, and where cash is bounded buys
 * shrink until cash, with what the sells of long positions bring in, pays for them and leaves the
 * buffer: cash never goes below zero. With equity of 0 or less everything is closed.
 */
export function rebalance(input: RebalanceInput): Rebalance {
  const kept: Kept[] = unknownSymbols(input);
  const sells: Change[] = [];
  const buys: Change[] = [];
  const investable = investableOf(input);
  for (const holding of input.holdings) {
    const found = changeOf(holding, investable, input);
    if ("code" in found) kept.push(found);
    else if (found.change < ZERO) sells.push(found);
    else buys.push(found);
  }
  const orders = sells.map(({ holding, change, line }) => orderOf(holding, change, line));
  for (const buy of affordable(buys, sells, input)) {
    if ("code" in buy) kept.push(buy);
    else orders.push(orderOf(buy.holding, buy.change, buy.line));
  }
  return { orders, kept };
}

/** Equity that weights are shares of: all of it, as long as they leave the buffer to cash. */
function investableOf({ equity, weights, cashBuffer }: RebalanceInput): Decimal {
  const longs = Object.values(weights).reduce((sum, weight) => sum + Math.max(weight, 0), 0);
  if (equity <= ZERO) return ZERO;
  const factor = longs === 0 ? 1 : Math.min(1, (1 - cashBuffer) / Math.min(longs, 1));
  return factor === 1 ? equity : multiply(equity, decimalOf(factor));
}

function changeOf(holding: Holding, investable: Decimal, input: RebalanceInput): Change | Kept {
  const { instrument, quantity, price } = holding;
  const { symbol } = instrument;
  const weight = input.weights[symbol] ?? 0;
  if (price <= ZERO) return keep(symbol, "no-price", `${symbol}: no price is known`);
  const lot = input.wholeShares === true ? larger(instrument.lot, ONE) : instrument.lot;
  const target = targetOf(holding, weight, investable, lot);
  // A whole exit takes what is there, dust included; a part is rounded down to the lot.
  const change = target === ZERO ? -quantity : roundDown(target - quantity, lot);
  const line = `${symbol} from ${shareOf(holding, input.equity)} to ${percent(weight)} of equity`;
  if (change === ZERO && target === ZERO && weight !== 0) {
    return keep(symbol, "too-small", `${line}: below the lot of ${textOf(lot)}`);
  }
  if (change === ZERO) return keep(symbol, "on-target", `${line}: already there`);
  if (target === ZERO) return { holding, lot, change, line };
  if (isInside(holding, weight, investable, input)) {
    return keep(
      symbol,
      "inside-band",
      `${line}: inside its band of ${bandText(input.bands ?? {})}`,
    );
  }
  const value = dollarsOf(holding, change);
  return value < input.minTradeNotional
    ? keep(symbol, "too-small", tooSmall(line, value, input))
    : { holding, lot, change, line };
}

function targetOf(holding: Holding, weight: number, investable: Decimal, lot: Decimal): Decimal {
  const dollars = multiply(investable, decimalOf(Math.abs(weight)));
  const units = roundDown(unitsFor(dollars, holding.price, holding.instrument), lot);
  return weight < 0 ? -units : units;
}

/**
 * Compared in exact dollars with the target that the buffer leaves: a drift that equals the band is
 * still inside of it.
 */
function isInside(
  holding: Holding,
  weight: number,
  investable: Decimal,
  { equity, bands }: RebalanceInput,
): boolean {
  if (bands === undefined || holding.quantity === ZERO) return false;
  const value = dollarsOf(holding, holding.quantity);
  const held = holding.quantity < ZERO ? -value : value;
  const drift = absolute(held - multiply(investable, decimalOf(weight)));
  return drift <= multiply(equity, decimalOf(widthOf(bands, weight)));
}

/** Cuts buys in proportion to what cash and sells pay for. */
function affordable(
  buys: readonly Change[],
  sells: readonly Change[],
  input: RebalanceInput,
): readonly (Change | Kept)[] {
  if (input.cash === null) return buys;
  const proceeds = sells.reduce((sum, sell) => sum + proceedsOf(sell), ZERO);
  const buffer = multiply(larger(input.equity, ZERO), decimalOf(input.cashBuffer));
  const budget = larger(input.cash + proceeds - buffer, ZERO);
  const cost = buys.reduce((sum, { holding, change }) => sum + dollarsOf(holding, change), ZERO);
  if (cost <= budget) return buys;
  return buys.map((buy) => cutTo(buy, budget, cost, input));
}

function cutTo(buy: Change, budget: Decimal, cost: Decimal, input: RebalanceInput): Change | Kept {
  const { holding, lot } = buy;
  const { symbol } = holding.instrument;
  const line = `${buy.line}, cut to the cash there is (${textOf(budget)})`;
  const change = roundDown((buy.change * budget) / cost, lot);
  if (change === ZERO) return keep(symbol, "no-cash", line);
  const value = dollarsOf(holding, change);
  if (value < input.minTradeNotional)
    return keep(symbol, "too-small", tooSmall(line, value, input));
  return { holding, lot, change, line };
}

/** What a sell brings in: only the sale of what is held, as a short sale's proceeds are pledged. */
function proceedsOf({ holding, change }: Change): Decimal {
  const sold = smaller(-change, larger(holding.quantity, ZERO));
  return dollarsOf(holding, sold);
}

function unknownSymbols({ holdings, weights }: RebalanceInput): Kept[] {
  const known = new Set(holdings.map(({ instrument }) => instrument.symbol));
  return Object.keys(weights)
    .filter((symbol) => !known.has(symbol))
    .map((symbol) => keep(symbol, "unknown-symbol", `${symbol} is not among the holdings`));
}

function orderOf({ instrument }: Holding, change: Decimal, reason: string): RebalanceOrder {
  const side = change < ZERO ? "sell" : "buy";
  return { symbol: instrument.symbol, side, quantity: absolute(change), reason };
}

/** Unsigned dollars. */
function dollarsOf({ instrument, price }: Holding, quantity: Decimal): Decimal {
  return multiply(absolute(quantity), multiply(price, instrument.multiplier));
}

function keep(symbol: string, code: KeptCode, reason: string): Kept {
  return { symbol, code, reason };
}

function tooSmall(line: string, value: Decimal, { minTradeNotional }: RebalanceInput): string {
  return `${line}: ${textOf(value)} is below the smallest trade, ${textOf(minTradeNotional)}`;
}

function shareOf(holding: Holding, equity: Decimal): string {
  if (equity <= ZERO) return "?";
  const value = dollarsOf(holding, holding.quantity);
  return percent(Number(holding.quantity < ZERO ? -value : value) / Number(equity));
}
