import { smaller } from "../../domain/decimal.ts";
import { chaseMs, pegPrice } from "./chase.ts";
import type { AlgoDraft } from "./draft.ts";
import { committedIn } from "./progress.ts";
import type { AlgoState, PlanOf } from "./state.ts";

/** Does what the plan wants done now. Doing it twice does nothing the second time. */
export function move(draft: AlgoDraft): void {
  const { plan, parent, children } = draft.state;
  switch (plan.kind) {
    case "immediate":
      if (children.length === 0) draft.place(parent.quantity, parent.worstPrice, "all at once");
      return;
    case "schedule":
      moveSchedule(draft, plan);
      return;
    case "iceberg":
      if (draft.isLive || isWaiting(draft.state)) return;
      draft.place(plan.displayQuantity, parent.worstPrice, "visible part");
      return;
    case "chase":
      moveChase(draft, plan);
  }
}

/**
 * When the plan next wants a clock event, UTC ms after now; null when only news of a child or a
 * quote can move it on.
 */
export function nextMoveMs(state: AlgoState): number | null {
  const { plan, retry } = state;
  switch (plan.kind) {
    case "immediate":
      return null;
    case "schedule": {
      const committed = committedIn(state);
      const ahead = plan.slices.slice(plan.next);
      return ahead.find(({ total }) => total > committed)?.timeMs ?? null;
    }
    case "iceberg":
      return isWaiting(state) ? retry.fromMs : null;
    case "chase":
      return isWaiting(state) ? retry.fromMs : chaseMs(state, plan);
  }
}

/**
 * Sends what is due and not on its way. Each slice has its turn once: what the venue refuses is
 * caught up with by the next one, never at once, so a refusal cannot make a loop.
 */
function moveSchedule(draft: AlgoDraft, plan: PlanOf<"schedule">): void {
  const { nowMs, parent } = draft.state;
  const { slices } = plan;
  const due = slices.findLastIndex(({ timeMs }) => timeMs <= nowMs);
  const slice = slices[due];
  if (slice === undefined || due < plan.next) return;
  draft.set({ plan: { ...plan, next: due + 1 } });
  const missing = slice.total - committedIn(draft.state);
  const wanted = slice.most === null ? missing : smaller(missing, slice.most);
  draft.place(wanted, parent.worstPrice, `slice ${due + 1} of ${slices.length}`);
}

function moveChase(draft: AlgoDraft, plan: PlanOf<"chase">): void {
  const { state } = draft;
  if (!draft.isLive) {
    const price = pegPrice(state, plan);
    if (price === null || isWaiting(state)) return;
    draft.place(state.parent.quantity, price, `limit at the ${plan.peg} side of the quote`);
    return;
  }
  const dueMs = chaseMs(state, plan);
  if (dueMs === null || state.nowMs < dueMs) return;
  draft.set({ plan: { ...plan, chasesLeft: plan.chasesLeft - 1 } });
  draft.cancelAll();
}

function isWaiting({ retry, nowMs }: AlgoState): boolean {
  return retry.fromMs !== null && nowMs < retry.fromMs;
}
