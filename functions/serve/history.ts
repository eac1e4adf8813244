import type { Calendar } from "../../core/domain/calendar/calendar.ts";
import { addDays, DAY_MS } from "../../core/domain/time.ts";
import { type Timeframe, timeframeMs } from "../../core/domain/timeframe.ts";
import type { MarketData } from "../../core/ports/marketData.ts";
import type { History } from "../../core/runtime/warmUp.ts";
import { historyNeeded } from "../../core/scanner/define.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";

/** Days more than a scanner asks for: gaps and halts leave some without a bar. */
const SPARE = 1.5;

/**
 * How many times its warm-up an indicator is shown. What smooths never quite forgets its first
 * value: after k times its length Wilder's average keeps exp(-k) of it and an exponential one
 * exp(-2k). A replay has seen years by then; after seven times more both are the same to a
 * thousandth of what they began apart.
 */
const SETTLED = 8;

/** Fetches the history that a profile's indicators and scanner need before `untilMs`. */
export async function historyOf(
  marketData: MarketData,
  profile: CompiledProfile,
  base: Timeframe,
  untilMs: number,
): Promise<History> {
  const days = Math.ceil(daysNeeded(profile)) + 1;
  const bars = await marketData.bars({
    symbols: profile.instruments.map(({ symbol }) => symbol),
    timeframe: base,
    afterMs: startOf(profile.calendar, untilMs, days),
    untilMs,
  });
  return { timeframe: base, bars };
}

/** Sessions whose bars a profile is shown before its strategy is called. */
function daysNeeded(profile: CompiledProfile): number {
  const own = profile.own.map(({ indicator }) => sessionsFor(profile.timeframe, indicator.warmUp));
  const framed = [...profile.framed].flatMap(([frame, named]) =>
    named.map(({ indicator }) => sessionsFor(frame, indicator.warmUp)),
  );
  const scan = profile.scan === null ? 0 : historyNeeded(profile.scan.scanner);
  return Math.max(1, scan * SPARE, ...[...own, ...framed].map((sessions) => sessions * SETTLED));
}

/** Six and a half hours make a session of US equities; a longer one needs fewer of them. */
const SESSION_MS = 6.5 * 3_600_000;

function sessionsFor(frame: Timeframe, bars: number): number {
  const lengthMs = timeframeMs(frame);
  // One bar more than the warm-up, so that a previous value exists too.
  if (lengthMs !== null) return Math.ceil(((bars + 1) * lengthMs) / SESSION_MS);
  const sessions = frame === "1mo" ? 23 : frame === "1w" ? 5 : 1;
  return (bars + 1) * sessions;
}

function startOf(calendar: Calendar, untilMs: number, sessions: number): number {
  const today = calendar.tradingDateOf(untilMs);
  // Weekends and holidays: never more than half of the days of a stretch, and ten to spare.
  const from = addDays(today, -(sessions * 2 + 10));
  const [, earliest = from] = [from, calendar.validFrom].sort();
  const held = calendar.sessionsBetween(earliest, today);
  const first = held.at(-Math.min(sessions, held.length));
  return first === undefined ? untilMs - sessions * DAY_MS : first.openTimeMs;
}
