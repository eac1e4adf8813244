import type { Book } from "../domain/book.ts";
import { type Decimal, decimal, multiply, ONE } from "../domain/decimal.ts";
import type { Order, OrderRequest } from "../domain/order.ts";
import { isFree, type LegsDue, siblingsOf, withinPosition } from "./heldLegs.ts";
import type { VenueReport } from "./venueReport.ts";

/** What the market did since a position was opened, dollars. */
export interface Watched {
  readonly price: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
}

const HUNDREDTH = decimal("0.01");

/**
 * The legs that no venue rests for us and whose price has come: a target whose shares its stop
 * reserves, and a trailing stop on a fraction of a share. A target first has its stop cancelled,
 * and goes when that is done (`legsAfter`), so that never more than the position can be sold; a
 * trailing stop goes at market at once. To be called with each price that is seen of a symbol;
 * `since` gives the extremes from a time on, UTC ms.
 */
export function legsReached(
  book: Book,
  symbol: string,
  since: (timeMs: number) => Watched,
  nowMs: number,
): LegsDue {
  const submits: OrderRequest[] = [];
  const cancels: string[] = [];
  const reports: VenueReport[] = [];
  for (const leg of book.orders) {
    const { request, status } = leg;
    if (request.symbol !== symbol || status !== "held" || !isFree(book, request)) continue;
    const market = since(openedMs(book, leg));
    if (!isReached(request, market)) continue;
    const siblings = siblingsOf(book, request);
    const working = siblings.filter((one) => one.status !== "held");
    const unasked = working.filter((one) => one.status !== "cancel-requested");
    cancels.push(...unasked.map((one) => one.request.id));
    if (working.length > 0) continue;
    const due = withinPosition(book, request);
    const over = due === null ? [leg, ...siblings] : siblings;
    if (due !== null) submits.push(due.type === "trailing-stop" ? atMarket(due) : due);
    const reason = due === null ? "the position is closed" : `${request.id} went first`;
    for (const { request: other } of over) {
      reports.push({ kind: "cancelled", orderId: other.id, timeMs: nowMs, reason });
    }
  }
  return { submits, cancels, reports };
}

/** Where a trailing stop stands after the extremes of a market; null for all other orders. */
export function trailStop(request: OrderRequest, { high, low }: Watched): Decimal | null {
  const { type, side, trailPrice, trailPercent } = request;
  if (type !== "trailing-stop") return null;
  const part = trailPercent === null ? null : multiply(trailPercent, HUNDREDTH);
  if (side === "sell") {
    if (part !== null) return multiply(high, ONE - part);
    return trailPrice === null ? null : high - trailPrice;
  }
  if (part !== null) return multiply(low, ONE + part);
  return trailPrice === null ? null : low + trailPrice;
}

function isReached(request: OrderRequest, market: Watched): boolean {
  const { type, side, limitPrice } = request;
  if (type === "limit" && limitPrice !== null) {
    return side === "sell" ? market.price >= limitPrice : market.price <= limitPrice;
  }
  const stop = trailStop(request, market);
  if (stop === null) return false;
  return side === "sell" ? market.price <= stop : market.price >= stop;
}

/** When the position that a leg protects was opened, as the trail starts there. */
function openedMs(book: Book, { request, updatedTimeMs }: Order): number {
  const position = book.ledgers[request.profile]?.positions[request.symbol];
  return position?.openedTimeMs ?? updatedTimeMs;
}

function atMarket(request: OrderRequest): OrderRequest {
  const rest = { limitPrice: null, stopPrice: null, trailPrice: null, trailPercent: null };
  return { ...request, ...rest, type: "market", timeInForce: "day", expiresAtMs: null };
}
