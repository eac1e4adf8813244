import { absolute } from "../../core/domain/decimal.ts";
import { orderType, timeInForce as timeInForceSchema } from "../../core/domain/order.ts";
import type { VenueReport } from "../../core/execution/venueReport.ts";
import type {
  OrderTerms,
  VenueBalances,
  VenueOrder,
  VenuePosition,
} from "../../core/ports/venueAccount.ts";
import type { FeeModel } from "../../core/simulation/fees.ts";
import { valueOrThrow } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { KnownOrders, Names } from "./names.ts";
import { fillOfActivity, isFinalStatus } from "./reports.ts";
import { pairOf, type WireLeg, type WireOrder } from "./wire.ts";

/**
 * Every order of the account that is not final. Alpaca's list of open orders leaves out legs that
 * are held, so they are looked for under the parents of those legs that our books hold.
 */
export async function openOrdersOf(
  gateway: Gateway,
  names: Names,
  known: KnownOrders,
): Promise<readonly VenueOrder[]> {
  const found = new Map<string, VenueOrder>();
  const take = (order: WireLeg, orderId: string) => {
    if (!isFinalStatus(order.status)) found.set(order.id, venueOrderOf(order, orderId));
  };
  for (const order of await gateway.list({ status: "open", nested: true })) {
    const orderId = await names.nameOf(order);
    take(order, orderId);
    const top = found.get(order.id);
    if (top !== undefined) found.set(order.id, { ...top, terms: termsOf(order) });
    for (const { leg, orderId } of await names.learn(order)) take(leg, orderId);
  }
  const listed = new Set([...found.values()].map(({ orderId }) => orderId));
  for (const { request, status } of await known()) {
    if (request.parentId === null || status !== "held" || listed.has(request.id)) continue;
    const leg: WireOrder | null = await names.locate(request.id);
    if (leg !== null) take(leg, request.id);
  }
  return [...found.values()];
}

function venueOrderOf(order: WireLeg, orderId: string): VenueOrder {
  return {
    orderId,
    venueOrderId: order.id,
    symbol: order.symbol,
    side: order.side,
    quantity: order.qty,
    filledQuantity: order.filled_qty,
    submittedMs: order.submitted_at ?? order.created_at ?? 0,
  };
}

/** Alpaca's word for the type of an order is ours but for the two that are written with a line. */
function termsOf(order: WireOrder): OrderTerms | undefined {
  const type = orderType.safeParse(order.type.replace("_", "-"));
  const timeInForce = timeInForceSchema.safeParse(order.time_in_force);
  if (!type.success || !timeInForce.success || order.legs.length > 0) return undefined;
  return {
    type: type.data,
    timeInForce: timeInForce.data,
    notional: order.notional,
    limitPrice: order.limit_price,
    stopPrice: order.stop_price,
    trailPrice: order.trail_price,
    trailPercent: order.trail_percent,
  };
}

/** What the account holds; crypto by its pair, as everywhere else. */
export async function positionsOf(gateway: Gateway): Promise<readonly VenuePosition[]> {
  return (await gateway.positions()).map(({ symbol, asset_class, qty, side }) => ({
    symbol: asset_class === "crypto" ? pairOf(symbol) : symbol,
    // Alpaca writes short quantities below zero; a server that does not says `short` all the same.
    quantity: side === "short" ? -absolute(qty) : qty,
  }));
}

/** What the account is worth and may do. */
export async function balancesOf(gateway: Gateway): Promise<VenueBalances> {
  const account = await gateway.account();
  const { cash, equity, buying_power, status } = account;
  const isBlocked =
    account.trading_blocked || account.account_blocked || account.trade_suspended_by_user;
  return { cash, equity, buyingPower: buying_power, trading: status === "ACTIVE" && !isBlocked };
}

/** Every execution from a time on, oldest first, by our own order ids. */
export async function fillsOf(
  gateway: Gateway,
  names: Names,
  fees: FeeModel,
  sinceMs: number,
): Promise<readonly VenueReport[]> {
  const orders = new Map<string, WireOrder>();
  const reports: VenueReport[] = [];
  for (const fill of await gateway.fills(sinceMs)) {
    const { order_id } = fill;
    const order = orders.get(order_id) ?? valueOrThrow(await gateway.byId(order_id), order_id);
    orders.set(order_id, order);
    const orderId = await names.nameOf(order);
    const request = await names.requestOf(orderId);
    const ours = request === undefined ? undefined : { request, filledQuantity: 0n };
    const terms = { orderId, order: ours, replacementId: null, fees };
    reports.push(fillOfActivity(fill, order, terms));
  }
  return reports;
}
