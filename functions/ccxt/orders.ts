import { numberOf } from "../../core/domain/decimal.ts";
import type { OrderRequest, TimeInForce } from "../../core/domain/order.ts";
import type { UnifiedExchange } from "./unified.ts";

/** The arguments of `createOrder`. */
export interface CcxtBody {
  readonly symbol: string;
  readonly type: "market" | "limit";
  readonly side: "buy" | "sell";
  readonly amount: number;
  readonly price: number | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Words of ccxt; `gtd` and the day are ended by us, see core/execution/goodTill.ts. */
const TIMES: Readonly<Partial<Record<TimeInForce, string>>> = { ioc: "IOC", fok: "FOK" };

/** An order in ccxt's unified words: stops are orders with a trigger price. */
export function bodyOf(request: OrderRequest): CcxtBody {
  const { id, symbol, side, type, quantity, limitPrice, stopPrice, timeInForce } = request;
  const time = TIMES[timeInForce];
  return {
    symbol,
    type: type === "limit" || type === "stop-limit" ? "limit" : "market",
    side,
    amount: quantity === null ? 0 : numberOf(quantity),
    price: limitPrice === null ? undefined : numberOf(limitPrice),
    params: {
      clientOrderId: id,
      ...(time === undefined ? {} : { timeInForce: time }),
      ...(stopPrice === null ? {} : { triggerPrice: numberOf(stopPrice) }),
    },
  };
}

/** Why an order can't be sent in unified words, or null. */
export function refusalOf(request: OrderRequest, { has, id }: UnifiedExchange): string | null {
  const { type, timeInForce, quantity, extendedHours, symbol } = request;
  if (!symbol.includes("/")) return `symbol: expected a pair such as BTC/USD, got ${symbol}`;
  if (quantity === null) return "notional: expected an order by quantity";
  if (extendedHours) return "extended-hours: expected none where trading never ends";
  if (timeInForce === "opg" || timeInForce === "cls") {
    return `time-in-force: expected no auction, got ${timeInForce}`;
  }
  if (type === "trailing-stop") return "type: expected no trailing stop, it is kept by us";
  const isStop = type === "stop" || type === "stop-limit";
  return isStop && !isTrue(has.createTriggerOrder) ? `type: ${id} takes no stop orders` : null;
}

/**
 * Legs that come with their parent are kept, and of legs that are free to work only one rests, the
 * stop before the target, as exchanges reserve the coins of each. Trailing stops are watched by us.
 */
export function keptOf(
  requests: readonly OrderRequest[],
  exchange: UnifiedExchange,
): readonly OrderRequest[] {
  const ids = new Set(requests.map(({ id }) => id));
  const isWithParent = ({ parentId }: OrderRequest) => parentId !== null && ids.has(parentId);
  const free = requests.filter((one) => one.parentId !== null && !isWithParent(one));
  const resting = new Map<string, OrderRequest>();
  for (const leg of free) {
    const group = leg.ocoGroup ?? leg.id;
    const other = resting.get(group);
    const isSendable = refusalOf(leg, exchange) === null;
    if (isSendable && (other === undefined || other.type === "limit")) resting.set(group, leg);
  }
  const kept = new Set(free.filter((leg) => resting.get(leg.ocoGroup ?? leg.id) !== leg));
  return requests.filter((one) => isWithParent(one) || kept.has(one));
}

function isTrue(capability: boolean | string | undefined): boolean {
  return capability === true || capability === "emulated";
}
