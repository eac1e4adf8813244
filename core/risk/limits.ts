import * as z from "zod";
import { MINUTE_MS } from "../domain/time.ts";
import { positiveDecimal } from "../portfolio/amount.ts";

const multiple = z.number().positive().optional();
const share = z.number().positive().max(1).optional();
const count = z.int().positive().optional();

/**
 * The limits of a profile, as data. What is left out does not bind, but for the rules that always
 * hold: the instrument is of the universe, it has a price, the order is in whole ticks and lots, a
 * short position needs `allowShort` and an instrument that can be sold short, the account can pay,
 * and no other profile of the account waits to trade the other way. Positions count with all that
 * working entries may still add. Orders that only make a position smaller pass every limit but
 * `priceCollar`.
 */
export const limitsSchema = z.strictObject({
  maxOrderQuantity: positiveDecimal.optional().describe("Largest order, shares or coins"),
  maxOrderNotional: positiveDecimal.optional().describe("Largest order, dollars"),
  maxPositionNotional: positiveDecimal.optional().describe("Largest position, dollars"),
  maxConcentration: multiple.describe("Largest position, multiple of equity"),
  maxGrossExposure: multiple.describe("Long plus short positions, multiple of equity"),
  maxNetExposure: multiple.describe(
    "Long less short positions, multiple of equity, on either side",
  ),
  maxOpenOrders: count.describe("Working orders of the profile, with the new one"),
  maxOrdersPerMinute: count.describe("Orders approved within 60 seconds, with the new one"),
  maxOrdersPerDay: count.describe("Orders approved on one date, with the new one"),
  duplicateSeconds: count.describe("Seconds in which an order is not approved a second time"),
  maxDailyLoss: share.describe("Loss since the day's start at which entries end, share of equity"),
  maxDrawdown: share.describe("Loss from the highest equity at which the profile halts, share"),
  coolDown: z
    .strictObject({ losses: z.int().positive(), minutes: z.number().positive() })
    .optional()
    .describe("Losing trades in a row after which no position is opened for so many minutes"),
  priceCollar: z
    .number()
    .positive()
    .optional()
    .describe("Furthest that a limit may cross the last price, share of it"),
  maxPriceAgeSeconds: count.describe("Oldest last price that an entry may be decided on, seconds"),
  regularHoursOnly: z
    .boolean()
    .default(false)
    .describe("Whether entries are approved in regular trading hours alone"),
  checkBuyingPower: z
    .boolean()
    .default(true)
    .describe("Whether an order must be paid for by the account's buying power"),
  allowSelfTrade: z
    .boolean()
    .default(false)
    .describe("Whether an entry may meet a working order of another profile of the account"),
  allowShort: z.boolean().default(false).describe("Whether positions may go below zero"),
});
/** Checked limits, their defaults filled in. */
export type Limits = Readonly<z.output<typeof limitsSchema>>;

/**
 * Limits on an account as a whole: what all of its profiles hold and wait for counts. They bind the
 * profile that names them; profiles that share an account share the object.
 */
export const accountLimitsSchema = z.strictObject({
  maxGrossExposure: multiple.describe(
    "Long plus short positions, multiple of the account's equity",
  ),
  maxDailyLoss: share.describe("Loss of the account since the day's start at which entries end"),
  maxOpenOrders: count.describe("Working orders of the account, with the new one"),
  deadManMinutes: z
    .number()
    .positive()
    .default(15)
    .describe("Minutes without a comparison with the venue after which no entry is sent"),
});
/** Checked limits of an account. */
export type AccountLimits = Readonly<z.output<typeof accountLimitsSchema>>;

/** How long approved orders are remembered for the limits that look back, ms; 0 for not at all. */
export function rememberedMs({ maxOrdersPerMinute, duplicateSeconds = 0 }: Limits): number {
  return Math.max(maxOrdersPerMinute === undefined ? 0 : MINUTE_MS, duplicateSeconds * 1000);
}

const DEFAULTS = z.encode(limitsSchema, limitsSchema.parse({}));
const ACCOUNT_DEFAULTS = accountLimitsSchema.parse({});

/**
 * The limits that differ from the defaults, as one line of JSON: what a profile remembers of the
 * limits that it decided by.
 */
export function limitsText(limits: Limits, account: AccountLimits): string {
  const own = otherThan(DEFAULTS, z.encode(limitsSchema, limits));
  const whole = otherThan(ACCOUNT_DEFAULTS, z.encode(accountLimitsSchema, account));
  return JSON.stringify(Object.keys(whole).length === 0 ? own : { ...own, account: whole });
}

type Fields = Readonly<Record<string, unknown>>;

function otherThan(defaults: Fields, fields: Fields): Fields {
  const set = Object.entries(fields).filter(([name, value]) => value !== defaults[name]);
  return Object.fromEntries(set);
}
