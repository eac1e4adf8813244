import { InputError } from "../domain/errors.ts";
import { newYorkDate } from "../domain/time.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { FinancingRates } from "../simulation/financing.ts";
import type { CorporateAction } from "./actionHandler.ts";
import type { BarFeed } from "./feeds.ts";
import type { TickFeed } from "./ticks.ts";

/** @throws InputError naming the range of the bars where a replay would end before all of them. */
export function requireWithin({ feeds, toMs }: Recording, firstMs: number): void {
  if (toMs >= firstMs) return;
  const lastMs = Math.max(...feeds.map(({ columns }) => columns.closeTimeMs.at(-1) ?? firstMs));
  const [first, last] = [newYorkDate(firstMs), newYorkDate(lastMs)];
  throw new InputError(
    `to: expected a time within the bars, ${first} to ${last}, got ${newYorkDate(toMs - 1)}`,
  );
}

/** What a replay walks through. */
export interface Recording {
  readonly feeds: readonly BarFeed[];
  /** Ascending by time. */
  readonly actions: readonly CorporateAction[];
  /** Quotes and prints; they come before the bars of the same instant. */
  readonly ticks: readonly TickFeed[];
  /** Recorded signals, ascending by the time at which they were received. */
  readonly signals: readonly EventOf<"signal.received.v1">[];
  /** What nights cost; null for nothing. */
  readonly financing: FinancingRates | null;
  /** Bars up to this time only warm the indicators; equity is kept from here on. UTC ms. */
  readonly fromMs: number;
  /** Time of the last event to replay, UTC ms; Infinity for all there is. */
  readonly toMs: number;
}
