import { type Decimal, decimalOf, multiply, roundDown, smaller, ZERO } from "../domain/decimal.ts";
import { expectedPrice } from "../execution/expectedPrice.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import type { Market, WorkingOrder } from "./config.ts";
import type { OrderBook } from "./orderBook.ts";
import { leftAt, priceOf } from "./pricing.ts";
import type { Touch } from "./trigger.ts";

/**
 * Fills what the liquidity allows of an order and tells what follows; answers what is left of the
 * liquidity, null for no bound. Who asks for all or nothing and cannot have all ends.
 */
export function fillOrder(
  book: OrderBook,
  market: Market,
  order: WorkingOrder,
  touch: Touch,
  liquidity: Decimal | null,
  timeMs: number,
  reports: VenueReport[],
): Decimal | null {
  const { lot } = market.instrument;
  const offered = liquidity === null ? null : roundDown(liquidity, lot);
  const price = priceOf(book.config, market, order, touch, offered);
  const wanted = leftAt(order, price, lot);
  if (wanted <= ZERO) {
    book.end(order, "cancelled", "too small to fill", timeMs, reports);
    return liquidity;
  }
  const quantity = offered === null ? wanted : smaller(wanted, offered);
  if (order.request.timeInForce === "fok" && quantity < wanted) {
    book.end(order, "cancelled", "not filled at once", timeMs, reports);
    return liquidity;
  }
  order.triggered = true;
  if (quantity <= ZERO) return liquidity;
  execute(
    book,
    market,
    order,
    { quantity, price, touch, timeMs, isLast: quantity === wanted },
    reports,
  );
  if (market.orders.length > 0) shareOut(book, market, order, quantity, timeMs, reports);
  return liquidity === null ? null : liquidity - quantity;
}

/** One execution in the making. */
interface Execution {
  readonly quantity: Decimal;
  readonly price: Decimal;
  readonly touch: Touch;
  readonly timeMs: number;
  /** Whether nothing of the order is left after it. */
  readonly isLast: boolean;
}

/**
 * Books an execution. An order that others took a part of is never complete by what was asked for
 * at first: it ends as cancelled once the rest of it has traded, so that no book waits for more.
 */
function execute(
  book: OrderBook,
  { instrument }: Market,
  order: WorkingOrder,
  { quantity, price, touch, timeMs, isLast }: Execution,
  reports: VenueReport[],
): void {
  const { request } = order;
  const { id, side } = request;
  const { liquidity } = touch;
  const { assetClass } = instrument;
  const filledBefore = order.before + order.filled;
  const execution = { assetClass, side, quantity, filledBefore, price, liquidity, timeMs };
  const fee = book.config.fees(execution);
  const expected = expectedPrice(request) ?? decimalOf(touch.price);
  const worse = side === "buy" ? price - expected : expected - price;
  const isCut = order.before + order.reduced > ZERO;
  order.filled += quantity;
  order.executions += 1;
  if (request.quantity === null) order.spent += multiply(quantity, price);
  book.tell(reports, {
    kind: "filled",
    orderId: id,
    timeMs,
    executionId: `${id}.x${order.executions}`,
    quantity,
    price,
    fee,
    slippage: multiply(worse, quantity),
    liquidity,
    complete: isLast && !isCut,
  });
  if (!isLast) return;
  if (isCut) book.end(order, "cancelled", "the rest of it traded in other orders", timeMs, reports);
  else book.remove(order);
}

/** A whole fill wakes the legs; a fill within a group takes from its siblings or ends them. */
function shareOut(
  book: OrderBook,
  market: Market,
  order: WorkingOrder,
  quantity: Decimal,
  timeMs: number,
  reports: VenueReport[],
): void {
  const { id, ocoGroup } = order.request;
  if (order.done)
    for (const leg of book.legsOf(order.request)) book.wake(leg, order, timeMs, reports);
  if (ocoGroup === null) return;
  for (const other of [...market.orders]) {
    if (other === order || other.request.ocoGroup !== ocoGroup) continue;
    if (!order.done) take(other, quantity);
    if (order.done || leftOf(other) <= ZERO) {
      book.end(other, "cancelled", `${id} filled`, timeMs, reports);
    }
  }
}

function take(other: WorkingOrder, quantity: Decimal): void {
  const { request } = other;
  if (request.quantity === null) return;
  other.request = { ...request, quantity: request.quantity - quantity };
  other.reduced += quantity;
}

function leftOf({ request, filled }: WorkingOrder): Decimal {
  return request.quantity === null ? 1n : request.quantity - filled;
}
