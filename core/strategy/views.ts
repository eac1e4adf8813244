import type { Position } from "../domain/book.ts";
import { numberOf } from "../domain/decimal.ts";
import type { PositionView } from "./define.ts";

/** No position: one object for all, so that looking at it costs nothing. */
export const FLAT: PositionView = Object.freeze({
  side: "flat",
  quantity: 0,
  averagePrice: 0,
  openedTimeMs: 0,
});

/** A position as the strategy sees it. */
export function viewOf(position: Position | undefined): PositionView {
  if (position === undefined || position.quantity === 0n) return FLAT;
  const quantity = numberOf(position.quantity);
  return {
    side: quantity > 0 ? "long" : "short",
    quantity,
    averagePrice: numberOf(position.cost) / quantity,
    openedTimeMs: position.openedTimeMs,
  };
}
