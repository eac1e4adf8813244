import { DAY_MS } from "../domain/time.ts";
import type { Timeframe } from "../domain/timeframe.ts";
import type { Slot } from "./slot.ts";

/** Whole sessions without a bar after which an instrument's recording is taken to have ended. */
export const STALE_SESSIONS = 5;

/** Bars longer than a day may close so much later than the last one did. */
const LONG_BARS_MS: Readonly<Partial<Record<Timeframe, number>>> = {
  "1w": 7 * DAY_MS,
  "1mo": 31 * DAY_MS,
};

/** No market was ever closed for as long. */
const LONGEST_MS = 60 * DAY_MS;

/**
 * Whether an instrument had a bar within the last {@link STALE_SESSIONS} whole sessions (and the
 * length of a bar, where that is longer than a day), or has not begun. What has none any more was
 * delisted, renamed, or its recording has ended: its last price is no price, so that it is neither
 * ranked nor ordered.
 */
export function isFresh(
  { profile, state }: Pick<Slot, "profile" | "state">,
  nowMs: number,
): boolean {
  if (state.bars === 0) return true;
  const dueMs = state.lastTimeMs + (LONG_BARS_MS[profile.timeframe] ?? 0);
  return !isStale(profile.calendar, dueMs, nowMs);
}

/** Whether more than {@link STALE_SESSIONS} whole sessions lie between two times, UTC ms. */
export function isStale(
  calendar: Slot["profile"]["calendar"],
  lastMs: number,
  nowMs: number,
): boolean {
  // There is one session a day at most: mostly the times alone tell, and no calendar is asked.
  if (nowMs - lastMs <= STALE_SESSIONS * DAY_MS) return false;
  if (nowMs - lastMs > LONGEST_MS) return true;
  const [from, to] = [calendar.tradingDateOf(lastMs), calendar.tradingDateOf(nowMs)];
  const missed = calendar
    .sessionsBetween(from, to)
    .filter(({ openTimeMs, closeTimeMs }) => openTimeMs >= lastMs && closeTimeMs <= nowMs);
  return missed.length > STALE_SESSIONS;
}
