import {
  absolute,
  type Decimal,
  decimalOf,
  multiply,
  roundDown,
  smaller,
  ZERO,
} from "../domain/decimal.ts";
import type { Order, OrderRequest, OrderRole, OrderType, Side } from "../domain/order.ts";
import { type Size, type Sizing, sizeOf } from "../portfolio/sizing.ts";
import type { Entry, Exit, Intent } from "../strategy/intents.ts";
import type { Algo } from "./algos/params.ts";
import { algoOf, draft, idOf, type PlanContext, priceOf } from "./requests.ts";

/** What an intent comes to: orders to request, orders to cancel or replace, or why nothing. */
export interface Plan {
  readonly requests: readonly OrderRequest[];
  readonly cancels: readonly Order[];
  readonly replaces: readonly { readonly order: Order; readonly replacement: OrderRequest }[];
  /** Reason code when nothing is to be done, else null. */
  readonly outcome: string | null;
  /** How the first of the requests is worked; null for sending it as it is. */
  readonly algo: Algo | null;
  /** Which worked orders are to end. */
  readonly stops: (one: Pick<OrderRequest, "role" | "side">) => boolean;
}

const NO_LEGS: readonly OrderRequest[] = Object.freeze([]);

const NONE = (): boolean => false;
const ALL = (): boolean => true;

/** Which worked orders an entry ends: those that trade the other way. */
const AGAINST: Readonly<Record<Side, Plan["stops"]>> = {
  buy: ({ side }) => side === "sell",
  sell: ({ side }) => side === "buy",
};

const NOTHING: Omit<Plan, "outcome"> = {
  requests: [],
  cancels: [],
  replaces: [],
  algo: null,
  stops: NONE,
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
  const worked = context.works.some((one) => one.role === "entry" && one.side === side);
  if ((working || worked) && entry.add !== true) return nothing("entry-already-working");

  const { quantity: size, reason: none, explanation } = sizeEntry(entry, context);
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
    sizing: explanation,
  });
  const opposite = sameSide ? [] : context.orders.filter(isProtective);
  const legs = legsOf(entry, parent, size, context);
  return {
    requests: legs.length === 0 ? [parent] : [parent, ...legs],
    cancels: opposite,
    replaces: [],
    outcome: null,
    algo: algoOf(entry, parent, context),
    stops: AGAINST[side],
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
  if (held === ZERO) {
    return { ...NOTHING, cancels: context.orders, stops: ALL, outcome: "already-flat" };
  }
  const exiting =
    context.orders.some(({ request }) => request.role === "exit") ||
    context.works.some(({ role }) => role === "exit");
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
  const algo = algoOf(exit, request, context);
  const stops = fraction === 1 ? ALL : NONE;
  return { requests: [request], cancels, replaces: [], outcome: null, algo, stops };
}

function planCancel(context: PlanContext): Plan {
  const entries = context.orders.filter(({ request }) => request.role === "entry");
  const isEntry = ({ role }: Pick<OrderRequest, "role">) => role === "entry";
  const isNone = entries.length === 0 && !context.works.some(isEntry);
  return {
    ...NOTHING,
    cancels: entries,
    stops: isEntry,
    outcome: isNone ? "nothing-working" : null,
  };
}

function planMoveStop(stop: number, reason: string, index: number, context: PlanContext): Plan {
  const stopPrice = priceOf(stop, context.instrument.tick);
  const replaces = context.orders
    .filter(({ request }) => request.role === "stop-loss" && request.stopPrice !== stopPrice)
    .map((order, place) => ({
      order,
      replacement: {
        ...order.request,
        // Entries in parts have a stop each; every replacement needs an id of its own.
        id: place === 0 ? idOf(context, index) : `${idOf(context, index)}.${place}`,
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

function nothing(outcome: string): Plan {
  return { ...NOTHING, outcome };
}
