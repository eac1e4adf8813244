import { type Decimal, decimal, textOf, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest, OrderType } from "../domain/order.ts";

type PriceField = "limitPrice" | "stopPrice";

const HUNDRED = decimal("100");

/** Which prices each type is made of; every other one must be null. */
const PRICES: Readonly<Record<OrderType, readonly PriceField[]>> = {
  market: [],
  limit: ["limitPrice"],
  stop: ["stopPrice"],
  "stop-limit": ["limitPrice", "stopPrice"],
  "trailing-stop": [],
};

/**
 * Why a request is malformed, or null when it is sound. Checks form alone, against the instrument's
 * tick and lot and the combinations that venues take; money, positions and limits are risk's
 * matter.
 * @see https://docs.alpaca.markets/docs/orders-at-alpaca for the combinations
 */
export function validateRequest(request: OrderRequest, instrument: Instrument): string | null {
  return (
    instrumentFault(request, instrument) ??
    sizeFault(request, instrument.lot) ??
    priceFault(request, "limitPrice", instrument.tick) ??
    priceFault(request, "stopPrice", instrument.tick) ??
    trailFault(request, instrument.tick) ??
    timeFault(request, instrument)
  );
}

function instrumentFault(request: OrderRequest, instrument: Instrument): string | null {
  if (request.symbol !== instrument.symbol) {
    return `expected an order for ${instrument.symbol}, got one for ${request.symbol}`;
  }
  return amountFault("referencePrice", request.referencePrice);
}

function sizeFault(request: OrderRequest, lot: Decimal): string | null {
  const { quantity, notional, type } = request;
  if (quantity !== null && notional !== null) return "expected quantity or notional, got both";
  if (quantity !== null) return amountFault("quantity", quantity, lot);
  if (notional === null) return "expected quantity or notional, got neither";
  if (type !== "market") return `expected notional on a market order only, got ${type}`;
  return amountFault("notional", notional);
}

function priceFault(request: OrderRequest, field: PriceField, tick: Decimal): string | null {
  const price = request[field];
  if (PRICES[request.type].includes(field)) {
    if (price === null) return `expected a ${field} on a ${request.type} order, got none`;
    return amountFault(field, price, tick);
  }
  if (price === null) return null;
  return `expected no ${field} on a ${request.type} order, got ${textOf(price)}`;
}

function trailFault(request: OrderRequest, tick: Decimal): string | null {
  const { type, trailPrice, trailPercent } = request;
  const given = Number(trailPrice !== null) + Number(trailPercent !== null);
  if (type !== "trailing-stop") return given === 0 ? null : `expected no trail on a ${type} order`;
  if (given !== 1) return `expected exactly one of trailPrice and trailPercent, got ${given}`;
  if (trailPrice !== null) return amountFault("trailPrice", trailPrice, tick);
  if (trailPercent !== null && trailPercent >= HUNDRED) {
    return `expected trailPercent below 100, got ${textOf(trailPercent)}`;
  }
  return amountFault("trailPercent", trailPercent ?? ZERO);
}

function timeFault(request: OrderRequest, instrument: Instrument): string | null {
  const { type, timeInForce, expiresAtMs, decidedTimeMs, extendedHours } = request;
  const simple = type === "market" || type === "limit";
  const auction = timeInForce === "opg" || timeInForce === "cls";
  if (timeInForce === "gtd" && (expiresAtMs === null || expiresAtMs <= decidedTimeMs)) {
    return `expected expiresAtMs after ${decidedTimeMs} on a gtd order, got ${expiresAtMs}`;
  }
  if (timeInForce !== "gtd" && expiresAtMs !== null) {
    return `expected no expiresAtMs on a ${timeInForce} order, got ${expiresAtMs}`;
  }
  if ((auction || timeInForce === "ioc" || timeInForce === "fok") && !simple) {
    return `expected a market or limit order for ${timeInForce}, got ${type}`;
  }
  if (auction && instrument.calendar === "always-open") {
    return `expected an instrument with auctions for ${timeInForce}, got ${instrument.symbol}`;
  }
  const extensible = type === "limit" && (timeInForce === "day" || timeInForce === "gtc");
  if (extendedHours && !extensible) {
    return `expected a day or gtc limit order in extended hours, got ${type} ${timeInForce}`;
  }
  return null;
}

function amountFault(name: string, value: Decimal, step?: Decimal): string | null {
  if (value <= ZERO) return `expected ${name} above 0, got ${textOf(value)}`;
  if (step === undefined || value % step === ZERO) return null;
  return `expected ${name} in steps of ${textOf(step)}, got ${textOf(value)}`;
}
