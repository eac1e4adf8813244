import { absolute, type Decimal, multiply, ZERO } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type { UnifiedOrder, UnifiedTrade } from "./unified.ts";

/** Words of ccxt for orders that are over. */
const OVER = new Set(["closed", "canceled", "expired", "rejected"]);

/** Whether nothing can happen to an order any more. */
export function isOver({ status }: UnifiedOrder): boolean {
  return OVER.has(status ?? "");
}

/** Everything that an order and its executions say. */
export function standingReports(
  order: UnifiedOrder,
  trades: readonly UnifiedTrade[],
  orderId: string,
  request: OrderRequest | undefined,
): readonly VenueReport[] {
  const timeMs = order.timestamp ?? 0;
  const accepted = { orderId, timeMs, venueOrderId: order.id, held: false };
  const end = endOf(order, orderId, request);
  return [
    { kind: "accepted", ...accepted },
    ...trades.map((trade) => fillOf(trade, order, orderId, request)),
    ...(end === null ? [] : [end]),
  ];
}

/** How an order ended; null while it has not, and where its executions say so. */
function endOf(
  order: UnifiedOrder,
  orderId: string,
  request: OrderRequest | undefined,
): VenueReport | null {
  const { status, timestamp, lastUpdateTimestamp, filled } = order;
  const at = { orderId, timeMs: lastUpdateTimestamp ?? timestamp ?? 0 };
  const wanted = request?.quantity ?? null;
  if (status === "closed" && wanted !== null && filled < wanted) {
    return { kind: "cancelled", ...at, reason: "the rest of it traded in other orders" };
  }
  const reason = `${status} by the exchange`;
  if (status === "canceled") return { kind: "cancelled", ...at, reason };
  return status === "expired" || status === "rejected" ? { kind: status, ...at, reason } : null;
}

/** One execution. */
export function fillOf(
  trade: UnifiedTrade,
  order: UnifiedOrder,
  orderId: string,
  request: OrderRequest | undefined,
): VenueReport {
  const { price, amount: quantity, side, timestamp: timeMs } = trade;
  const expected = request?.limitPrice ?? request?.stopPrice ?? request?.referencePrice ?? price;
  const worse = side === "buy" ? price - expected : expected - price;
  return {
    kind: "filled",
    orderId,
    timeMs,
    executionId: trade.id,
    quantity,
    price,
    fee: feeOf(trade),
    slippage: multiply(worse, quantity),
    liquidity: trade.takerOrMaker === "maker" ? "maker" : "taker",
    complete: order.status === "closed" && order.filled === order.amount,
  };
}

/** Dollars: a fee in cash as it is, one in the coin at the price of the trade, others unknown. */
function feeOf({ fee, symbol, price }: UnifiedTrade): Decimal {
  const [base, quote] = symbol.split("/");
  if (fee == null) return ZERO;
  if (fee.currency === quote) return absolute(fee.cost);
  return fee.currency === base ? multiply(absolute(fee.cost), price) : ZERO;
}
