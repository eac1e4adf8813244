import type { Bar } from "../domain/market.ts";
import type { FillModel, WorkingOrder } from "./config.ts";
import { isMarketable, stopOf, type TouchRule } from "./trigger.ts";

/**
 * The prices that a bar is walked through after its open: at most one on the way to an entry, one
 * extreme, the other, close.
 */
export type Path = readonly [number, number, number, number];

/** Orders that are walked along the same path. */
export interface Course {
  readonly path: Path;
  readonly orders: readonly WorkingOrder[];
}

/**
 * The walks through a bar that a fill model assumes. Where they are to be pessimistic, every family
 * of orders (an entry with its legs, or a group) has its own, so that opposite positions in one
 * market are each hurt; families that go the same way are walked together.
 */
export function coursesOf(
  bar: Bar,
  model: FillModel,
  rule: TouchRule,
  orders: readonly WorkingOrder[],
): readonly Course[] {
  if (model === "bar-path" || orders.length === 1) {
    const path = model === "bar-path" ? naturalPath(bar) : familyPath(bar, rule, orders);
    return [{ path, orders: [...orders] }];
  }
  const courses: { path: Path; orders: WorkingOrder[] }[] = [];
  for (const family of familiesOf(orders)) {
    const path = familyPath(bar, rule, family);
    const same = courses.find((one) => one.path.every((price, i) => price === path[i]));
    if (same === undefined) courses.push({ path, orders: [...family] });
    else same.orders.push(...family);
  }
  return courses;
}

function familiesOf(orders: readonly WorkingOrder[]): Iterable<readonly WorkingOrder[]> {
  const families = new Map<string, WorkingOrder[]>();
  for (const order of orders) {
    const { id, parentId, ocoGroup } = order.request;
    const name = parentId ?? ocoGroup ?? id;
    const family = families.get(name);
    if (family === undefined) families.set(name, [order]);
    else family.push(order);
  }
  return families.values();
}

/** The nearer extreme first; of two as near, the one that the close lies further from. */
function naturalPath({ open, high, low, close }: Bar): Path {
  const up = high - open;
  const down = open - low;
  const lowFirst = down === up ? close >= open : down < up;
  return lowFirst ? [open, low, high, close] : [open, high, low, close];
}

/** The walk that hurts a family most: its stop comes before its target. */
function familyPath(bar: Bar, rule: TouchRule, family: readonly WorkingOrder[]): Path {
  const stops = family.filter((one) => isStop(one) && !isAwaited(one, family));
  const [stop] = stops;
  // Stops on both sides are entries that exclude each other: none of them protects.
  if (stop === undefined || stops.some((one) => one.request.side !== stop.request.side)) {
    return naturalPath(bar);
  }
  const { at, stopFirst } = entranceOf(bar, rule, family, stop);
  const lowFirst = (stop.request.side === "sell") === stopFirst;
  const { high, low, close } = bar;
  return lowFirst ? [at, low, high, close] : [at, high, low, close];
}

function isStop({ request: { type } }: WorkingOrder): boolean {
  return type === "stop" || type === "stop-limit" || type === "trailing-stop";
}

/** Whether legs wait for an order: it enters, and a stop protects only what is there. */
function isAwaited({ request: { id } }: WorkingOrder, family: readonly WorkingOrder[]): boolean {
  return family.some(({ held, request }) => held && request.parentId === id);
}

/** Where a walk turns to the extremes, and whether the one on the stop's side comes first. */
interface Entrance {
  readonly at: number;
  readonly stopFirst: boolean;
}

/**
 * A position that is there, or is entered at the open, meets its stop first. So does one that a
 * stop enters: the walk goes on to that one's price and turns there. An entry by a limit is made on
 * the stop's side, first where the stop is hit with it and last where it is not, as then the target
 * must not follow.
 */
function entranceOf(
  { open, high, low }: Bar,
  rule: TouchRule,
  family: readonly WorkingOrder[],
  stop: WorkingOrder,
): Entrance {
  const atOpen: Entrance = { at: open, stopFirst: true };
  const parent = stop.held ? stop.request.parentId : null;
  const entry = family.find(({ request }) => request.id === parent);
  if (entry === undefined) return atOpen;
  const { type, side } = entry.request;
  if (type === "market" || type === "trailing-stop") return atOpen;
  const buys = side === "buy";
  const waits = type !== "limit" && !entry.triggered;
  const isAhead = buys
    ? entry.stopAt > open && entry.stopAt <= high
    : entry.stopAt < open && entry.stopAt >= low;
  const at = waits && isAhead ? entry.stopAt : open;
  if (type === "stop" || isMarketable(entry, at, rule)) return { at, stopFirst: true };
  const level = stopOf(stop, entry.limitAt);
  return { at, stopFirst: buys ? low <= level : high >= level };
}
