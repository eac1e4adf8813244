import * as z from "zod";
import { decimalText, slug, symbolText, timeMs } from "./schema.ts";

/** Which way an order trades. */
export const side = z.enum(["buy", "sell"]);
export type Side = z.output<typeof side>;

/** How an order finds its price. Brackets, OCO and OTO are groups of these, see `parentId`. */
export const orderType = z.enum(["market", "limit", "stop", "stop-limit", "trailing-stop"]);
export type OrderType = z.output<typeof orderType>;

/** How long an order lives; `opg` and `cls` take part in the opening and closing auction only. */
export const timeInForce = z.enum(["day", "gtc", "gtd", "ioc", "fok", "opg", "cls"]);
export type TimeInForce = z.output<typeof timeInForce>;

/** What part an order plays in the intent that caused it. */
export const orderRole = z.enum(["entry", "exit", "take-profit", "stop-loss", "rebalance"]);
export type OrderRole = z.output<typeof orderRole>;

/** A sized intent: what we commit to send once risk has approved it. */
export const orderRequest = z.object({
  /** Client order id, derived from what caused the order: the same decision gives the same id. */
  id: z.string(),
  intentId: z.string(),
  profile: slug,
  account: slug,
  symbol: symbolText,
  side,
  type: orderType,
  timeInForce,
  /** Exactly one of quantity (shares, coins) and notional (dollars, market orders only). */
  quantity: decimalText.nullable(),
  notional: decimalText.nullable(),
  limitPrice: decimalText.nullable(),
  stopPrice: decimalText.nullable(),
  /** Exactly one of the two for trailing stops: dollars, or percent of the extreme price. */
  trailPrice: decimalText.nullable(),
  trailPercent: decimalText.nullable(),
  /** When a `gtd` order ends. */
  expiresAtMs: timeMs.nullable(),
  extendedHours: z.boolean(),
  role: orderRole,
  /** Held by the venue until this order has filled (the legs of a bracket or OTO). */
  parentId: z.string().nullable(),
  /** Orders of one group cancel each other: a fill of one ends the rest (OCO). */
  ocoGroup: z.string().nullable(),
  /** The order that this one takes the place of. */
  replaces: z.string().nullable(),
  /** The audit line: why the strategy wanted this. */
  reason: z.string(),
  /** How the quantity was come to, in words; left out where the order itself says it. */
  sizing: z.string().optional(),
  /** When it was decided; a venue acts on it no earlier than the next data. */
  decidedTimeMs: timeMs,
  /** The price that the decision saw (last close), dollars: what slippage of market orders is
   * measured from; limits and stops are measured from their own price, see core/execution. */
  referencePrice: decimalText,
});
export type OrderRequest = Readonly<z.output<typeof orderRequest>>;

/** Where an order stands. `held` waits for its parent; the last five are final. */
export const orderStatus = z.enum([
  "requested",
  "approved",
  "submitted",
  "unknown",
  "held",
  "accepted",
  "partially-filled",
  "cancel-requested",
  "replace-requested",
  "denied",
  "rejected",
  "replaced",
  "cancelled",
  "expired",
  "filled",
]);
export type OrderStatus = z.output<typeof orderStatus>;

/** An order with all that is known of it. */
export const order = z.object({
  request: orderRequest,
  status: orderStatus,
  filledQuantity: decimalText,
  /** Sum of price × quantity over the fills, dollars, before fees. */
  filledNotional: decimalText,
  fees: decimalText,
  /** Execution ids already booked: a repeated fill changes nothing. */
  executions: z.array(z.string()).readonly(),
  /** How often it was sent; more than one only where the venue said that it never arrived. */
  attempts: z.int(),
  /** Status to fall back to when the venue refuses a cancel or replace. */
  resumeStatus: orderStatus.nullable(),
  updatedTimeMs: timeMs,
});
export type Order = Readonly<z.output<typeof order>>;
