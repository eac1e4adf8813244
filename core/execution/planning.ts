import type { Position } from "../domain/book.ts";
import {
  absolute,
  type Decimal,
  decimalOf,
  multiply,
  roundDown,
  roundNearest,
  smaller,
  ZERO,
} from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Order, OrderRequest, OrderRole, OrderType, Side } from "../domain/order.ts";
import { type Size, type Sizing, sizeOf } from "../portfolio/sizing.ts";
import type { Entry, Exit, Intent } from "../strategy/intents.ts";
import type { CompiledProfile } from "../strategy/profile.ts";

/** What planning an intent needs to know. */
export interface PlanContext {
  readonly profile: CompiledProfile;
  readonly instrument: Instrument;
  readonly position: Position | undefined;
  /** The profile's working orders in this instrument. */
  readonly orders: readonly Order[];
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

/** What an intent comes to: orders to request, orders to cancel or replace, or why nothing. */
export interface Plan {
  readonly requests: readonly OrderRequest[];
  readonly cancels: readonly Order[];
  readonly replaces: readonly { readonly order: Order; readonly replacement: OrderRequest }[];
  /** Reason code when nothing is to be done, else null. */
  readonly outcome: string | null;
}

const NO_LEGS: readonly OrderRequest[] = Object.freeze([]);

const NOTHING: Pick<Plan, "requests" | "cancels" | "replaces"> = {
  requests: [],
  cancels: [],
  replaces: [],
};

/** Turns one intent into orders. `index` is its place among the intents of the same event. */
export function planIntent(intent: Intent, index: number, context: PlanContext): Plan {
  switch (intent.kind) {
    case "enter":
      return planEntry(intent, intent.side, index, context);
    case "exit":
      return planExit(intent, index, context);
    case "cancel":
      return planCancel(context);
    case "move-stop":
      return planMoveStop(intent.stop, intent.reason, index, context);
  }
}

function planEntry(entry: Entry, to: "long" | "short", index: number, context: PlanContext): Plan {
  const held = context.position?.quantity ?? ZERO;
  const sameSide = to === "long" ? held > 0n : held < 0n;
  if (sameSide && entry.add !== true) return nothing(`already-${to}`);
  const side: Side = to === "long" ? "buy" : "sell";
  const working = context.orders.some(
    ({ request }) => request.role === "entry" && request.side === side && request.parentId === null,
  );
  if (working && entry.add !== true) return nothing("entry-already-working");

  const { quantity: size, reason: none } = sizeEntry(entry, context);
  if (none !== null) return nothing(none);
  const reversed = sameSide ? size : size + absolute(held);
  const id = idOf(context, index);
  const tick = context.instrument.tick;
  const parent = draft(context, id, side, reversed, entry.reason, "entry", {
    type: entryType(entry),
    timeInForce: entry.timeInForce ?? "day",
    expiresAtMs: entry.expiresAtMs ?? null,
    limitPrice: priceOf(entry.limit, tick),
    stopPrice: priceOf(entry.trigger, tick),
    extendedHours: entry.extendedHours ?? false,
  });
  const opposite = sameSide ? [] : context.orders.filter(isProtective);
  const legs = legsOf(entry, parent, size, context);
  return {
    requests: legs.length === 0 ? [parent] : [parent, ...legs],
    cancels: opposite,
    replaces: [],
    outcome: null,
  };
}

/** The protective orders of an entry: held by the venue until the entry has filled. */
function legsOf(
  entry: Entry,
  parent: OrderRequest,
  quantity: Decimal,
  context: PlanContext,
): readonly OrderRequest[] {
  if (entry.stop === undefined && entry.trailPercent === undefined && entry.target === undefined) {
    return NO_LEGS;
  }
  const { tick } = context.instrument;
  const side: Side = parent.side === "buy" ? "sell" : "buy";
  const group = `${parent.id}.oco`;
  const leg = (name: string, role: OrderRole, shape: Partial<OrderRequest>) => ({
    ...draft(context, `${parent.id}.${name}`, side, quantity, entry.reason, role, {
      timeInForce: "gtc",
      ...shape,
    }),
    parentId: parent.id,
    ocoGroup: group,
  });
  const legs: OrderRequest[] = [];
  if (entry.stop !== undefined) {
    legs.push(leg("stop", "stop-loss", { type: "stop", stopPrice: priceOf(entry.stop, tick) }));
  } else if (entry.trailPercent !== undefined) {
    const trailPercent = decimalOf(entry.trailPercent);
    legs.push(leg("trail", "stop-loss", { type: "trailing-stop", trailPercent }));
  }
  if (entry.target !== undefined) {
    const limitPrice = priceOf(entry.target, tick);
    legs.push(leg("target", "take-profit", { type: "limit", limitPrice }));
  }
  return legs;
}

function planExit(exit: Exit, index: number, context: PlanContext): Plan {
  const held = context.position?.quantity ?? ZERO;
  if (held === ZERO) return { ...NOTHING, cancels: context.orders, outcome: "already-flat" };
  const exiting = context.orders.some(({ request }) => request.role === "exit");
  if (exiting) return nothing("exit-already-working");
  const fraction = exit.fraction ?? 1;
  const part = fraction === 1 ? absolute(held) : multiply(absolute(held), decimalOf(fraction));
  // A whole exit takes what is there, dust included; a part is rounded down to the lot.
  const quantity = fraction === 1 ? part : roundDown(part, context.instrument.lot);
  if (quantity === ZERO) return nothing("too-small");
  const request = draft(
    context,
    idOf(context, index),
    held > 0n ? "sell" : "buy",
    quantity,
    exit.reason,
    "exit",
    {
      type: exit.limit === undefined ? "market" : "limit",
      timeInForce: exit.timeInForce ?? "day",
      limitPrice: priceOf(exit.limit, context.instrument.tick),
      extendedHours: exit.extendedHours ?? false,
    },
  );
  const cancels = fraction === 1 ? context.orders : [];
  return { requests: [request], cancels, replaces: [], outcome: null };
}

function planCancel(context: PlanContext): Plan {
  const entries = context.orders.filter(({ request }) => request.role === "entry");
  return { ...NOTHING, cancels: entries, outcome: entries.length === 0 ? "nothing-working" : null };
}

function planMoveStop(stop: number, reason: string, index: number, context: PlanContext): Plan {
  const stopPrice = priceOf(stop, context.instrument.tick);
  const replaces = context.orders
    .filter(({ request }) => request.role === "stop-loss" && request.stopPrice !== stopPrice)
    .map((order) => ({
      order,
      replacement: {
        ...order.request,
        id: idOf(context, index),
        type: "stop" as const,
        stopPrice,
        trailPercent: null,
        trailPrice: null,
        replaces: order.request.id,
        reason,
        decidedTimeMs: context.timeMs,
      },
    }));
  return { ...NOTHING, replaces, outcome: replaces.length === 0 ? "no-change" : null };
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

function sizeEntry(entry: Entry, context: PlanContext): Size {
  const { instrument, profile } = context;
  const price = decimalOf(entry.limit ?? entry.trigger ?? context.lastPrice);
  const sizing = withinCause(sizingOf(entry, profile.sizing), context.maxQuantity);
  return sizeOf(sizing, {
    instrument,
    price,
    equity: context.equity,
    stopPrice: entry.stop === undefined ? null : decimalOf(entry.stop),
    annualVolatility: entry.volatility ?? null,
  });
}

/** A leaked secret moves no more than its scope allows, whatever the strategy makes of it. */
function withinCause(sizing: Sizing, most: Decimal | null): Sizing {
  if (most === null) return sizing;
  const { maxQuantity = most } = sizing;
  return { ...sizing, maxQuantity: smaller(maxQuantity, most) };
}

/** What the intent itself says of its size goes before the profile's sizing. */
function sizingOf({ quantity, notional }: Entry, sizing: Sizing): Sizing {
  if (quantity !== undefined) return { kind: "fixed-quantity", quantity: decimalOf(quantity) };
  if (notional !== undefined) return { kind: "fixed-notional", notional: decimalOf(notional) };
  return sizing;
}

function entryType(entry: Entry): OrderType {
  if (entry.trigger !== undefined) return entry.limit === undefined ? "stop" : "stop-limit";
  return entry.limit === undefined ? "market" : "limit";
}

function isProtective({ request }: Order): boolean {
  return request.role === "stop-loss" || request.role === "take-profit";
}

function priceOf(price: number | undefined, tick: Decimal): Decimal | null {
  return price === undefined ? null : roundNearest(decimalOf(price), tick);
}

/**
 * Client order id: the profile, the instrument, the cause and the place among its intents. The
 * same decision gives the same id, no other decision can, and a person can read it.
 */
function idOf({ profile, instrument, cause }: PlanContext, index: number): string {
  return `${profile.name}.${instrument.symbol}.${cause}.${index}`;
}

function draft(
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
    decidedTimeMs: context.timeMs,
    referencePrice: decimalOf(context.lastPrice),
  };
}

function nothing(outcome: string): Plan {
  return { ...NOTHING, outcome };
}
