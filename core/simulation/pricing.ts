import {
  type Decimal,
  decimalOf,
  numberOf,
  roundDown,
  roundNearest,
  ZERO,
} from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { Market, VenueConfig, WorkingOrder } from "./config.ts";
import type { Touch } from "./trigger.ts";

/**
 * The price of a fill: taking liquidity slips, never beyond a limit, and lands on a worse tick.
 */
export function priceOf(
  config: VenueConfig,
  market: Market,
  { request, filled }: WorkingOrder,
  touch: Touch,
): Decimal {
  const { tick } = market.instrument;
  const plain = decimalOf(touch.price);
  if (touch.liquidity === "maker") return roundNearest(plain, tick);
  const slip = config.slippage({
    orderId: request.id,
    price: touch.price,
    quantity: numberOf((request.quantity ?? ZERO) - filled),
    range: market.lastRange,
    volume: market.lastVolume,
    spread: market.bid > 0 && market.ask > 0 ? market.ask - market.bid : 0,
  });
  if (slip === 0) return roundNearest(plain, tick);
  const buys = request.side === "buy";
  const slipped = roundWorse(plain + decimalOf(buys ? slip : -slip), tick, buys);
  const { limitPrice } = request;
  if (limitPrice === null) return slipped;
  return buys === slipped > limitPrice ? limitPrice : slipped;
}

/** What slippage is measured from: the order's own price, or the price that the decision saw. */
export function expectedPrice(
  { limitPrice, stopPrice, type, referencePrice }: OrderRequest,
  touch: Touch,
) {
  if (type === "trailing-stop") return decimalOf(touch.price);
  return limitPrice ?? stopPrice ?? referencePrice;
}

function roundWorse(price: Decimal, tick: Decimal, up: boolean): Decimal {
  const down = roundDown(price, tick);
  return up && down < price ? down + tick : down;
}
