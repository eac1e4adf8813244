import type { Order, OrderRequest } from "../domain/order.ts";
import { assess, type Verdict } from "../risk/assess.ts";
import type { Draft } from "./draft.ts";
import { remember } from "./recent.ts";
import { DraftRisk } from "./risk.ts";
import type { Slot } from "./slot.ts";

/** Records the request and risk's verdict on it; answers whether it was approved. */
export function requestOrder(draft: Draft, slot: Slot, request: OrderRequest): boolean {
  return judged(draft, slot, request, judge(draft, slot, request));
}

/** Risk's verdict on an order, as things stand in the draft. */
export function judge(draft: Draft, slot: Slot, request: OrderRequest): Verdict {
  return assess(draft.runner.profile.rules, request, new DraftRisk(draft, slot, request));
}

/** Records a request with the verdict on it; answers whether it was approved. */
export function judged(draft: Draft, slot: Slot, request: OrderRequest, verdict: Verdict): boolean {
  // Spelt out, as spreading makes every kind of event slower to make and to read.
  const { account, profile, id: orderId } = request;
  draft.record("order.requested.v1", `${orderId}.requested`, {
    account,
    profile,
    orderId,
    request,
  });
  if (verdict.verdict === "approved") {
    draft.state.day.orders += 1;
    remember(draft, request);
    draft.record("order.approved.v1", `${orderId}.approved`, {
      account,
      profile,
      orderId,
      checks: verdict.checks,
    });
    return true;
  }
  const { limit, reason, checks, halts } = verdict;
  draft.record("order.denied.v1", `${orderId}.denied`, {
    account,
    profile,
    orderId,
    limit,
    reason,
    checks,
  });
  if (halts) endEntries(draft, slot, limit, reason);
  return false;
}

/**
 * Ends entries until somebody resumes: equity that comes back by itself must not let a profile go
 * on that has lost as much as its limit allows. Entries that still rest are cancelled.
 */
function endEntries(draft: Draft, slot: Slot, limit: string, reason: string): void {
  draft.state.noEntries = limit;
  draft.outcome(slot.symbol, 0, "entries-ended", `${limit}: ${reason}`);
  const { name } = draft.runner.profile;
  for (const order of draft.book.orders) {
    const { profile, role } = order.request;
    if (profile === name && role === "entry" && cancellable(order)) draft.cancel(order, reason);
  }
}

/** Whether an order can be asked to be cancelled: not twice, and not before it was judged. */
export function cancellable({ status }: Order): boolean {
  return status !== "cancel-requested" && status !== "requested";
}
