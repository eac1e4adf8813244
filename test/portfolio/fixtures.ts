import { ONE } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import { equity, fractionalEquity } from "../../core/domain/instruments.ts";
import { type Holding, type RebalanceInput, rebalance } from "../../core/portfolio/rebalance.ts";
import { d } from "../execution/fixtures.ts";

/** A holding in words: quantity and price as text. */
export function holding(instrument: Instrument | string, quantity: string, price: string): Holding {
  const one = typeof instrument === "string" ? equity(instrument) : instrument;
  return { instrument: one, quantity: d(quantity), price: d(price) };
}

/** 100 000 dollars of cash and nothing held, unless said otherwise. */
export function input(changes: Partial<RebalanceInput> = {}): RebalanceInput {
  return {
    holdings: [holding("SPY", "0", "100"), holding("IEF", "0", "50")],
    weights: { SPY: 0.6, IEF: 0.4 },
    equity: d("100000"),
    cash: d("100000"),
    minTradeNotional: ONE,
    cashBuffer: 0,
    ...changes,
  };
}

/** The orders as lines such as `buy 600 SPY`, and what was kept as `IEF inside-band`. */
export function lines(of: RebalanceInput) {
  const { orders, kept } = rebalance(of);
  return {
    orders: orders.map(
      ({ side, quantity, symbol }) => `${side} ${Number(quantity) / 1e9} ${symbol}`,
    ),
    kept: kept.map(({ symbol, code }) => `${symbol} ${code}`),
  };
}

export const fractional = (symbol: string) => fractionalEquity(symbol);
