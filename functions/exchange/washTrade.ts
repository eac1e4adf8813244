import type { OrderType } from "../../core/domain/order.ts";
import type { Placement } from "./desk.ts";
import { forbidden, type Refusal } from "./errors.ts";
import { type ExchangeOrder, termsOf } from "./order.ts";

/** Orders that trade at any price once they do. */
const AT_ANY_PRICE: ReadonlySet<OrderType> = new Set(["market", "stop"]);

/**
 * An order that could trade with one of the account's own, or null. Groups and trailing stops are
 * free of the rule on either side.
 * @see https://docs.alpaca.markets/docs/user-protection
 */
export function washTradeOf(
  { requests: [request], orderClass }: Placement,
  open: Iterable<ExchangeOrder>,
): Refusal | null {
  if (orderClass !== "simple" || request.type === "trailing-stop") return null;
  for (const other of open) {
    const terms = termsOf(other);
    if (terms.symbol !== request.symbol || terms.side === request.side) continue;
    if (other.orderClass !== "simple" || terms.type === "trailing-stop") continue;
    if (AT_ANY_PRICE.has(terms.type) || AT_ANY_PRICE.has(request.type)) {
      const kind = AT_ANY_PRICE.has(terms.type) ? terms.type : "limit";
      return washTrade(other, `opposite side ${kind} order exists`);
    }
    const [buy, sell] = request.side === "buy" ? [request, terms] : [terms, request];
    if ((buy.limitPrice ?? 0n) >= (sell.limitPrice ?? 0n)) {
      return washTrade(other, "opposite side limit order exists");
    }
  }
  return null;
}

function washTrade({ id }: ExchangeOrder, reason: string): Refusal {
  return forbidden("potential wash trade detected. use complex orders", {
    existing_order_id: id,
    reject_reason: reason,
  });
}
