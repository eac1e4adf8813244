import type { Ledger } from "../domain/book.ts";
import { equityOf } from "./calls.ts";
import type { Runner } from "./runner.ts";
import type { ProfileState } from "./snapshot.ts";

/**
 * Brings what the daily limits measure from up to an event: a new date starts anew, the peak stays.
 * A day starts with the equity that the one before it ended with, so that the night's gap counts,
 * and a daily bar is measured against more than its own close.
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
  // A late event of an earlier date starts no day again.
  if (date > day.date) {
    day.startEquity = day.date === "" ? equity : day.equity;
    day.date = date;
    day.orders = 0;
  }
  day.equity = equity;
  if (equity > day.peakEquity) day.peakEquity = equity;
}
