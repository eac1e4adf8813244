import type { Bar } from "../domain/market.ts";
import type { FillModel, WorkingOrder } from "./config.ts";

/** The prices that a bar is walked through: open, one extreme, the other, close. */
export type Path = readonly [number, number, number, number];

/**
 * The walk through a bar that a fill model assumes. Where it is to be pessimistic, the extreme that
 * reaches the protective stops comes first: the low for a long position, the high for a short one.
 */
export function pathOf(bar: Bar, model: FillModel, orders: readonly WorkingOrder[]): Path {
  const { open, high, low, close } = bar;
  return lowFirst(bar, model, orders) ? [open, low, high, close] : [open, high, low, close];
}

function lowFirst(bar: Bar, model: FillModel, orders: readonly WorkingOrder[]): boolean {
  if (model !== "bar-path") {
    const stop = orders.find(({ request }) => request.role === "stop-loss");
    if (stop !== undefined) return stop.request.side === "sell";
  }
  // The nearer extreme first; of two as near, the one that the close lies further from.
  const up = bar.high - bar.open;
  const down = bar.open - bar.low;
  return down === up ? bar.close >= bar.open : down < up;
}
