import { epochMs, isDate, newYorkTimeMs } from "../../core/domain/time.ts";
import { Refusal } from "./errors.ts";

/**
 * An instant of a query: RFC 3339, or a date, which is its midnight in New York; null where it is
 * not given. @throws Refusal (422) for anything else.
 */
export function instantIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null || text === "") return null;
  try {
    // A plus sign that was not escaped arrives as a blank.
    return isDate(text) ? newYorkTimeMs(text, "00:00") : epochMs(zoned(text.replace(" ", "+")));
  } catch {
    throw new Refusal(422, 40010001, `invalid ${name}: ${text}`);
  }
}

/** An instant of a query to the nanosecond: what is finer than a millisecond stands apart. */
export function fineInstantIn(
  query: URLSearchParams,
  name: string,
): { readonly timeMs: number; readonly nanos: number } | null {
  const timeMs = instantIn(query, name);
  if (timeMs === null) return null;
  const [, fraction = ""] = /\.(\d+)/.exec(query.get(name) ?? "") ?? [];
  return { timeMs, nanos: Number(fraction.padEnd(9, "0").slice(3, 9)) };
}

/** Some clients leave out seconds. */
function zoned(text: string): string {
  return text.replace(/(T\d\d:\d\d)(Z|[+-]\d\d:\d\d)$/, "$1:00$2");
}

/** A whole number of a query within bounds. @throws Refusal (422) for anything else. */
export function wholeIn(
  query: URLSearchParams,
  name: string,
  bounds: { readonly preset: number; readonly least: number; readonly most: number },
): number {
  const text = query.get(name);
  if (text === null || text === "") return bounds.preset;
  const value = Number(text);
  if (Number.isInteger(value) && value >= bounds.least && value <= bounds.most) return value;
  const range = `expected ${bounds.least} to ${bounds.most}`;
  throw new Refusal(422, 40010001, `invalid ${name}: ${text} (${range})`);
}

/** One of several words of a query. @throws Refusal (422) for any other. */
export function wordIn<T extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly T[],
  preset: T,
): T {
  const text = query.get(name);
  if (text === null || text === "") return preset;
  const found = words.find((word) => word === text);
  if (found !== undefined) return found;
  throw new Refusal(422, 40010001, `invalid ${name}: ${text} (expected ${words.join(", ")})`);
}

/** Whether a flag of a query is set. */
export function flagIn(query: URLSearchParams, name: string): boolean {
  return query.get(name) === "true" || query.get(name) === "1";
}

/** A list of a query, divided by commas; null where it is not given. */
export function listIn(query: URLSearchParams, name: string): readonly string[] | null {
  const text = query.get(name);
  if (text === null || text === "") return null;
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
