import type { Position } from "../domain/book.ts";
import { type Decimal, decimalOf, roundNearest } from "../domain/decimal.ts";
import { InputError } from "../domain/errors.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Order, OrderRequest, OrderRole, Side } from "../domain/order.ts";
import type { Entry, ExecutionOptions } from "../strategy/intents.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { type Algo, algoSchema } from "./algos/params.ts";

/** What planning an intent needs to know. */
export interface PlanContext {
  readonly profile: CompiledProfile;
  readonly instrument: Instrument;
  readonly position: Position | undefined;
  /** The profile's working orders in this instrument. */
  readonly orders: readonly Order[];
  /** Orders of the profile in this instrument that are worked by children. */
  readonly works: readonly Pick<OrderRequest, "role" | "side">[];
  /** Close of the last bar, dollars. */
  readonly lastPrice: number;
  /** The profile's equity, dollars; asked only where sizing needs it. */
  readonly equity: () => Decimal;
  /** The most that an entry may be, where its cause bounds it: shares or coins. */
  readonly maxQuantity: Decimal | null;
  /** Names the event that the intent follows from; ids are derived from it. */
  readonly cause: string;
  readonly timeMs: number;
}

/** An order of a rebalance: at market, for a quantity that the construction worked out. */
export function rebalanceRequest(
  context: PlanContext,
  index: number,
  side: Side,
  quantity: Decimal,
  reason: string,
): OrderRequest {
  return draft(context, idOf(context, index), side, quantity, reason, "rebalance", {});
}

/**
 * How an order is worked: as its intent says, else as its profile. The order's own limit is the
 * worst price of every child; orders that wait for a trigger go to the venue whole.
 * @throws InputError for an execution that is none, which stops the profile.
 */
export function algoOf(
  { execution }: Pick<Entry, "execution">,
  request: OrderRequest,
  { profile }: PlanContext,
): Algo | null {
  if (request.stopPrice !== null) return null;
  const algo = execution === undefined ? profile.execution : parsedAlgo(execution);
  if (algo === null || algo.kind === "immediate") return null;
  return request.limitPrice === null ? algo : { ...algo, worstPrice: request.limitPrice };
}

function parsedAlgo(execution: ExecutionOptions): Algo {
  const parsed = algoSchema.safeParse(execution);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InputError(`execution.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no algo"}`);
}

/** A price in whole ticks, or null for none. */
export function priceOf(price: number | undefined, tick: Decimal): Decimal | null {
  return price === undefined ? null : roundNearest(decimalOf(price), tick);
}

/**
 * Client order id: the profile, the instrument, the cause and the place among its intents. The
 * same decision gives the same id, no other decision can, and a person can read it.
 */
export function idOf({ profile, instrument, cause }: PlanContext, index: number): string {
  return `${profile.name}.${instrument.symbol}.${cause}.${index}`;
}

/** A request with what every order of a plan shares filled in. */
export function draft(
  context: PlanContext,
  id: string,
  side: Side,
  quantity: Decimal,
  reason: string,
  role: OrderRole,
  shape: Partial<OrderRequest>,
): OrderRequest {
  return {
    id,
    intentId: id,
    profile: context.profile.name,
    account: context.profile.account.name,
    symbol: context.instrument.symbol,
    side,
    type: shape.type ?? "market",
    timeInForce: shape.timeInForce ?? "day",
    quantity,
    notional: null,
    limitPrice: shape.limitPrice ?? null,
    stopPrice: shape.stopPrice ?? null,
    trailPrice: null,
    trailPercent: shape.trailPercent ?? null,
    expiresAtMs: shape.expiresAtMs ?? null,
    extendedHours: shape.extendedHours ?? false,
    role,
    parentId: null,
    ocoGroup: null,
    replaces: null,
    reason,
    sizing: shape.sizing,
    decidedTimeMs: context.timeMs,
    referencePrice: decimalOf(context.lastPrice),
  };
}
