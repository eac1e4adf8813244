import { InputError } from "../domain/errors.ts";
import { SOURCES, type Source } from "./source.ts";

/** The longest window allowed: a state is JSON in a table, so its size must stay bounded. */
export const MAX_PERIOD = 100_000;

/**
 * Checks a number of bars.
 * @throws InputError unless it is an integer from `min` to {@link MAX_PERIOD}.
 */
export function requirePeriod(indicator: string, name: string, value: number, min = 1): void {
  if (Number.isSafeInteger(value) && value >= min && value <= MAX_PERIOD) return;
  refuse(indicator, name, `an integer from ${min} to ${MAX_PERIOD}`, value);
}

/** @throws InputError unless the value is a finite number above 0. */
export function requirePositive(indicator: string, name: string, value: number): void {
  if (Number.isFinite(value) && value > 0) return;
  refuse(indicator, name, "a finite number above 0", value);
}

/** @throws InputError unless the value is integer UTC milliseconds, or a span of them. */
export function requireMs(indicator: string, name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  refuse(indicator, name, "an integer of milliseconds, 0 or more", value);
}

/** @throws InputError unless `lesser` is below `greater`, as a fast average is to a slow one. */
export function requireBelow(
  indicator: string,
  name: string,
  lesser: number,
  otherName: string,
  greater: number,
): void {
  if (lesser < greater) return;
  refuse(indicator, name, `below ${otherName}, which is ${greater}`, lesser);
}

/** @throws InputError unless the value names a source of prices. */
export function requireSource(indicator: string, value: Source): void {
  if (SOURCES.includes(value)) return;
  refuse(indicator, "source", `one of ${SOURCES.join(", ")}`, value);
}

/** @throws InputError unless the value is the symbol of another instrument. */
export function requireSymbol(indicator: string, name: string, value: string): void {
  if (typeof value === "string" && value.trim() !== "") return;
  refuse(indicator, name, "the symbol of an instrument", value);
}

function refuse(indicator: string, name: string, expected: string, value: unknown): never {
  const got = typeof value === "string" ? JSON.stringify(value) : String(value);
  throw new InputError(`${indicator}: ${name} must be ${expected}, got ${got}`);
}
