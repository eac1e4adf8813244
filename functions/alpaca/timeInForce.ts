import { ONE, ZERO } from "../../core/domain/decimal.ts";
import type { OrderRequest, TimeInForce } from "../../core/domain/order.ts";
import { isPair } from "./wire.ts";

/** What Alpaca knows. */
export type AlpacaTimeInForce = Exclude<TimeInForce, "gtd">;

/**
 * How long Alpaca is to hold an order. It has no `gtd`, and no days for crypto: those go as `gtc`,
 * and the framework cancels them at their end, see core/execution/goodTill.ts. It takes fractions
 * of a share for the day only: a leg that must last is sent for the day, and again for the next
 * one, see core/execution/renewals.ts; an entry or exit that must last is refused.
 */
export function timeInForceOf(request: OrderRequest): AlpacaTimeInForce {
  const { timeInForce, symbol } = request;
  if (isPair(symbol)) return timeInForce === "day" || timeInForce === "gtd" ? "gtc" : timeInForce;
  if (timeInForce !== "gtd" && timeInForce !== "gtc") return timeInForce;
  return isLeg(request) && isFraction(request) ? "day" : "gtc";
}

function isLeg({ role }: OrderRequest): boolean {
  return role === "stop-loss" || role === "take-profit";
}

function isFraction({ quantity }: OrderRequest): boolean {
  return quantity !== null && quantity % ONE !== ZERO;
}
