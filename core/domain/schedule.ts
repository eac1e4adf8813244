import * as z from "zod";
import type { Calendar, Session } from "./calendar/calendar.ts";
import { type Period, periodSessions } from "./calendar/period.ts";
import { addDays, dayNumber, MINUTE_MS, weekdayOfDay } from "./time.ts";

const weekdays = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

const days = z
  .union([
    z.enum([
      "every-session",
      "first-of-week",
      "last-of-week",
      "first-of-month",
      "last-of-month",
      "first-of-quarter",
      "last-of-quarter",
    ]),
    z.array(z.enum(weekdays)).min(1).readonly(),
  ])
  .describe("Sessions that count: a rule, or a list of weekdays; every session when left out");

const offsetMinutes = z
  .int()
  .min(-720)
  .max(720)
  .describe("Minutes after the moment, negative before it; 0 when left out");

/**
 * When something happens, relative to sessions rather than to the clock, so that holidays, half
 * days and daylight saving need no thought. "15 minutes before the close of each month's last
 * session" is `{ at: "close", offsetMinutes: -15, days: "last-of-month" }`.
 */
export const schedule = z.discriminatedUnion("at", [
  z.strictObject({
    at: z.literal("open"),
    offsetMinutes: offsetMinutes.optional(),
    days: days.optional(),
  }),
  z.strictObject({
    at: z.literal("close"),
    offsetMinutes: offsetMinutes.optional(),
    days: days.optional(),
  }),
  z.strictObject({
    at: z.literal("every"),
    minutes: z.int().min(1).max(1440).describe("Minutes between two firings, from the open on"),
    days: days.optional(),
  }),
]);
export type Schedule = Readonly<z.output<typeof schedule>>;

/** One moment at which a schedule is due, and the trading date of the session it belongs to. */
export interface Firing {
  readonly timeMs: number;
  readonly sessionDate: string;
}

/** Far enough for every rule that can fire at all: over a year, with the longest closures. */
const LOOK_AHEAD_DAYS = 400;

/**
 * The first firing after an instant, or null when the rule never fires (Saturdays on the NYSE).
 * @throws InputError when the search leaves the calendar's range.
 */
export function nextFiring(rule: Schedule, calendar: Calendar, afterMs: number): Firing | null {
  const today = calendar.tradingDateOf(afterMs);
  // A firing hours before the open or after the close may lie on the date beside its session's.
  const first = today > calendar.validFrom ? addDays(today, -1) : today;
  for (let ahead = 0; ahead <= LOOK_AHEAD_DAYS; ahead += 1) {
    const session = calendar.sessionOn(addDays(first, ahead));
    if (session === null) continue;
    const timeMs = firingsOf(rule, calendar, session).find((candidate) => candidate > afterMs);
    if (timeMs !== undefined) return { timeMs, sessionDate: session.date };
  }
  return null;
}

/**
 * Every firing in `[fromMs, toMs)`, ascending. Both ends must lie in the calendar's range.
 * @throws InputError outside the calendar's range.
 */
export function firingsBetween(
  rule: Schedule,
  calendar: Calendar,
  fromMs: number,
  toMs: number,
): readonly Firing[] {
  const from = calendar.tradingDateOf(fromMs);
  const to = calendar.tradingDateOf(toMs);
  const sessions = calendar.sessionsBetween(
    from > calendar.validFrom ? addDays(from, -1) : from,
    to < calendar.validTo ? addDays(to, 1) : to,
  );
  return sessions.flatMap((session) =>
    firingsOf(rule, calendar, session)
      .filter((timeMs) => timeMs >= fromMs && timeMs < toMs)
      .map((timeMs) => ({ timeMs, sessionDate: session.date })),
  );
}

/** The rule in words: `15 minutes before the close, on the last session of each month`. */
export function describeSchedule(rule: Schedule): string {
  return `${describeMoment(rule)}, ${describeDays(rule.days ?? "every-session")}`;
}

/**
 * The moments of one session, ascending. An offset into the session that a half day is too short
 * for gives none that day: it would fall outside trading hours.
 */
function firingsOf(rule: Schedule, calendar: Calendar, session: Session): number[] {
  if (!counts(rule.days ?? "every-session", calendar, session)) return [];
  const { openTimeMs, closeTimeMs } = session;
  if (rule.at === "every") {
    const stepMs = rule.minutes * MINUTE_MS;
    const length = Math.ceil((closeTimeMs - openTimeMs) / stepMs);
    return Array.from({ length }, (_, index) => openTimeMs + index * stepMs);
  }
  const offsetMs = (rule.offsetMinutes ?? 0) * MINUTE_MS;
  if (rule.at === "open") {
    const timeMs = openTimeMs + offsetMs;
    return timeMs < closeTimeMs ? [timeMs] : [];
  }
  const timeMs = closeTimeMs + offsetMs;
  return timeMs >= openTimeMs ? [timeMs] : [];
}

type Days = z.output<typeof days>;

function counts(filter: Days, calendar: Calendar, session: Session): boolean {
  if (filter === "every-session") return true;
  if (typeof filter !== "string") {
    const weekday = weekdays[weekdayOfDay(dayNumber(session.date)) - 1];
    return weekday !== undefined && filter.includes(weekday);
  }
  const { end, period } = periodEnds[filter];
  return periodSessions(calendar, session, period)[end].date === session.date;
}

type PeriodEnd = Exclude<Extract<Days, string>, "every-session">;

const periodEnds: Readonly<Record<PeriodEnd, { end: "first" | "last"; period: Period }>> = {
  "first-of-week": { end: "first", period: "week" },
  "last-of-week": { end: "last", period: "week" },
  "first-of-month": { end: "first", period: "month" },
  "last-of-month": { end: "last", period: "month" },
  "first-of-quarter": { end: "first", period: "quarter" },
  "last-of-quarter": { end: "last", period: "quarter" },
};

function describeMoment(rule: Schedule): string {
  if (rule.at === "every") return `every ${minutesText(rule.minutes)} from the open to the close`;
  const offset = rule.offsetMinutes ?? 0;
  if (offset === 0) return `at the ${rule.at}`;
  return `${minutesText(Math.abs(offset))} ${offset < 0 ? "before" : "after"} the ${rule.at}`;
}

function minutesText(minutes: number): string {
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}

function describeDays(filter: Days): string {
  if (filter === "every-session") return "every session";
  if (typeof filter === "string") {
    const { end, period } = periodEnds[filter];
    return `on the ${end} session of each ${period}`;
  }
  const names = weekdays
    .filter((day) => filter.includes(day))
    .map((day) => `${day.charAt(0).toUpperCase()}${day.slice(1)}s`);
  const last = names.at(-1) ?? "";
  return `on ${names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last}`;
}
