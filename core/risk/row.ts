import { type Decimal, decimalOf, multiply, ONE, ZERO } from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { AccountLimits, Limits } from "./limits.ts";
import type { RiskContext, Rule } from "./rule.ts";

/** Makes the rule of a limit, or nothing where the limit is not set. */
export type Row = (limits: Limits, account: AccountLimits) => Rule | undefined;

/** The rule of a limit where that is set. */
export function when<T>(bound: T | undefined, rule: (bound: T) => Rule): Rule | undefined {
  return bound === undefined ? undefined : rule(bound);
}

/** A yes or no: the order fails where `fails` holds. */
export function flag(
  limit: string,
  reason: string,
  fails: (request: OrderRequest, context: RiskContext) => boolean,
): Rule {
  const value = (request: OrderRequest, context: RiskContext) =>
    fails(request, context) ? ONE : ZERO;
  const passed = Object.freeze({ limit, value: "0", bound: "0", passed: true });
  return { limit, reason, flag: passed, value, bound: () => ZERO };
}

/** A whole number as a decimal. */
export function countOf(value: number): Decimal {
  return BigInt(value) * ONE;
}

/** A bound that is a share of something in dollars; the share becomes a decimal once. */
export function fractionOf(
  share: number,
  of: (request: OrderRequest, context: RiskContext) => Decimal,
): Rule["bound"] {
  const exact = decimalOf(share);
  return (request, context) => multiply(of(request, context), exact);
}
