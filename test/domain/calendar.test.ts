import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { periodDates, periodSessions } from "../../core/domain/calendar/period.ts";
import { usEquity } from "../../core/domain/calendar/us-equity.ts";
import { InputError } from "../../core/domain/errors.ts";
import { addDays, dayNumber, epochMs, iso, weekdayOfDay } from "../../core/domain/time.ts";

const calendar = calendarOf("us-equity");
const everySession = calendar.sessionsBetween(calendar.validFrom, calendar.validTo);
const years = Array.from({ length: 30 }, (_, index) => 1998 + index);

const dateOf = (year: number, month: number, day: number) =>
  `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
const weekday = (date: string) => weekdayOfDay(dayNumber(date));

/** The nth weekday (Monday 1) of a month; the last one for -1. */
function nth(year: number, month: number, which: number, day: number): string {
  if (which < 0) {
    const end = addDays(dateOf(month === 12 ? year + 1 : year, (month % 12) + 1, 1), -1);
    return addDays(end, -((weekday(end) - day + 7) % 7));
  }
  const start = dateOf(year, month, 1);
  return addDays(start, ((day - weekday(start) + 7) % 7) + 7 * (which - 1));
}

/** Easter Sunday by Gauss's method for the years 1900 to 2099. */
function easter(year: number): string {
  const d = (19 * (year % 19) + 24) % 30;
  const e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + 5) % 7;
  const late = (d === 29 && e === 6) || (d === 28 && e === 6 && year % 19 > 10);
  return addDays(dateOf(year, 3, 22), d + e - (late ? 7 : 0));
}

function observed(date: string): string {
  const day = weekday(date);
  return addDays(date, day === 6 ? -1 : day === 7 ? 1 : 0);
}

function holidaysByRule(year: number): string[] {
  const newYear = dateOf(year, 1, 1);
  return [
    // Rule 7.2 keeps the Friday open where New Year falls on a Saturday, as a year's books end on
    // it.
    ...(weekday(newYear) === 6 ? [] : [observed(newYear)]),
    nth(year, 1, 3, 1),
    nth(year, 2, 3, 1),
    addDays(easter(year), -2),
    nth(year, 5, -1, 1),
    ...(year >= 2022 ? [observed(dateOf(year, 6, 19))] : []),
    observed(dateOf(year, 7, 4)),
    nth(year, 9, 1, 1),
    nth(year, 11, 4, 4),
    observed(dateOf(year, 12, 25)),
  ];
}

/** Early closes as they have been since 2013. */
function earlyClosesByRule(year: number): string[] {
  const eves = [dateOf(year, 7, 3), dateOf(year, 12, 24)].filter((date) => weekday(date) <= 4);
  return [eves, addDays(nth(year, 11, 4, 4), 1)].flat().sort();
}

describe("the NYSE calendar", () => {
  test.each(years)("has the holidays that the rules give in %d, and the closures", (year) => {
    const closed: string[] = [];
    for (let date = dateOf(year, 1, 1); date.startsWith(`${year}`); date = addDays(date, 1)) {
      if (weekday(date) <= 5 && calendar.sessionOn(date) === null) closed.push(date);
    }
    const closures = Object.keys(usEquity.closures).filter((date) => date.startsWith(`${year}`));
    expect(closed).toEqual([...holidaysByRule(year), ...closures].sort());
  });

  test.each(years.filter((year) => year >= 2013))("closes early by rule in %d", (year) => {
    const early = everySession.filter((day) => day.earlyClose && day.date.startsWith(`${year}`));
    expect(early.map((session) => session.date)).toEqual(earlyClosesByRule(year));
  });

  test("closed early on other days before 2013 only where the notes or the eves say so", () => {
    const odd = years
      .filter((year) => year < 2013)
      .flatMap((year) => {
        const early = everySession.filter(
          (day) => day.earlyClose && day.date.startsWith(`${year}`),
        );
        return early.map((day) => day.date).filter((d) => !earlyClosesByRule(year).includes(d));
      });
    expect(odd).toEqual(["1999-12-31", "2002-07-05", "2003-12-26"]);
    expect(odd.every((date) => date in usEquity.notes)).toBe(true);
  });

  test("knows only days that exist, and none twice", () => {
    for (const table of [usEquity.holidays, usEquity.earlyCloses]) {
      expect(Object.keys(table).map(Number)).toEqual(years);
      for (const [year, days] of Object.entries(table)) {
        const dates = days.split(" ").map((day) => `${year}-${day}`);
        expect(dates).toEqual([...new Set(dates)].sort());
        expect(dates.map(weekday).every((day) => day <= 5)).toBe(true);
      }
    }
    const early = everySession.filter((session) => session.earlyClose);
    expect(early).toHaveLength(Object.values(usEquity.earlyCloses).join(" ").split(" ").length);
  });

  test("has as many sessions a year as the exchange had", () => {
    const perYear = years.map(
      (year) => everySession.filter(({ date }) => date.startsWith(`${year}`)).length,
    );
    expect(perYear).toEqual([
      252, 252, 252, 248, 252, 252, 252, 252, 251, 251, 253, 252, 252, 252, 250, 252, 252, 252, 252,
      251, 251, 252, 253, 252, 251, 250, 252, 250, 251, 251,
    ]);
  });

  test("agrees with Temporal on every time of every session", () => {
    const at = (date: string, clock: string) =>
      Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime("America/New_York")
        .epochMilliseconds;
    for (const session of everySession) {
      const { date, earlyClose } = session;
      const open = date === "2002-09-11" ? "12:00" : "09:30";
      const expected = {
        date,
        openTimeMs: at(date, open),
        closeTimeMs: at(date, earlyClose ? "13:00" : "16:00"),
        preOpenTimeMs: at(date, "04:00"),
        postCloseTimeMs: at(date, earlyClose ? "17:00" : "20:00"),
        earlyClose,
      };
      if (JSON.stringify(session) !== JSON.stringify(expected)) expect(session).toEqual(expected);
    }
  });

  test("moves with daylight saving", () => {
    const opens = ["2024-03-08", "2024-03-11", "2024-11-01", "2024-11-04"].map((date) =>
      iso(calendar.sessionOn(date)?.openTimeMs ?? 0).slice(11, 16),
    );
    expect(opens).toEqual(["14:30", "13:30", "13:30", "14:30"]);
  });

  test("closes at 13:00 on the day before Christmas 2015", () => {
    const session = calendar.sessionOn("2015-12-24");
    expect(session?.earlyClose).toBe(true);
    expect(iso(session?.closeTimeMs ?? 0)).toBe("2015-12-24T18:00:00.000Z");
    expect(iso(session?.postCloseTimeMs ?? 0)).toBe("2015-12-24T22:00:00.000Z");
  });
});

describe("instants and sessions", () => {
  const friday = calendar.sessionOn("2024-03-08");
  const monday = calendar.sessionOn("2024-03-11");
  if (friday === null || monday === null) throw new Error("expected two sessions");

  test("a session starts with its open and ends before its close", () => {
    expect(calendar.sessionAt(friday.openTimeMs - 1)).toBeNull();
    expect(calendar.sessionAt(friday.openTimeMs)).toBe(friday);
    expect(calendar.sessionAt(friday.closeTimeMs - 1)).toBe(friday);
    expect(calendar.sessionAt(friday.closeTimeMs)).toBeNull();
  });

  test("the next session opens later, the previous one has closed", () => {
    expect(calendar.nextSession(friday.openTimeMs - 1)).toBe(friday);
    expect(calendar.nextSession(friday.openTimeMs)).toBe(monday);
    expect(calendar.previousSession(friday.closeTimeMs)).toBe(friday);
    expect(calendar.previousSession(friday.closeTimeMs - 1).date).toBe("2024-03-07");
    expect(calendar.previousSession(monday.openTimeMs)).toBe(friday);
  });

  test("long closures are stepped over", () => {
    const attack = epochMs("2001-09-11T12:00:00Z");
    expect(calendar.nextSession(attack).date).toBe("2001-09-17");
    expect(calendar.previousSession(epochMs("2001-09-17T12:00:00Z")).date).toBe("2001-09-10");
  });

  test("ranges of dates include both ends", () => {
    const dates = calendar.sessionsBetween("2024-03-28", "2024-04-01").map(({ date }) => date);
    expect(dates).toEqual(["2024-03-28", "2024-04-01"]);
    expect(calendar.sessionsBetween("2024-03-30", "2024-03-31")).toEqual([]);
  });

  test("the trading date is New York's, until its midnight", () => {
    expect(calendar.tradingDateOf(epochMs("2024-03-09T04:59:59.999Z"))).toBe("2024-03-08");
    expect(calendar.tradingDateOf(epochMs("2024-03-09T05:00:00Z"))).toBe("2024-03-09");
    expect(calendar.tradingDateOf(epochMs("2024-07-09T03:59:59.999Z"))).toBe("2024-07-08");
    expect(calendar.tradingDateOf(epochMs("2024-07-09T04:00:00Z"))).toBe("2024-07-09");
  });

  test("the same session is the same object, whoever asks", () => {
    expect(calendarOf("us-equity").sessionOn("2024-03-08")).toBe(friday);
  });
});

describe("the range of the calendar", () => {
  const range = "calendar us-equity covers 1998-01-01 to 2027-12-31";

  test("is named when a date lies outside", () => {
    expect(() => calendar.sessionOn("1997-12-31")).toThrow(`${range}, got 1997-12-31`);
    expect(() => calendar.sessionOn("2028-01-03")).toThrow(InputError);
    expect(() => calendar.sessionsBetween("2027-12-01", "2028-01-01")).toThrow(range);
    expect(() => calendar.sessionOn("2024-02-30")).toThrow(InputError);
  });

  test("is named when an instant lies outside", () => {
    expect(() => calendar.sessionAt(epochMs("2028-01-01T05:00:00Z"))).toThrow(range);
    expect(() => calendar.tradingDateOf(epochMs("1998-01-01T04:59:59Z"))).toThrow(range);
    expect(() => calendar.sessionAt(Number.NaN)).toThrow(InputError);
  });

  test("reaches to New York's midnight", () => {
    expect(calendar.tradingDateOf(epochMs("2028-01-01T04:59:59Z"))).toBe("2027-12-31");
    expect(calendar.tradingDateOf(epochMs("1998-01-01T05:00:00Z"))).toBe("1998-01-01");
  });

  test("is named when the session sought lies outside", () => {
    const last = epochMs("2027-12-31T20:00:00Z");
    expect(() => calendar.nextSession(last)).toThrow(`${range}, got a session after 2027-12-31T20`);
    expect(() => calendar.previousSession(epochMs("1998-01-02T20:00:00Z"))).toThrow(range);
  });
});

describe("the calendar that is always open", () => {
  const open = calendarOf("always-open");

  test("has UTC days without gaps, weekends included", () => {
    const sessions = open.sessionsBetween("2024-02-28", "2024-03-03");
    expect(sessions.map(({ date }) => date)).toEqual([
      "2024-02-28",
      "2024-02-29",
      "2024-03-01",
      "2024-03-02",
      "2024-03-03",
    ]);
    expect(iso(sessions[0]?.openTimeMs ?? 0)).toBe("2024-02-28T00:00:00.000Z");
    expect(sessions[0]?.closeTimeMs).toBe(sessions[1]?.openTimeMs);
    expect(sessions.some(({ earlyClose }) => earlyClose)).toBe(false);
  });

  test("turns over at midnight UTC", () => {
    const midnight = epochMs("2024-03-02T00:00:00Z");
    expect(open.sessionAt(midnight - 1)?.date).toBe("2024-03-01");
    expect(open.sessionAt(midnight)?.date).toBe("2024-03-02");
    expect(open.tradingDateOf(midnight)).toBe("2024-03-02");
    expect(open.nextSession(midnight).date).toBe("2024-03-03");
    expect(open.previousSession(midnight).date).toBe("2024-03-01");
  });
});

describe("periods", () => {
  test("are weeks from Monday, months and quarters", () => {
    expect(periodDates("2024-03-10", "week")).toEqual({ from: "2024-03-04", to: "2024-03-10" });
    expect(periodDates("2024-02-10", "month")).toEqual({ from: "2024-02-01", to: "2024-02-29" });
    expect(periodDates("2023-12-31", "month")).toEqual({ from: "2023-12-01", to: "2023-12-31" });
    expect(periodDates("2023-11-15", "quarter")).toEqual({ from: "2023-10-01", to: "2023-12-31" });
  });

  test("start and end with sessions, not with dates", () => {
    const ends = (date: string, period: "week" | "month" | "quarter") => {
      const session = calendar.sessionOn(date);
      if (session === null) throw new Error(`expected a session on ${date}`);
      const { first, last } = periodSessions(calendar, session, period);
      return [first.date, last.date];
    };
    expect(ends("2024-03-27", "week")).toEqual(["2024-03-25", "2024-03-28"]);
    expect(ends("2024-09-05", "week")).toEqual(["2024-09-03", "2024-09-06"]);
    expect(ends("2024-03-27", "month")).toEqual(["2024-03-01", "2024-03-28"]);
    expect(ends("2024-03-27", "quarter")).toEqual(["2024-01-02", "2024-03-28"]);
    expect(ends("2027-12-31", "week")).toEqual(["2027-12-27", "2027-12-31"]);
    expect(ends("1998-01-02", "week")).toEqual(["1998-01-02", "1998-01-02"]);
  });
});
