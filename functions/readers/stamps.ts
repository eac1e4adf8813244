import type { Calendar, Session } from "../../core/domain/calendar/calendar.ts";
import { periodDates } from "../../core/domain/calendar/period.ts";
import { InputError } from "../../core/domain/errors.ts";
import { iso, utcDate } from "../../core/domain/time.ts";
import { type Timeframe, timeframeMs } from "../../core/domain/timeframe.ts";
import type { IssueLog } from "./issues.ts";
import { columnOf, leaveOut, placeOf, type Rows } from "./rows.ts";

/** What gives the bars of a file their times. */
export interface StampOptions {
  readonly timeframe: Timeframe;
  /** Needed for files with dates and for bars of a day and more; else it checks session days. */
  readonly calendar?: Calendar;
  /** Cut intraday bars to the regular session and leave out those outside; needs a calendar. */
  readonly regularHours?: boolean;
}

/** Open and close times of all rows. */
export interface Stamps {
  readonly openTimeMs: Float64Array;
  readonly closeTimeMs: Float64Array;
}

/**
 * Stamps bars as the domain does: `[open, close)`, known from the close on. A date (or a time, for
 * bars of a day and more) stands for the sessions of its day, week or month; an intraday start or
 * end time is completed by the bar's length. Bars of days without session are issues.
 * @throws InputError when a calendar is needed and missing.
 */
export function stampRows(rows: Rows, options: StampOptions, log: IssueLog): Stamps {
  const lengthMs = timeframeMs(options.timeframe);
  const dates = columnOf(rows, "date");
  const open = columnOf(rows, "openTime");
  const close = columnOf(rows, "closeTime");
  if (open !== null && close !== null) {
    return checkedDays(rows, { openTimeMs: open, closeTimeMs: close }, options, log);
  }
  if (lengthMs === null)
    return stampSessions(rows, dates ?? open ?? shifted(close, -1), options, log);
  if (dates !== null) {
    throw new InputError(
      `expected times in ${rows.tables[0]?.file} for ${options.timeframe} bars, got dates`,
    );
  }
  const openTimeMs = open ?? shifted(close, -lengthMs);
  const stamps = { openTimeMs, closeTimeMs: close ?? shifted(open, lengthMs) };
  return checkedDays(rows, stamps, options, log);
}

function shifted(column: Float64Array | null, byMs: number): Float64Array {
  return (column ?? new Float64Array(0)).map((timeMs) => timeMs + byMs);
}

/** Times of the sessions that a row's day, week or month consists of. */
function stampSessions(
  rows: Rows,
  timeMs: Float64Array,
  { timeframe, calendar }: StampOptions,
  log: IssueLog,
): Stamps {
  if (calendar === undefined) {
    throw new InputError(`expected the option calendar to stamp ${timeframe} bars by their close`);
  }
  const isDate = columnOf(rows, "date") !== null;
  const openTimeMs = new Float64Array(rows.length);
  const closeTimeMs = new Float64Array(rows.length);
  for (let row = 0; row < rows.length; row++) {
    if (rows.keep[row] === 0) continue;
    const stamp = timeMs[row] ?? 0;
    const date = isDate ? utcDate(stamp) : calendar.tradingDateOf(stamp);
    const sessions = sessionsOf(calendar, date, timeframe);
    openTimeMs[row] = sessions?.first.openTimeMs ?? 0;
    closeTimeMs[row] = sessions?.last.closeTimeMs ?? 0;
    if (sessions === null) noteNoSession(rows, row, calendar, date, log);
  }
  return { openTimeMs, closeTimeMs };
}

function sessionsOf(
  calendar: Calendar,
  date: string,
  timeframe: Timeframe,
): { first: Session; last: Session } | null {
  if (!isCovered(calendar, date)) return null;
  if (timeframe === "1d") {
    const session = calendar.sessionOn(date);
    return session === null ? null : { first: session, last: session };
  }
  const { from, to } = periodDates(date, timeframe === "1w" ? "week" : "month");
  if (!isCovered(calendar, from) || !isCovered(calendar, to)) return null;
  const sessions = calendar.sessionsBetween(from, to);
  const [first, last] = [sessions[0], sessions.at(-1)];
  return first === undefined || last === undefined ? null : { first, last };
}

/** Intraday bars: their day must have a session; with `regularHours` they are cut to it. */
function checkedDays(
  rows: Rows,
  stamps: Stamps,
  { calendar, timeframe, regularHours }: StampOptions,
  log: IssueLog,
): Stamps {
  if (calendar === undefined || timeframeMs(timeframe) === null) return stamps;
  const openTimeMs = stamps.openTimeMs.slice();
  const closeTimeMs = stamps.closeTimeMs.slice();
  let session: Session | null = null;
  for (let row = 0; row < rows.length; row++) {
    if (rows.keep[row] === 0) continue;
    const from = openTimeMs[row] ?? 0;
    if (session === null || from < session.preOpenTimeMs || from > session.postCloseTimeMs) {
      const date = coveredDateOf(calendar, from);
      session = date === null ? null : calendar.sessionOn(date);
      if (session === null) noteNoSession(rows, row, calendar, date ?? iso(from), log);
    }
    if (session === null || regularHours !== true) continue;
    openTimeMs[row] = Math.max(from, session.openTimeMs);
    closeTimeMs[row] = Math.min(closeTimeMs[row] ?? 0, session.closeTimeMs);
    if ((openTimeMs[row] ?? 0) >= (closeTimeMs[row] ?? 0)) leaveOut(rows, row);
  }
  return { openTimeMs, closeTimeMs };
}

function coveredDateOf(calendar: Calendar, timeMs: number): string | null {
  // A day off either way is covered for certain; at the very edges the calendar itself would throw.
  const date = utcDate(timeMs);
  return isCovered(calendar, date) && date > calendar.validFrom
    ? calendar.tradingDateOf(timeMs)
    : null;
}

function isCovered(calendar: Calendar, date: string): boolean {
  return date >= calendar.validFrom && date <= calendar.validTo;
}

function noteNoSession(
  rows: Rows,
  row: number,
  { id, validFrom, validTo }: Calendar,
  got: string,
  log: IssueLog,
): void {
  rows.keep[row] = 0;
  const expected = `a day with a session of ${id} (${validFrom} to ${validTo})`;
  log.add({ ...placeOf(rows, row), field: "time", defect: "not-a-session", expected, got });
}
