import { type Context, Hono } from "hono";
import { multiply, ONE, textOf, ZERO } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { checkAccount, heldForOrders, intentOf } from "./accountRules.ts";
import { forbidden, malformed, notFound, type Refusal, unprocessable } from "./errors.ts";
import { uuidOf } from "./ids.ts";
import { type ExchangeOrder, isFinal, termsOf } from "./order.ts";
import { type OrderChange, readOrderBody, readPatchBody } from "./orderBody.ts";
import { orderJson, receiptJson } from "./orderJson.ts";
import { orderListJson } from "./orderList.ts";
import { checkForm, idFault, incrementFault } from "./orderRules.ts";
import type { PaperAccount } from "./paper.ts";
import { placementOf } from "./placement.ts";
import { flagIn } from "./query.ts";
import { jsonOf, queryOf } from "./requests.ts";

/** `/v2/orders`: submission, lists, replacement and cancellation. */
export function ordersRoutes(paper: PaperAccount): Hono {
  const { desk } = paper;
  const app = new Hono();
  app.post("/", async (c) => c.json(receiptJson(place(paper, await jsonOf(c)))));
  app.get("/", (c) => c.json(orderListJson(desk.orders(), queryOf(c))));
  app.delete("/", (c) => c.json(cancelAll(paper), 207));
  app.get("/:id", (c) => c.json(orderJson(orderIn(paper, c), flagIn(queryOf(c), "nested"))));
  app.patch("/:id", async (c) => {
    return c.json(orderJson(replace(paper, orderIn(paper, c), readPatchBody(await jsonOf(c)))));
  });
  app.delete("/:id", (c) => {
    cancel(paper, orderIn(paper, c));
    return c.body(null, 204);
  });
  return app;
}

/** `/v2/orders:by_client_order_id`. */
export function orderByClientId(paper: PaperAccount, c: Context): Response {
  const id = queryOf(c).get("client_order_id") ?? "";
  const order = paper.desk.findByClientId(id);
  if (order === undefined) throw notFound(`order not found for ${id}`);
  return c.json(orderJson(order, flagIn(queryOf(c), "nested")));
}

/** Judges a body and sends its orders to the venue. @throws Refusal as Alpaca's. */
export function place(paper: PaperAccount, json: unknown): ExchangeOrder {
  const { desk, books, venue, configurations, nowMs } = paper;
  const draft = readOrderBody(json, paper.assets);
  checkForm(draft);
  const clientOrderId = draft.clientOrderId ?? desk.nextClientId();
  if (desk.findByClientId(clientOrderId) !== undefined) {
    throw malformed("client_order_id must be unique");
  }
  const { instrument, side } = draft;
  const placement = placementOf(draft, {
    clientOrderId,
    intent: intentOf(side, books.quantity(instrument.symbol)),
    lastPrice: books.priceOf(instrument.symbol) ?? null,
    nowMs,
    legId: (leg) => uuidOf("leg", paper.settings.seed, clientOrderId, leg),
  });
  checkAccount(draft, placement, { desk, books, venue, configurations, nowMs });
  return desk.place(placement);
}

/** Cancels an order. @throws Refusal where it can't be cancelled any more. */
export function cancel({ desk }: PaperAccount, order: ExchangeOrder): void {
  const { status } = order;
  // Alpaca takes a repeated cancel for the same wish.
  if (status === "canceled") return;
  if (status === "pending_cancel") throw unprocessable("order pending cancel");
  if (isFinal(order)) throw unprocessable(`order is already in "${status}" state`);
  desk.cancel(order);
}

/** Cancels what is open; one line an order. */
export function cancelAll({ desk }: PaperAccount): readonly unknown[] {
  const open = [...desk.open()].filter(({ status }) => status !== "pending_cancel");
  for (const order of open) if (!isFinal(order)) desk.cancel(order);
  return open.map(({ id }) => ({ id, status: 200 }));
}

function orderIn({ desk }: PaperAccount, c: Context): ExchangeOrder {
  const id = c.req.param("id") ?? "";
  const order = desk.find(id);
  if (order === undefined) throw notFound(`order not found for ${id}`);
  return order;
}

/** Puts a changed order in the place of another. @throws Refusal where that can't be. */
function replace(paper: PaperAccount, order: ExchangeOrder, change: OrderChange): ExchangeOrder {
  const refusal = stateFault(order) ?? changeFault(order, change);
  if (refusal !== null) throw refusal;
  const { desk } = paper;
  const id = change.clientOrderId ?? desk.nextClientId();
  if (desk.findByClientId(id) !== undefined) throw malformed("client_order_id must be unique");
  const request = changed(order, change, id, paper.nowMs);
  const lack = roomFault(paper, order, request);
  if (lack !== null) throw lack;
  return desk.replace(order, request);
}

function stateFault(order: ExchangeOrder): Refusal | null {
  const { status } = order;
  if (isFinal(order)) return unprocessable(`order is already in "${status}" state`);
  if (status === "pending_cancel") return unprocessable("order pending cancel");
  if (status === "accepted" || status === "pending_new") {
    return unprocessable("unable to replace order, order is not open");
  }
  return null;
}

function changeFault(order: ExchangeOrder, change: OrderChange): Refusal | null {
  const terms = termsOf(order);
  const { quantity, limitPrice, stopPrice, trail } = change;
  if (terms.notional !== null) return unprocessable("notional orders cannot be replaced");
  if (quantity !== null && quantity <= ZERO) return malformed("qty must be > 0");
  const fractional = (terms.quantity ?? ZERO) % ONE !== ZERO;
  const isCrypto = order.instrument.assetClass === "crypto";
  if (quantity !== null && quantity !== terms.quantity && !isCrypto) {
    if (fractional || quantity % ONE !== ZERO) {
      return unprocessable("qty of fractional orders cannot be replaced");
    }
  }
  if (limitPrice !== null && terms.limitPrice === null) {
    return malformed(`${terms.type} orders must not have limit_price`);
  }
  if (stopPrice !== null && terms.stopPrice === null) {
    return malformed(`${terms.type} orders must not have stop_price`);
  }
  if (trail !== null && terms.type !== "trailing-stop") {
    return malformed("trail is for trailing stop orders");
  }
  return (
    idFault(change.clientOrderId) ??
    incrementFault(order.instrument, {
      limit_price: limitPrice,
      stop_price: stopPrice,
      trail: terms.trailPrice === null ? null : trail,
    })
  );
}

function changed(
  order: ExchangeOrder,
  change: OrderChange,
  id: string,
  nowMs: number,
): OrderRequest {
  const terms = termsOf(order);
  const { quantity, timeInForce, limitPrice, stopPrice, trail } = change;
  return {
    ...terms,
    id,
    intentId: id,
    quantity: quantity ?? terms.quantity,
    timeInForce: timeInForce ?? terms.timeInForce,
    limitPrice: limitPrice ?? terms.limitPrice,
    stopPrice: stopPrice ?? terms.stopPrice,
    trailPrice: terms.trailPrice === null ? null : (trail ?? terms.trailPrice),
    trailPercent: terms.trailPercent === null ? null : (trail ?? terms.trailPercent),
    replaces: order.request.id,
    decidedTimeMs: nowMs,
  };
}

/** A larger order needs shares or means for what it is larger by. */
function roomFault(
  { books, desk }: PaperAccount,
  order: ExchangeOrder,
  request: OrderRequest,
): Refusal | null {
  const more = (request.quantity ?? ZERO) - ((termsOf(order).quantity ?? ZERO) - order.filled);
  if (more <= ZERO || order.working?.held === true) return null;
  const { symbol, side } = request;
  const position = books.quantity(symbol);
  if (side === "sell" ? position > ZERO : position < ZERO) {
    const existing = position < ZERO ? -position : position;
    const held = heldForOrders(desk.open(), symbol, side).quantity;
    if (more <= existing - held) return null;
    const numbers = `(requested: ${textOf(more)}, available: ${textOf(existing - held)})`;
    return forbidden(`insufficient qty available for order ${numbers}`, { symbol });
  }
  const price = request.limitPrice ?? request.stopPrice ?? books.priceOf(symbol) ?? ZERO;
  const power = books.buyingPower(desk.open(), order.request.id);
  const cost = multiply(request.quantity ?? ZERO, price);
  if (cost <= power) return null;
  return forbidden("insufficient buying power", {
    buying_power: textOf(power),
    cost_basis: textOf(cost),
  });
}
