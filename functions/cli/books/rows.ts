import type { Book } from "../../../core/domain/book.ts";
import { divide, textOf, ZERO } from "../../../core/domain/decimal.ts";
import type { Order } from "../../../core/domain/order.ts";
import { iso } from "../../../core/domain/time.ts";
import type { DomainEvent } from "../../../core/events/catalogue.ts";

type Row = Readonly<Record<string, string>>;

/** A row an order. */
export function orderRows(orders: readonly Order[]): readonly Row[] {
  return orders.map(({ request, status, filledQuantity, filledNotional }) => ({
    order: request.id,
    profile: request.profile,
    side: request.side,
    symbol: request.symbol,
    quantity:
      request.quantity === null ? `$${textOf(request.notional ?? ZERO)}` : textOf(request.quantity),
    type: request.type,
    limit: request.limitPrice === null ? "" : textOf(request.limitPrice),
    stop: request.stopPrice === null ? "" : textOf(request.stopPrice),
    status,
    filled: textOf(filledQuantity),
    average: filledQuantity === ZERO ? "" : textOf(divide(filledNotional, filledQuantity)),
    decided: iso(request.decidedTimeMs),
    reason: request.reason,
  }));
}

/** A row a position of a profile. */
export function positionRows(books: readonly Book[], profile?: string): readonly Row[] {
  return books.flatMap(({ account, ledgers }) =>
    Object.values(ledgers)
      .filter((ledger) => profile === undefined || ledger.profile === profile)
      .flatMap((ledger) =>
        Object.values(ledger.positions).map(({ symbol, quantity, cost, realised }) => ({
          account,
          profile: ledger.profile,
          symbol,
          quantity: textOf(quantity),
          average: quantity === ZERO ? "" : textOf(divide(cost, quantity)),
          cost: textOf(cost),
          realised: textOf(realised),
        })),
      ),
  );
}

/** A row a fill; other events are left out. */
export function fillRows(events: readonly DomainEvent[]): readonly Row[] {
  return events.flatMap((event) => {
    if (event.type !== "order.filled.v1") return [];
    const { profile, side, symbol, quantity, price, fee, slippage, orderId } = event.data;
    return [
      {
        time: iso(event.eventTimeMs),
        profile,
        side,
        symbol,
        quantity: textOf(quantity),
        price: textOf(price),
        fee: textOf(fee),
        slippage: textOf(slippage),
        order: orderId,
      },
    ];
  });
}
