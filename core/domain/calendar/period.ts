import { InvariantError } from "../errors.ts";
import { compareDates, dateOfDay, dayNumber, weekdayOfDay } from "../time.ts";
import type { Calendar } from "./calendar.ts";
import type { Session } from "./session.ts";

/** A calendar period that sessions are grouped by; weeks run from Monday to Sunday. */
export type Period = "week" | "month" | "quarter";

/** The first and last date of the period that a date lies in. */
export function periodDates(date: string, period: Period): { from: string; to: string } {
  if (period === "week") {
    const day = dayNumber(date);
    const monday = day - weekdayOfDay(day) + 1;
    return { from: dateOfDay(monday), to: dateOfDay(monday + 6) };
  }
  const length = period === "month" ? 1 : 3;
  const year = Number(date.slice(0, 4));
  const first = Math.floor((Number(date.slice(5, 7)) - 1) / length) * length;
  const from = monthStart(year, first);
  // The day before the next period's first is this one's last, whatever the month's length.
  return { from, to: dateOfDay(dayNumber(monthStart(year, first + length)) - 1) };
}

/**
 * The first and last session of the period that a session lies in. A period that the calendar's
 * range cuts is taken as far as the range goes.
 */
export function periodSessions(
  calendar: Calendar,
  session: Session,
  period: Period,
): { first: Session; last: Session } {
  const { from, to } = periodDates(session.date, period);
  const sessions = calendar.sessionsBetween(
    compareDates(from, calendar.validFrom) < 0 ? calendar.validFrom : from,
    compareDates(to, calendar.validTo) > 0 ? calendar.validTo : to,
  );
  const first = sessions[0];
  const last = sessions.at(-1);
  if (first === undefined || last === undefined) {
    throw new InvariantError(`expected ${session.date} among the sessions of ${from} to ${to}`);
  }
  return { first, last };
}

/** `month` counts from 0 and may be 12, which is January of the next year. */
function monthStart(year: number, month: number): string {
  const shown = String((month % 12) + 1).padStart(2, "0");
  return `${year + Math.floor(month / 12)}-${shown}-01`;
}
