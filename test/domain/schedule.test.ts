import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Calendar, calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import {
  describeSchedule,
  firingsBetween,
  nextFiring,
  type Schedule,
  schedule,
} from "../../core/domain/schedule.ts";
import { dayNumber, epochMs, iso, newYorkIso, weekdayOfDay } from "../../core/domain/time.ts";

const seed = 20241129;
const nyse = calendarOf("us-equity");
const open = calendarOf("always-open");

function firings(rule: Schedule, from: string, to: string, calendar: Calendar = nyse): string[] {
  const found = firingsBetween(rule, calendar, epochMs(from), epochMs(to));
  return found.map(({ timeMs }) =>
    calendar === nyse ? newYorkIso(timeMs).slice(0, 16) : iso(timeMs).slice(0, 16),
  );
}

describe("moments", () => {
  test("before the close keep their distance on half days", () => {
    const rule: Schedule = { at: "close", offsetMinutes: -15 };
    expect(firings(rule, "2015-12-23T00:00:00Z", "2015-12-29T00:00:00Z")).toEqual([
      "2015-12-23T15:45",
      "2015-12-24T12:45",
      "2015-12-28T15:45",
    ]);
  });

  test("after the open keep New York's clock when it changes", () => {
    const rule: Schedule = { at: "open", offsetMinutes: 30 };
    const found = firingsBetween(
      rule,
      nyse,
      epochMs("2024-03-08T00:00:00Z"),
      epochMs("2024-03-12T00:00:00Z"),
    );
    expect(found.map(({ timeMs }) => iso(timeMs))).toEqual([
      "2024-03-08T15:00:00.000Z",
      "2024-03-11T14:00:00.000Z",
    ]);
    expect(found.map(({ sessionDate }) => sessionDate)).toEqual(["2024-03-08", "2024-03-11"]);
  });

  test("may lie outside the session when they point out of it", () => {
    const day = ["2024-11-29T00:00:00Z", "2024-11-30T00:00:00Z"] as const;
    expect(firings({ at: "open", offsetMinutes: -60 }, ...day)).toEqual(["2024-11-29T08:30"]);
    expect(firings({ at: "close", offsetMinutes: 30 }, ...day)).toEqual(["2024-11-29T13:30"]);
    expect(firings({ at: "open" }, ...day)).toEqual(["2024-11-29T09:30"]);
    expect(firings({ at: "close" }, ...day)).toEqual(["2024-11-29T13:00"]);
  });

  test("that a half day is too short for are left out that day", () => {
    const days = ["2024-11-27T00:00:00Z", "2024-12-03T00:00:00Z"] as const;
    const expected = ["2024-11-27", "2024-12-02"];
    const dates = (rule: Schedule) => firings(rule, ...days).map((text) => text.slice(0, 10));
    expect(dates({ at: "open", offsetMinutes: 300 })).toEqual(expected);
    expect(dates({ at: "close", offsetMinutes: -300 })).toEqual(expected);
  });

  test("every so many minutes run from the open to before the close", () => {
    const rule: Schedule = { at: "every", minutes: 60 };
    expect(firings(rule, "2015-12-24T00:00:00Z", "2015-12-25T00:00:00Z")).toEqual([
      "2015-12-24T09:30",
      "2015-12-24T10:30",
      "2015-12-24T11:30",
      "2015-12-24T12:30",
    ]);
    const full = firings(
      { at: "every", minutes: 30 },
      "2015-12-23T00:00:00Z",
      "2015-12-24T00:00:00Z",
    );
    expect(full).toHaveLength(13);
    expect(full.at(-1)).toBe("2015-12-23T15:30");
  });

  test("belong to the session even when they lie on the date beside it", () => {
    const rule: Schedule = { at: "open", offsetMinutes: -720 };
    const friday = epochMs("2024-03-09T03:00:00Z");
    expect(nextFiring(rule, nyse, friday)).toEqual({
      timeMs: epochMs("2024-03-11T01:30:00Z"),
      sessionDate: "2024-03-11",
    });
    const late: Schedule = { at: "close", offsetMinutes: 720 };
    const found = nextFiring(late, nyse, epochMs("2024-03-09T06:00:00Z"));
    expect(found?.sessionDate).toBe("2024-03-08");
    const [one] = firingsBetween(
      late,
      nyse,
      epochMs("2024-03-09T06:00:00Z"),
      epochMs("2024-03-10T00:00:00Z"),
    );
    expect(one).toEqual(found);
  });
});

describe("days", () => {
  const dates = (days: NonNullable<Schedule["days"]>, from: string, to: string) =>
    firings({ at: "close", days }, `${from}T00:00:00Z`, `${to}T00:00:00Z`).map((text) =>
      text.slice(0, 10),
    );

  test("end weeks, months and quarters by session: Good Friday 2024", () => {
    expect(dates("last-of-week", "2024-03-20", "2024-04-07")).toEqual([
      "2024-03-22",
      "2024-03-28",
      "2024-04-05",
    ]);
    expect(dates("last-of-month", "2024-01-01", "2024-05-01")).toEqual([
      "2024-01-31",
      "2024-02-29",
      "2024-03-28",
      "2024-04-30",
    ]);
    expect(dates("last-of-quarter", "2024-01-01", "2025-01-01")).toEqual([
      "2024-03-28",
      "2024-06-28",
      "2024-09-30",
      "2024-12-31",
    ]);
  });

  test("start weeks, months and quarters by session: Labor Day 2024", () => {
    expect(dates("first-of-week", "2024-08-26", "2024-09-10")).toEqual([
      "2024-08-26",
      "2024-09-03",
      "2024-09-09",
    ]);
    expect(dates("first-of-month", "2024-08-15", "2024-10-15")).toEqual([
      "2024-09-03",
      "2024-10-01",
    ]);
    expect(dates("first-of-quarter", "2024-01-01", "2024-12-31")).toEqual([
      "2024-01-02",
      "2024-04-01",
      "2024-07-01",
      "2024-10-01",
    ]);
  });

  test("by weekday skip holidays without a substitute", () => {
    expect(dates(["monday", "friday"], "2024-08-26", "2024-09-10")).toEqual([
      "2024-08-26",
      "2024-08-30",
      "2024-09-06",
      "2024-09-09",
    ]);
  });

  test("of the last session of a month may be a half day", () => {
    const rule: Schedule = { at: "close", offsetMinutes: -15, days: "last-of-month" };
    expect(firings(rule, "2024-11-01T00:00:00Z", "2024-12-01T00:00:00Z")).toEqual([
      "2024-11-29T12:45",
    ]);
  });

  test("are UTC days where the market is always open", () => {
    const range = ["2024-03-08T00:00:00Z", "2024-03-12T00:00:00Z"] as const;
    expect(firings({ at: "open", days: ["saturday", "sunday"] }, ...range, open)).toEqual([
      "2024-03-09T00:00",
      "2024-03-10T00:00",
    ]);
    expect(
      firings({ at: "close", offsetMinutes: -5, days: "last-of-week" }, ...range, open),
    ).toEqual(["2024-03-10T23:55"]);
    expect(firings({ at: "every", minutes: 720 }, ...range, open)).toHaveLength(8);
  });
});

describe("the next firing", () => {
  test("comes after the instant, never at it", () => {
    const rule: Schedule = { at: "close" };
    const close = epochMs("2024-03-08T21:00:00Z");
    expect(nextFiring(rule, nyse, close - 1)?.timeMs).toBe(close);
    expect(nextFiring(rule, nyse, close)?.sessionDate).toBe("2024-03-11");
  });

  test("is null for a rule that never fires", () => {
    const start = epochMs("2024-03-08T21:00:00Z");
    expect(nextFiring({ at: "open", days: ["saturday"] }, nyse, start)).toBeNull();
    expect(nextFiring({ at: "open", offsetMinutes: 600 }, nyse, start)).toBeNull();
  });

  test("beyond the calendar is refused with the calendar's range", () => {
    const end = epochMs("2027-12-31T21:00:00Z");
    expect(() => nextFiring({ at: "close" }, nyse, end)).toThrow(InputError);
    expect(() => nextFiring({ at: "close" }, nyse, end)).toThrow("covers 1998-01-01 to 2027-12-31");
  });
});

describe("whatever the rule (seed 20241129)", () => {
  const filter = fc.constantFrom<NonNullable<Schedule["days"]>>(
    "every-session",
    "first-of-week",
    "last-of-week",
    "first-of-month",
    "last-of-quarter",
    ["tuesday", "friday"],
  );
  const offset = fc.integer({ min: -720, max: 720 });
  const rules: fc.Arbitrary<Schedule> = fc.oneof(
    fc.record({ at: fc.constant("open" as const), offsetMinutes: offset, days: filter }),
    fc.record({ at: fc.constant("close" as const), offsetMinutes: offset, days: filter }),
    fc.record({
      at: fc.constant("every" as const),
      minutes: fc.integer({ min: 20, max: 1440 }),
      days: filter,
    }),
  );
  const calendars = fc.constantFrom(nyse, open);
  const from = epochMs("2023-01-01T06:00:00Z");
  const range = fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 100 })).map(([day, length]) => {
    const fromMs = from + day * 86_400_000 + (day % 17) * 3_600_000;
    return [fromMs, fromMs + length * 86_400_000] as const;
  });

  test("stepping from firing to firing gives what the range gives", () => {
    fc.assert(
      fc.property(rules, calendars, range, (rule, calendar, [fromMs, toMs]) => {
        const stepped = [];
        let found = nextFiring(rule, calendar, fromMs - 1);
        while (found !== null && found.timeMs < toMs) {
          stepped.push(found);
          found = nextFiring(rule, calendar, found.timeMs);
        }
        expect(firingsBetween(rule, calendar, fromMs, toMs)).toEqual(stepped);
      }),
      { seed, numRuns: 80 },
    );
  });

  test("every firing belongs to a session and ascends", () => {
    fc.assert(
      fc.property(rules, calendars, range, (rule, calendar, [fromMs, toMs]) => {
        let last = Number.NEGATIVE_INFINITY;
        for (const { timeMs, sessionDate } of firingsBetween(rule, calendar, fromMs, toMs)) {
          expect(calendar.sessionOn(sessionDate)).not.toBeNull();
          expect(timeMs).toBeGreaterThan(last);
          if (rule.days !== undefined && typeof rule.days !== "string") {
            expect([2, 5]).toContain(weekdayOfDay(dayNumber(sessionDate)));
          }
          last = timeMs;
        }
      }),
      { seed, numRuns: 50 },
    );
  });

  test("it survives its schema and JSON, and can be put in words", () => {
    fc.assert(
      fc.property(rules, (rule) => {
        expect(schedule.parse(JSON.parse(JSON.stringify(rule)))).toEqual(rule);
        expect(describeSchedule(rule)).toMatch(/^(at|every|\d+ minutes?) .*, (every|on) /);
      }),
      { seed },
    );
  });
});

describe("rules as text", () => {
  test.each<[Schedule, string]>([
    [{ at: "close", offsetMinutes: -15 }, "15 minutes before the close, every session"],
    [{ at: "open", offsetMinutes: 1 }, "1 minute after the open, every session"],
    [{ at: "open", days: "first-of-month" }, "at the open, on the first session of each month"],
    [
      { at: "close", offsetMinutes: -30, days: "last-of-quarter" },
      "30 minutes before the close, on the last session of each quarter",
    ],
    [
      { at: "every", minutes: 30, days: ["friday", "monday", "tuesday"] },
      "every 30 minutes from the open to the close, on Mondays, Tuesdays and Fridays",
    ],
    [{ at: "close", days: ["friday"] }, "at the close, on Fridays"],
  ])("%j", (rule, text) => {
    expect(describeSchedule(rule)).toBe(text);
  });

  test.each([
    { at: "noon" },
    { at: "close", offsetMinutes: 721 },
    { at: "close", offsetMinutes: 0.5 },
    { at: "close", minutes: 5 },
    { at: "every" },
    { at: "every", minutes: 0 },
    { at: "open", days: [] },
    { at: "open", days: "someday" },
    { at: "open", days: ["caturday"] },
  ])("%j is refused", (rule) => {
    expect(schedule.safeParse(rule).success).toBe(false);
  });
});
