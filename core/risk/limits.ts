import * as z from "zod";
import { decimalText } from "../domain/schema.ts";

/**
 * The limits of a profile, as data. What is left out does not bind, but for short sales, which are
 * denied unless allowed.
 */
export const limitsSchema = z.strictObject({
  maxOrderQuantity: decimalText.optional().describe("Largest order, shares or coins"),
  maxOrderNotional: decimalText.optional().describe("Largest order, dollars"),
  maxPositionNotional: decimalText.optional().describe("Largest position, dollars"),
  maxGrossExposure: z
    .number()
    .positive()
    .optional()
    .describe("Long plus short positions, multiple of equity"),
  maxNetExposure: z
    .number()
    .positive()
    .optional()
    .describe("Long less short positions, multiple of equity, on either side"),
  maxOpenOrders: z.int().positive().optional().describe("Working orders of the profile"),
  maxOrdersPerDay: z.int().positive().optional().describe("Orders approved on one date"),
  maxDailyLoss: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe("Loss since the day's first order at which entries end, share of equity"),
  maxDrawdown: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe("Loss from the highest equity at which entries end, share of equity"),
  priceCollar: z
    .number()
    .positive()
    .optional()
    .describe("Furthest that a limit may cross the last price, share of it"),
  allowShort: z.boolean().default(false).describe("Whether positions may go below zero"),
});
export type Limits = Readonly<z.output<typeof limitsSchema>>;
