import type { Book, Ledger } from "../domain/book.ts";
import { decimalOf, numberOf } from "../domain/decimal.ts";
import { accountEquity, costOf } from "./accountRisk.ts";
import { equityOf } from "./calls.ts";
import type { Runner } from "./runner.ts";
import type { ProfileState } from "./snapshot.ts";

/**
 * Brings what the daily limits measure from up to an event: a new date starts anew, the peak stays.
 * A day starts with the equity that the one before it ended with, so that the night's gap counts,
 * and a daily bar is measured against more than its own close.
 */
export function trackDay(runner: Runner, state: ProfileState, book: Book, timeMs: number): void {
  const { day } = state;
  const ledger = runner.ledger(book);
  const equity = equityOf({ runner, state, ledger });
  const date = runner.profile.calendar.tradingDateOf(timeMs - 1);
  // A late event of an earlier date starts no day again.
  if (date > day.date) {
    day.startEquity = day.date === "" ? equity : day.equity;
    day.date = date;
    day.orders = 0;
    if (runner.followsAccount) day.accountStart = day.account || accountNow(runner, state, book);
  }
  if (runner.followsAccount) day.account = accountNow(runner, state, book);
  day.equity = equity;
  if (equity > day.peakEquity) day.peakEquity = equity;
  countLosses(day, ledger, timeMs);
}

function accountNow(runner: Runner, state: ProfileState, book: Book): number {
  const priceOf = (symbol: string) => {
    const price = runner.slot(state, symbol)?.state.lastPrice ?? 0;
    return price > 0 ? decimalOf(price) : costOf(book, symbol);
  };
  return numberOf(accountEquity(book, priceOf));
}

/** What was closed between two looks counts as one trade. */
function countLosses(day: ProfileState["day"], ledger: Ledger, timeMs: number): void {
  const realised = numberOf(ledger.realised);
  if (realised < day.realised) {
    day.losses += 1;
    day.lastLossMs = timeMs;
  } else if (realised > day.realised) day.losses = 0;
  day.realised = realised;
}
