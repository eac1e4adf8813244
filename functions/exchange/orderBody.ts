import * as z from "zod";
import { type Decimal, decimal, PLACES } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import type { OrderType, Side, TimeInForce } from "../../core/domain/order.ts";
import type { Assets } from "./assets.ts";
import { malformed, Refusal, unprocessable } from "./errors.ts";
import type { OrderClass } from "./order.ts";

const amount = z.union([z.string(), z.number()]).nullish();
const word = z.string().nullish();

const orderBody = z.looseObject({
  symbol: word,
  qty: amount,
  notional: amount,
  side: word,
  type: word,
  time_in_force: word,
  limit_price: amount,
  stop_price: amount,
  trail_price: amount,
  trail_percent: amount,
  extended_hours: z.boolean().nullish(),
  client_order_id: word,
  order_class: word,
  take_profit: z.looseObject({ limit_price: amount }).nullish(),
  stop_loss: z.looseObject({ stop_price: amount, limit_price: amount }).nullish(),
  position_intent: word,
});

/** The stop of a bracket; with a limit it is a stop-limit order. */
export interface StopLoss {
  readonly stopPrice: Decimal;
  readonly limitPrice: Decimal | null;
}

/** An order body, read but not yet judged. */
export interface OrderDraft {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly quantity: Decimal | null;
  readonly notional: Decimal | null;
  readonly limitPrice: Decimal | null;
  readonly stopPrice: Decimal | null;
  readonly trailPrice: Decimal | null;
  readonly trailPercent: Decimal | null;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | null;
  readonly orderClass: OrderClass;
  readonly takeProfit: Decimal | null;
  readonly stopLoss: StopLoss | null;
  readonly intent: string | null;
}

const TYPES: Readonly<Record<string, OrderType>> = {
  market: "market",
  limit: "limit",
  stop: "stop",
  stop_limit: "stop-limit",
  trailing_stop: "trailing-stop",
};
const SIDES: Readonly<Record<string, Side>> = { buy: "buy", sell: "sell" };
const TIMES: Readonly<Record<string, TimeInForce>> = {
  day: "day",
  gtc: "gtc",
  opg: "opg",
  cls: "cls",
  ioc: "ioc",
  fok: "fok",
};
const CLASSES: Readonly<Record<string, OrderClass>> = {
  "": "simple",
  simple: "simple",
  bracket: "bracket",
  oco: "oco",
  oto: "oto",
};

/** Reads the body of `POST /v2/orders`. @throws Refusal naming the field that cannot be read. */
export function readOrderBody(json: unknown, assets: Assets): OrderDraft {
  const body = readBody(orderBody, json);
  if (body.order_class === "mleg") throw unprocessable("options are not traded here");
  const { take_profit: target, stop_loss: stop } = body;
  const symbol = body.symbol ?? "";
  if (symbol === "") throw malformed("symbol is required");
  const instrument = assets.find(symbol);
  if (instrument === undefined) throw unprocessable(`asset "${symbol}" not found`);
  const stopPrice = amountOf(stop?.stop_price, "stop_loss.stop_price");
  return {
    instrument,
    side: oneOf(SIDES, body.side, "side"),
    type: oneOf(TYPES, body.type, "type"),
    timeInForce: oneOf(TIMES, body.time_in_force, "time_in_force"),
    quantity: amountOf(body.qty, "qty"),
    notional: amountOf(body.notional, "notional"),
    limitPrice: amountOf(body.limit_price, "limit_price"),
    stopPrice: amountOf(body.stop_price, "stop_price"),
    trailPrice: amountOf(body.trail_price, "trail_price"),
    trailPercent: amountOf(body.trail_percent, "trail_percent"),
    extendedHours: body.extended_hours ?? false,
    clientOrderId: body.client_order_id || null,
    orderClass: oneOf(CLASSES, body.order_class ?? "", "order_class"),
    takeProfit: amountOf(target?.limit_price, "take_profit.limit_price"),
    stopLoss:
      stopPrice === null
        ? null
        : { stopPrice, limitPrice: amountOf(stop?.limit_price, "stop_loss.limit_price") },
    intent: body.position_intent ?? null,
  };
}

const patchBody = z.looseObject({
  qty: amount,
  time_in_force: word,
  limit_price: amount,
  stop_price: amount,
  trail: amount,
  client_order_id: word,
});

/** What a replacement changes; null for what stays as it is. */
export interface OrderChange {
  readonly quantity: Decimal | null;
  readonly timeInForce: TimeInForce | null;
  readonly limitPrice: Decimal | null;
  readonly stopPrice: Decimal | null;
  readonly trail: Decimal | null;
  readonly clientOrderId: string | null;
}

/** Reads the body of `PATCH /v2/orders/{id}`. @throws Refusal naming what cannot be read. */
export function readPatchBody(json: unknown): OrderChange {
  const body = readBody(patchBody, json);
  const { time_in_force: time } = body;
  return {
    quantity: amountOf(body.qty, "qty"),
    timeInForce: time == null || time === "" ? null : oneOf(TIMES, time, "time_in_force"),
    limitPrice: amountOf(body.limit_price, "limit_price"),
    stopPrice: amountOf(body.stop_price, "stop_price"),
    trail: amountOf(body.trail, "trail"),
    clientOrderId: body.client_order_id || null,
  };
}

/** Reads a body by a schema. @throws Refusal (422) naming the first field that is wrong. */
export function readBody<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "body" : issue.path.join(".");
  throw malformed(`invalid ${field}: ${issue?.message ?? "not understood"}`);
}

/** A decimal as text or number; digits beyond nine places are cut, as Alpaca cuts them. */
export function amountOf(value: string | number | null | undefined, field: string): Decimal | null {
  if (value == null || value === "") return null;
  const text = typeof value === "number" ? plain(value) : value.trim();
  const [whole = "", fraction = ""] = text.split(".");
  try {
    return decimal(fraction === "" ? whole : `${whole || "0"}.${fraction.slice(0, PLACES)}`);
  } catch {
    throw new Refusal(422, 40010001, `invalid ${field}: ${value}`);
  }
}

/** A number without exponent. */
function plain(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(PLACES) : text;
}

function oneOf<T>(
  words: Readonly<Record<string, T>>,
  text: string | null | undefined,
  field: string,
): T {
  if (text == null) throw malformed(`${field} is required`);
  const found = Object.hasOwn(words, text) ? words[text] : undefined;
  if (found !== undefined) return found;
  throw malformed(`invalid ${field}: ${text}`);
}
