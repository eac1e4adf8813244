import * as z from "zod";
import { type Decimal, decimal, decimalOf, PLACES } from "../../core/domain/decimal.ts";
import { epochMs } from "../../core/domain/time.ts";

/**
 * Reads a decimal as Alpaca writes it: text, sometimes a number. Average prices may have more
 * places than we keep: they are rounded, while money is always exact in fewer.
 */
function readDecimal(value: string | number): Decimal {
  const text = String(value);
  const places = text.includes(".") ? text.length - text.indexOf(".") - 1 : 0;
  return places > PLACES || text.includes("e") ? decimalOf(Number(text)) : decimal(text);
}

const amount = z.union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number()]).transform(readDecimal);
const noAmount = amount.nullish().transform((value) => value ?? null);
const instant = z.string().transform(epochMs);
const noInstant = z
  .string()
  .nullish()
  .transform((text) => (text == null ? null : epochMs(text)));
const noText = z
  .string()
  .nullish()
  .transform((text) => text ?? null);

const flatOrder = z.object({
  id: z.string(),
  client_order_id: z.string(),
  created_at: noInstant,
  submitted_at: noInstant,
  updated_at: noInstant,
  filled_at: noInstant,
  expired_at: noInstant,
  canceled_at: noInstant,
  failed_at: noInstant,
  replaced_at: noInstant,
  replaced_by: noText,
  replaces: noText,
  symbol: z.string(),
  qty: noAmount,
  notional: noAmount,
  filled_qty: noAmount.transform((value) => value ?? 0n),
  order_class: z.string().nullish(),
  type: z.string(),
  side: z.enum(["buy", "sell"]),
  time_in_force: z.string(),
  limit_price: noAmount,
  stop_price: noAmount,
  trail_price: noAmount,
  trail_percent: noAmount,
  status: z.string(),
});

/** An order as Alpaca tells it; only what we act on. Legs have no legs of their own. */
export const wireOrder = flatOrder.extend({
  legs: z
    .array(flatOrder)
    .nullish()
    .transform((legs) => legs ?? []),
});
/** One order without its legs. */
export type WireLeg = Readonly<z.output<typeof flatOrder>>;
/** An order with its legs, where they were asked for. */
export type WireOrder = Readonly<z.output<typeof wireOrder>>;

/** A list of orders. */
export const wireOrders = z.array(wireOrder);

/** One message of the stream of trade updates. */
export const wireUpdate = z.object({
  event: z.string(),
  execution_id: noText,
  // The client library has read this one already.
  timestamp: z.union([noInstant, z.date().transform((date) => date.getTime())]),
  price: noAmount,
  qty: noAmount,
  order: wireOrder,
});
export type WireUpdate = Readonly<z.output<typeof wireUpdate>>;

/** One execution, as the account's activities list it. */
export const wireFill = z.object({
  id: z.string(),
  order_id: z.string(),
  transaction_time: instant,
  price: amount,
  qty: amount,
  cum_qty: noAmount,
  type: z.string(),
  symbol: z.string(),
});
export type WireFill = Readonly<z.output<typeof wireFill>>;
/** A page of executions. */
export const wireFills = z.array(wireFill);

/** What the account holds. */
export const wirePositions = z.array(
  z.object({ symbol: z.string(), asset_class: z.string(), qty: amount, side: z.string() }),
);

/** The account itself. */
export const wireAccount = z.object({
  id: z.string(),
  status: z.string(),
  cash: amount,
  equity: amount,
  buying_power: amount,
  trading_blocked: z.boolean(),
  account_blocked: z.boolean(),
  trade_suspended_by_user: z.boolean().default(false),
});
export type WireAccount = Readonly<z.output<typeof wireAccount>>;

/** Whether a symbol is a crypto pair. */
export function isPair(symbol: string): boolean {
  return symbol.includes("/");
}

/** `BTC/USD` for the `BTCUSD` of positions; orders and bars have the slash already. */
export function pairOf(symbol: string): string {
  const [, base, quote] = /^([A-Z0-9]+?)(USDT|USDC|USD|BTC)$/.exec(symbol) ?? [];
  return base === undefined || quote === undefined ? symbol : `${base}/${quote}`;
}
