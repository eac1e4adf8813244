import type { OrderRequest } from "../domain/order.ts";
import type { Lanes } from "./inTurn.ts";

/** Orders of an instrument keep their order; instruments of which something is closed go first. */
export const SYMBOL_LANES: Lanes<readonly OrderRequest[]> = {
  laneOf: ([first]) => first?.symbol ?? "",
  isFirst: ([first]) => first !== undefined && isExit(first.role),
};

function isExit(role: OrderRequest["role"]): boolean {
  return role === "exit" || role === "take-profit" || role === "stop-loss";
}
