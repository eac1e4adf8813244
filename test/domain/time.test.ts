import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { InputError } from "../../core/domain/errors.ts";
import {
  addDays,
  compareDates,
  dateOfDay,
  dayNumber,
  epochMs,
  isDate,
  iso,
  newYorkDate,
  newYorkIso,
  newYorkTimeMs,
  utcDate,
  weekdayOfDay,
} from "../../core/domain/time.ts";

const seed = 20240308;
const anInstant = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2037, 0, 1) });

describe("instants as text", () => {
  test("are written with milliseconds and Z", () => {
    expect(iso(Date.UTC(2024, 2, 8, 14, 30))).toBe("2024-03-08T14:30:00.000Z");
  });

  test("come back unchanged (seed 20240308)", () => {
    fc.assert(
      fc.property(anInstant, (timeMs) => {
        expect(epochMs(iso(timeMs))).toBe(timeMs);
      }),
      { seed },
    );
  });

  test.each([
    ["2024-03-08T09:30:00-05:00", Date.UTC(2024, 2, 8, 14, 30)],
    ["2024-03-08T20:00:00+05:30", Date.UTC(2024, 2, 8, 14, 30)],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["2021-03-01T14:30:00.5Z", Date.UTC(2021, 2, 1, 14, 30, 0, 500)],
    ["2021-03-01T14:30:00.123999999Z", Date.UTC(2021, 2, 1, 14, 30, 0, 123)],
    ["1969-12-31T23:59:59.999Z", -1],
  ])("%s is read", (text, expected) => {
    expect(epochMs(text)).toBe(expected);
  });

  test.each([
    "2024-03-08T14:30:00",
    "2024-03-08T14:30Z",
    "2024-03-08 14:30:00Z",
    "2024-03-08",
    "2024-02-30T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-03-08T24:00:00Z",
    "2024-03-08T23:59:60Z",
    "2024-03-08T14:30:00+24:00",
    "2024-03-08T14:30:00.Z",
    "2024-03-08T14:30:00Z ",
    "1709908200000",
    "",
  ])("%j is refused", (text) => {
    expect(() => epochMs(text)).toThrow(InputError);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 8.64e15, -1e14])(
    "%d has none",
    (timeMs) => {
      expect(() => iso(timeMs)).toThrow(InputError);
    },
  );
});

describe("dates", () => {
  test("exist or do not", () => {
    expect(["2024-02-29", "1998-01-01", "2027-12-31"].every(isDate)).toBe(true);
    expect(["2023-02-29", "2024-00-10", "2024-1-1", "0999-01-01", "x"].some(isDate)).toBe(false);
    expect(() => dayNumber("2023-02-29")).toThrow("expected a date such as 2024-03-08");
  });

  test("are added to over months, years and leap days", () => {
    expect(addDays("2023-12-31", 1)).toBe("2024-01-01");
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(addDays("2024-03-01", -1)).toBe("2024-02-29");
  });

  test("are compared as days are", () => {
    expect(compareDates("2023-12-31", "2024-01-01")).toBeLessThan(0);
    expect(compareDates("2024-01-02", "2024-01-01")).toBeGreaterThan(0);
    expect(compareDates("2024-01-01", "2024-01-01")).toBe(0);
  });

  test("agree with Temporal on day of week and count (seed 20240308)", () => {
    fc.assert(
      fc.property(fc.integer({ min: -300_000, max: 300_000 }), (day) => {
        const expected = Temporal.PlainDate.from("1970-01-01").add({ days: day });
        expect(dateOfDay(day)).toBe(expected.toString());
        expect(dayNumber(dateOfDay(day))).toBe(day);
        expect(weekdayOfDay(day)).toBe(expected.dayOfWeek);
      }),
      { seed },
    );
  });

  test("of an instant end at midnight UTC", () => {
    expect(utcDate(Date.UTC(2024, 2, 8) - 1)).toBe("2024-03-07");
    expect(utcDate(Date.UTC(2024, 2, 8))).toBe("2024-03-08");
  });
});

describe("New York's clock", () => {
  test.each([
    ["2024-03-08", "09:30", "2024-03-08T14:30:00.000Z"],
    ["2024-03-11", "09:30", "2024-03-11T13:30:00.000Z"],
    ["2024-11-01", "16:00", "2024-11-01T20:00:00.000Z"],
    ["2024-11-04", "16:00", "2024-11-04T21:00:00.000Z"],
    // Until 2006 summer time ran from April to October.
    ["2006-03-31", "09:30", "2006-03-31T14:30:00.000Z"],
    ["2006-04-03", "09:30", "2006-04-03T13:30:00.000Z"],
    ["2006-10-30", "09:30:15", "2006-10-30T14:30:15.000Z"],
    // The hour from 02:00 is skipped in spring, and shown twice in autumn.
    ["2024-03-10", "02:30", "2024-03-10T07:30:00.000Z"],
    ["2024-11-03", "01:30", "2024-11-03T05:30:00.000Z"],
    ["2024-11-03", "02:00", "2024-11-03T07:00:00.000Z"],
  ])("shows %s %s at %s", (date, clock, expected) => {
    expect(iso(newYorkTimeMs(date, clock))).toBe(expected);
  });

  test("agrees with Temporal on every wall time (seed 20240308)", () => {
    const minutes = fc.integer({ min: 0, max: 1439 });
    const days = fc.integer({ min: dayNumber("1998-01-01"), max: dayNumber("2036-12-31") });
    const check = (day: number, minute: number) => {
      const hour = String(Math.floor(minute / 60)).padStart(2, "0");
      const clock = `${hour}:${String(minute % 60).padStart(2, "0")}`;
      const zoned = Temporal.PlainDateTime.from(`${dateOfDay(day)}T${clock}`).toZonedDateTime(
        "America/New_York",
        { disambiguation: "compatible" },
      );
      expect(newYorkTimeMs(dateOfDay(day), clock)).toBe(zoned.epochMilliseconds);
    };
    fc.assert(fc.property(days, minutes, check), { seed, numRuns: 500 });
    for (const date of ["2006-04-02", "2006-10-29", "2024-03-10", "2024-11-03"]) {
      for (let minute = 0; minute < 240; minute += 7) check(dayNumber(date), minute);
    }
  });

  test("gives the date and the offset of an instant", () => {
    expect(newYorkDate(Date.UTC(2024, 0, 1, 4, 59))).toBe("2023-12-31");
    expect(newYorkDate(Date.UTC(2024, 0, 1, 5))).toBe("2024-01-01");
    expect(newYorkIso(Date.UTC(2024, 2, 8, 14, 30))).toBe("2024-03-08T09:30:00-05:00");
    expect(newYorkIso(Date.UTC(2024, 6, 8, 13, 30))).toBe("2024-07-08T09:30:00-04:00");
  });

  test.each(["24:00", "9:30", "09:60", "", "09:30Z"])("refuses %j", (clock) => {
    expect(() => newYorkTimeMs("2024-03-08", clock)).toThrow(InputError);
  });
});
