import type { OrderRequest, TimeInForce } from "../../core/domain/order.ts";
import { isPair } from "./wire.ts";

/** What Alpaca knows. */
export type AlpacaTimeInForce = Exclude<TimeInForce, "gtd">;

/**
 * How long Alpaca is to hold an order. It has no `gtd`, and no days for crypto: those go as `gtc`,
 * and the framework cancels them at their end, see core/execution/goodTill.ts.
 */
export function timeInForceOf({ timeInForce, symbol }: OrderRequest): AlpacaTimeInForce {
  if (timeInForce === "gtd") return "gtc";
  return timeInForce === "day" && isPair(symbol) ? "gtc" : timeInForce;
}
