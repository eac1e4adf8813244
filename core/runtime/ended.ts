import { calendarOf } from "../domain/calendar/calendar.ts";
import type { BarColumns } from "../domain/market.ts";
import { newYorkDate } from "../domain/time.ts";
import { isStale, STALE_SESSIONS } from "../strategy/freshness.ts";
import type { CompiledProfile } from "../strategy/profile.ts";

/**
 * Warnings of the instruments of a profile whose recordings ended while others went on: since then
 * they kept their last price, and were neither ranked nor ordered.
 */
export function endedWarnings(
  { instruments }: CompiledProfile,
  columns: ReadonlyMap<string, BarColumns>,
  toMs: number,
): readonly string[] {
  const lastMs = (symbol: string) => columns.get(symbol)?.closeTimeMs.at(-1) ?? 0;
  const endMs = Math.min(toMs, Math.max(...[...columns.keys()].map(lastMs)));
  return instruments.flatMap(({ symbol, calendar }) => {
    if (!columns.has(symbol) || !isStale(calendarOf(calendar), lastMs(symbol), endMs)) return [];
    return [
      `${symbol}: its recording ends on ${newYorkDate(lastMs(symbol))}, more than ${STALE_SESSIONS} ` +
        "sessions before the others: it kept its last price, and was not ranked or ordered any more",
    ];
  });
}
