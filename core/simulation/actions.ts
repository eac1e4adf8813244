import type { EventData } from "../events/catalogue.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import type { Market } from "./config.ts";
import { NONE, type OrderBook } from "./orderBook.ts";
import { splitMarket, splitRequest } from "./split.ts";

/** What a corporate action does to working orders, before the first trade of its ex date. */
export function applyAction(
  book: OrderBook,
  action: EventData<"corporate-action.applied.v1">,
  timeMs: number,
): readonly VenueReport[] {
  const market = book.markets.get(action.symbol);
  if (market === undefined) return NONE;
  const reports: VenueReport[] = [];
  switch (action.kind) {
    case "dividend":
      return NONE;
    case "split":
      splitMarket(market, action.priceFactor);
      for (const order of [...market.orders]) {
        splitRequest(order, action.value, market.instrument);
        const { quantity } = order.request;
        if (quantity === null || quantity > order.filled) continue;
        book.end(order, "cancelled", "nothing is left of it after the split", timeMs, reports);
      }
      return reports;
    case "delisting":
      market.delisted = true;
      endAll(book, market, `${action.symbol} is delisted`, timeMs, reports);
      return reports;
    case "symbol-change":
      rename(book, market, action.newSymbol ?? "", timeMs, reports);
      return reports;
  }
}

/** Orders go along to the new symbol, where that is traded here. */
function rename(
  book: OrderBook,
  market: Market,
  symbol: string,
  timeMs: number,
  reports: VenueReport[],
): void {
  const next = book.markets.get(symbol);
  if (next === undefined || next === market) {
    endAll(book, market, `${market.instrument.symbol} became ${symbol}`, timeMs, reports);
    return;
  }
  for (const order of market.orders.splice(0)) {
    order.request = { ...order.request, symbol };
    next.orders.push(order);
  }
  if (next.lastPrice === 0) next.lastPrice = market.lastPrice;
}

function endAll(
  book: OrderBook,
  market: Market,
  reason: string,
  timeMs: number,
  reports: VenueReport[],
): void {
  // Parents first, and unfilled legs with them.
  for (const order of [...market.orders]) book.end(order, "expired", reason, timeMs, reports);
}
