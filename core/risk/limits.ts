import * as z from "zod";
import { positiveDecimal } from "../portfolio/amount.ts";

const multiple = z.number().positive().optional();
const share = z.number().positive().max(1).optional();
const count = z.int().positive().optional();

/**
 * The limits of a profile, as data. What is left out does not bind, but for three rules that
 * always hold: the instrument is of the universe, it has a price, and a short position is denied
 * unless `allowShort` is set and the instrument can be sold short. Orders that only make a position
 * smaller pass every limit but `priceCollar`.
 */
export const limitsSchema = z.strictObject({
  maxOrderQuantity: positiveDecimal.optional().describe("Largest order, shares or coins"),
  maxOrderNotional: positiveDecimal.optional().describe("Largest order, dollars"),
  maxPositionNotional: positiveDecimal.optional().describe("Largest position, dollars"),
  maxGrossExposure: multiple.describe("Long plus short positions, multiple of equity"),
  maxNetExposure: multiple.describe(
    "Long less short positions, multiple of equity, on either side",
  ),
  maxOpenOrders: count.describe("Working orders of the profile, with the new one"),
  maxOrdersPerDay: count.describe("Orders approved on one date, with the new one"),
  maxDailyLoss: share.describe("Loss since the day's start at which entries end, share of equity"),
  maxDrawdown: share.describe("Loss from the highest equity at which the profile halts, share"),
  priceCollar: z
    .number()
    .positive()
    .optional()
    .describe("Furthest that a limit may cross the last price, share of it"),
  checkBuyingPower: z
    .boolean()
    .default(false)
    .describe("Whether an order must be paid for by the account's buying power"),
  allowShort: z.boolean().default(false).describe("Whether positions may go below zero"),
});
/** Checked limits, their defaults filled in. */
export type Limits = Readonly<z.output<typeof limitsSchema>>;
