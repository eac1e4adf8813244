import {
  absolute,
  type Decimal,
  decimalOf,
  divide,
  multiply,
  roundDown,
  smaller,
  textOf,
  ZERO,
} from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";

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
  /** Target share of equity by symbol; what is not named is sold. Negative is short. */
  readonly weights: Readonly<Record<string, number>>;
  readonly equity: Decimal;
  /** Cash that buys may use beside what the sells bring in, dollars; null on margin: no bound. */
  readonly cash: Decimal | null;
  /** Orders below this notional are left out, dollars. A position is always closed whole. */
  readonly minTradeNotional: Decimal;
  /** Share of equity that stays in cash for fees and slippage. */
  readonly cashBuffer: number;
}

export interface RebalanceOrder {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: Decimal;
  readonly reason: string;
}

/** Orders, sells before buys, and what was left as it is, with the reason. */
export interface Rebalance {
  readonly orders: readonly RebalanceOrder[];
  readonly kept: readonly { readonly symbol: string; readonly reason: string }[];
}

/**
 * The trades from holdings to target weights. Targets are rounded down to the lot; where cash is
 * bounded and too little, buys shrink in proportion, so that they never spend what is not there.
 */
export function rebalance(input: RebalanceInput): Rebalance {
  const investable = multiply(input.equity, decimalOf(1 - input.cashBuffer));
  const sells: RebalanceOrder[] = [];
  const buys: { order: RebalanceOrder; holding: Holding }[] = [];
  const kept: { symbol: string; reason: string }[] = [];
  for (const holding of input.holdings) {
    const { symbol } = holding.instrument;
    const weight = input.weights[symbol] ?? 0;
    const change = targetOf(holding, weight, investable) - holding.quantity;
    const line = `${symbol} to ${(weight * 100).toFixed(2)} % of equity`;
    if (change === ZERO) kept.push({ symbol, reason: `${line}: already there` });
    else if (isSmall(holding, change, weight, input.minTradeNotional)) {
      kept.push({ symbol, reason: `${line}: below the smallest trade` });
    } else if (change < ZERO) {
      sells.push({ symbol, side: "sell", quantity: -change, reason: line });
    } else {
      buys.push({ order: { symbol, side: "buy", quantity: change, reason: line }, holding });
    }
  }
  const affordable = scaled(buys, sells, input);
  return { orders: [...sells, ...affordable.filter(({ quantity }) => quantity > ZERO)], kept };
}

function targetOf({ instrument, price }: Holding, weight: number, investable: Decimal): Decimal {
  if (weight === 0 || price <= ZERO) return ZERO;
  const notional = multiply(investable, decimalOf(weight));
  return roundDown(divide(notional, multiply(price, instrument.multiplier)), instrument.lot);
}

function isSmall(holding: Holding, change: Decimal, weight: number, least: Decimal): boolean {
  if (weight === 0 && holding.quantity !== ZERO) return false;
  return valueOf(holding, absolute(change)) < least;
}

function scaled(
  buys: readonly { readonly order: RebalanceOrder; readonly holding: Holding }[],
  sells: readonly RebalanceOrder[],
  { cash, holdings, equity, cashBuffer }: RebalanceInput,
): readonly RebalanceOrder[] {
  if (cash === null) return buys.map(({ order }) => order);
  const proceeds = sells.reduce((sum, { symbol, quantity }) => {
    const holding = holdings.find(({ instrument }) => instrument.symbol === symbol);
    return holding === undefined ? sum : sum + valueOf(holding, quantity);
  }, ZERO);
  const budget = cash + proceeds - multiply(equity, decimalOf(cashBuffer));
  const cost = buys.reduce(
    (sum, { order, holding }) => sum + valueOf(holding, order.quantity),
    ZERO,
  );
  if (cost <= budget) return buys.map(({ order }) => order);
  return buys.map(({ order, holding }) => {
    if (budget <= ZERO) return { ...order, quantity: ZERO };
    const part = (order.quantity * budget) / cost;
    const quantity = smaller(order.quantity, roundDown(part, holding.instrument.lot));
    return {
      ...order,
      quantity,
      reason: `${order.reason}, cut to the cash there is (${textOf(budget)})`,
    };
  });
}

function valueOf({ instrument, price }: Holding, quantity: Decimal): Decimal {
  return multiply(quantity, multiply(price, instrument.multiplier));
}
