import { z } from "@hono/zod-openapi";

const SYMBOL = /^([A-Z0-9_]+:)?[A-Z0-9][A-Z0-9./-]{0,19}$/;
const TIME = "ISO 8601 with its zone, or UTC milliseconds";

const secret = z.string().describe("Where the source's secret is neither in the path nor signed");
const symbol = z.string().regex(SYMBOL).openapi({ example: "SPY" });
const action = z.enum(["buy", "sell", "exit"]);
const price = z.union([z.string(), z.number()]).describe("Dollars that the sender saw, above 0");
const quantity = z
  .union([z.string(), z.number()])
  .describe("Shares or coins, above 0, at most nine places; text is exact")
  .openapi({ example: "12.5" });
const time = z.union([z.string(), z.int()]).describe(TIME);
const id = z
  .union([z.string().regex(/^[!-~]{1,128}$/), z.number()])
  .describe("The same id is the same signal");
const text = z.union([z.string().max(500), z.number()]);
const sequence = z
  .union([z.string().regex(/^\d{1,15}$/), z.int().min(0)])
  .describe("Counted up by one with each signal of the source: one that is left out was missed");
const position = z.enum(["long", "short", "flat"]).describe("What the sender has after it");
const positionSize = z.union([z.string(), z.number()]).describe("Shares or coins of that");

/** A signal in our own form. */
export const signalSchema = z
  .strictObject({
    secret: secret.optional(),
    id: id.optional(),
    symbol,
    action,
    price: price.optional(),
    quantity: quantity.optional(),
    comment: text.optional().describe("Kept in the journal, for people"),
    sequence: sequence.optional(),
    position: position.optional(),
    positionSize: positionSize.optional(),
    sentAt: time.optional(),
    expiresAt: time.optional().describe(`${TIME}; never later than the profile allows`),
  })
  .openapi("Signal", {
    example: { secret: "…", id: "2026-03-02-1", symbol: "SPY", action: "buy", quantity: "10" },
  });

/** A TradingView alert from a template of functions/webhook/pine/. */
export const tradingViewSchema = z
  .strictObject({
    secret,
    id: id.optional(),
    symbol: symbol.describe("{{ticker}}; an exchange in front is cut off"),
    action: action.describe("{{strategy.order.action}}"),
    position: position.optional().describe("{{strategy.market_position}}"),
    positionSize: positionSize.optional().describe("{{strategy.market_position_size}}"),
    price: price.optional().describe("{{strategy.order.price}}"),
    quantity: quantity.optional().describe("{{strategy.order.contracts}}"),
    comment: text.optional().describe("{{strategy.order.comment}}"),
    interval: text.optional().describe("{{interval}}"),
    barTime: time.optional().describe("{{time}}"),
    orderId: text.optional().describe("{{strategy.order.id}}"),
    sequence: text.optional().describe("A counter of the script's own alerts"),
    sentAt: time.optional().describe("{{timenow}}"),
  })
  .openapi("TradingViewAlert");

/** The answer to a signal that is stored, now or before. */
export const acceptedSchema = z.strictObject({ id: z.string() }).openapi("Accepted");

/** RFC 9457. */
export const problemSchema = z
  .strictObject({
    type: z.string().openapi({ example: "urn:bellwether:problem:invalid" }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.strictObject({ field: z.string(), detail: z.string() })).optional(),
  })
  .openapi("Problem");

/** What the kill switch is told, and what it answers. */
export const killSchema = z
  .strictObject({ secret: z.string(), reason: z.string().max(500).optional() })
  .openapi("Kill");
/** What was halted. */
export const haltedSchema = z
  .strictObject({
    halted: z.strictObject({ kind: z.enum(["all", "account", "profile"]), name: z.string() }),
    reason: z.string(),
  })
  .openapi("Halted");
