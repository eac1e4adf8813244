import * as z from "zod";
import { orderRequest } from "../domain/order.ts";
import { slug, timeMs } from "../domain/schema.ts";

/** See `shadow.decided.v1` in the catalogue. */
export const shadowDecided = z.object({
  profile: slug,
  /** The profile that it shadows. */
  of: slug,
  asked: z.enum(["order", "replace", "cancel"]),
  /** The order as risk judged it, the whole of one that would be worked; null for a cancel. */
  request: orderRequest.nullable(),
  /** The other profile's order that would be replaced or cancelled; null for a new one. */
  target: z.string().nullable(),
  /** How the order would be worked; null for at once. */
  algo: z.string().nullable(),
  /** The limit by which the shadow's own risk denied it; null where it was approved. */
  denied: z.string().nullable(),
  reason: z.string(),
});

/** One thing that a shadow and the profile that it shadows did not decide alike. */
export const shadowDifference = z.object({
  timeMs,
  /** Id of the event that both could decide on. */
  cause: z.string(),
  /** An instrument, or the order to be cancelled or replaced. */
  subject: z.string(),
  /** What either decided, in words; null where it asked for nothing. */
  shadow: z.string().nullable(),
  shadowed: z.string().nullable(),
});
export type ShadowedDifference = Readonly<z.output<typeof shadowDifference>>;

/** See `shadow.compared.v1` in the catalogue. */
export const shadowCompared = z.object({
  date: z.iso.date(),
  profile: slug,
  of: slug,
  /** Decisions that are the same, differ, and were made by one of the two alone. */
  same: z.int(),
  differing: z.int(),
  onlyShadow: z.int(),
  onlyShadowed: z.int(),
  /** Why the shadow was halted on that date; empty where it was not. */
  halted: z.string(),
  /** The first of them. */
  differences: z.array(shadowDifference).readonly(),
  text: z.string(),
});
