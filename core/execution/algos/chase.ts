import { type Decimal, decimalOf, larger, smaller, ZERO } from "../../domain/decimal.ts";
import type { Side } from "../../domain/order.ts";
import { isLive } from "./progress.ts";
import type { AlgoState, PlanOf } from "./state.ts";

/** The price to work at, in whole ticks towards the passive side and within the worst, or null. */
export function pegPrice({ parent }: AlgoState, { peg, quote }: PlanOf<"chase">): Decimal | null {
  if (quote === null || quote.bid <= 0 || quote.ask <= 0) return null;
  const isBuy = parent.side === "buy";
  const bid = decimalOf(quote.bid);
  const ask = decimalOf(quote.ask);
  const near = isBuy ? bid : ask;
  const far = isBuy ? ask : bid;
  const raw = peg === "near" ? near : peg === "far" ? far : (bid + ask) / 2n;
  const price = passiveTick(raw, parent.tick, parent.side);
  if (price <= ZERO) return null;
  if (parent.worstPrice === null) return price;
  return isBuy ? smaller(price, parent.worstPrice) : larger(price, parent.worstPrice);
}

/** When the working child is to be moved to the price that the quote asks for; null for never. */
export function chaseMs(state: AlgoState, plan: PlanOf<"chase">): number | null {
  const price = pegPrice(state, plan);
  const live = state.children.find(isLive);
  if (price === null || live?.phase !== "working" || plan.chasesLeft === 0) return null;
  const { side, tick } = state.parent;
  const old = live.limitPrice ?? price;
  // Our own order may be the best quote, so a price that turned our way is never followed.
  const away = side === "buy" ? price - old : old - price;
  return away >= BigInt(plan.chaseTicks) * tick ? live.sentMs + plan.intervalMs : null;
}

/** The whole tick at a price or on its passive side: below for a buyer, above for a seller. */
export function passiveTick(price: Decimal, tick: Decimal, side: Side): Decimal {
  const down = price - (price % tick);
  return side === "buy" || down === price ? down : down + tick;
}
