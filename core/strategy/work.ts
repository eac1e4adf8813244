import * as z from "zod";
import { orderRole, side } from "../domain/order.ts";
import { symbolText, timeMs } from "../domain/schema.ts";

/**
 * An order that is worked by children, as a snapshot keeps it between events: plain JSON, with the
 * order, its legs and the algo's state in the form that their own schemas encode to.
 */
export const work = z.object({
  symbol: symbolText,
  role: orderRole,
  side,
  /** The order as risk approved it: what children are made of. */
  request: z.unknown(),
  /** Protective legs of the whole order; each child gets its share of them. */
  legs: z.array(z.unknown()),
  /** See `algoState` in core/execution/algos/state.ts. */
  algo: z.unknown(),
  /** When it was last asked to be woken, or null. */
  dueMs: timeMs.nullable(),
});
export type Work = z.output<typeof work>;

/** The order that a client order id is a child of, or null for one that is no child. */
export function parentOf(orderId: string): string | null {
  // Looked at first, as nearly no order is a child.
  const dot = orderId.lastIndexOf(".c");
  if (dot < 0 || dot + 2 === orderId.length) return null;
  for (let i = dot + 2; i < orderId.length; i += 1) {
    const digit = orderId.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return null;
  }
  return orderId.slice(0, dot);
}
