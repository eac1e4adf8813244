import * as z from "zod";
import { MINUTE_MS } from "../../domain/time.ts";
import { positiveDecimal } from "../../portfolio/amount.ts";

const durationMs = z
  .int()
  .positive()
  .default(30 * MINUTE_MS)
  .describe("How long the order is worked, ms");
const slices = z.int().min(1).max(1_000).default(10).describe("How many slices, equally apart");
const leftover = z
  .enum(["market", "cancel"])
  .default("cancel")
  .describe("At the deadline: send the rest at once, no worse than the worst price, or give it up");
const worstPrice = positiveDecimal
  .nullable()
  .default(null)
  .describe("Limit of every child, dollars; without it children go at market");
const retries = z
  .int()
  .min(0)
  .max(100)
  .default(3)
  .describe("How often to try again after the venue ended a child by itself");
const retryMs = z.int().min(1).default(5_000).describe("How long to wait before that, ms");

const volumes = z
  .array(z.number().min(0))
  .min(1)
  .max(1_440)
  .refine((shares) => shares.some((share) => share > 0), "expected a volume above 0");

/** How an order is worked. Decimals are text on the outside, see `positiveDecimal`. */
export const algoSchema = z.discriminatedUnion("kind", [
  /** All of it, now. */
  z.strictObject({ kind: z.literal("immediate"), worstPrice }),
  /** Equal slices at equal intervals, the first at once. */
  z.strictObject({ kind: z.literal("twap"), durationMs, slices, leftover, worstPrice }),
  /** Slices at equal intervals, each in proportion to the volume that usually trades in it. */
  z.strictObject({
    kind: z.literal("vwap"),
    durationMs,
    slices,
    profile: volumes.describe("Usual volume by bucket since the open, see `volumeProfile`"),
    bucketMs: z.int().min(1_000).default(MINUTE_MS).describe("Length of a bucket, ms"),
    participation: z
      .number()
      .gt(0)
      .max(1)
      .nullable()
      .default(null)
      .describe("Most of a slice's usual volume to send in it; needs a profile in shares"),
    leftover,
    worstPrice,
  }),
  /** One visible part at a time, resting at the worst price; the next once it has filled. */
  z.strictObject({
    kind: z.literal("iceberg"),
    displayQuantity: positiveDecimal
      .nullable()
      .default(null)
      .describe("Size of a part, rounded down to the lot; a tenth of the order without it"),
    durationMs: durationMs.unwrap().nullable().default(null),
    leftover,
    worstPrice: positiveDecimal.describe("The price that the parts rest at, dollars"),
    retries,
    retryMs,
  }),
  /** A limit order that follows the quote when the market moves away, up to the worst price. */
  z.strictObject({
    kind: z.literal("chase"),
    durationMs,
    peg: z
      .enum(["near", "mid", "far"])
      .default("near")
      .describe("Own side of the quote, its middle, or the other side"),
    chaseTicks: z.int().min(1).default(1).describe("Least move that is followed, ticks"),
    intervalMs: z.int().min(0).default(5_000).describe("Least time between two prices, ms"),
    maxChases: z.int().min(0).default(10).describe("How often the price is moved at most"),
    leftover,
    worstPrice,
    retries,
    retryMs,
  }),
]);
/** How an order is worked, its defaults filled in. */
export type Algo = Readonly<z.output<typeof algoSchema>>;

/**
 * Whether an order is worked at steps of less than a minute: those need a process that runs all the
 * time, as one-time schedules of a cloud are late by as much.
 */
export function isFine(algo: Algo): boolean {
  switch (algo.kind) {
    case "twap":
    case "vwap":
      return algo.durationMs / algo.slices < MINUTE_MS;
    case "chase":
      return algo.intervalMs < MINUTE_MS;
    case "immediate":
    case "iceberg":
      // The next part follows upon a fill, which is heard of at once.
      return false;
  }
}
