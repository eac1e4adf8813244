import type * as z from "zod";
import type { TimeInForce } from "../domain/order.ts";
import type { algoSchema } from "../execution/algos/params.ts";

/** How an order is worked: at once, or in parts by TWAP, VWAP, iceberg or a chased limit. */
export type ExecutionOptions = z.input<typeof algoSchema>;

/** What every intent carries. */
interface Wanted {
  /** The audit line: why. It is kept with the order for ever. */
  readonly reason: string;
  /** Which instrument; in `onBar`, `onSignal` and `onFill` it defaults to the event's own. */
  readonly symbol?: string;
}

/** Open (or reverse into) a position. Prices in dollars; without `limit` or `trigger` at market. */
export interface Entry extends Wanted {
  readonly limit?: number;
  /** Stop entry: becomes active when the price trades at or through it. */
  readonly trigger?: number;
  /** Protective stop; also what `risk-per-trade` sizing measures its distance to. */
  readonly stop?: number;
  /** Take-profit limit. */
  readonly target?: number;
  /** Protective trailing stop, percent of the best price since entry; instead of `stop`. */
  readonly trailPercent?: number;
  /** Overrides the profile's sizing: shares or coins. */
  readonly quantity?: number;
  /** Overrides the profile's sizing: dollars. */
  readonly notional?: number;
  /**
   * Volatility of the instrument, a fraction a year: what `volatility-target` sizing divides by.
   */
  readonly volatility?: number;
  /** Default `day`; protective legs are always `gtc`. */
  readonly timeInForce?: TimeInForce;
  /** When a `gtd` order ends, UTC ms. */
  readonly expiresAtMs?: number;
  readonly extendedHours?: boolean;
  /** How the order is worked; overrides the profile's. Its `limit` is the worst price. */
  readonly execution?: ExecutionOptions;
  /** True allows an entry on top of a position of the same side. */
  readonly add?: boolean;
}

/** Close a position or a part of it; its protective orders are cancelled first. */
export interface Exit extends Wanted {
  /** Share of the position to close, above 0 up to 1 (the default). */
  readonly fraction?: number;
  readonly limit?: number;
  readonly timeInForce?: TimeInForce;
  readonly extendedHours?: boolean;
  /** How the order is worked; overrides the profile's. Its `limit` is the worst price. */
  readonly execution?: ExecutionOptions;
}

/** What a strategy wants. Sizing, risk and execution make orders of it. */
export type Intent =
  | (Entry & { readonly kind: "enter"; readonly side: "long" | "short" })
  | (Exit & { readonly kind: "exit" })
  | (Wanted & { readonly kind: "cancel" })
  | (Wanted & { readonly kind: "move-stop"; readonly stop: number });

/** Wants a long position. */
export function enterLong(entry: Entry): Intent {
  return { kind: "enter", side: "long", ...entry };
}

/** Wants a short position; denied where the instrument or the limits do not allow it. */
export function enterShort(entry: Entry): Intent {
  return { kind: "enter", side: "short", ...entry };
}

/** Wants to be out. */
export function exit(options: Exit): Intent {
  return { kind: "exit", ...options };
}

/** Wants all working entry orders of the instrument cancelled. */
export function cancelEntries(options: Wanted): Intent {
  return { kind: "cancel", ...options };
}

/** Wants the protective stop at another price, dollars. */
export function moveStop(options: Wanted & { readonly stop: number }): Intent {
  return { kind: "move-stop", ...options };
}
