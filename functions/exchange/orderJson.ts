import { type Decimal, decimalOf, roundNearest, textOf } from "../../core/domain/decimal.ts";
import type { OrderType } from "../../core/domain/order.ts";
import { addDays, newYorkDate, newYorkTimeMs } from "../../core/domain/time.ts";
import { assetClassOf, assetIdOf } from "./assets.ts";
import {
  averagePriceOf,
  type ExchangeOrder,
  highWaterMarkOf,
  termsOf,
  trailStopOf,
} from "./order.ts";
import { fineStampOf, stampOf } from "./stamps.ts";

/** An order as the API tells it: every key present, decimals as text. */
export type OrderJson = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<OrderType, string>> = {
  market: "market",
  limit: "limit",
  stop: "stop",
  "stop-limit": "stop_limit",
  "trailing-stop": "trailing_stop",
};

/** Days after which Alpaca ends a gtc order, at 16:15 New York; here it is only shown. */
const GTC_DAYS = 90;
const TENTH_OF_A_MILL: Decimal = 100_000n;

/** An order alone; with `nested` its legs stand inside it. */
export function orderJson(order: ExchangeOrder, nested = false): OrderJson {
  const { legs } = order;
  const shown = nested && legs.length > 0 ? legs.map((leg) => orderJson(leg)) : null;
  return { ...flat(order), legs: shown };
}

/** An order as the reply to its submission tells it: received, and nothing more yet. */
export function receiptJson(order: ExchangeOrder): OrderJson {
  const legs = order.legs.map((leg) => ({ ...flat(leg), ...received(leg), legs: null }));
  return { ...flat(order), ...received(order), legs: legs.length > 0 ? legs : null };
}

function received({ status, createdMs, sequence }: ExchangeOrder): OrderJson {
  const waits = status === "held" || status === "accepted";
  return {
    status: waits ? status : "pending_new",
    filled_qty: "0",
    filled_avg_price: null,
    filled_at: null,
    canceled_at: null,
    updated_at: fineStampOf(createdMs, sequence),
  };
}

function flat(order: ExchangeOrder): OrderJson {
  const terms = termsOf(order);
  const { instrument, request, sequence } = order;
  const created = fineStampOf(order.createdMs, sequence);
  const type = TYPES[terms.type];
  return {
    id: order.id,
    client_order_id: request.id,
    created_at: created,
    updated_at: fineStampOf(order.updatedMs, sequence),
    submitted_at: created,
    filled_at: stamp(order.filledMs),
    expired_at: stamp(order.expiredMs),
    expires_at: stampOf(expiresMs(order)),
    canceled_at: stamp(order.canceledMs),
    failed_at: stamp(order.failedMs),
    replaced_at: stamp(order.replacedMs),
    replaced_by: order.replacedBy?.id ?? null,
    replaces: order.replaces?.id ?? null,
    asset_id: assetIdOf(terms.symbol),
    symbol: terms.symbol,
    asset_class: assetClassOf(instrument),
    notional: text(terms.notional),
    qty: text(terms.quantity),
    filled_qty: textOf(order.filled),
    filled_avg_price: text(averagePriceOf(order)),
    order_class: order.orderClass === "simple" ? "" : order.orderClass,
    order_type: type,
    type,
    side: terms.side,
    position_intent: order.intent,
    time_in_force: terms.timeInForce,
    limit_price: text(terms.limitPrice),
    stop_price: text(terms.type === "trailing-stop" ? price(trailStopOf(order)) : terms.stopPrice),
    trail_price: text(terms.trailPrice),
    trail_percent: text(terms.trailPercent),
    hwm: text(price(highWaterMarkOf(order))),
    status: order.status,
    extended_hours: terms.extendedHours,
    legs: null,
    ratio_qty: null,
    subtag: null,
    source: null,
  };
}

/** The end of the session that a day order is for, or the 90th day of a gtc order. */
function expiresMs({ working, createdMs }: ExchangeOrder): number {
  const endsMs = working?.expiresMs ?? Number.POSITIVE_INFINITY;
  if (Number.isFinite(endsMs)) return endsMs - 1;
  return newYorkTimeMs(addDays(newYorkDate(createdMs), GTC_DAYS), "16:15");
}

function stamp(timeMs: number | null): string | null {
  return timeMs === null ? null : stampOf(timeMs);
}

function text(value: Decimal | null): string | null {
  return value === null ? null : textOf(value);
}

/** A price that was kept as a float64, without the noise of its last digits. */
function price(value: number | null): Decimal | null {
  return value === null ? null : roundNearest(decimalOf(value), TENTH_OF_A_MILL);
}
