import { type Decimal, decimal, ONE, textOf, ZERO } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import type { OrderType } from "../../core/domain/order.ts";
import { isFractionable } from "./assets.ts";
import { malformed, type Refusal, unprocessable } from "./errors.ts";
import type { OrderDraft } from "./orderBody.ts";

const CENT = decimal("0.01");
const HUNDREDTH_CENT = decimal("0.0001");
const LEAST_TRAIL_PERCENT = decimal("0.1");
const HUNDRED = decimal("100");
const LONGEST_ID = 128;

/** Judges a body by its form alone: the fields, and which of them go together. */
export function checkForm(draft: OrderDraft): void {
  const refusal =
    idFault(draft.clientOrderId) ??
    sizeFault(draft) ??
    priceFault(draft) ??
    trailFault(draft) ??
    timeFault(draft) ??
    classFault(draft) ??
    incrementFault(draft.instrument, {
      limit_price: draft.limitPrice,
      stop_price: draft.stopPrice,
      "take_profit.limit_price": draft.takeProfit,
      "stop_loss.stop_price": draft.stopLoss?.stopPrice ?? null,
      "stop_loss.limit_price": draft.stopLoss?.limitPrice ?? null,
    });
  if (refusal !== null) throw refusal;
}

/** A client order id that is too long, or null. */
export function idFault(clientOrderId: string | null): Refusal | null {
  if (clientOrderId === null || clientOrderId.length <= LONGEST_ID) return null;
  return malformed(`client_order_id must be no more than ${LONGEST_ID} characters`);
}

/** A price between two steps, or null: cents from a dollar on, hundredths of them below. */
export function incrementFault(
  { tick, assetClass }: Instrument,
  prices: Readonly<Record<string, Decimal | null>>,
): Refusal | null {
  for (const [field, price] of Object.entries(prices)) {
    if (price === null) continue;
    if (price <= ZERO) return malformed(`${field.replaceAll("_", " ")} must be > 0`);
    const rule = price >= ONE ? CENT : HUNDREDTH_CENT;
    const step = assetClass === "crypto" || tick > rule ? tick : rule;
    if (price % step === ZERO) continue;
    return unprocessable(
      `invalid ${field} ${textOf(price)}. sub-penny increment does not fulfill minimum pricing criteria`,
    );
  }
  return null;
}

function sizeFault(draft: OrderDraft): Refusal | null {
  const { quantity, notional, instrument } = draft;
  if (quantity === null && notional === null) return malformed("qty or notional is required");
  if (quantity !== null && notional !== null) {
    return malformed("only one of qty or notional is accepted");
  }
  if (quantity !== null && quantity <= ZERO) return malformed("qty must be > 0");
  if (notional !== null && notional < ONE) return unprocessable("notional must be >= 1.00");
  if (notional !== null && draft.type !== "market") {
    return unprocessable("notional orders must be market orders");
  }
  if (instrument.assetClass === "crypto") return null;
  if (quantity !== null && quantity % ONE === ZERO) return null;
  if (!isFractionable(instrument)) {
    return unprocessable(`asset "${instrument.symbol}" is not fractionable`);
  }
  if (draft.timeInForce !== "day") return unprocessable("fractional orders must be DAY orders");
  if (draft.orderClass !== "simple" || draft.type === "trailing-stop") {
    return unprocessable("fractional orders must be simple orders");
  }
  return null;
}

type PriceRule = Readonly<{ limit: boolean; stop: boolean; missing: string; surplus: string }>;

const PRICES: Readonly<Record<OrderType, PriceRule>> = {
  market: {
    limit: false,
    stop: false,
    missing: "",
    surplus: "market orders require no stop or limit price",
  },
  limit: {
    limit: true,
    stop: false,
    missing: "limit orders require a limit price",
    surplus: "limit orders must not have stop_price",
  },
  stop: {
    limit: false,
    stop: true,
    missing: "stop orders require a stop price",
    surplus: "stop orders must not have limit_price",
  },
  "stop-limit": {
    limit: true,
    stop: true,
    missing: "stop limit orders require both stop and limit price",
    surplus: "",
  },
  "trailing-stop": {
    limit: false,
    stop: false,
    missing: "",
    surplus: "trailing stop orders must not have limit or stop price",
  },
};

function priceFault({ type, limitPrice, stopPrice, orderClass }: OrderDraft): Refusal | null {
  const { limit, stop, missing, surplus } = PRICES[type];
  // The limit of an OCO is its target's.
  const lacksLimit = limit && limitPrice === null && orderClass !== "oco";
  if (lacksLimit || (stop && stopPrice === null)) return malformed(missing);
  if ((!limit && limitPrice !== null) || (!stop && stopPrice !== null)) return malformed(surplus);
  return null;
}

function trailFault({ type, trailPrice, trailPercent }: OrderDraft): Refusal | null {
  const given = Number(trailPrice !== null) + Number(trailPercent !== null);
  if (type !== "trailing-stop") {
    return given === 0 ? null : malformed("trail_price and trail_percent are for trailing stops");
  }
  if (given !== 1) {
    return malformed("trailing stop orders must specify one of trail_price or trail_percent");
  }
  if (trailPrice !== null && trailPrice <= ZERO) return malformed("trail_price must be > 0");
  if (trailPercent === null) return null;
  if (trailPercent < LEAST_TRAIL_PERCENT) {
    return malformed("trail_percent must be greater than or equal to 0.1");
  }
  return trailPercent < HUNDRED ? null : malformed("trail_percent must be less than 100");
}

function timeFault(draft: OrderDraft): Refusal | null {
  const { type, timeInForce, extendedHours, instrument } = draft;
  if (instrument.assetClass === "crypto") return cryptoFault(draft);
  if (extendedHours) {
    if (type !== "limit") {
      const kind = type === "market" || type === "trailing-stop" ? null : "stop";
      if (kind !== null) {
        return unprocessable("stop orders are not eligible for extended hours trading");
      }
    }
    if (type !== "limit" || (timeInForce !== "day" && timeInForce !== "gtc")) {
      return unprocessable("extended hours order must be DAY or GTC limit orders");
    }
  }
  if (timeInForce === "day" || timeInForce === "gtc") return null;
  if (type === "market" || type === "limit") return null;
  return unprocessable(`invalid time_in_force ${timeInForce} for ${type.replace("-", "_")} order`);
}

function cryptoFault({ type, timeInForce, extendedHours, orderClass }: OrderDraft): Refusal | null {
  if (type === "stop" || type === "trailing-stop" || orderClass !== "simple") {
    return malformed("invalid order type for crypto order");
  }
  const lasting = timeInForce === "gtc" || (timeInForce === "ioc" && type !== "stop-limit");
  if (!lasting) return unprocessable("invalid crypto time_in_force");
  if (!extendedHours) return null;
  return unprocessable("extended hours order must be DAY or GTC limit orders");
}

function classFault(draft: OrderDraft): Refusal | null {
  const { orderClass, takeProfit, stopLoss, type, timeInForce, extendedHours } = draft;
  const both = takeProfit !== null && stopLoss !== null;
  if (orderClass === "simple") {
    if (takeProfit === null && stopLoss === null) return null;
    return malformed("take_profit and stop_loss require order_class bracket, oco or oto");
  }
  if (extendedHours) return unprocessable("extended hours order must be simple orders");
  if (timeInForce !== "day" && timeInForce !== "gtc") {
    return unprocessable(`${orderClass} orders must be DAY or GTC orders`);
  }
  if (orderClass === "oto") {
    if (both || (takeProfit === null && stopLoss === null)) {
      return malformed("oto orders require exactly one of take_profit or stop_loss");
    }
  } else if (!both) {
    return malformed(
      `${orderClass} orders require take_profit.limit_price and stop_loss.stop_price`,
    );
  }
  if (orderClass === "oco" && type !== "limit") {
    return malformed("oco orders must be limit orders");
  }
  if (type === "market" || type === "limit") return null;
  return malformed(`${orderClass} orders must be entered with a market or limit order`);
}
