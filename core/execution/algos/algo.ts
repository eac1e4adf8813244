import { larger, textOf, ZERO } from "../../domain/decimal.ts";
import { InvariantError } from "../../domain/errors.ts";
import { beginning } from "./begin.ts";
import { AlgoDraft } from "./draft.ts";
import type { AlgoEvent, AlgoParent, AlgoStep } from "./messages.ts";
import { move, nextMoveMs } from "./moves.ts";
import type { Algo } from "./params.ts";
import { committedIn, filledIn, isLive } from "./progress.ts";
import type { AlgoState, Child } from "./state.ts";

type News<K extends AlgoEvent["kind"]> = Extract<AlgoEvent, { kind: K }>;

/**
 * Starts to work an order at a time, UTC ms. The children of one parent never add up to more than
 * it: whatever is sent, working or filled counts until the venue says that it ended.
 * @throws InputError when the parameters do not fit the order, see `beginning`.
 */
export function start(algo: Algo, parent: AlgoParent, nowMs: number): AlgoStep {
  const draft = new AlgoDraft(beginning(algo, parent, nowMs));
  advance(draft);
  return draft.step;
}

/**
 * Takes in one event. Repeats and late arrivals are harmless: a known execution changes nothing, an
 * ended child stays so, an older quote is passed over, and time never runs back. Fills are counted
 * even when the algo is over.
 * @throws InvariantError for news of a child that was never placed, and a fill that is not above 0.
 */
export function step(state: AlgoState, event: AlgoEvent): AlgoStep {
  const draft = new AlgoDraft(state);
  if ("timeMs" in event && event.timeMs > state.nowMs) draft.set({ nowMs: event.timeMs });
  switch (event.kind) {
    case "clock":
      break;
    case "quote":
      takeQuote(draft, event);
      break;
    case "fill":
      takeFill(draft, event);
      break;
    case "ended":
      takeEnd(draft, event);
      break;
    case "stop":
      if (state.phase !== "done") draft.set({ phase: "finishing", leftover: "cancel" });
  }
  advance(draft);
  return draft.step;
}

/**
 * When the next clock event is wanted, UTC ms and later than the last event; null when none is. A
 * clock event that comes late or for nothing does no harm.
 */
export function nextWakeMs(state: AlgoState): number | null {
  if (state.phase !== "working") return null;
  const moveMs = nextMoveMs(state);
  const { deadlineMs } = state;
  if (moveMs === null || deadlineMs === null) return moveMs ?? deadlineMs;
  return Math.min(moveMs, deadlineMs);
}

function takeQuote(draft: AlgoDraft, { timeMs, bid, ask }: News<"quote">): void {
  const { plan } = draft.state;
  if (plan.kind !== "chase" || timeMs < (plan.quote?.timeMs ?? timeMs)) return;
  draft.set({ plan: { ...plan, quote: { timeMs, bid, ask } } });
}

function takeFill(draft: AlgoDraft, { childId, executionId, quantity }: News<"fill">): void {
  const { executions } = draft.state;
  const child = childOf(draft, childId);
  if (executions.includes(executionId)) return;
  if (quantity <= ZERO) {
    throw new InvariantError(`expected a fill of ${childId} above 0, got ${textOf(quantity)}`);
  }
  const filled = child.filled + quantity;
  draft.setChild(childId, { filled, phase: filled >= child.quantity ? "ended" : child.phase });
  draft.set({ executions: [...executions, executionId] });
}

/** The quantity that has not filled returns to the pool; when it is sent again depends on why. */
function takeEnd(draft: AlgoDraft, { childId, filledQuantity }: News<"ended">): void {
  const child = childOf(draft, childId);
  if (!isLive(child)) return;
  const reported = larger(child.reported, filledQuantity ?? ZERO);
  draft.setChild(childId, { phase: "ended", reported });
  if (larger(child.filled, reported) >= child.quantity) return;
  if (child.phase === "cancelling") allowAgain(draft);
  else waitAgain(draft);
}

/** We took the child back to send another: the turn that it had is given once more. */
function allowAgain(draft: AlgoDraft): void {
  const { plan, phase } = draft.state;
  if (phase === "completing") draft.set({ phase: "finishing" });
  else if (phase === "working" && plan.kind === "schedule") {
    draft.set({ plan: { ...plan, next: plan.next - 1 } });
  }
}

/**
 * The venue ended it by itself. A schedule tries again with its next slice; the others would send
 * the same order for ever, so they wait between tries, and after the last one for the deadline.
 */
function waitAgain(draft: AlgoDraft): void {
  const { plan, phase, nowMs, deadlineMs, retry } = draft.state;
  if (plan.kind === "schedule" || phase !== "working") return;
  if (retry.left > 0) {
    const fromMs = nowMs + retry.waitMs;
    draft.set({ retry: { ...retry, left: retry.left - 1, fromMs } });
  } else if (deadlineMs === null) draft.set({ phase: "finishing" });
  else draft.set({ retry: { ...retry, fromMs: deadlineMs } });
}

function childOf(draft: AlgoDraft, id: string): Child {
  const found = draft.state.children.find((child) => child.id === id);
  if (found !== undefined) return found;
  throw new InvariantError(`expected a child of ${draft.state.parent.id}, got ${id}`);
}

/** Goes as far as the state allows; from a state that it has left nothing more follows. */
function advance(draft: AlgoDraft): void {
  const { phase, parent, deadlineMs, nowMs } = draft.state;
  if (phase === "done") return;
  if (filledIn(draft.state) >= parent.quantity) {
    draft.cancelAll();
    draft.set({ phase: "done" });
    return;
  }
  cancelExcess(draft);
  const isOver = deadlineMs !== null && nowMs >= deadlineMs;
  if (phase === "working" && !isOver) move(draft);
  else finish(draft);
}

/** Takes back children when fills that came after an end have used up what was given to them. */
function cancelExcess(draft: AlgoDraft): void {
  let excess = committedIn(draft.state) - draft.state.parent.quantity;
  for (const child of draft.state.children.filter(isLive).toReversed()) {
    if (excess <= ZERO) return;
    draft.cancel(child);
    excess -= child.quantity - child.filled;
  }
}

/** Cancels, waits until nothing is live, and sends the rest once where that is wanted. */
function finish(draft: AlgoDraft): void {
  if (draft.state.phase === "working") draft.set({ phase: "finishing" });
  if (draft.state.phase === "finishing") draft.cancelAll();
  if (draft.isLive) return;
  const { phase, leftover, parent } = draft.state;
  if (phase === "finishing" && leftover === "market") {
    draft.set({ phase: "completing" });
    draft.place(parent.quantity, parent.worstPrice, "the rest at the deadline", false);
  }
  if (!draft.isLive) draft.set({ phase: "done" });
}
