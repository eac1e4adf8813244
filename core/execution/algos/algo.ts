import { type Decimal, decimal, larger, textOf, ZERO } from "../../domain/decimal.ts";
import { InputError, InvariantError } from "../../domain/errors.ts";
import { AlgoDraft, limitOf } from "./draft.ts";
import { move } from "./moves.ts";
import type { Algo } from "./params.ts";
import { evenSchedule, volumeSchedule } from "./schedule.ts";
import type { AlgoEvent, AlgoParent, AlgoState, AlgoStep, Child, Plan } from "./state.ts";

/**
 * Starts to work an order. The children of one parent never add up to more than it: whatever is
 * sent, working or filled counts until the venue says that it ended.
 * @throws InputError when the quantity is not in whole lots, or an iceberg lacks its limit price.
 */
export function start(algo: Algo, parent: AlgoParent): AlgoStep {
  requireSound(algo, parent);
  const { instrument, limitPrice, startMs } = parent;
  const duration = "durationMs" in algo ? algo.durationMs : undefined;
  const draft = new AlgoDraft({
    format: 1,
    parent: {
      id: parent.id,
      side: parent.side,
      quantity: textOf(parent.quantity),
      limitPrice: limitPrice === null ? null : textOf(limitPrice),
      tick: textOf(instrument.tick),
      lot: textOf(instrument.lot),
    },
    plan: planOf(algo, parent),
    deadlineMs: duration === undefined ? null : startMs + duration,
    leftover: "leftover" in algo ? algo.leftover : "cancel",
    nowMs: startMs,
    phase: "working",
    children: [],
    executions: [],
  });
  advance(draft);
  return draft.step;
}

/**
 * Takes in one event. Repeats and late arrivals are harmless: a known execution changes nothing, an
 * ended child stays so, and time never runs back. Fills are counted even when the algo is over.
 * @throws InvariantError for a fill or an end of a child that the algo has not sent.
 */
export function step(state: AlgoState, event: AlgoEvent): AlgoStep {
  const draft = new AlgoDraft(state);
  if (event.timeMs > state.nowMs) draft.set({ nowMs: event.timeMs });
  switch (event.kind) {
    case "clock":
      break;
    case "quote":
      takeQuote(draft, event.bid, event.ask);
      break;
    case "fill":
      takeFill(draft, event);
      break;
    case "ended":
      takeEnd(draft, event);
  }
  advance(draft);
  return draft.step;
}

/** How far an algo has come. */
export interface Progress {
  readonly filled: Decimal;
  /** Sent and neither filled nor ended. */
  readonly working: Decimal;
  /** Neither filled nor working; what is left over once it is done. */
  readonly left: Decimal;
  readonly done: boolean;
}

/** How far an algo has come, in quantities. */
export function progressOf(state: AlgoState): Progress {
  const { filled, committed, quantity } = new AlgoDraft(state);
  const left = larger(quantity - committed, ZERO);
  return { filled, working: committed - filled, left, done: state.phase === "done" };
}

function requireSound(algo: Algo, { id, quantity, limitPrice, instrument }: AlgoParent): void {
  const { lot } = instrument;
  if (quantity <= ZERO || quantity % lot !== ZERO) {
    const expected = `expected a quantity above 0 in steps of ${textOf(lot)}`;
    throw new InputError(`order ${id}: quantity: ${expected}, got ${textOf(quantity)}`);
  }
  if (algo.kind !== "iceberg") return;
  if (limitPrice === null) throw new InputError(`order ${id}: an iceberg needs a limitPrice`);
  if (algo.displayQuantity < lot) {
    const expected = `expected at least the lot, ${textOf(lot)}`;
    throw new InputError(`displayQuantity: ${expected}, got ${textOf(algo.displayQuantity)}`);
  }
}

function planOf(algo: Algo, { quantity, instrument, startMs, sessionOpenMs }: AlgoParent): Plan {
  const { lot } = instrument;
  switch (algo.kind) {
    case "immediate":
      return { kind: "immediate" };
    case "twap":
      return evenSchedule(quantity, lot, startMs, algo.durationMs, algo.slices);
    case "vwap": {
      const { durationMs, profile, bucketMs } = algo;
      const openMs = sessionOpenMs ?? startMs;
      return volumeSchedule(quantity, lot, startMs, durationMs, { profile, bucketMs, openMs });
    }
    case "iceberg":
      return { kind: "iceberg", displayQuantity: textOf(algo.displayQuantity) };
    case "chase": {
      const { peg, intervalMs, maxChases } = algo;
      return { kind: "chase", peg, intervalMs, chasesLeft: maxChases, quote: null };
    }
  }
}

function takeQuote(draft: AlgoDraft, bid: number, ask: number): void {
  const { plan } = draft.state;
  if (plan.kind === "chase") draft.set({ plan: { ...plan, quote: { bid, ask } } });
}

function takeFill(draft: AlgoDraft, event: Extract<AlgoEvent, { kind: "fill" }>): void {
  const { executions } = draft.state;
  const child = childOf(draft, event.childId);
  if (executions.includes(event.executionId)) return;
  const filled = decimal(child.filled) + event.quantity;
  const isWhole = filled >= decimal(child.quantity);
  draft.setChild(child.id, {
    filled: textOf(filled),
    phase: isWhole ? "ended" : child.phase,
  });
  draft.set({ executions: [...executions, event.executionId] });
}

function takeEnd(draft: AlgoDraft, event: Extract<AlgoEvent, { kind: "ended" }>): void {
  const child = childOf(draft, event.childId);
  if (child.phase === "ended") return;
  draft.setChild(child.id, { phase: "ended", reported: textOf(event.filledQuantity ?? ZERO) });
  // The venue ended it by itself. A schedule tries again with its next slice, which is bounded; the
  // others would send the same order for ever, so they stop.
  const isOurs = child.phase === "cancelling" || draft.state.plan.kind === "schedule";
  if (isOurs || draft.state.phase !== "working") return;
  draft.set({ phase: "finishing", leftover: "cancel" });
}

function childOf(draft: AlgoDraft, id: string): Child {
  const found = draft.state.children.find((child) => child.id === id);
  if (found !== undefined) return found;
  throw new InvariantError(`expected a child of ${draft.state.parent.id}, got ${id}`);
}

/** Goes as far as the state allows; from a state that it has left nothing more follows. */
function advance(draft: AlgoDraft): void {
  if (draft.state.phase === "done") return;
  if (draft.filled >= draft.quantity) {
    draft.cancelAll();
    draft.set({ phase: "done" });
    return;
  }
  cancelExcess(draft);
  const { deadlineMs, nowMs } = draft.state;
  const isOver = deadlineMs !== null && nowMs >= deadlineMs;
  if (draft.state.phase === "working" && !isOver) move(draft);
  else finish(draft);
}

/** Takes back children when fills that came after an end have used up what was given to them. */
function cancelExcess(draft: AlgoDraft): void {
  let excess = draft.committed - draft.quantity;
  for (const child of draft.state.children.toReversed()) {
    if (excess <= ZERO) return;
    if (child.phase === "ended") continue;
    draft.cancel(child);
    excess -= decimal(child.quantity) - decimal(child.filled);
  }
}

/** Cancels, waits until nothing is live, and sends the rest once where that is wanted. */
function finish(draft: AlgoDraft): void {
  if (draft.state.phase === "working") draft.set({ phase: "finishing" });
  if (draft.state.phase === "finishing") draft.cancelAll();
  if (draft.isLive) return;
  if (draft.state.phase === "finishing" && draft.state.leftover === "complete") {
    draft.set({ phase: "completing" });
    draft.send(draft.quantity, limitOf(draft.state), "the rest at the deadline");
  }
  if (!draft.isLive) draft.set({ phase: "done" });
}
