import type { Ledger } from "../domain/book.ts";
import { equityOf } from "./calls.ts";
import type { Runner } from "./runner.ts";
import type { ProfileState } from "./snapshot.ts";

/**
 * Brings what the daily limits measure from up to an event: a new date starts anew, the peak stays.
 */
export function trackDay(
  runner: Runner,
  state: ProfileState,
  ledger: Ledger,
  timeMs: number,
): void {
  const { day } = state;
  const equity = equityOf({ runner, state, ledger });
  const date = runner.profile.calendar.tradingDateOf(timeMs - 1);
  if (date !== day.date) {
    day.date = date;
    day.startEquity = equity;
    day.orders = 0;
  }
  if (equity > day.peakEquity) day.peakEquity = equity;
}
