import type { Awaitable } from "../ports/venue.ts";

/** Both of two pieces of work; a promise only where one of them is. */
export function alongside(
  one: Promise<void> | undefined,
  other: Awaitable<void>,
): Promise<void> | undefined {
  if (!(other instanceof Promise)) return one;
  return one === undefined ? other : Promise.all([one, other]).then(() => undefined);
}
