import { type Decimal, divide, numberOf, ZERO } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { WorkingOrder } from "../../core/simulation/config.ts";

/** Where an order stands, in Alpaca's words, as far as this exchange uses them. */
export type OrderStatus =
  | "pending_new"
  | "accepted"
  | "new"
  | "held"
  | "partially_filled"
  | "pending_cancel"
  | "filled"
  | "canceled"
  | "expired"
  | "replaced"
  | "rejected";

/** What kind of group an order is part of. */
export type OrderClass = "simple" | "bracket" | "oco" | "oto";

/** Whether an order opens or closes a position, as it was when it came. */
export type PositionIntent = "buy_to_open" | "buy_to_close" | "sell_to_open" | "sell_to_close";

const FINAL: ReadonlySet<OrderStatus> = new Set([
  "filled",
  "canceled",
  "expired",
  "replaced",
  "rejected",
]);

/** An order with its life so far: what the API shows of it, and the venue's own order behind. */
export interface ExchangeOrder {
  readonly id: string;
  readonly instrument: Instrument;
  readonly intent: PositionIntent;
  readonly orderClass: OrderClass;
  /** As it was sent to the simulated venue; its id is the client order id. */
  readonly request: OrderRequest;
  /** Counts all orders of the account, so that they have a total order. */
  readonly sequence: number;
  readonly createdMs: number;
  readonly replaces: ExchangeOrder | null;
  parent: ExchangeOrder | null;
  legs: ExchangeOrder[];
  status: OrderStatus;
  working: WorkingOrder | null;
  /** From when on a queued order can trade, UTC ms. */
  opensMs: number;
  filled: Decimal;
  /** Sum of price × quantity of the fills, dollars. */
  spent: Decimal;
  updatedMs: number;
  filledMs: number | null;
  canceledMs: number | null;
  expiredMs: number | null;
  failedMs: number | null;
  replacedMs: number | null;
  replacedBy: ExchangeOrder | null;
}

/** A fresh order, as yet unknown to the venue. */
export function freshOrder(
  terms: Pick<
    ExchangeOrder,
    | "id"
    | "instrument"
    | "intent"
    | "orderClass"
    | "request"
    | "sequence"
    | "createdMs"
    | "replaces"
    | "parent"
  >,
): ExchangeOrder {
  return {
    ...terms,
    legs: [],
    status: "pending_new",
    working: null,
    opensMs: terms.createdMs,
    filled: ZERO,
    spent: ZERO,
    updatedMs: terms.createdMs,
    filledMs: null,
    canceledMs: null,
    expiredMs: null,
    failedMs: null,
    replacedMs: null,
    replacedBy: null,
  };
}

/** Whether nothing can happen to it any more. */
export function isFinal({ status }: ExchangeOrder): boolean {
  return FINAL.has(status);
}

/** The terms as they are now: splits and fills of the group have changed them. */
export function termsOf({ working, request }: ExchangeOrder): OrderRequest {
  return working?.request ?? request;
}

/** What is left to trade; null for an order in dollars. */
export function leftOf(order: ExchangeOrder): Decimal | null {
  const { quantity } = termsOf(order);
  return quantity === null ? null : quantity - order.filled;
}

/** Whether an order is the stop of a pair: it is shown as held while its target can trade. */
export function isStop({ request: { type } }: ExchangeOrder): boolean {
  return type === "stop" || type === "stop-limit";
}

/** The others of its group that live and die with it. */
export function siblingsOf(order: ExchangeOrder): readonly ExchangeOrder[] {
  const family = order.orderClass === "oco" ? familyOf(order) : (order.parent?.legs ?? []);
  return family.filter((one) => one !== order);
}

/** The order, or its parent, with all legs. */
export function familyOf(order: ExchangeOrder): readonly ExchangeOrder[] {
  const root = order.parent ?? order;
  return [root, ...root.legs];
}

/** Average price of its fills, dollars; null where there are none. */
export function averagePriceOf({ filled, spent }: ExchangeOrder): Decimal | null {
  return filled === ZERO ? null : divide(spent, filled);
}

/** Where the stop of a trailing order stands, dollars; null where it has seen no price yet. */
export function trailStopOf({ working }: ExchangeOrder): number | null {
  return working === null || working.trailStop === 0 ? null : working.trailStop;
}

/** The extreme price that a trailing stop is measured from, dollars, or null. */
export function highWaterMarkOf(order: ExchangeOrder): number | null {
  const stop = trailStopOf(order);
  if (stop === null) return null;
  const { side, trailPrice, trailPercent } = termsOf(order);
  const sign = side === "buy" ? -1 : 1;
  if (trailPrice !== null) return stop + sign * numberOf(trailPrice);
  return stop / (1 - (sign * numberOf(trailPercent ?? ZERO)) / 100);
}
