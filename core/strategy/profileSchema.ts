import * as z from "zod";
import { InputError } from "../domain/errors.ts";
import { decimalText, slug, symbolText } from "../domain/schema.ts";
import { webhookSchema } from "../domain/webhook.ts";
import { algoSchema } from "../execution/algos/params.ts";
import { sizingSchema } from "../portfolio/sizing.ts";
import { accountLimitsSchema, limitsSchema } from "../risk/limits.ts";
import { watchSchema } from "./watch.ts";

/** Money and terms of the account that a profile trades in. */
export const accountSchema = z.object({
  name: slug.optional(),
  cash: decimalText.prefault("100000"),
  kind: z.enum(["cash", "margin"]).default("margin"),
  limits: accountLimitsSchema.prefault({}),
  /** What becomes of open orders at the venue that are in no book of ours. */
  orphans: z.enum(["report", "cancel", "adopt"]).default("report"),
});

/** How target weights become orders. */
export const rebalanceSchema = z.strictObject({
  /** Orders below this are left out, dollars. */
  minTradeNotional: decimalText.prefault("1"),
  /** Share of equity kept in cash for fees and slippage. */
  cashBuffer: z.number().min(0).max(1).default(0.01),
});

/** Where a profile runs and how its bars arrive. */
export const deploySchema = z.strictObject({
  stages: z.array(slug).min(1).readonly().optional(),
  bars: z.enum(["poll", "stream"]).default("poll"),
  feed: z.enum(["iex", "sip"]).optional(),
});

/** A profile's options, without its strategy's parameters. */
export const profileSchema = z.object({
  name: slug,
  description: z.string().default(""),
  universe: z.array(symbolText).min(1).readonly(),
  sizing: sizingSchema,
  limits: limitsSchema,
  rebalance: rebalanceSchema,
  account: accountSchema.prefault({}),
  webhook: webhookSchema,
  watch: watchSchema.prefault({}),
  mode: z.enum(["replay", "paper", "live", "shadow"]).default("replay"),
  shadowOf: slug.optional(),
  deploy: deploySchema,
  execution: algoSchema.prefault({ kind: "immediate" }),
  benchmark: symbolText.optional(),
});

/**
 * The profile that another is to shadow; null for one that trades.
 * @throws InputError for a shadow of nobody or of itself, or one with an account of its own.
 */
export function shadowOfProfile(
  { name, mode, shadowOf }: z.output<typeof profileSchema>,
  hasAccount: boolean,
): string | null {
  const refuse = (line: string) => new InputError(`profile ${name}: ${line}`);
  if (mode !== "shadow") {
    if (shadowOf === undefined) return null;
    throw refuse(`shadowOf: expected mode "shadow" beside it, got mode "${mode}"`);
  }
  if (shadowOf === undefined) {
    throw refuse('shadowOf: expected the profile that it shadows, as its mode is "shadow"');
  }
  if (shadowOf === name) throw refuse("shadowOf: expected another profile, got itself");
  if (!hasAccount) return shadowOf;
  throw refuse(`account: expected none, as it decides on what ${shadowOf} holds`);
}
