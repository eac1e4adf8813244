import * as z from "zod";
import { type Decimal, larger, ZERO } from "../domain/decimal.ts";
import { type OrderRequest, orderRequest } from "../domain/order.ts";
import type { EventOf } from "../events/catalogue.ts";
import { nextWakeMs, start, step } from "../execution/algos/algo.ts";
import type { AlgoAction, AlgoEvent, AlgoStep, ChildOrder } from "../execution/algos/messages.ts";
import type { Algo } from "../execution/algos/params.ts";
import { committedIn, progressOf } from "../execution/algos/progress.ts";
import { type AlgoState, algoState } from "../execution/algos/state.ts";
import { type Draft, partiesOf } from "./draft.ts";
import { cancellable, judge, judged, requestOrder } from "./request.ts";
import type { Slot } from "./slot.ts";
import type { ProfileState } from "./snapshot.ts";
import { parentOf, type Work } from "./work.ts";

/** What becomes of an order, as far as who works it must know. */
export type OrderNews =
  | EventOf<"order.filled.v1">
  | EventOf<"order.cancelled.v1">
  | EventOf<"order.rejected.v1">
  | EventOf<"order.expired.v1">
  | EventOf<"order.denied.v1">;

const NONE: readonly Work[] = Object.freeze([]);

/** The orders of an instrument that are being worked. */
export function worksOf({ works }: ProfileState, symbol: string): readonly Work[] {
  let found: Work[] | undefined;
  for (const id in works) {
    const one = works[id];
    if (one?.symbol !== symbol) continue;
    found ??= [];
    found.push(one);
  }
  return found ?? NONE;
}

/**
 * Starts to work an order, the first of the requests; the others are its legs. Risk judges the
 * whole of it now, and each child again. What is no whole number of lots can't be cut, and goes out
 * at once.
 * @throws InputError where the algo does not fit the order, which stops the profile.
 */
export function startWork(
  draft: Draft,
  slot: Slot,
  algo: Algo,
  requests: readonly OrderRequest[],
): void {
  const [parent, ...legs] = requests;
  if (parent === undefined) return;
  const { id, side, quantity, role, symbol } = parent;
  const verdict = judge(draft, slot, parent);
  const isWhole = quantity !== null && quantity % slot.instrument.lot === ZERO;
  if (verdict.verdict !== "approved" || quantity === null || !isWhole) {
    if (judged(draft, slot, parent, verdict))
      for (const leg of legs) requestOrder(draft, slot, leg);
    return;
  }
  const openMs = draft.runner.profile.calendar.sessionAt(draft.timeMs)?.openTimeMs;
  const session = openMs === undefined ? {} : { sessionOpenMs: openMs };
  const first = start(
    algo,
    { id, side, quantity, instrument: slot.instrument, ...session },
    draft.timeMs,
  );
  draft.record("execution.started.v1", `${id}.started`, {
    ...partiesOf(parent),
    request: parent,
    algo,
    checks: verdict.checks,
  });
  const work: Work = {
    symbol,
    role,
    side,
    request: z.encode(orderRequest, parent),
    legs: legs.map((leg) => z.encode(orderRequest, leg)),
    algo: null,
    dueMs: null,
  };
  carryOut(draft, slot, work, first);
}

/** Ends those worked orders of an instrument that are meant: children are cancelled. */
export function stopWorks(draft: Draft, symbol: string, isMeant: (work: Work) => boolean): void {
  for (const [id, work] of Object.entries(draft.state.works)) {
    if (work.symbol === symbol && isMeant(work)) tell(draft, id, [{ kind: "stop" }]);
  }
}

/** A bar of each instrument closed: its price is the quote that there is, and time has passed. */
export function workBars(
  draft: Draft,
  bars: readonly { readonly symbol: string; readonly close: number }[],
): void {
  const { timeMs } = draft;
  for (const [id, { symbol }] of Object.entries(draft.state.works)) {
    const bar = bars.find((one) => one.symbol === symbol);
    const clock: AlgoEvent = { kind: "clock", timeMs };
    if (bar === undefined) tell(draft, id, [clock]);
    else tell(draft, id, [{ kind: "quote", timeMs, bid: bar.close, ask: bar.close }, clock]);
  }
}

/** A quote came in of an instrument. */
export function workQuote(draft: Draft, symbol: string, bid: number, ask: number): boolean {
  const { timeMs } = draft;
  const meant = Object.entries(draft.state.works).filter(([, work]) => work.symbol === symbol);
  for (const [id] of meant) tell(draft, id, [{ kind: "quote", timeMs, bid, ask }]);
  return meant.length > 0;
}

/** The time came that a worked order asked to be woken at. False where it is over by now. */
export function workDue(draft: Draft, { data }: EventOf<"execution.due.v1">): boolean {
  const isMeant = draft.state.works[data.orderId] !== undefined;
  if (isMeant) tell(draft, data.orderId, [{ kind: "clock", timeMs: draft.timeMs }]);
  return isMeant;
}

/** Something became of an order. False where it is no child of an order that is being worked. */
export function workNews(draft: Draft, event: OrderNews): boolean {
  const childId = event.data.orderId;
  const parentId = parentOf(childId);
  if (parentId === null || draft.state.works[parentId] === undefined) return false;
  if (event.type === "order.filled.v1") {
    const { executionId, quantity } = event.data;
    tell(draft, parentId, [{ kind: "fill", childId, executionId, quantity }]);
  } else {
    const ended: AlgoEvent = { kind: "ended", childId };
    // The gate looks at kill switches and expiry only: what it denies is not wanted any more.
    const isGate = event.type === "order.denied.v1" && event.data.checks.length === 0;
    tell(draft, parentId, isGate ? [ended, { kind: "stop" }] : [ended]);
  }
  return true;
}

function tell(draft: Draft, id: string, events: readonly AlgoEvent[]): void {
  const work = draft.state.works[id];
  const slot = work && draft.runner.slot(draft.state, work.symbol);
  if (work === undefined || slot === undefined) return;
  const isUnwanted = work.role === "entry" && draft.state.noEntries !== null;
  let state = algoState.parse(work.algo);
  const actions: AlgoAction[] = [];
  for (const event of isUnwanted ? [...events, { kind: "stop" } as const] : events) {
    const next = step(state, event);
    state = next.state;
    actions.push(...next.actions);
  }
  carryOut(draft, slot, work, { state, actions });
}

/** Does what the algo wants done, and keeps how it stands. */
function carryOut(draft: Draft, slot: Slot, work: Work, { state, actions }: AlgoStep): void {
  const { id } = state.parent;
  const parent = orderRequest.parse(work.request);
  // Kept first: what follows from a child must find the order that it belongs to.
  const dueMs = nextWakeMs(state);
  draft.state.works[id] = { ...work, algo: z.encode(algoState, state), dueMs };
  for (const action of actions) {
    if (action.kind === "place") place(draft, slot, work, parent, state, action.child);
    else cancelChild(draft, action.childId, parent.reason);
  }
  if (state.phase === "done") {
    delete draft.state.works[id];
    const { filled, left } = progressOf(state);
    draft.record("execution.ended.v1", `${id}.ended`, { ...partiesOf(parent), filled, left });
  } else if (dueMs !== null && dueMs !== work.dueMs) {
    draft.record("execution.scheduled.v1", `${id}.scheduled.${dueMs.toString(36)}`, {
      ...partiesOf(parent),
      dueTimeMs: dueMs,
    });
  }
}

function place(
  draft: Draft,
  slot: Slot,
  { legs }: Work,
  parent: OrderRequest,
  state: AlgoState,
  { id, quantity, limitPrice, mayRest, reason }: ChildOrder,
): void {
  const child: OrderRequest = {
    ...parent,
    id,
    intentId: parent.id,
    quantity,
    type: limitPrice === null ? "market" : "limit",
    limitPrice,
    timeInForce: mayRest || limitPrice === null ? parent.timeInForce : "ioc",
    reason: `${parent.reason} (${reason})`,
    decidedTimeMs: draft.timeMs,
    referencePrice: slot.price,
  };
  if (!requestOrder(draft, slot, child)) return;
  for (const kept of legs) {
    const leg = orderRequest.parse(kept);
    const share = protectedBy(parent, leg, state, quantity);
    if (share <= ZERO) continue;
    const name = leg.id.slice(parent.id.length);
    requestOrder(draft, slot, {
      ...leg,
      id: `${id}${name}`,
      intentId: parent.id,
      parentId: id,
      ocoGroup: `${id}.oco`,
      quantity: share,
      decidedTimeMs: draft.timeMs,
      referencePrice: slot.price,
    });
  }
}

/**
 * How much of a child its leg protects. An entry that reverses closes the old position first: only
 * what goes beyond that is there to be protected.
 */
function protectedBy(
  parent: OrderRequest,
  leg: OrderRequest,
  state: AlgoState,
  quantity: Decimal,
): Decimal {
  const closing = (parent.quantity ?? ZERO) - (leg.quantity ?? ZERO);
  const committed = committedIn(state);
  const beyond = (sum: Decimal) => larger(sum - closing, ZERO);
  return beyond(committed) - beyond(committed - quantity);
}

function cancelChild(draft: Draft, id: string, reason: string): void {
  const order = draft.book.orders.find(({ request }) => request.id === id);
  if (order !== undefined && cancellable(order)) draft.cancel(order, reason);
}
