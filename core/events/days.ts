import * as z from "zod";
import { decimalText, slug, symbolText } from "../domain/schema.ts";

/** See `day.reported.v1` in the catalogue. */
export const dayReported = z.object({
  calendar: z.string(),
  sessionDate: z.iso.date(),
  profiles: z
    .array(
      z.object({
        profile: slug,
        account: slug,
        orders: z.int(),
        fills: z.int(),
        fees: decimalText,
        /** Cash and positions at the last prices seen. */
        equity: decimalText,
        /** Against the report before; null where that cannot be told. */
        profit: decimalText.nullable(),
        positions: z
          .array(z.object({ symbol: symbolText, quantity: decimalText, price: decimalText }))
          .readonly(),
        openOrders: z.int(),
        /** How often each reason code came, denials among them. */
        outcomes: z.record(z.string(), z.int()),
        /** Why it does not run freely; empty where it does. */
        stopped: z.string(),
      }),
    )
    .readonly(),
  /** All of it on one line, for people. */
  text: z.string(),
});

/** See `day.compared.v1` in the catalogue. */
export const dayCompared = z.object({
  date: z.iso.date(),
  decisions: z.int(),
  orders: z.int(),
  isAlike: z.boolean(),
  /** How many differences are of each kind. */
  counts: z.record(z.enum(["code", "data", "latency", "fill", "halt"]), z.int()),
  /** The first of them. */
  differences: z
    .array(
      z.object({
        kind: z.enum(["code", "data", "latency", "fill", "halt"]),
        profile: z.string(),
        cause: z.string(),
        orderId: z.string().nullable(),
        live: z.string(),
        replay: z.string(),
      }),
    )
    .readonly(),
  text: z.string(),
});
