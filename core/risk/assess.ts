import { textOf } from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { RiskCheck } from "../events/catalogue.ts";
import { type AccountLimits, accountLimitsSchema, type Limits } from "./limits.ts";
import { type RiskContext, type Rule, reduces } from "./rule.ts";
import { rows } from "./rules/rows.ts";

export type { RiskContext } from "./rule.ts";

/** Our own risk's verdict on a request, with the numbers of every check made. */
export type Verdict =
  | { readonly verdict: "approved"; readonly checks: readonly RiskCheck[] }
  | {
      readonly verdict: "denied";
      readonly limit: string;
      readonly reason: string;
      /** Whether the limit is one that stops the profile. */
      readonly halts: boolean;
      readonly checks: readonly RiskCheck[];
    };

/** The rules that a profile's limits ask for, put together once. */
export type CompiledLimits = readonly Rule[];

const NO_ACCOUNT_LIMITS: AccountLimits = accountLimitsSchema.parse({});

/** Builds the rules of some limits; those that are not set are left out. */
export function compileLimits(
  limits: Limits,
  account: AccountLimits = NO_ACCOUNT_LIMITS,
): CompiledLimits {
  return rows.map((row) => row(limits, account)).filter((rule) => rule !== undefined);
}

const NO_CHECKS: readonly RiskCheck[] = Object.freeze([]);
const APPROVED: Verdict = Object.freeze({ verdict: "approved", checks: NO_CHECKS });

/**
 * Asks the rules about a request, with the numbers of each check. The first that fails denies it;
 * orders that only make a position smaller are asked no more than the rules that bind exits.
 */
export function assess(
  rules: CompiledLimits,
  request: OrderRequest,
  context: RiskContext,
): Verdict {
  const reducing = reduces(request, context);
  if (!reducing && context.noEntries !== null) return ended(context.noEntries);
  let checks: RiskCheck[] | undefined;
  for (let i = 0; i < rules.length; i += 1) {
    const rule = rules[i];
    if (rule === undefined || (reducing && rule.bindsExits !== true)) continue;
    const value = rule.value(request, context);
    const bound = rule.bound(request, context);
    const passed = value <= bound;
    checks ??= [];
    if (passed && rule.flag !== undefined) checks.push(rule.flag);
    else checks.push({ limit: rule.limit, value: textOf(value), bound: textOf(bound), passed });
    if (!passed) return denied(rule, textOf(value), textOf(bound), checks);
  }
  // They stay in the journal, so without the room that the list kept to grow.
  return checks === undefined ? APPROVED : { verdict: "approved", checks: checks.slice() };
}

/** The limit that is named once another has stopped the profile. */
const HALTED = "halted";

function ended(by: string): Verdict {
  const reason = `entries have ended by ${by}: exits go on`;
  return { verdict: "denied", limit: HALTED, reason, halts: false, checks: NO_CHECKS };
}

function denied(
  { limit, reason, flag, halts }: Rule,
  value: string,
  bound: string,
  checks: readonly RiskCheck[],
): Verdict {
  const numbers = flag !== undefined ? "" : `: expected at most ${bound}, got ${value}`;
  return { verdict: "denied", limit, reason: reason + numbers, halts: halts === true, checks };
}
