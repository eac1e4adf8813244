import { dateOfDay, newYorkTimeMs, weekdayOfDay } from "../time.ts";
import type { Session } from "./session.ts";

/** Dates as `MM-DD` separated by spaces, under their year. */
export type DatesByYear = Readonly<Record<number, string>>;

/** An exchange's sessions as data. Clock times are New York's, dates `YYYY-MM-DD`. */
export interface ExchangeHours {
  /** First date that the tables cover. */
  readonly validFrom: string;
  /** Last date that the tables cover. */
  readonly validTo: string;
  readonly sources: readonly string[];
  /**
   * Monday to Friday. The extended hours are those of today for the whole range, though venues
   * opened earlier and earlier over the years.
   */
  readonly hours: {
    readonly preOpen: string;
    readonly open: string;
    readonly close: string;
    readonly postClose: string;
  };
  readonly earlyClose: { readonly close: string; readonly postClose: string };
  /** Holidays observed on a weekday. */
  readonly holidays: DatesByYear;
  /** Closures outside the rules, with their cause. */
  readonly closures: Readonly<Record<string, string>>;
  readonly earlyCloses: DatesByYear;
  /** Openings later than usual, by date. */
  readonly lateOpens: Readonly<Record<string, string>>;
  /** What is odd about a date: where sources differ, and what is left out. */
  readonly notes: Readonly<Record<string, string>>;
}

/** Makes the function that works out a day's session, or null when there is none. */
export function sessionBuilder(exchange: ExchangeHours): (day: number) => Session | null {
  const closed = new Set([...datesOf(exchange.holidays), ...Object.keys(exchange.closures)]);
  const early = new Set(datesOf(exchange.earlyCloses));
  return (day) => {
    const date = dateOfDay(day);
    if (weekdayOfDay(day) > 5 || closed.has(date)) return null;
    const earlyClose = early.has(date);
    const end = earlyClose ? exchange.earlyClose : exchange.hours;
    return {
      date,
      openTimeMs: newYorkTimeMs(date, exchange.lateOpens[date] ?? exchange.hours.open),
      closeTimeMs: newYorkTimeMs(date, end.close),
      preOpenTimeMs: newYorkTimeMs(date, exchange.hours.preOpen),
      postCloseTimeMs: newYorkTimeMs(date, end.postClose),
      earlyClose,
    };
  };
}

function datesOf(years: DatesByYear): string[] {
  return Object.entries(years).flatMap(([year, days]) =>
    days.split(" ").map((day) => `${year}-${day}`),
  );
}
