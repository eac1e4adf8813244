import type { Decimal } from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";

/**
 * The price that slippage is measured from, dollars: the order's own limit, else its stop, and for
 * orders at market the reference price that the decision saw. Null for a trailing stop, whose own
 * price is wherever it stood when it was reached.
 */
export function expectedPrice({
  type,
  limitPrice,
  stopPrice,
  referencePrice,
}: OrderRequest): Decimal | null {
  return type === "trailing-stop" ? null : (limitPrice ?? stopPrice ?? referencePrice);
}
