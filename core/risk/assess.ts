import { absolute, type Decimal, decimalOf, multiply, textOf, ZERO } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { RiskCheck } from "../events/catalogue.ts";
import type { Limits } from "./limits.ts";

/** What the rules look at. Costly looks are getters, so that a limit that is not set costs nothing. */
export interface RiskContext {
  readonly instrument: Instrument;
  /** Last price, dollars. */
  readonly price: Decimal;
  /** The profile's position in the instrument, signed. */
  readonly position: Decimal;
  readonly inUniverse: boolean;
  readonly equity: Decimal;
  /** Sums of the profile's positions at last prices, dollars: absolute, and signed. */
  readonly grossExposure: Decimal;
  readonly netExposure: Decimal;
  readonly openOrders: number;
  readonly ordersToday: number;
  readonly dayStartEquity: Decimal;
  readonly peakEquity: Decimal;
}

/** Our own risk's verdict on a request, with the numbers of every check made. */
export type Verdict =
  | { readonly verdict: "approved"; readonly checks: readonly RiskCheck[] }
  | {
      readonly verdict: "denied";
      readonly limit: string;
      readonly reason: string;
      readonly checks: readonly RiskCheck[];
    };

/** The rules that a profile's limits ask for, put together once. */
export type CompiledLimits = readonly Rule[];

interface Rule {
  readonly limit: string;
  readonly reason: string;
  /** Whether the rule binds orders that only make a position smaller. */
  readonly bindsExits: boolean;
  check(request: OrderRequest, context: RiskContext): Pick<RiskCheck, "value" | "bound" | "passed">;
}

const NO_CHECKS: readonly RiskCheck[] = Object.freeze([]);
const APPROVED: Verdict = Object.freeze({ verdict: "approved", checks: NO_CHECKS });

/**
 * Asks every rule about a request. The first that fails denies it; exits pass the rules that only
 * bound how much is at risk, as an exit always lowers it.
 */
export function assess(
  rules: CompiledLimits,
  request: OrderRequest,
  context: RiskContext,
): Verdict {
  let checks: RiskCheck[] | undefined;
  const reducing = reduces(request, context);
  for (let i = 0; i < rules.length; i += 1) {
    const rule = rules[i];
    if (rule === undefined || (reducing && !rule.bindsExits)) continue;
    const check = { limit: rule.limit, ...rule.check(request, context) };
    checks ??= [];
    checks.push(check);
    if (check.passed) continue;
    const { limit, reason } = rule;
    const line = `${reason}: expected at most ${check.bound}, got ${check.value}`;
    return { verdict: "denied", limit, reason: line, checks };
  }
  return checks === undefined ? APPROVED : { verdict: "approved", checks };
}

/** Protective legs and exits reduce; other orders do when they trade against the position. */
function reduces({ side, quantity, role }: OrderRequest, { position }: RiskContext): boolean {
  if (role === "stop-loss" || role === "take-profit") return true;
  const against = side === "buy" ? position < ZERO : position > ZERO;
  return against && quantity !== null && quantity <= absolute(position);
}

/** The position that would be there if the order filled whole. */
function after({ side, quantity, notional }: OrderRequest, context: RiskContext): Decimal {
  const size = quantity ?? (context.price > ZERO ? (notional ?? ZERO) / context.price : ZERO);
  return context.position + (side === "buy" ? size : -size);
}

function valueOf(quantity: Decimal, { price, instrument }: RiskContext): Decimal {
  return multiply(quantity, multiply(price, instrument.multiplier));
}

function orderNotional(request: OrderRequest, context: RiskContext): Decimal {
  if (request.notional !== null) return request.notional;
  const price = request.limitPrice ?? request.stopPrice ?? context.price;
  return multiply(request.quantity ?? ZERO, multiply(price, context.instrument.multiplier));
}

function atMost(value: Decimal, bound: Decimal) {
  return { value: textOf(value), bound: textOf(bound), passed: value <= bound };
}

function countBelow(value: number, bound: number) {
  return { value: String(value), bound: String(bound - 1), passed: value < bound };
}

function lossBelow(start: Decimal, { equity }: RiskContext, bound: number) {
  const loss = start > equity ? start - equity : ZERO;
  return atMost(loss, multiply(start, decimalOf(bound)));
}

/** Builds the rules of some limits, in the order in which they are asked: cheap ones first. */
export function compileLimits(limits: Limits): CompiledLimits {
  const rules: Rule[] = [
    {
      limit: "universe",
      reason: "the instrument is not in the profile's universe",
      bindsExits: false,
      check: (_, { inUniverse }) => ({
        value: inUniverse ? "0" : "1",
        bound: "0",
        passed: inUniverse,
      }),
    },
  ];
  const add = (limit: string, reason: string, check: Rule["check"], bindsExits = false) =>
    rules.push({ limit, reason, bindsExits, check });
  const { maxOrderQuantity, maxOrderNotional, maxPositionNotional, maxGrossExposure } = limits;
  const { maxNetExposure, maxOpenOrders, maxOrdersPerDay, maxDailyLoss, maxDrawdown } = limits;
  if (!limits.allowShort) {
    add("allow-short", "the order would leave a short position", (request, context) => {
      const left = after(request, context);
      return atMost(left < ZERO ? -left : ZERO, ZERO);
    });
  } else {
    add("shortable", "the instrument cannot be sold short", (request, context) => {
      const left = after(request, context);
      return atMost(left < ZERO && !context.instrument.shortable ? -left : ZERO, ZERO);
    });
  }
  if (maxOrderQuantity !== undefined) {
    add("max-order-quantity", "the order is too large", ({ quantity }) =>
      atMost(quantity ?? ZERO, maxOrderQuantity),
    );
  }
  if (maxOrderNotional !== undefined) {
    add("max-order-notional", "the order is too large", (request, context) =>
      atMost(orderNotional(request, context), maxOrderNotional),
    );
  }
  if (maxPositionNotional !== undefined) {
    add("max-position-notional", "the position would be too large", (request, context) =>
      atMost(valueOf(absolute(after(request, context)), context), maxPositionNotional),
    );
  }
  if (maxOpenOrders !== undefined) {
    add("max-open-orders", "too many orders are working", (_, { openOrders }) =>
      countBelow(openOrders, maxOpenOrders),
    );
  }
  if (maxOrdersPerDay !== undefined) {
    add("max-orders-per-day", "too many orders today", (_, { ordersToday }) =>
      countBelow(ordersToday, maxOrdersPerDay),
    );
  }
  if (maxGrossExposure !== undefined) {
    add("max-gross-exposure", "gross exposure would be too large", (request, context) => {
      const held = valueOf(absolute(context.position), context);
      const next = valueOf(absolute(after(request, context)), context);
      const bound = multiply(context.equity, decimalOf(maxGrossExposure));
      return atMost(context.grossExposure - held + next, bound);
    });
  }
  if (maxNetExposure !== undefined) {
    add("max-net-exposure", "net exposure would be too large", (request, context) => {
      const change = valueOf(after(request, context) - context.position, context);
      const bound = multiply(context.equity, decimalOf(maxNetExposure));
      return atMost(absolute(context.netExposure + change), bound);
    });
  }
  if (maxDailyLoss !== undefined) {
    add("max-daily-loss", "the day's loss is too large for entries", (_, context) =>
      lossBelow(context.dayStartEquity, context, maxDailyLoss),
    );
  }
  if (maxDrawdown !== undefined) {
    add("max-drawdown", "the drawdown is too large for entries", (_, context) =>
      lossBelow(context.peakEquity, context, maxDrawdown),
    );
  }
  return rules;
}
