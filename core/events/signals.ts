import * as z from "zod";
import { decimalText, slug, symbolText, timeMs } from "../domain/schema.ts";

/** An outside opinion that arrived by webhook. */
export const signalReceived = z.object({
  signalId: z.string(),
  profile: slug,
  symbol: symbolText,
  action: z.enum(["buy", "sell", "exit"]),
  /** Dollars of price that the sender saw, if it said so. */
  price: z.number().nullable(),
  /** Shares or coins that the sender asks for; a strategy may heed it or not. */
  quantity: decimalText.nullable().default(null),
  /** The most that an entry upon this signal may be, by the scope of the sender's secret. */
  maxQuantity: decimalText.nullable().default(null),
  /** Which of the profile's sources it came from; empty where signals were recorded elsewhere. */
  source: z.string().default(""),
  comment: z.string(),
  expiresAtMs: timeMs,
  /** Its number among those that its sender counts; a number that is left out was missed. */
  sequence: z.object({ series: z.string(), number: z.int().min(0) }).optional(),
  /** The position that its sender has after it, unsigned; the size where it says so. */
  leadsTo: z
    .object({ side: z.enum(["long", "short", "flat"]), quantity: decimalText.nullable() })
    .optional(),
});

/** Signals that did not come, or that did not lead to where their sender is. */
export const signalMissed = z.object({
  profile: slug,
  symbol: symbolText.nullable(),
  code: z.enum(["sequence-gap", "silence", "position"]),
  reason: z.string(),
});
