import type { Position } from "../../core/domain/book.ts";
import {
  absolute,
  type Decimal,
  decimalOf,
  divide,
  larger,
  multiply,
  textOf,
  ZERO,
} from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import { averagePrice } from "../../core/domain/position.ts";
import { heldForOrders } from "./accountRules.ts";
import { assetClassOf, assetIdOf, listingOf, positionSymbolOf } from "./assets.ts";
import type { ExchangeOrder } from "./order.ts";

/** What a position is shown with. */
export interface PositionParts {
  readonly position: Position;
  readonly instrument: Instrument;
  readonly open: Iterable<ExchangeOrder>;
  /** Dollars; the second of the last session's close, 0 where there was none. */
  readonly lastPrice: number;
  readonly previousClose: number;
  /** Where the current trading date starts, UTC ms. */
  readonly dayStartMs: number;
}

/** A position as the API tells it; crypto pairs have no slash here, fractions are of one. */
export function positionJson(parts: PositionParts): Readonly<Record<string, unknown>> {
  const { position, instrument, open, dayStartMs } = parts;
  const { quantity, cost, symbol } = position;
  const price = decimalOf(parts.lastPrice);
  const before = parts.previousClose > 0 ? decimalOf(parts.previousClose) : price;
  const value = multiply(quantity, price);
  const gain = value - cost;
  const dayCost = dayCostOf(position, before, dayStartMs);
  const dayGain = value - dayCost;
  return {
    asset_id: assetIdOf(symbol),
    symbol: positionSymbolOf(instrument),
    exchange: listingOf(instrument),
    asset_class: assetClassOf(instrument),
    asset_marginable: instrument.assetClass !== "crypto",
    avg_entry_price: textOf(averagePrice(position)),
    qty: textOf(quantity),
    qty_available: textOf(availableOf(position, open)),
    side: quantity > ZERO ? "long" : "short",
    market_value: textOf(value),
    cost_basis: textOf(cost),
    unrealized_pl: textOf(gain),
    unrealized_plpc: shareOf(gain, cost),
    unrealized_intraday_pl: textOf(dayGain),
    unrealized_intraday_plpc: shareOf(dayGain, dayCost),
    current_price: textOf(price),
    lastday_price: textOf(before),
    change_today: shareOf(price - before, before),
  };
}

/** What of a position no open order is for; negative for a short one. */
function availableOf({ symbol, quantity }: Position, open: Iterable<ExchangeOrder>): Decimal {
  const side = quantity > ZERO ? "sell" : "buy";
  const held = heldForOrders(open, symbol, side).quantity;
  const left = larger(absolute(quantity) - held, ZERO);
  return quantity > ZERO ? left : -left;
}

/** What was held over night counts from the last close, what was bought today from its price. */
function dayCostOf({ lots }: Position, before: Decimal, dayStartMs: number): Decimal {
  return lots.reduce(
    (sum, { quantity, price, openedTimeMs }) =>
      sum + multiply(quantity, openedTimeMs < dayStartMs ? before : price),
    ZERO,
  );
}

function shareOf(part: Decimal, whole: Decimal): string {
  return whole === ZERO ? "0" : textOf(divide(part, absolute(whole)));
}
