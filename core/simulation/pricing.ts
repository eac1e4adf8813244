import {
  type Decimal,
  decimalOf,
  divide,
  larger,
  numberOf,
  roundDown,
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
 * The price of a fill of at most so much: taking liquidity slips, resting liquidity does not.
 * Prices between two ticks, as of adjusted series and trailing stops, become the worse one of both,
 * of which one tick is the least; never beyond a limit.
 */
export function priceOf(
  config: VenueConfig,
  market: Market,
  order: WorkingOrder,
  touch: Touch,
  offered: Decimal | null,
): Decimal {
  const { tick } = market.instrument;
  const { limitPrice, side } = order.request;
  const buys = side === "buy";
  const slip = touch.liquidity === "maker" ? 0 : slipOf(config, market, order, touch, offered);
  const plain = decimalOf(touch.price);
  const exact = slip === 0 ? plain : plain + decimalOf(buys ? slip : -slip);
  const price = larger(roundWorse(exact, tick, buys), tick);
  if (limitPrice === null) return price;
  return buys ? smaller(price, limitPrice) : larger(price, limitPrice);
}

/** Dollars a unit that taking liquidity costs beyond the price. */
function slipOf(
  config: VenueConfig,
  market: Market,
  order: WorkingOrder,
  { price }: Touch,
  offered: Decimal | null,
): number {
  const left = leftAt(order, decimalOf(price), market.instrument.lot);
  return config.slippage({
    orderId: order.request.id,
    price,
    quantity: numberOf(offered === null ? left : smaller(left, offered)),
    range: market.lastRange,
    volume: market.lastVolume,
    spread: market.bid > 0 && market.ask > 0 ? market.ask - market.bid : 0,
  });
}

function roundWorse(price: Decimal, tick: Decimal, up: boolean): Decimal {
  const down = roundDown(price, tick);
  return up && down < price ? down + tick : down;
}
