import { ZERO } from "../domain/decimal.ts";
import { dayNumber } from "../domain/time.ts";
import type { Awaitable } from "../ports/venue.ts";
import { type FinancingRates, nightCharges } from "../simulation/financing.ts";
import { alongside } from "./awaiting.ts";
import type { Track } from "./tracks.ts";
import type { World } from "./world.ts";

/** From one trading date to the next. */
interface DateChange {
  readonly date: string;
  readonly next: string;
  readonly timeMs: number;
}

/** Charges every account for the nights between two trading dates, at the last prices shown. */
export function chargeNights(
  world: World,
  rates: FinancingRates,
  tracks: ReadonlyMap<string, Track>,
  { date, next, timeMs }: DateChange,
): Awaitable<void> {
  const nights = { date, count: dayNumber(next) - dayNumber(date), timeMs };
  const priceOf = (symbol: string) => tracks.get(symbol)?.lastPrice ?? 0;
  let pending: Promise<void> | undefined;
  for (const { account } of world.desks) {
    const charged = world.apply(
      account,
      (book) => nightCharges(book, priceOf, rates, nights),
      ZERO,
    );
    pending = alongside(pending, charged);
  }
  return pending;
}

/** Lets the clock of every venue reach a time, so that orders end that should. */
export function expireAll(world: World, timeMs: number): Promise<void> | undefined {
  let pending: Promise<void> | undefined;
  for (const { account, venue } of world.desks) {
    pending = alongside(pending, world.report(account, venue.onClock(timeMs), timeMs));
  }
  return pending;
}
