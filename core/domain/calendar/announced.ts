import * as z from "zod";
import { timeMs } from "../schema.ts";
import { addDays, compareDates, newYorkDate, newYorkIso, newYorkTimeMs } from "../time.ts";
import type { Calendar } from "./calendar.ts";
import type { Session } from "./session.ts";

/** Regular hours of a date as somebody else announces them, UTC ms. */
export interface AnnouncedHours {
  readonly date: string;
  readonly openMs: number;
  readonly closeMs: number;
}

/** Dates of which every session was announced, both ends included. */
export interface AnnouncedRange {
  readonly from: string;
  readonly to: string;
}

/** A date on which other hours count than a calendar has; both times null where it is closed. */
export const announcedDay = z.object({
  date: z.iso.date(),
  openTimeMs: timeMs.nullable(),
  closeTimeMs: timeMs.nullable(),
});
export type AnnouncedDay = Readonly<z.output<typeof announcedDay>>;

/**
 * A calendar with announced hours in the place of its own for a range of dates, be they within its
 * own data or behind their end: a date of the range that was not announced has no session.
 */
export function withAnnounced(
  calendar: Calendar,
  { from, to }: AnnouncedRange,
  hours: readonly AnnouncedHours[],
): Calendar {
  const announced = new Map(hours.map((one) => [one.date, one]));
  const last = compareDates(to, calendar.validTo) > 0 ? to : calendar.validTo;
  return overlaid(calendar, last, (date) => {
    return date < from || date > to ? undefined : (announced.get(date) ?? null);
  });
}

/** A calendar with other hours on some dates, be they within its own data or behind their end. */
export function withDays(calendar: Calendar, days: readonly AnnouncedDay[]): Calendar {
  if (days.length === 0) return calendar;
  const announced = new Map(
    days.map(({ date, openTimeMs: openMs, closeTimeMs: closeMs }) => {
      return [date, openMs === null || closeMs === null ? null : { date, openMs, closeMs }];
    }),
  );
  const last = [calendar.validTo, ...announced.keys()].sort().at(-1) ?? calendar.validTo;
  return overlaid(calendar, last, (date) => announced.get(date));
}

/** The dates of a range on which a calendar is other than was announced, or does not know. */
export function otherDays(
  calendar: Calendar,
  { from, to }: AnnouncedRange,
  hours: readonly AnnouncedHours[],
): readonly AnnouncedDay[] {
  const announced = new Map(hours.map((one) => [one.date, one]));
  const days: AnnouncedDay[] = [];
  for (let date = from; compareDates(date, to) <= 0; date = addDays(date, 1)) {
    const { openMs = null, closeMs = null } = announced.get(date) ?? {};
    const own = isCovered(calendar, date) ? calendar.sessionOn(date) : undefined;
    const isSame =
      own !== undefined &&
      (own?.openTimeMs ?? null) === openMs &&
      (own?.closeTimeMs ?? null) === closeMs;
    if (!isSame) days.push({ date, openTimeMs: openMs, closeTimeMs: closeMs });
  }
  return days;
}

function isCovered({ validFrom, validTo }: Calendar, date: string): boolean {
  return date <= validTo && date >= validFrom;
}

/** A calendar valid to `last`, with hours, none (null) or its own (undefined) on each date. */
function overlaid(
  calendar: Calendar,
  last: string,
  hoursOn: (date: string) => AnnouncedHours | null | undefined,
): Calendar {
  const sessionOn = (date: string): Session | null => {
    const one = hoursOn(date);
    if (one === undefined) return calendar.sessionOn(date);
    return one && sessionOf(one, isCovered(calendar, date) ? calendar.sessionOn(date) : null);
  };
  const dateOf = (timeMs: number) => {
    const date = newYorkDate(timeMs);
    return date > calendar.validTo && date <= last ? date : calendar.tradingDateOf(timeMs);
  };
  /** Outside of what anybody announced the calendar itself says what it covers. */
  const search = (fromDate: string, step: 1 | -1, fits: (session: Session) => boolean) => {
    for (let date = fromDate; ; date = addDays(date, step)) {
      const session = sessionOn(date);
      if (session !== null && fits(session)) return session;
    }
  };
  return {
    id: calendar.id,
    validFrom: calendar.validFrom,
    validTo: last,
    sessionOn,
    sessionAt(timeMs) {
      const session = sessionOn(dateOf(timeMs));
      return session !== null && timeMs >= session.openTimeMs && timeMs < session.closeTimeMs
        ? session
        : null;
    },
    nextSession: (afterMs) => search(dateOf(afterMs), 1, (one) => one.openTimeMs > afterMs),
    previousSession: (beforeMs) =>
      search(dateOf(beforeMs), -1, (one) => one.closeTimeMs <= beforeMs),
    sessionsBetween(fromDate, toDate) {
      const sessions: Session[] = [];
      for (let date = fromDate; compareDates(date, toDate) <= 0; date = addDays(date, 1)) {
        const session = sessionOn(date);
        if (session !== null) sessions.push(session);
      }
      return sessions;
    },
    tradingDateOf: dateOf,
  };
}

function sessionOf({ date, openMs, closeMs }: AnnouncedHours, own: Session | null): Session {
  const preOpenTimeMs = own?.preOpenTimeMs ?? newYorkTimeMs(date, "04:00");
  const earlyClose = closeMs < newYorkTimeMs(date, "16:00");
  const postCloseTimeMs = newYorkTimeMs(date, earlyClose ? "17:00" : "20:00");
  return {
    date,
    openTimeMs: openMs,
    closeTimeMs: closeMs,
    preOpenTimeMs,
    postCloseTimeMs,
    earlyClose,
  };
}

/** What two tells of the same dates differ in, one line a date, oldest first. */
export function hoursDiffer(
  ours: readonly Session[],
  theirs: readonly AnnouncedHours[],
): readonly string[] {
  const left = new Map(ours.map((one) => [one.date, text(one.openTimeMs, one.closeTimeMs)]));
  const right = new Map(theirs.map((one) => [one.date, text(one.openMs, one.closeMs)]));
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((date) => {
    const [own, other] = [left.get(date) ?? "closed", right.get(date) ?? "closed"];
    return own === other ? [] : [`${date}: the venue says ${other}, we say ${own}`];
  });
}

function text(openMs: number, closeMs: number): string {
  return `${clockOf(openMs)} to ${clockOf(closeMs)}`;
}

function clockOf(timeMs: number): string {
  return newYorkIso(timeMs).slice(11, 16);
}
