import { absolute, type Decimal, decimal, decimalOf } from "../../core/domain/decimal.ts";
import { epochMs } from "../../core/domain/time.ts";
import type { EventData } from "../../core/events/catalogue.ts";
import type { Expected } from "../../core/strategy/watch.ts";
import { Refused } from "./problem.ts";

/** What a signal wants. */
export type Action = SignalData["action"];
type SignalData = EventData<"signal.received.v1">;

/** A signal as its sender wrote it, in our types, before anyone asked whether it may be. */
export interface Wanted {
  /** The sender's own id, or null. */
  readonly id: string | null;
  /** What else makes it that one signal and no other, or null. */
  readonly parts: readonly string[] | null;
  readonly symbol: string;
  readonly action: Action;
  readonly price: number | null;
  readonly quantity: Decimal | null;
  readonly comment: string;
  /** What is watched: see `signal.received.v1`. */
  readonly sequence: SignalData["sequence"] | null;
  readonly leadsTo: SignalData["leadsTo"] | null;
  /** UTC ms, or null where the sender does not say. */
  readonly sentMs: number | null;
  readonly expiresMs: number | null;
}

const MAX_TEXT = 500;
const MAX_ID = 128;
const ID = /^[!-~]+$/;
const SYMBOL = /^[A-Z0-9][A-Z0-9./-]{0,19}$/;
/** Controls would forge lines in logs and terminals: they become spaces. */
const CONTROLS = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
const MAX_MAGNITUDE = 1e12;

/** A text, or null when absent or empty. @throws Refused for others, and for a placeholder. */
export function textAt(value: unknown, field: string): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value !== "string" && typeof value !== "number") {
    throw new Refused("invalid", "expected text", field, value);
  }
  const text = String(value);
  if (text.length > MAX_TEXT) {
    throw new Refused("invalid", `expected at most ${MAX_TEXT} characters`, field);
  }
  // TradingView leaves a misspelt placeholder as it is.
  if (text.includes("{{")) {
    throw new Refused("invalid", "expected a value, a placeholder was not filled in", field, text);
  }
  return text;
}

/** As {@link textAt}, but it must be there. */
export function requiredAt(value: unknown, field: string): string {
  const text = textAt(value, field);
  if (text === null) throw new Refused("invalid", "expected a value, got none", field);
  return text;
}

/** Free text for people, without control characters; empty when absent. */
export function commentAt(value: unknown, field: string): string {
  return (textAt(value, field) ?? "").replace(CONTROLS, " ");
}

/** The sender's id: 1 to 128 visible ASCII characters, or null. */
export function idAt(value: unknown, field: string): string | null {
  const text = textAt(value, field);
  if (text === null || (text.length <= MAX_ID && ID.test(text))) return text;
  throw new Refused("invalid", `expected 1 to ${MAX_ID} visible ASCII characters`, field, text);
}

/** Our symbol for the sender's: by the source's own list, else without an exchange in front. */
export function symbolAt(
  value: unknown,
  field: string,
  known: Readonly<Record<string, string>>,
): string {
  const text = requiredAt(value, field).trim();
  if (Object.hasOwn(known, text)) return known[text] ?? text;
  const symbol = text.slice(text.lastIndexOf(":") + 1);
  if (SYMBOL.test(symbol)) return symbol;
  throw new Refused("invalid", "expected an upper-case ticker such as SPY", field, text);
}

/** `buy`, `sell` or `exit`. */
export function actionAt(value: unknown, field: string): Action {
  const text = requiredAt(value, field).trim().toLowerCase();
  if (text === "buy" || text === "sell" || text === "exit") return text;
  throw new Refused("invalid", "expected buy, sell or exit", field, text);
}

/** Dollars above 0, or null. */
export function priceAt(value: unknown, field: string): number | null {
  const text = textAt(value, field);
  if (text === null) return null;
  const price = /^[\d.eE+-]+$/.test(text) ? Number(text) : Number.NaN;
  if (price > 0 && price <= MAX_MAGNITUDE) return price;
  throw new Refused("invalid", "expected a price above 0", field, value);
}

/** Units above 0, at most nine places, or null. */
export function quantityAt(value: unknown, field: string): Decimal | null {
  const text = textAt(value, field);
  if (text === null) return null;
  const quantity = exact(value, text);
  if (quantity !== null && quantity > 0n && quantity <= decimalOf(MAX_MAGNITUDE)) return quantity;
  throw new Refused("invalid", "expected a quantity above 0, at most 9 places", field, value);
}

/** The sender's number of a signal, a whole one, within its series; or null. */
export function sequenceAt(value: unknown, field: string, series: string) {
  const text = textAt(value, field);
  if (text === null) return null;
  if (/^\d{1,15}$/.test(text.trim())) return { series, number: Number(text) };
  throw new Refused("invalid", "expected a whole number, counted up by one", field, value);
}

/** The side of a position that the sender has: `long`, `short` or `flat`; or null. */
export function positionAt(value: unknown, field: string): Expected["side"] | null {
  const text = textAt(value, field)?.trim().toLowerCase() ?? null;
  if (text === null || text === "long" || text === "short" || text === "flat") return text;
  throw new Refused("invalid", "expected long, short or flat", field, value);
}

/** The position that the sender has, its size signed or not; null where its side is not told. */
export function leadsToAt(side: Expected["side"] | null, size: unknown, field: string) {
  const text = textAt(size, field);
  const quantity = text === null ? null : exact(size, text);
  if (text !== null && quantity === null) {
    throw new Refused("invalid", "expected the size of a position, at most 9 places", field, size);
  }
  return side === null ? null : { side, quantity: quantity && absolute(quantity) };
}

function exact(value: unknown, text: string): Decimal | null {
  try {
    return typeof value === "number" ? decimalOf(value) : decimal(text.trim());
  } catch {
    return null;
  }
}

/** An instant: ISO 8601 with its zone, or UTC milliseconds; or null. */
export function timeAt(value: unknown, field: string): number | null {
  const text = textAt(value, field);
  if (text === null) return null;
  if (/^\d{12,14}$/.test(text)) return Number(text);
  try {
    return epochMs(text);
  } catch {
    const message = "expected a time with its zone such as 2026-03-02T14:30:00Z, or UTC ms";
    throw new Refused("invalid", message, field, value);
  }
}
