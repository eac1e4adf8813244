import { type Decimal, divide, larger, ZERO } from "../domain/decimal.ts";
import type { Order } from "../domain/order.ts";

/** Units that may still be bought and sold of an instrument, unsigned. */
export interface Waiting {
  readonly buys: Decimal;
  readonly sells: Decimal;
}

const NONE: Waiting = { buys: ZERO, sells: ZERO };

/**
 * What working orders may still open, by instrument, as if each filled whole: entries and
 * rebalances, also those that are asked to be cancelled, as they may fill before that. Of an order
 * and its replacement only one can fill, so the larger counts. Orders that protect or close open
 * nothing, and held ones wait for another. `except` is left out: the order that is being replaced.
 */
export function waitingEntries(
  orders: readonly Order[],
  except: string | null,
  priceOf: (symbol: string) => Decimal,
): ReadonlyMap<string, Waiting> {
  const largest = new Map<string, Order>();
  for (const order of orders) {
    const { id, role, replaces } = order.request;
    if ((role !== "entry" && role !== "rebalance") || order.status === "held") continue;
    if (id === except) continue;
    const group = replaces ?? id;
    const rival = largest.get(group);
    if (rival === undefined || leftOf(order, priceOf) > leftOf(rival, priceOf)) {
      largest.set(group, order);
    }
  }
  const found = new Map<string, Waiting>();
  for (const order of largest.values()) {
    const { symbol, side } = order.request;
    const { buys, sells } = found.get(symbol) ?? NONE;
    const left = leftOf(order, priceOf);
    found.set(
      symbol,
      side === "buy" ? { buys: buys + left, sells } : { buys, sells: sells + left },
    );
  }
  return found;
}

/** Units that have not filled yet; dollars count at the price now. */
function leftOf({ request, filledQuantity, filledNotional }: Order, priceOf: PriceOf): Decimal {
  if (request.quantity !== null) return request.quantity - filledQuantity;
  const price = larger(priceOf(request.symbol), request.referencePrice);
  if (price <= ZERO) return ZERO;
  return divide(larger((request.notional ?? ZERO) - filledNotional, ZERO), price);
}

type PriceOf = (symbol: string) => Decimal;
