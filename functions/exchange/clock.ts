import { type Calendar, calendarOf } from "../../core/domain/calendar/calendar.ts";
import type { Session } from "../../core/domain/calendar/session.ts";
import type { OrderRequest } from "../../core/domain/order.ts";
import {
  compareDates,
  isDate,
  newYorkDate,
  newYorkIso,
  newYorkTimeMs,
} from "../../core/domain/time.ts";
import { Refusal } from "./errors.ts";

/** Business days from trade to settlement of US shares, by the first day of each rule. */
const CYCLES = [
  { from: "2024-05-28", days: 1 },
  { from: "2017-09-05", days: 2 },
  { from: "1995-06-07", days: 3 },
] as const;

const equities = calendarOf("us-equity");

/** ISO date on which a trade of shares settles. @see 17 CFR 240.15c6-1 */
export function settlementOf(tradeMs: number): string {
  return settlementAfter(equities.tradingDateOf(tradeMs));
}

function settlementAfter(date: string): string {
  const days = CYCLES.find(({ from }) => date >= from)?.days ?? 3;
  let afterMs = equities.sessionOn(date)?.openTimeMs ?? newYorkTimeMs(date, "12:00");
  let settlesOn = date;
  for (let day = 0; day < days; day += 1) {
    const next = equities.nextSession(afterMs);
    settlesOn = next.date;
    afterMs = next.openTimeMs;
  }
  return settlesOn;
}

/**
 * From when on an order can trade, UTC ms: now, or at the next open. Before that it is `accepted`.
 */
export function opensMsOf(
  { extendedHours }: OrderRequest,
  calendar: Calendar,
  nowMs: number,
): number {
  if (calendar.id === "always-open" || calendar.sessionAt(nowMs) !== null) return nowMs;
  if (!extendedHours) return calendar.nextSession(nowMs - 1).openTimeMs;
  const today = calendar.sessionOn(calendar.tradingDateOf(nowMs));
  if (today === null || nowMs >= today.postCloseTimeMs) {
    return calendar.nextSession(nowMs).preOpenTimeMs;
  }
  return Math.max(nowMs, today.preOpenTimeMs);
}

/** The clock of the API: New York's. */
export function clockJson(nowMs: number): Readonly<Record<string, unknown>> {
  const session = equities.sessionAt(nowMs);
  const next = equities.nextSession(nowMs);
  return {
    timestamp: newYorkIso(nowMs),
    is_open: session !== null,
    next_open: newYorkIso(next.openTimeMs),
    next_close: newYorkIso((session ?? next).closeTimeMs),
  };
}

/** Sessions of a range of dates, by default all that are known. @throws Refusal for no dates. */
export function calendarJson(query: URLSearchParams): readonly Readonly<Record<string, string>>[] {
  return sessionsOf(query).map((session) => ({
    date: session.date,
    open: clockTime(session.openTimeMs),
    close: clockTime(session.closeTimeMs),
    session_open: clockTime(session.preOpenTimeMs).replace(":", ""),
    session_close: clockTime(session.postCloseTimeMs).replace(":", ""),
    settlement_date: settlementAfter(session.date),
  }));
}

function clockTime(timeMs: number): string {
  return newYorkIso(timeMs).slice(11, 16);
}

const NYSE = {
  mic: "XNYS",
  acronym: "NYSE",
  name: "New York Stock Exchange",
  timezone: "America/New_York",
} as const;
const NASDAQ = { mic: "XNAS", acronym: "NASDAQ", name: "Nasdaq", timezone: NYSE.timezone } as const;
const MARKETS = { NYSE, XNYS: NYSE, NASDAQ, XNAS: NASDAQ } as const;

function marketOf(name: string): typeof NYSE | typeof NASDAQ {
  const known = Object.entries(MARKETS).find(([key]) => key === name)?.[1];
  if (known !== undefined) return known;
  throw new Refusal(400, null, `invalid market: ${name} (known here: ${Object.keys(MARKETS)})`);
}

/** The clock by market, version 3. */
export function clocksJson(query: URLSearchParams, nowMs: number): unknown {
  const names = (query.get("markets") ?? "NYSE").split(",");
  const session = equities.sessionOn(equities.tradingDateOf(nowMs));
  const { phase, untilMs } = phaseOf(session, nowMs);
  const next = equities.nextSession(nowMs);
  const open = equities.sessionAt(nowMs);
  return {
    clocks: names.map((name) => ({
      market: marketOf(name),
      timestamp: newYorkIso(nowMs),
      is_market_day: session !== null,
      next_market_open: newYorkIso(next.openTimeMs),
      next_market_close: newYorkIso((open ?? next).closeTimeMs),
      phase,
      phase_until: newYorkIso(untilMs),
    })),
  };
}

function phaseOf(session: Session | null, nowMs: number) {
  if (session !== null && nowMs < session.postCloseTimeMs) {
    const { preOpenTimeMs, openTimeMs, closeTimeMs, postCloseTimeMs } = session;
    if (nowMs < preOpenTimeMs) return { phase: "closed", untilMs: preOpenTimeMs };
    if (nowMs < openTimeMs) return { phase: "pre", untilMs: openTimeMs };
    if (nowMs < closeTimeMs) return { phase: "core", untilMs: closeTimeMs };
    return { phase: "post", untilMs: postCloseTimeMs };
  }
  return { phase: "closed", untilMs: equities.nextSession(nowMs).preOpenTimeMs };
}

/** The sessions of a market, version 3. */
export function marketCalendarJson(market: string, query: URLSearchParams): unknown {
  return {
    market: marketOf(market),
    calendar: sessionsOf(query).map((session) => ({
      date: session.date,
      pre_start: newYorkIso(session.preOpenTimeMs),
      pre_end: newYorkIso(session.openTimeMs),
      core_start: newYorkIso(session.openTimeMs),
      core_end: newYorkIso(session.closeTimeMs),
      post_start: newYorkIso(session.closeTimeMs),
      post_end: newYorkIso(session.postCloseTimeMs),
      settlement_date: settlementAfter(session.date),
    })),
  };
}

/** Dates beyond what is known are cut: a client that asks for decades gets what there is. */
function sessionsOf(query: URLSearchParams): readonly Session[] {
  const last = lastDate();
  const from = dateIn(query, "start") ?? equities.validFrom;
  const to = dateIn(query, "end") ?? last;
  const first = compareDates(from, equities.validFrom) < 0 ? equities.validFrom : from;
  const end = compareDates(to, last) > 0 ? last : to;
  return compareDates(first, end) > 0 ? [] : equities.sessionsBetween(first, end);
}

/** The last sessions of the table settle beyond it, so they are left out. */
function lastDate(): string {
  let session = equities.previousSession(newYorkTimeMs(equities.validTo, "23:00"));
  for (let i = 0; i < 3; i += 1) session = equities.previousSession(session.openTimeMs);
  return session.date;
}

/** A date of a query; times are taken by their date in New York. */
function dateIn(query: URLSearchParams, name: string): string | null {
  const text = query.get(name);
  if (text === null || text === "") return null;
  const date = text.slice(0, 10);
  if (isDate(date)) return text.length > 10 ? newYorkDate(Date.parse(text)) : date;
  throw new Refusal(400, 40010001, `invalid ${name}: ${text}`);
}
