import type { trading } from "@alpacahq/alpaca-trade-api/rest";
import { type Decimal, decimal, multiply, PLACES, textOf } from "../../core/domain/decimal.ts";
import type { OrderRequest, OrderType } from "../../core/domain/order.ts";
import type { Placement } from "./placement.ts";
import { timeInForceOf } from "./timeInForce.ts";
import { isPair, type WireLeg } from "./wire.ts";

const TYPES: Readonly<Record<OrderType, trading.OrderType>> = {
  market: "market",
  limit: "limit",
  stop: "stop",
  "stop-limit": "stop_limit",
  "trailing-stop": "trailing_stop",
};

/** How far a crypto stop's limit lies behind it: Alpaca's own slack for stops below $50. */
const STOP_SLACK = { sell: decimal("0.96"), buy: decimal("1.04") };

/** The body of `POST /v2/orders`: decimals as text, only the fields that the order has. */
export function bodyOf({ orderClass, root, legs }: Placement): trading.PostOrderRequest {
  const target = legs.find(({ type }) => type === "limit");
  const stop = legs.find(({ type }) => type !== "limit");
  const { type, limitPrice } = priced(root);
  return defined({
    clientOrderId: root.id,
    symbol: root.symbol,
    side: root.side,
    type: TYPES[type],
    // A market entry takes the time in force of its legs, see placement.ts.
    timeInForce: timeInForceOf(legs[0] ?? root),
    qty: text(root.quantity),
    notional: text(root.notional),
    limitPrice: text(orderClass === "oco" ? null : limitPrice),
    stopPrice: text(root.stopPrice),
    trailPrice: text(root.trailPrice),
    trailPercent: text(root.trailPercent),
    extendedHours: root.extendedHours ? true : undefined,
    orderClass: orderClass === "simple" || orderClass === "kept" ? undefined : orderClass,
    takeProfit: takeProfitOf(orderClass === "oco" ? root : target),
    stopLoss: stopLossOf(stop),
  });
}

/**
 * The body of `PATCH /v2/orders/{id}`. Alpaca takes a quantity as the new order's own, whatever the
 * old one has filled, and repeats the old one's whole quantity where none is given; ours counts
 * both, so that `rest` is what goes. It is left out where it is the old one's, as that of a leg or
 * of a fraction can't be given.
 * @see https://github.com/alpacahq/Alpaca-API/issues/165
 */
export function patchOf(
  order: WireLeg,
  replacement: OrderRequest,
  rest: Decimal | null,
): trading.PatchOrderRequest {
  const { limitPrice } = priced(replacement);
  const timeInForce = timeInForceOf(replacement);
  return defined({
    clientOrderId: replacement.id,
    qty: rest === order.qty ? undefined : text(rest),
    limitPrice: text(limitPrice),
    stopPrice: text(replacement.stopPrice),
    trail: text(replacement.trailPrice ?? replacement.trailPercent),
    timeInForce: timeInForce === order.time_in_force ? undefined : timeInForce,
  });
}

/** Whether Alpaca calls an order's type by the same name as our request's. */
export function isSameType(order: WireLeg, request: OrderRequest): boolean {
  return order.type === TYPES[priced(request).type];
}

/** Crypto has no plain stop: it goes as a stop-limit whose limit leaves room to trade. */
function priced(request: OrderRequest): Pick<OrderRequest, "type" | "limitPrice"> {
  const { type, stopPrice, side, symbol } = request;
  if (type !== "stop" || stopPrice === null || !isPair(symbol)) return request;
  return {
    type: "stop-limit",
    limitPrice: likeStep(multiply(stopPrice, STOP_SLACK[side]), stopPrice),
  };
}

/** A price cut to as many places as another has, as pairs differ in their steps. */
function likeStep(price: Decimal, model: Decimal): Decimal {
  const [, fraction = ""] = textOf(model).split(".");
  const step = 10n ** BigInt(PLACES - Math.max(fraction.length, 2));
  return price - (price % step);
}

function takeProfitOf(target: OrderRequest | undefined) {
  const limitPrice = text(target?.limitPrice ?? null);
  return limitPrice === undefined ? undefined : { limitPrice };
}

function stopLossOf(stop: OrderRequest | undefined) {
  const stopPrice = text(stop?.stopPrice ?? null);
  if (stopPrice === undefined) return undefined;
  return defined({ stopPrice, limitPrice: text(stop?.limitPrice ?? null) });
}

function text(value: Decimal | null): string | undefined {
  return value === null ? undefined : textOf(value);
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the fields that are undefined. */
function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
