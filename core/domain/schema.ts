import * as z from "zod";
import { decimal, textOf } from "./decimal.ts";
import { InputError } from "./errors.ts";

/** A decimal: text on the wire and in the table (`"-12.5"`), a bigint of billionths inside. */
export const decimalText = z.codec(z.string(), z.bigint(), {
  decode: (text, context) => {
    try {
      return decimal(text);
    } catch (error) {
      const message = error instanceof InputError ? error.message : "expected a decimal";
      context.issues.push({ code: "custom", input: text, message });
      return z.NEVER;
    }
  },
  encode: textOf,
});

/** Integer UTC milliseconds. */
export const timeMs = z.int();

/** Names of profiles, accounts and strategies: lower case, digits, dashes. */
export const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "expected lower-case letters, digits and dashes, at most 63");

/** A ticker as the venue writes it: `SPY`, `BRK.B`, `BTC/USD`. */
export const symbolText = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9./-]{0,19}$/, "expected an upper-case ticker such as SPY or BTC/USD");
