import { InputError } from "../errors.ts";
import type { CalendarId } from "../instrument.ts";
import { DAY_MS, dateOfDay, dayNumber, iso, newYorkTimeMs } from "../time.ts";
import { sessionBuilder } from "./exchange.ts";
import type { Session } from "./session.ts";
import { usEquity } from "./us-equity.ts";

export type { Session };

/**
 * When an instrument trades. Every method throws {@link InputError} outside the range that the
 * calendar's data cover, rather than guess: `validFrom` to `validTo`, both included.
 */
export interface Calendar {
  readonly id: CalendarId;
  readonly validFrom: string;
  readonly validTo: string;
  /** The session of a trading date, or null when there is none. */
  sessionOn(date: string): Session | null;
  /** The session whose regular hours contain an instant, or null. */
  sessionAt(timeMs: number): Session | null;
  /** The first session that opens after an instant. */
  nextSession(afterMs: number): Session;
  /** The last session that has closed at an instant or before it. */
  previousSession(beforeMs: number): Session;
  /** The sessions of a range of dates, both included, ascending. */
  sessionsBetween(fromDate: string, toDate: string): readonly Session[];
  /** The date an instant falls on, where the calendar is at home, session or not. */
  tradingDateOf(timeMs: number): string;
}

/** The calendar of an id; always the same object, so that its memory of days is shared. */
export function calendarOf(id: CalendarId): Calendar {
  return calendars[id];
}

/** What is known of one date, worked out when first asked for. */
interface Day {
  readonly date: string;
  /** Midnight where the calendar is at home. */
  readonly startMs: number;
  readonly session: Session | null;
}

interface Source {
  readonly id: CalendarId;
  readonly validFrom: string;
  readonly validTo: string;
  readonly startMsOf: (date: string) => number;
  readonly sessionOf: (day: number) => Session | null;
}

/**
 * Days are kept by the UTC day of the same date. That finds instants too: no regular hours here
 * cross midnight UTC, and home is at or behind UTC, so an instant's date is that day's or the
 * last's.
 */
function calendarFrom({ id, validFrom, validTo, startMsOf, sessionOf }: Source): Calendar {
  const firstDay = dayNumber(validFrom);
  const lastDay = dayNumber(validTo);
  const known: Day[] = [];

  const outside = (asked: string): InputError =>
    new InputError(
      `calendar ${id} covers ${validFrom} to ${validTo}, got ${asked}; later years come with an ` +
        `upgrade, or are lines to be added in core/domain/calendar/${id}.ts`,
    );

  const dayOf = (day: number): Day | null => {
    // The day behind the last is kept as well: its first hours in UTC still belong to the last.
    if (!(day >= firstDay && day <= lastDay + 1)) return null;
    const found = known[day - firstDay];
    if (found !== undefined) return found;
    const date = dateOfDay(day);
    const session = day > lastDay ? null : sessionOf(day);
    const made = { date, startMs: startMsOf(date), session };
    known[day - firstDay] = made;
    return made;
  };

  const homeDayAt = (timeMs: number): Day => {
    const day = Math.floor(timeMs / DAY_MS);
    const found = dayOf(day);
    const home = found !== null && timeMs < found.startMs ? dayOf(day - 1) : found;
    if (home === null || home.date > validTo) throw outside(described(timeMs));
    return home;
  };

  const search = (fromDay: number, step: 1 | -1, fits: (session: Session) => boolean) => {
    for (let day = fromDay; day >= firstDay && day <= lastDay; day += step) {
      const session = dayOf(day)?.session ?? null;
      if (session !== null && fits(session)) return session;
    }
    return null;
  };

  const checkedDay = (date: string): number => {
    const day = dayNumber(date);
    if (day < firstDay || day > lastDay) throw outside(date);
    return day;
  };

  return {
    id,
    validFrom,
    validTo,
    sessionOn: (date) => dayOf(checkedDay(date))?.session ?? null,
    sessionAt(timeMs) {
      const { session } = homeDayAt(timeMs);
      if (session === null) return null;
      return timeMs >= session.openTimeMs && timeMs < session.closeTimeMs ? session : null;
    },
    nextSession(afterMs) {
      const from = dayNumber(homeDayAt(afterMs).date);
      const found = search(from, 1, (session) => session.openTimeMs > afterMs);
      if (found === null) throw outside(`a session after ${described(afterMs)}`);
      return found;
    },
    previousSession(beforeMs) {
      const from = dayNumber(homeDayAt(beforeMs).date);
      const found = search(from, -1, (session) => session.closeTimeMs <= beforeMs);
      if (found === null) throw outside(`a session before ${described(beforeMs)}`);
      return found;
    },
    sessionsBetween(fromDate, toDate) {
      const sessions: Session[] = [];
      for (let day = checkedDay(fromDate), end = checkedDay(toDate); day <= end; day += 1) {
        const session = dayOf(day)?.session ?? null;
        if (session !== null) sessions.push(session);
      }
      return sessions;
    },
    tradingDateOf: (timeMs) => homeDayAt(timeMs).date,
  };
}

function described(timeMs: number): string {
  return Number.isInteger(timeMs) && Math.abs(timeMs) < 1e14 ? iso(timeMs) : String(timeMs);
}

function utcSession(day: number): Session {
  const openTimeMs = day * DAY_MS;
  const closeTimeMs = openTimeMs + DAY_MS;
  return {
    date: dateOfDay(day),
    openTimeMs,
    closeTimeMs,
    preOpenTimeMs: openTimeMs,
    postCloseTimeMs: closeTimeMs,
    earlyClose: false,
  };
}

const calendars: Readonly<Record<CalendarId, Calendar>> = {
  "us-equity": calendarFrom({
    id: "us-equity",
    validFrom: usEquity.validFrom,
    validTo: usEquity.validTo,
    startMsOf: (date) => newYorkTimeMs(date, "00:00"),
    sessionOf: sessionBuilder(usEquity),
  }),
  "always-open": calendarFrom({
    id: "always-open",
    validFrom: "1970-01-01",
    validTo: "2099-12-31",
    startMsOf: (date) => dayNumber(date) * DAY_MS,
    sessionOf: utcSession,
  }),
};
