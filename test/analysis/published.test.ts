import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { statisticsOf } from "../../core/analysis/statistics.ts";
import { inputOf } from "./curves.ts";

/** The S&P 500 price index since 2000, held from its first close on. */
const rows: string[][] = parse(readFileSync("node_modules/vega-datasets/data/sp500-2000.csv"), {
  from_line: 2,
});
const equity = rows.map((row) => {
  return { timeMs: Date.parse(`${row[0]}T20:00:00Z`), equity: Number(row[4]) };
});
const upTo = (date: string) => equity.filter((point) => point.timeMs < Date.parse(date));
const dateOf = (timeMs: number | null) => new Date(timeMs ?? 0).toISOString().slice(0, 10);

describe("published figures of the S&P 500", () => {
  test("the fall of 2007 to 2009: −56.78 %, 2007-10-09 to 2009-03-09, recovered 2013-03-28", () => {
    // https://www.fintrinity.com/investing/drawdowns-in-history/ and, with dates and closes,
    //
    //
    //
    //
    //
    // https://www.advisorperspectives.com/dshort/updates/2023/09/22/s-p-500-snapshot-september-struggles-continue
    const result = statisticsOf(inputOf(equity));
    expect(result.maximumDrawdown).toBeCloseTo(-0.5678, 4);
    expect(dateOf(result.drawdownStartMs)).toBe("2007-10-09");
    expect(dateOf(result.drawdownTroughMs)).toBe("2009-03-09");
    expect(dateOf(result.drawdownRecoveryMs)).toBe("2013-03-28");
  });

  test("the fall of 2000 to 2002: −49.15 % at 2002-10-09, over on 2007-05-30", () => {
    // https://www.fintrinity.com/investing/drawdowns-in-history/
    const result = statisticsOf(inputOf(upTo("2007-10-01")));
    expect(result.maximumDrawdown).toBeCloseTo(-0.4915, 4);
    expect(dateOf(result.drawdownStartMs)).toBe("2000-03-24");
    expect(dateOf(result.drawdownTroughMs)).toBe("2002-10-09");
    expect(dateOf(result.drawdownRecoveryMs)).toBe("2007-05-30");
    expect(result.longestUnderWaterDays).toBe(2623);
  });

  test.each([
    [2019, 28.88],
    [2018, -6.24],
    [2017, 19.42],
    [2016, 9.54],
    [2015, -0.73],
    [2014, 11.39],
    [2013, 29.6],
    [2012, 13.41],
    [2011, 0],
    [2010, 12.78],
    [2009, 23.45],
    [2008, -38.49],
    [2007, 3.53],
  ])("the year %i: %f %", (year, percent) => {
    // https://www.thestreet.com/investing/annual-sp-500-returns-in-history
    const found = statisticsOf(inputOf(equity)).yearlyReturns.find((entry) => entry.year === year);
    expect((found?.return ?? Number.NaN) * 100).toBeCloseTo(percent, 2);
  });
});
