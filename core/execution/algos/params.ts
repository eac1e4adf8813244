import * as z from "zod";
import { positiveDecimal } from "../../portfolio/amount.ts";

const durationMs = z.int().positive().describe("How long the algo works, ms");
const leftover = z
  .enum(["cancel", "complete"])
  .default("cancel")
  .describe("At the deadline: give up the rest, or send it at once (within the limit price)");

/** Shares of a day's volume by bucket: any scale, as only their proportions count. */
const profile = z
  .array(z.number().min(0))
  .min(1)
  .max(1_440)
  .refine((shares) => shares.some((share) => share > 0), "expected a share above 0");

/** How an order is worked. Without a limit price on the order its children go at market. */
export const algoSchema = z.discriminatedUnion("kind", [
  /** All of it, now. */
  z.strictObject({ kind: z.literal("immediate") }),
  /** Equal slices at equal intervals, the first at once. */
  z.strictObject({
    kind: z.literal("twap"),
    durationMs,
    slices: z.int().min(1).max(1_000),
    leftover,
  }),
  /** Slices in proportion to the volume that usually trades then, see `volumeProfile`. */
  z.strictObject({
    kind: z.literal("vwap"),
    durationMs,
    profile,
    bucketMs: z.int().min(1_000).describe("Length of one bucket of the profile, ms"),
    leftover,
  }),
  /** One visible part at a time at the order's limit price; the next when it has filled. */
  z.strictObject({
    kind: z.literal("iceberg"),
    displayQuantity: positiveDecimal,
    durationMs: durationMs.optional(),
    leftover,
  }),
  /** A limit order that follows the quote when the market moves away, up to the limit price. */
  z.strictObject({
    kind: z.literal("chase"),
    durationMs,
    peg: z
      .enum(["near", "mid", "far"])
      .default("near")
      .describe("Own side of the quote, its middle, or the other side"),
    intervalMs: z.int().min(0).default(5_000).describe("Least time between two prices, ms"),
    maxChases: z.int().min(0).default(10).describe("How often the price is moved at most"),
    leftover,
  }),
]);
/** How an order is worked, its defaults filled in. */
export type Algo = Readonly<z.output<typeof algoSchema>>;
