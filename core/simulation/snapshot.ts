import * as z from "zod";
import { InputError } from "../domain/errors.ts";
import { orderRequest } from "../domain/order.ts";
import { decimalText, timeMs } from "../domain/schema.ts";
import type { OrderBook } from "./orderBook.ts";

const said = { orderId: z.string(), timeMs };

const report = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("accepted"), ...said, venueOrderId: z.string(), held: z.boolean() }),
  z.object({
    kind: z.literal("filled"),
    ...said,
    executionId: z.string(),
    quantity: decimalText,
    price: decimalText,
    fee: decimalText,
    slippage: decimalText,
    liquidity: z.enum(["maker", "taker"]),
    complete: z.boolean(),
  }),
  z.object({
    kind: z.enum(["cancelled", "rejected", "expired", "cancel-rejected", "replace-rejected"]),
    ...said,
    reason: z.string(),
  }),
  z.object({ kind: z.literal("replaced"), ...said, replacementId: z.string() }),
  z.object({ kind: z.literal("unknown"), ...said, reason: z.string() }),
]);

/** JSON knows no Infinity: an order that does not end by itself has null. */
const expiry = z.codec(z.number().nullable(), z.number().or(z.literal(Infinity)), {
  decode: (value) => value ?? Number.POSITIVE_INFINITY,
  encode: (value) => (value === Number.POSITIVE_INFINITY ? null : value),
});

const workingOrder = z.object({
  request: orderRequest,
  filled: decimalText,
  activeFromMs: z.number(),
  expiresMs: expiry,
  cancelling: z.boolean(),
  held: z.boolean(),
  triggered: z.boolean(),
  limitAt: z.number(),
  stopAt: z.number(),
  trailStop: z.number(),
  rested: z.boolean(),
  before: decimalText,
  reduced: decimalText,
  spent: decimalText,
  executions: z.int(),
  done: z.boolean(),
});

const marketState = z.object({
  symbol: z.string(),
  orders: z.array(workingOrder),
  lastPrice: z.number(),
  lastRange: z.number(),
  lastVolume: z.number(),
  taken: z.number(),
  hasVolume: z.boolean(),
  bid: z.number(),
  ask: z.number(),
  quotedMs: z.number(),
  delisted: z.boolean(),
  halts: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
});

const snapshot = z.object({
  version: z.literal(2),
  markets: z.array(marketState),
  known: z.array(z.tuple([z.string(), z.array(report)])),
});

/** A book as JSON text, decimals as text; markets, orders and reports in the order they came. */
export function snapshotOf(book: OrderBook): string {
  const markets = [...book.markets.values()].map(({ instrument, ...state }) => ({
    symbol: instrument.symbol,
    ...state,
  }));
  const state = { version: 2 as const, markets, known: [...book.known] };
  return JSON.stringify(z.encode(snapshot, state));
}

/**
 * Puts a book back as it was. Markets keep their identity, as others hold on to them.
 * @throws InputError where the text is no snapshot, or tells of an instrument without a market.
 */
export function restoreBook(book: OrderBook, text: string): void {
  const { markets, known } = parsed(text);
  for (const { symbol } of markets) {
    if (book.markets.has(symbol)) continue;
    throw new InputError(`venue snapshot: expected a market of ${symbol} to restore, got none`);
  }
  book.known.clear();
  book.working.clear();
  for (const [id, reports] of known) book.known.set(id, reports);
  for (const { symbol, orders, halts, ...state } of markets) {
    const market = book.markets.get(symbol);
    if (market === undefined) continue;
    Object.assign(market, state);
    market.orders.splice(0, market.orders.length, ...orders);
    market.halts.splice(0, market.halts.length, ...halts);
    for (const order of orders) book.working.set(order.request.id, order);
  }
}

function parsed(text: string): z.output<typeof snapshot> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new InputError(`venue snapshot: expected JSON, got ${text.slice(0, 40)}`);
  }
  const result = snapshot.safeParse(json);
  if (result.success) return result.data;
  throw new InputError(`venue snapshot: ${z.prettifyError(result.error)}`);
}
