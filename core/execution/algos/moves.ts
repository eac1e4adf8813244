import {
  type Decimal,
  decimal,
  decimalOf,
  larger,
  roundDown,
  smaller,
  ZERO,
} from "../../domain/decimal.ts";
import { type AlgoDraft, limitOf } from "./draft.ts";
import type { AlgoState, Plan } from "./state.ts";

type PlanOf<K extends Plan["kind"]> = Extract<Plan, { kind: K }>;

/** Does what the plan wants done now. Doing it twice does nothing the second time. */
export function move(draft: AlgoDraft): void {
  const { plan } = draft.state;
  switch (plan.kind) {
    case "immediate":
      if (draft.state.children.length === 0) {
        draft.send(draft.quantity, limitOf(draft.state), "all at once");
      }
      return;
    case "schedule":
      moveSchedule(draft, plan);
      return;
    case "iceberg":
      if (!draft.isLive) {
        draft.send(decimal(plan.displayQuantity), limitOf(draft.state), "visible part");
      }
      return;
    case "chase":
      moveChase(draft, plan);
  }
}

/**
 * Sends what is due and not on its way. Each slice has its turn once: what the venue refuses is
 * caught up with by the next one, never at once, so a refusal cannot make a loop.
 */
function moveSchedule(draft: AlgoDraft, plan: PlanOf<"schedule">): void {
  const { slices } = plan;
  const due = slices.findLastIndex(({ timeMs }) => timeMs <= draft.state.nowMs);
  const slice = slices[due];
  if (slice === undefined || due < plan.next) return;
  draft.set({ plan: { ...plan, next: due + 1 } });
  const missing = decimal(slice.total) - draft.committed;
  draft.send(missing, limitOf(draft.state), `slice ${due + 1} of ${slices.length}`);
}

function moveChase(draft: AlgoDraft, plan: PlanOf<"chase">): void {
  const price = pegPrice(draft.state, plan);
  if (price === null) return;
  const live = draft.state.children.find(({ phase }) => phase !== "ended");
  if (live === undefined) {
    draft.send(draft.quantity, price, `limit at the ${plan.peg} side of the quote`);
    return;
  }
  const { nowMs, parent } = draft.state;
  const old = decimal(live.limitPrice ?? "0");
  // Our own order may be the best quote, so a price that turned our way is never followed.
  const isAway = parent.side === "buy" ? price > old : price < old;
  const isDue = nowMs - live.sentMs >= plan.intervalMs;
  if (live.phase !== "working" || !isAway || !isDue || plan.chasesLeft === 0) return;
  draft.cancel(live);
  draft.set({ plan: { ...plan, chasesLeft: plan.chasesLeft - 1 } });
}

/** The price to work at, in whole ticks towards the passive side and within the limit, or null. */
function pegPrice({ parent }: AlgoState, { peg, quote }: PlanOf<"chase">): Decimal | null {
  if (quote === null || quote.bid <= 0 || quote.ask <= 0) return null;
  const isBuy = parent.side === "buy";
  const bid = decimalOf(quote.bid);
  const ask = decimalOf(quote.ask);
  const near = isBuy ? bid : ask;
  const far = isBuy ? ask : bid;
  const raw = peg === "near" ? near : peg === "far" ? far : (bid + ask) / 2n;
  const tick = decimal(parent.tick);
  const down = roundDown(raw, tick);
  const price = isBuy || down === raw ? down : down + tick;
  if (price <= ZERO) return null;
  if (parent.limitPrice === null) return price;
  const limit = decimal(parent.limitPrice);
  return isBuy ? smaller(price, limit) : larger(price, limit);
}
