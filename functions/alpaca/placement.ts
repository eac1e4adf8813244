import { ONE, ZERO } from "../../core/domain/decimal.ts";
import { InvariantError } from "../../core/domain/errors.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import { isPair } from "./wire.ts";

/** How Alpaca is to hold orders that belong together; `kept` where nothing of them is sent. */
export type OrderClass = "simple" | "bracket" | "oto" | "oco" | "kept";

/** One order body to send, and what of its group stays with us. */
export interface Placement {
  readonly orderClass: OrderClass;
  /** The order that carries the client order id. */
  readonly root: OrderRequest;
  /** Sent inside the same body; Alpaca gives them client order ids of its own. */
  readonly legs: readonly OrderRequest[];
  /** Not sent: the framework sends them when the root has filled. */
  readonly kept: readonly OrderRequest[];
}

/**
 * What to send for orders that came together. Legs go with their parent where Alpaca can hold them.
 * Legs without their parent (it has filled) go as one OCO order, the target first. Where that can't
 * be, only the stop rests: Alpaca reserves the shares of every order that rests, so that the target
 * would be refused; it is kept until its price is reached.
 */
export function placementsOf(requests: readonly OrderRequest[]): readonly Placement[] {
  const ids = new Set(requests.map(({ id }) => id));
  const roots = requests.filter(({ parentId }) => parentId === null || !ids.has(parentId));
  const placements: Placement[] = [];
  const seen = new Set<string>();
  for (const root of roots) {
    const { ocoGroup, id } = root;
    if (ocoGroup === null) {
      const legs = requests.filter(({ parentId }) => parentId === id);
      placements.push(placementOf(root, legs));
    } else if (!seen.has(ocoGroup)) {
      seen.add(ocoGroup);
      placements.push(freeLegs(roots.filter((one) => one.ocoGroup === ocoGroup)));
    }
  }
  return placements;
}

/**
 * The legs of a group that Alpaca can't hold: fractional quantities, trailing stops, a quantity or
 * time in force unlike the parent's, crypto, extended hours. Whoever books fills sends them when
 * the parent has filled, see core/execution/heldLegs.ts.
 */
export function legsWeKeep(requests: readonly OrderRequest[]): readonly OrderRequest[] {
  return placementsOf(requests).flatMap(({ kept }) => kept);
}

/** Whether a quantity is one of whole units; none at all (dollars) is not. */
export function isWhole({ quantity }: OrderRequest): boolean {
  return quantity !== null && quantity % ONE === ZERO;
}

/** Whether Alpaca holds an order as part of a complex one: such orders are no wash trades. */
export function isComplex({ orderClass }: Placement): boolean {
  return orderClass !== "simple" && orderClass !== "kept";
}

function placementOf(root: OrderRequest, legs: readonly OrderRequest[]): Placement {
  if (root.parentId !== null) return freeLegs([root]);
  if (legs.length === 0) return { orderClass: "simple", root, legs, kept: legs };
  if (!canHold(root, legs)) return { orderClass: "simple", root, legs: [], kept: legs };
  return { orderClass: legs.length === 1 ? "oto" : "bracket", root, legs, kept: [] };
}

/** Legs that are free to work, all for the same shares. */
function freeLegs(legs: readonly OrderRequest[]): Placement {
  const target = legs.find(({ type }) => type === "limit");
  const stop = legs.find(isStop);
  if (legs.length === 2 && target !== undefined && stop !== undefined && isOco(target, stop)) {
    return { orderClass: "oco", root: target, legs: [stop], kept: [] };
  }
  const [root] = legs
    .filter(isSendable)
    .sort((a, b) => Number(a === target) - Number(b === target));
  const [first] = legs;
  if (first === undefined) throw new InvariantError("expected a leg to place, got none");
  if (root === undefined) return { orderClass: "kept", root: first, legs: [], kept: legs };
  return { orderClass: "simple", root, legs: [], kept: legs.filter((leg) => leg !== root) };
}

/** Alpaca trails whole shares only, and no crypto: those we watch ourselves. */
function isSendable(leg: OrderRequest): boolean {
  return leg.type !== "trailing-stop" || (isWhole(leg) && !isPair(leg.symbol));
}

/** Whether a target and a stop can rest for the same shares, as one OCO order. */
function isOco(target: OrderRequest, stop: OrderRequest): boolean {
  const alike = target.side === stop.side && target.quantity === stop.quantity;
  const inTime = target.timeInForce === stop.timeInForce && isLasting(stop);
  const sound = [target, stop].every((each) => isWhole(each) && !each.extendedHours);
  return alike && inTime && sound && !isPair(stop.symbol);
}

/** Brackets and OTOs are for whole shares, one time in force for all, regular hours. */
function canHold(root: OrderRequest, legs: readonly OrderRequest[]): boolean {
  const [first, second] = legs;
  if (first === undefined || legs.length > 2 || isPair(root.symbol)) return false;
  if (root.type !== "market" && root.type !== "limit") return false;
  if (!isWhole(root) || root.extendedHours || !sharesTime(root, first)) return false;
  const fits = legs.every(
    (leg) =>
      (leg.type === "limit" || isStop(leg)) &&
      leg.quantity === root.quantity &&
      leg.side !== root.side &&
      leg.timeInForce === first.timeInForce &&
      !leg.extendedHours,
  );
  if (!fits || second === undefined) return fits;
  return isStop(first) !== isStop(second) && first.ocoGroup === second.ocoGroup;
}

/**
 * All orders of a body share one time in force. A market entry for the day may carry gtc legs all
 * the same: it trades at once, so that gtc means nothing more to it.
 */
function sharesTime(root: OrderRequest, leg: OrderRequest): boolean {
  if (!isLasting(leg)) return false;
  if (root.timeInForce === leg.timeInForce) return true;
  return root.type === "market" && root.timeInForce === "day";
}

function isLasting({ timeInForce }: OrderRequest): boolean {
  return timeInForce === "day" || timeInForce === "gtc";
}

function isStop({ type }: OrderRequest): boolean {
  return type === "stop" || type === "stop-limit";
}
