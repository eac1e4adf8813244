import { type Decimal, decimal, multiply, ONE, textOf, ZERO } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { isWhole, type Placement } from "./placement.ts";
import { timeInForceOf } from "./timeInForce.ts";
import { isPair } from "./wire.ts";

const CENT = decimal("0.01");
const HUNDREDTH_CENT = decimal("0.0001");
const LEAST_TRAIL_PERCENT = decimal("0.1");
const LEAST_DOLLARS = ONE;
const LEAST_CRYPTO_DOLLARS = decimal("10");
const LONGEST_ID = 128;

/** Reasons are `code: sentence`; the codes are for statistics, the sentence for a person. */
type Reason = string | null;

/**
 * Why Alpaca would refuse a body, or null: found before sending, so that the reason is clear and no
 * request is spent on it.
 * @see https://docs.alpaca.markets/docs/orders-at-alpaca
 */
export function refusalOf(placement: Placement): string | null {
  for (const request of [placement.root, ...placement.legs]) {
    const reason = faultOf(request);
    if (reason !== null) return reason;
  }
  return groupFault(placement);
}

/** Why Alpaca would refuse one order by itself, or null. */
export function faultOf(request: OrderRequest): string | null {
  return (
    idFault(request) ??
    (isPair(request.symbol) ? cryptoFault(request) : equityFault(request)) ??
    extendedFault(request) ??
    minimumFault(request)
  );
}

function idFault({ id }: OrderRequest): Reason {
  if (id.length <= LONGEST_ID) return null;
  return `id-too-long: expected a client order id of at most ${LONGEST_ID}, got ${id.length}`;
}

function equityFault(request: OrderRequest): Reason {
  return sizeFault(request) ?? trailFault(request) ?? timeFault(request) ?? tickFault(request);
}

/** Fractions and dollars live for the day only, and a trailing stop can't be of them. */
function sizeFault(request: OrderRequest): Reason {
  const { type, notional } = request;
  if (isWhole(request)) return null;
  const timeInForce = timeInForceOf(request);
  if (notional !== null && type !== "market") {
    return `notional-market-only: expected a market order for dollars, got ${type}`;
  }
  if (timeInForce !== "day") {
    return `fractional-day-only: expected day for a fraction of a share, got ${timeInForce}`;
  }
  if (type !== "trailing-stop") return null;
  return "fractional-no-trail: expected whole shares for a trailing stop";
}

function trailFault({ type, timeInForce, trailPercent }: OrderRequest): Reason {
  if (type !== "trailing-stop") return null;
  if (timeInForce !== "day" && timeInForce !== "gtc" && timeInForce !== "gtd") {
    return `trail-time: expected day or gtc for a trailing stop, got ${timeInForce}`;
  }
  if (trailPercent === null || trailPercent >= LEAST_TRAIL_PERCENT) return null;
  return `trail-too-close: expected a trail of 0.1 % or more, got ${textOf(trailPercent)}`;
}

function timeFault({ type, timeInForce }: OrderRequest): Reason {
  if (timeInForce === "day" || timeInForce === "gtc" || timeInForce === "gtd") return null;
  if (type === "market" || type === "limit") return null;
  return `time-in-force: expected a market or limit order for ${timeInForce}, got ${type}`;
}

/** Rule 612 of Regulation NMS: cents from a dollar on, hundredths of a cent below. */
function tickFault({ limitPrice, stopPrice, trailPrice }: OrderRequest): Reason {
  for (const price of [limitPrice, stopPrice, trailPrice]) {
    if (price === null) continue;
    const tick = price >= ONE ? CENT : HUNDREDTH_CENT;
    if (price % tick !== ZERO) {
      return `price-increment: expected a price in steps of ${textOf(tick)}, got ${textOf(price)}`;
    }
  }
  return null;
}

function cryptoFault({ type, timeInForce, extendedHours, symbol }: OrderRequest): Reason {
  if (extendedHours) return `crypto-hours: expected no extended hours for ${symbol}`;
  if (type === "trailing-stop") {
    return "crypto-type: expected market, limit, stop or stop-limit for crypto, got trailing-stop";
  }
  if (timeInForce === "fok" || timeInForce === "opg" || timeInForce === "cls") {
    return `crypto-time-in-force: expected gtc or ioc for crypto, got ${timeInForce}`;
  }
  const immediate = timeInForce === "ioc" && type !== "market" && type !== "limit";
  return immediate ? `crypto-time-in-force: expected gtc for ${type}, got ioc` : null;
}

function extendedFault({ extendedHours, type, timeInForce }: OrderRequest): Reason {
  if (!extendedHours) return null;
  if (type === "limit" && (timeInForce === "day" || timeInForce === "gtc")) return null;
  const got = `${type} ${timeInForce}`;
  return `extended-hours: expected a day or gtc limit order outside regular hours, got ${got}`;
}

function minimumFault(request: OrderRequest): Reason {
  const { symbol, side, notional, limitPrice, referencePrice, quantity } = request;
  const crypto = isPair(symbol);
  // Alpaca's floor for crypto is on purchases; the one for shares is asked of dollars only.
  if (crypto && side === "sell") return null;
  const dollars = notional ?? (crypto ? dollarsOf(quantity, limitPrice ?? referencePrice) : null);
  const least = crypto ? LEAST_CRYPTO_DOLLARS : LEAST_DOLLARS;
  if (dollars === null || dollars >= least) return null;
  return `below-minimum: expected ${textOf(least)} dollars or more, got ${textOf(dollars)}`;
}

function dollarsOf(quantity: Decimal | null, price: Decimal): Decimal | null {
  return quantity === null ? null : multiply(quantity, price);
}

/** Targets and stops must lie on their own sides of the entry, a cent off at least. */
function groupFault({ orderClass, root, legs }: Placement): Reason {
  if (orderClass === "simple" || orderClass === "kept") return null;
  const oco = orderClass === "oco";
  // An OCO's base is its target, an entry's its limit; at market only Alpaca knows the base.
  const base = root.limitPrice;
  const opens = oco ? (root.side === "sell" ? "buy" : "sell") : root.side;
  const up = opens === "buy" ? 1n : -1n;
  const target = legs.find(({ type }) => type === "limit")?.limitPrice ?? null;
  const stop = legs.find(({ type }) => type !== "limit")?.stopPrice ?? null;
  if (base !== null && target !== null && (target - base) * up < CENT) {
    return `bracket-prices: expected the target beyond ${textOf(base)}, got ${textOf(target)}`;
  }
  if (base !== null && stop !== null && (base - stop) * up < CENT) {
    return `bracket-prices: expected the stop before ${textOf(base)}, got ${textOf(stop)}`;
  }
  if (target !== null && stop !== null && (target - stop) * up <= ZERO) {
    return `bracket-prices: expected the target beyond the stop, got ${textOf(target)}`;
  }
  return null;
}
