import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { usEquity } from "../../core/domain/calendar/us-equity.ts";
import { dayNumber, epochMs, newYorkIso, weekdayOfDay } from "../../core/domain/time.ts";

const data = "../shared/data";
const withData = existsSync(`${data}/calendar/us-equity-holidays.csv`);
if (!withData) {
  console.log(`left out: the calendar against recorded markets, as ${data} is not on this machine`);
}

const calendar = calendarOf("us-equity");

function columnOf(file: string, name: string): string[] {
  const bytes = readFileSync(file);
  const text = file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  const rows = parse<Record<string, string>>(text, { columns: true, bom: true });
  return rows.map((row) => row[name] ?? "");
}

/** The dates from the first to the last of a file on which exactly one of the two has a session. */
function disagreements(dates: readonly string[]): string[] {
  const traded = new Set(dates);
  const first = dates[0] ?? "";
  const expected = calendar.sessionsBetween(first, dates.at(-1) ?? "").map(({ date }) => date);
  expect(expected.length).toBeGreaterThan(1000);
  const open = new Set(expected);
  return [...expected.filter((d) => !traded.has(d)), ...dates.filter((d) => !open.has(d))];
}

describe("sessions are the days on which the market traded", () => {
  test("the S&P 500, 2000 to 2020-04", () => {
    const file = "node_modules/vega-datasets/data/sp500-2000.csv";
    expect(disagreements(columnOf(file, "date"))).toEqual([]);
  });

  test("AAPL, 2013-05 to 2018-05", () => {
    const file = "node_modules/@observablehq/sample-datasets/aapl.csv";
    expect(disagreements(columnOf(file, "Date"))).toEqual([]);
  });

  test.skipIf(!withData)("AAPL, 1998 to 2021-03", () => {
    expect(disagreements(columnOf(`${data}/daily/AAPL.csv.gz`, "date"))).toEqual([]);
  });
});

describe.skipIf(!withData)("against another table of 1998 to 2015", () => {
  const inRange = (date: string) => date < "2016-01-01";
  const weekdaysOnly = (date: string) => weekdayOfDay(dayNumber(date)) <= 5;

  test("holidays and closures are the same", () => {
    const theirs = columnOf(`${data}/calendar/us-equity-holidays.csv`, "date").filter(weekdaysOnly);
    const ours = Object.entries(usEquity.holidays)
      .flatMap(([year, days]) => days.split(" ").map((day) => `${year}-${day}`))
      .concat(Object.keys(usEquity.closures));
    expect(ours.filter(inRange).sort()).toEqual(theirs.sort());
  });

  test("early closes differ on the three days that the notes name", () => {
    const theirs = columnOf(`${data}/calendar/us-equity-early-closes.csv`, "date");
    const ours = calendar
      .sessionsBetween("1998-01-01", "2015-12-31")
      .filter((session) => session.earlyClose)
      .map((session) => session.date);
    expect(theirs.filter((date) => !ours.includes(date))).toEqual([]);
    const added = ours.filter((date) => !theirs.includes(date));
    expect(added).toEqual(["1998-11-27", "1998-12-24", "1999-12-31"]);
    expect(added.every((date) => date in usEquity.notes)).toBe(true);
  });
});

describe.skipIf(!withData)("against recorded hours of 1998 to 2021-03", () => {
  test("early closes are the days on which AAPL all but stopped trading before 14:00", () => {
    const file = `${data}/hour/AAPL.csv.gz`;
    const volumes = columnOf(file, "volume").map(Number);
    const byDate = new Map<string, { all: number; late: number }>();
    for (const [index, start] of columnOf(file, "timestamp").entries()) {
      const local = newYorkIso(epochMs(start));
      const sums = byDate.get(local.slice(0, 10)) ?? { all: 0, late: 0 };
      const volume = volumes[index] ?? 0;
      sums.all += volume;
      if (local.slice(11) >= "14:00") sums.late += volume;
      byDate.set(local.slice(0, 10), sums);
    }
    const quiet = [...byDate]
      .filter(([, { all, late }]) => late < 0.02 * all)
      .map(([date]) => date);
    const early = calendar
      .sessionsBetween("1998-01-02", "2021-03-31")
      .filter((session) => session.earlyClose)
      .map((session) => session.date);
    expect(quiet).toEqual(early);
  });
});
