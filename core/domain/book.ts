import * as z from "zod";
import { order } from "./order.ts";
import { decimalText, slug, symbolText, timeMs } from "./schema.ts";

/** One purchase (or short sale) that is still open; sold first in, first out. */
export const lot = z.object({
  /** Shares or coins; negative for a short lot. */
  quantity: decimalText,
  /** Dollars a unit, without fees. */
  price: decimalText,
  openedTimeMs: timeMs,
});
export type Lot = Readonly<z.output<typeof lot>>;

/** What one profile holds of one instrument. */
export const position = z.object({
  symbol: symbolText,
  /** Signed: long above zero, short below. */
  quantity: decimalText,
  /** Signed cost of the open lots, dollars, without fees: average price is cost / quantity. */
  cost: decimalText,
  lots: z.array(lot).readonly(),
  /** Profit of all closed lots of this instrument, dollars, before fees. */
  realised: decimalText,
  /** When the position last left flat or flipped. */
  openedTimeMs: timeMs,
});
export type Position = Readonly<z.output<typeof position>>;

/** One profile's share of an account: its own virtual cash, positions and profit. */
export const ledger = z.object({
  profile: slug,
  cash: decimalText,
  realised: decimalText,
  fees: decimalText,
  dividends: decimalText,
  /** Borrow fees and margin interest paid, dollars. */
  interest: decimalText,
  /** Open positions only; flat ones are removed. */
  positions: z.record(symbolText, position),
});
export type Ledger = Readonly<z.output<typeof ledger>>;

/** Sale proceeds of a cash account that are not settled yet. */
export const unsettled = z.object({ settlesOn: z.iso.date(), amount: decimalText });
export type Unsettled = Readonly<z.output<typeof unsettled>>;

/**
 * The books of one account: every profile's ledger and every order that is not final.
 * The account's cash and positions are the sums of the ledgers, to the billionth.
 */
export const book = z.object({
  account: slug,
  kind: z.enum(["cash", "margin"]),
  ledgers: z.record(slug, ledger),
  /** Orders that are not final, as they were requested; final ones live on in the journal alone. */
  orders: z.array(order).readonly(),
  unsettled: z.array(unsettled).readonly(),
});
export type Book = Readonly<z.output<typeof book>>;
