import { textOf } from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { Draft } from "./draft.ts";
import { parentOf } from "./work.ts";

/**
 * What an order has in common with one that asks for the same again, or null where that is meant:
 * the slices of a worked order are alike, and a replacement takes the place of its original.
 */
export function twinOf(request: OrderRequest): string | null {
  const { id, symbol, side, quantity, notional, type, limitPrice, stopPrice, replaces } = request;
  if (replaces !== null || parentOf(id) !== null) return null;
  const amount = quantity === null ? `$${textOf(notional ?? 0n)}` : textOf(quantity);
  const prices = [limitPrice, stopPrice].map((price) => (price === null ? "" : textOf(price)));
  return `${side} ${amount} ${symbol} ${type} ${prices.join(" ")}`;
}

/** How much later than others an event may be decided on and still find what came before it, ms. */
const LATE_MS = 60_000;

/** Remembers an approved order where a limit looks back at it. */
export function remember({ runner, state, timeMs }: Draft, request: OrderRequest): void {
  const { remembersMs } = runner;
  if (remembersMs === 0) return;
  const fromMs = timeMs - remembersMs - LATE_MS;
  const kept = state.recent.filter((one) => one.timeMs > fromMs);
  state.recent = [...kept, { timeMs, order: twinOf(request) ?? request.id }];
}
