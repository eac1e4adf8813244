import {
  absolute,
  type Decimal,
  decimalOf,
  divide,
  larger,
  multiply,
  ZERO,
} from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";
import { validateRequest } from "../execution/validate.ts";
import type { AccountView, Market } from "./config.ts";

/** Why a venue does not take an order at all, or null. */
export function refusalOf(request: OrderRequest, market: Market | undefined): string | null {
  if (market === undefined) return `${request.symbol} is not traded here`;
  if (market.delisted) return `${request.symbol} is delisted`;
  return validateRequest(request, market.instrument);
}

/**
 * What an account lacks for an order, or null. Only the part that opens a position is asked about:
 * legs close what their parent opens. Before the first price the decision's own is taken.
 */
export function lackOf(request: OrderRequest, market: Market, account: AccountView): string | null {
  if (request.parentId !== null) return null;
  const { side } = request;
  const price = priceFor(request, market);
  const quantity = request.quantity ?? divide(request.notional ?? ZERO, price);
  const held = account.position(request.symbol);
  const isAgainst = side === "buy" ? held < ZERO : held > ZERO;
  const opening = isAgainst ? quantity - absolute(held) : quantity;
  if (opening <= ZERO) return null;
  if (side === "sell" && !market.instrument.shortable) return "not shortable";
  const cost = multiply(opening, price);
  return cost > account.buyingPower(request.id) ? "insufficient buying power" : null;
}

/** What a unit costs at worst as far as is known: a sale is worth at least the market's price. */
function priceFor(request: OrderRequest, market: Market): Decimal {
  const { limitPrice, stopPrice, referencePrice, side } = request;
  const last = market.lastPrice > 0 ? decimalOf(market.lastPrice) : referencePrice;
  const own = limitPrice ?? stopPrice ?? last;
  return side === "buy" ? own : larger(own, last);
}
