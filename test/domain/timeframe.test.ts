import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import { epochMs, iso, newYorkIso, newYorkTimeMs } from "../../core/domain/time.ts";
import {
  bucketOf,
  isFiner,
  isTrading,
  parseTimeframe,
  type Timeframe,
  timeframeMs,
  timeframes,
} from "../../core/domain/timeframe.ts";

const nyse = calendarOf("us-equity");
const open = calendarOf("always-open");

/** Start and end on New York's clock, without offset. */
function bucket(frame: Timeframe, date: string, clock: string, extendedHours = false) {
  const found = bucketOf(frame, nyse, newYorkTimeMs(date, clock), extendedHours);
  if (found === null) return null;
  return [found.openTimeMs, found.closeTimeMs].map((timeMs) => newYorkIso(timeMs).slice(0, 16));
}

describe("time frames", () => {
  test("are read from their names", () => {
    expect(timeframes.map(parseTimeframe)).toEqual(timeframes);
    expect(() => parseTimeframe("2h")).toThrow(InputError);
    expect(() => parseTimeframe("2h")).toThrow('1d, 1w, 1mo), got "2h"');
  });

  test("have a length while it does not depend on the calendar", () => {
    expect(timeframes.map(timeframeMs)).toEqual([
      1_000,
      60_000,
      300_000,
      900_000,
      1_800_000,
      3_600_000,
      14_400_000,
      null,
      null,
      null,
    ]);
  });

  test("are ordered from fine to coarse", () => {
    expect(isFiner("1m", "1h")).toBe(true);
    expect(isFiner("1mo", "1w")).toBe(false);
    expect(isFiner("1d", "1d")).toBe(false);
  });
});

describe("buckets of the NYSE", () => {
  test.each<[Timeframe, string, string, string, string]>([
    ["5m", "2024-03-08", "09:30", "2024-03-08T09:30", "2024-03-08T09:35"],
    ["5m", "2024-03-08", "09:34:59", "2024-03-08T09:30", "2024-03-08T09:35"],
    ["5m", "2024-03-08", "09:35", "2024-03-08T09:35", "2024-03-08T09:40"],
    ["1h", "2024-03-08", "10:29:59", "2024-03-08T09:30", "2024-03-08T10:30"],
    ["1h", "2024-03-08", "15:45", "2024-03-08T15:30", "2024-03-08T16:00"],
    ["4h", "2024-03-08", "13:30", "2024-03-08T13:30", "2024-03-08T16:00"],
    ["1d", "2024-03-08", "12:00", "2024-03-08T09:30", "2024-03-08T16:00"],
    // Half days.
    ["1h", "2015-12-24", "12:45", "2015-12-24T12:30", "2015-12-24T13:00"],
    ["4h", "2015-12-24", "12:59", "2015-12-24T09:30", "2015-12-24T13:00"],
    ["1d", "2015-12-24", "12:00", "2015-12-24T09:30", "2015-12-24T13:00"],
    // A late opening moves the grid with it.
    ["1h", "2002-09-11", "12:59", "2002-09-11T12:00", "2002-09-11T13:00"],
    // Weeks and months run from the first open to the last close, over holidays and half days.
    ["1w", "2024-03-08", "12:00", "2024-03-04T09:30", "2024-03-08T16:00"],
    ["1w", "2024-03-27", "12:00", "2024-03-25T09:30", "2024-03-28T16:00"],
    ["1w", "2015-12-21", "12:00", "2015-12-21T09:30", "2015-12-24T13:00"],
    ["1w", "2025-01-02", "12:00", "2024-12-30T09:30", "2025-01-03T16:00"],
    ["1mo", "2024-03-08", "12:00", "2024-03-01T09:30", "2024-03-28T16:00"],
    ["1mo", "2024-11-12", "12:00", "2024-11-01T09:30", "2024-11-29T13:00"],
  ])("%s at %s %s", (frame, date, clock, start, end) => {
    expect(bucket(frame, date, clock)).toEqual([start, end]);
  });

  test("exist in regular hours only", () => {
    expect(bucket("1h", "2024-03-08", "09:29:59")).toBeNull();
    expect(bucket("1h", "2024-03-08", "16:00")).toBeNull();
    expect(bucket("1h", "2015-12-24", "13:00")).toBeNull();
    expect(bucket("1d", "2024-03-09", "12:00")).toBeNull();
    expect(bucket("1w", "2024-03-29", "12:00")).toBeNull();
  });

  test("never mix extended with regular hours within a day", () => {
    const at = (clock: string) => bucket("1h", "2024-03-08", clock, true);
    expect(at("03:59")).toBeNull();
    expect(at("04:00")).toEqual(["2024-03-08T04:00", "2024-03-08T05:00"]);
    expect(at("09:15")).toEqual(["2024-03-08T09:00", "2024-03-08T09:30"]);
    expect(at("09:30")).toEqual(["2024-03-08T09:30", "2024-03-08T10:30"]);
    expect(at("16:00")).toEqual(["2024-03-08T16:00", "2024-03-08T17:00"]);
    expect(at("19:59")).toEqual(["2024-03-08T19:00", "2024-03-08T20:00"]);
    expect(at("20:00")).toBeNull();
    expect(bucket("4h", "2024-03-08", "19:59", true)?.[1]).toBe("2024-03-08T20:00");
    expect(bucket("1h", "2015-12-24", "16:30", true)?.[1]).toBe("2015-12-24T17:00");
    expect(bucket("1d", "2024-03-08", "12:00", true)).toEqual([
      "2024-03-08T04:00",
      "2024-03-08T20:00",
    ]);
    expect(bucket("1w", "2024-03-08", "12:00", true)?.[0]).toBe("2024-03-04T04:00");
  });

  test("keep to New York's clock in the week that the clocks change", () => {
    const found = bucketOf("1h", nyse, epochMs("2024-03-11T13:30:00Z"));
    expect(iso(found?.closeTimeMs ?? 0)).toBe("2024-03-11T14:30:00.000Z");
    expect(isTrading(nyse, epochMs("2024-03-08T13:30:00Z"), false)).toBe(false);
    expect(isTrading(nyse, epochMs("2024-03-08T13:30:00Z"), true)).toBe(true);
  });
});

describe("buckets of what is always open", () => {
  test.each<[Timeframe, string, string]>([
    ["4h", "2024-03-09T20:00:00.000Z", "2024-03-10T00:00:00.000Z"],
    ["1d", "2024-03-09T00:00:00.000Z", "2024-03-10T00:00:00.000Z"],
    ["1w", "2024-03-04T00:00:00.000Z", "2024-03-11T00:00:00.000Z"],
    ["1mo", "2024-03-01T00:00:00.000Z", "2024-04-01T00:00:00.000Z"],
  ])("%s counts from midnight UTC, weeks from Monday", (frame, start, end) => {
    const found = bucketOf(frame, open, epochMs("2024-03-09T23:59:59.999Z"));
    expect(iso(found?.openTimeMs ?? 0)).toBe(start);
    expect(iso(found?.closeTimeMs ?? 0)).toBe(end);
  });
});
