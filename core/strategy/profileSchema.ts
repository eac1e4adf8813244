import * as z from "zod";
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
  mode: z.enum(["replay", "paper", "live"]).default("replay"),
  deploy: deploySchema,
  execution: algoSchema.prefault({ kind: "immediate" }),
  benchmark: symbolText.optional(),
});
