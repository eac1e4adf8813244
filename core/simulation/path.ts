import type { Bar } from "../domain/market.ts";
import type { FillModel, WorkingOrder } from "./config.ts";

/** The prices that a bar is walked through: open, one extreme, the other, close. */
export type Path = readonly [number, number, number, number];

/**
 * The walk through a bar that a fill model assumes. Where it is to be pessimistic and a stop-loss
 * is there, the extremes come in the sequence that hurts its position.
 */
export function pathOf(bar: Bar, model: FillModel, orders: readonly WorkingOrder[]): Path {
  const { open, high, low, close } = bar;
  return lowFirst(bar, model, orders) ? [open, low, high, close] : [open, high, low, close];
}

function lowFirst(bar: Bar, model: FillModel, orders: readonly WorkingOrder[]): boolean {
  if (model !== "bar-path") {
    for (const order of orders) {
      if (order.request.role !== "stop-loss") continue;
      return (order.request.side === "sell") === stopFirst(bar, order, orders);
    }
  }
  // The nearer extreme first; of two as near, the one that the close lies further from.
  const up = bar.high - bar.open;
  const down = bar.open - bar.low;
  return down === up ? bar.close >= bar.open : down < up;
}

/**
 * Whether the extreme on the stop's side comes first. It does for a position that is there, or is
 * entered at the open. An entry by a stop is made on the other side, so that its stop-loss can
 * follow; an entry by a limit is made on the stop's side, first where the stop is hit with it and
 * last where it is not, as then the target must not follow.
 */
function stopFirst(bar: Bar, stop: WorkingOrder, orders: readonly WorkingOrder[]): boolean {
  const parent = stop.held
    ? orders.find(({ request }) => request.id === stop.request.parentId)
    : undefined;
  switch (parent?.request.type) {
    case "stop":
    case "stop-limit":
      return parent.triggered;
    case "limit": {
      const { stopAt } = stop;
      return stop.request.side === "sell" ? bar.low <= stopAt : stopAt > 0 && bar.high >= stopAt;
    }
    default:
      return true;
  }
}
