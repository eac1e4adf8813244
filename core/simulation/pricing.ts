import {
  type Decimal,
  decimalOf,
  divide,
  larger,
  numberOf,
  roundDown,
  roundNearest,
  smaller,
  ZERO,
} from "../domain/decimal.ts";
import type { Market, VenueConfig, WorkingOrder } from "./config.ts";
import type { Touch } from "./trigger.ts";

/** What an order may still trade; by notional, what its dollars buy at a price, in whole lots. */
export function leftAt(
  { request, filled, spent }: WorkingOrder,
  price: Decimal,
  lot: Decimal,
): Decimal {
  if (request.quantity !== null) return request.quantity - filled;
  const dollars = (request.notional ?? ZERO) - spent;
  return dollars <= ZERO || price <= ZERO ? ZERO : roundDown(divide(dollars, price), lot);
}

/**
 * The price of a fill of at most so much: taking liquidity slips, never beyond a limit, and lands
 * on a worse tick, of which one is the least. Resting liquidity trades at the price itself.
 */
export function priceOf(
  config: VenueConfig,
  market: Market,
  order: WorkingOrder,
  touch: Touch,
  offered: Decimal | null,
): Decimal {
  const { tick, lot } = market.instrument;
  const plain = decimalOf(touch.price);
  if (touch.liquidity === "maker") return roundNearest(plain, tick);
  const { request } = order;
  const left = leftAt(order, plain, lot);
  const slip = config.slippage({
    orderId: request.id,
    price: touch.price,
    quantity: numberOf(offered === null ? left : smaller(left, offered)),
    range: market.lastRange,
    volume: market.lastVolume,
    spread: market.bid > 0 && market.ask > 0 ? market.ask - market.bid : 0,
  });
  if (slip === 0) return roundNearest(plain, tick);
  const buys = request.side === "buy";
  const slipped = larger(roundWorse(plain + decimalOf(buys ? slip : -slip), tick, buys), tick);
  const { limitPrice } = request;
  if (limitPrice === null) return slipped;
  return buys ? smaller(slipped, limitPrice) : larger(slipped, limitPrice);
}

function roundWorse(price: Decimal, tick: Decimal, up: boolean): Decimal {
  const down = roundDown(price, tick);
  return up && down < price ? down + tick : down;
}
