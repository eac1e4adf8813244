import { InvariantError } from "../../core/domain/errors.ts";
import { type Answer, valueOrThrow } from "./errors.ts";
import { isPair } from "./wire.ts";

/** Symbols asked for at once; more make the address too long. */
const SYMBOLS_AT_ONCE = 100;

/** A page, and the token of the next one; null after the last. */
export interface Page<T> {
  readonly value: T;
  readonly next: string | null;
}

/** A reply as a page. */
export function paged<W extends { readonly next_page_token: string | null }, T>(
  answer: Answer<W>,
  of: (wire: W) => T,
): Page<T> {
  const wire = valueOrThrow(answer, "market data");
  return { value: of(wire), next: wire.next_page_token };
}

/** A page may be short, or empty, and not the last: only the token says whether there are more. */
export async function toTheEnd<T>(
  what: string,
  pageAt: (token: string | null) => Promise<Page<T>>,
): Promise<readonly T[]> {
  const pages: T[] = [];
  const seen = new Set<string>();
  for (let token: string | null = null; ; ) {
    const { value, next }: Page<T> = await pageAt(token);
    pages.push(value);
    if (next === null) return pages;
    // A token that comes again would be followed for ever.
    if (seen.has(next)) throw new InvariantError(`expected a new page of ${what}, got one again`);
    seen.add(next);
    token = next;
  }
}

/** Symbols in lists that an address has room for. */
export function batches(symbols: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(symbols.length / SYMBOLS_AT_ONCE);
  return Array.from({ length: count }, (_, i) =>
    symbols.slice(i * SYMBOLS_AT_ONCE, (i + 1) * SYMBOLS_AT_ONCE),
  );
}

/** Comma-separated lists of shares and of coins, each with whether it is of coins. */
export function byClass(symbols: readonly string[]): readonly (readonly [string, boolean])[] {
  const stocks = batches(symbols.filter((one) => !isPair(one)));
  const pairs = batches(symbols.filter(isPair));
  return [
    ...stocks.map((some) => [some.join(","), false] as const),
    ...pairs.map((some) => [some.join(","), true] as const),
  ];
}
