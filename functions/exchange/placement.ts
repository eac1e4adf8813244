import { type Decimal, ONE } from "../../core/domain/decimal.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import type { Placement } from "./desk.ts";
import type { PositionIntent } from "./order.ts";
import type { OrderDraft } from "./orderBody.ts";

/** What turns a body into orders beyond what stands in it. */
export interface PlacementTerms {
  readonly clientOrderId: string;
  readonly intent: PositionIntent;
  /** Dollars; null where none is known yet. */
  readonly lastPrice: Decimal | null;
  readonly nowMs: number;
  /** Client order ids of the legs: Alpaca makes them up. */
  legId(leg: "target" | "stop"): string;
}

/** The orders of a body: the first as it is, and its legs as the venue holds them. */
export function placementOf(draft: OrderDraft, terms: PlacementTerms): Placement {
  const { instrument, orderClass } = draft;
  const { intent } = terms;
  const root = rootOf(draft, terms);
  const head = { instrument, orderClass, intent };
  if (orderClass === "simple") return { ...head, requests: [root] };
  const legs = legsOf(draft, root, terms);
  return { ...head, requests: [root, ...legs] };
}

function rootOf(draft: OrderDraft, terms: PlacementTerms): OrderRequest {
  const { clientOrderId, lastPrice, nowMs, intent } = terms;
  const { takeProfit, limitPrice, stopPrice, orderClass } = draft;
  const isOco = orderClass === "oco";
  return {
    id: clientOrderId,
    intentId: clientOrderId,
    profile: "paper",
    account: "paper",
    symbol: draft.instrument.symbol,
    side: draft.side,
    type: draft.type,
    timeInForce: draft.timeInForce,
    quantity: draft.quantity,
    notional: draft.notional,
    limitPrice: isOco ? takeProfit : limitPrice,
    stopPrice,
    trailPrice: draft.trailPrice,
    trailPercent: draft.trailPercent,
    expiresAtMs: null,
    extendedHours: draft.extendedHours,
    role: intent.endsWith("open") ? "entry" : "exit",
    parentId: null,
    ocoGroup: isOco ? clientOrderId : null,
    replaces: null,
    reason: "sent through the API",
    decidedTimeMs: nowMs,
    referencePrice: lastPrice ?? limitPrice ?? stopPrice ?? takeProfit ?? ONE,
  };
}

/** Legs hang on their parent; an OCO's stop works beside it. */
function legsOf(draft: OrderDraft, root: OrderRequest, terms: PlacementTerms): OrderRequest[] {
  const { orderClass, takeProfit, stopLoss } = draft;
  const isOco = orderClass === "oco";
  const leg: OrderRequest = {
    ...root,
    side: isOco ? root.side : root.side === "buy" ? "sell" : "buy",
    limitPrice: null,
    stopPrice: null,
    parentId: isOco ? null : root.id,
    ocoGroup: orderClass === "oto" ? null : root.id,
  };
  const legs: OrderRequest[] = [];
  if (takeProfit !== null && !isOco) {
    const id = terms.legId("target");
    legs.push({ ...leg, id, type: "limit", limitPrice: takeProfit, role: "take-profit" });
  }
  if (stopLoss !== null) {
    const { stopPrice, limitPrice } = stopLoss;
    const type = limitPrice === null ? "stop" : "stop-limit";
    legs.push({ ...leg, id: terms.legId("stop"), type, stopPrice, limitPrice, role: "stop-loss" });
  }
  return legs;
}
