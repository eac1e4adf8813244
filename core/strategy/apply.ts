import type { Book } from "../domain/book.ts";
import { decimalOf, ZERO } from "../domain/decimal.ts";
import { orderOf } from "../domain/ledger.ts";
import type { Order } from "../domain/order.ts";
import { type Plan, planIntent } from "../execution/planning.ts";
import { type PlanContext, rebalanceRequest } from "../execution/requests.ts";
import { rebalance } from "../portfolio/rebalance.ts";
import { type Draft, partiesOf } from "./draft.ts";
import { equityExact, equityWhenAsked } from "./equity.ts";
import { isFresh, STALE_SESSIONS } from "./freshness.ts";
import type { Intent } from "./intents.ts";
import { cancellable, requestOrder } from "./request.ts";
import type { Slot } from "./slot.ts";
import { startWork, stopWorks, worksOf } from "./works.ts";

const ENDED = `it had no bar in the last ${STALE_SESSIONS} sessions`;

/** Sizes the intents of one instrument, asks risk, and records what comes of them. */
export function applyIntents(
  draft: Draft,
  slot: Slot,
  intents: readonly Intent[],
  lastPrice: number,
): void {
  for (let index = 0; index < intents.length; index += 1) {
    const intent = intents[index];
    if (intent === undefined) continue;
    const other =
      intent.symbol === undefined ? slot : draft.runner.slot(draft.state, intent.symbol);
    if (other === undefined) {
      draft.outcome(slot.symbol, index, "not-in-universe", `${intent.symbol} is not traded`);
      continue;
    }
    if (!isFresh(other, draft.timeMs)) {
      draft.outcome(other.symbol, index, "no-data", ENDED);
      continue;
    }
    const price = other === slot ? lastPrice : other.state.lastPrice;
    const plan = planIntent(intent, index, contextOf(draft, other, price));
    applyPlan(draft, other, plan, intent.reason);
    if (plan.outcome !== null) draft.outcome(other.symbol, index, plan.outcome, intent.reason);
  }
}

/** Trades from the holdings of the whole universe to target weights, sells before buys. */
export function applyWeights(
  draft: Draft,
  weights: Readonly<Record<string, number>>,
  reason: string,
): void {
  const { profile } = draft.runner;
  const slots = draft.runner.all(draft.state);
  const ended = slots.filter((slot) => !isFresh(slot, draft.timeMs));
  const isEnded = (symbol: string) => ended.some((slot) => slot.symbol === symbol);
  for (const [index, { symbol }] of ended.entries()) {
    const isAsked = weights[symbol] !== undefined || draft.ledger.positions[symbol] !== undefined;
    if (isAsked) draft.outcome(symbol, index, "no-data", ENDED);
  }
  const { orders, kept } = rebalance({
    holdings: slots
      .filter(({ symbol }) => !isEnded(symbol))
      .map((slot) => ({
        instrument: slot.instrument,
        quantity: draft.ledger.positions[slot.symbol]?.quantity ?? ZERO,
        price: decimalOf(slot.state.lastPrice),
      })),
    weights: Object.fromEntries(Object.entries(weights).filter(([symbol]) => !isEnded(symbol))),
    equity: equityExact(draft),
    cash: profile.account.kind === "cash" ? draft.ledger.cash : null,
    minTradeNotional: profile.rebalance.minTradeNotional,
    cashBuffer: profile.rebalance.cashBuffer,
  });
  for (const [index, order] of orders.entries()) {
    const slot = draft.runner.slot(draft.state, order.symbol);
    if (slot === undefined) continue;
    const context = contextOf(draft, slot, slot.state.lastPrice);
    const line = `${reason}: ${order.reason}`;
    const request = rebalanceRequest(context, index, order.side, order.quantity, line);
    // What an earlier rebalance has not worked off yet is decided anew.
    stopWorks(draft, slot.symbol, ({ role }) => role === "rebalance");
    if (profile.execution === null) requestOrder(draft, slot, request);
    else startWork(draft, slot, profile.execution, [request]);
  }
  for (const [index, { symbol, reason: why }] of kept.entries()) {
    draft.outcome(symbol, index, "no-change", why);
  }
}

function applyPlan(draft: Draft, slot: Slot, plan: Plan, reason: string): void {
  stopWorks(draft, slot.symbol, plan.stops);
  for (const { request } of plan.cancels) {
    // As it stands by now: a child of a worked order that was stopped is being cancelled already.
    const order = orderOf(draft.book, request.id);
    if (order !== undefined && cancellable(order)) draft.cancel(order, reason);
  }
  const { requests, algo } = plan;
  if (algo !== null) {
    startWork(draft, slot, algo, requests);
    return;
  }
  for (let i = 0; i < requests.length; i += 1) {
    const request = requests[i];
    // The first is the parent of the others: without it they have nothing to protect.
    if (request !== undefined && !requestOrder(draft, slot, request) && i === 0) break;
  }
  for (const { order, replacement } of plan.replaces) {
    if (!requestOrder(draft, slot, replacement)) continue;
    draft.record("order.replace-requested.v1", `${replacement.id}.replace`, {
      ...partiesOf(order.request),
      replacement,
    });
  }
}

function contextOf(draft: Draft, slot: Slot, lastPrice: number): PlanContext {
  const { runner, cause } = draft;
  return {
    profile: runner.profile,
    instrument: slot.instrument,
    position: draft.ledger.positions[slot.symbol],
    orders: workingOrders(draft.book, runner.profile.name, slot.symbol),
    works: worksOf(draft.state, slot.symbol),
    lastPrice,
    equity: equityWhenAsked(draft),
    maxQuantity: cause.type === "signal.received.v1" ? cause.data.maxQuantity : null,
    cause: causeOf(draft),
    timeMs: cause.eventTimeMs,
  };
}

const NONE: readonly Order[] = Object.freeze([]);

function workingOrders(book: Book, profile: string, symbol: string): readonly Order[] {
  let found: Order[] | undefined;
  for (const order of book.orders) {
    if (order.request.profile !== profile || order.request.symbol !== symbol) continue;
    found ??= [];
    found.push(order);
  }
  return found ?? NONE;
}

/** What an order's id takes from its cause: its own profile need not be named twice. */
function causeOf({ runner, cause }: Draft): string {
  const { prefix } = runner;
  const { id } = cause;
  return id.startsWith(prefix) ? id.slice(prefix.length) : id;
}
