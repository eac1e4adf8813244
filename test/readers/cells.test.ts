import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dateCell, numberCell, timeCell } from "../../functions/readers/cells.ts";
import { parseText } from "../../functions/readers/table.ts";

const seed = 20_131_007;

describe("number cells", () => {
  test(`read what Number reads, to the last bit (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
          fc.tuple(fc.integer(), fc.nat(999_999_999)).map(([whole, part]) => `${whole}.${part}`),
        ),
        (text) => parseText(numberCell, text) === Number(text),
      ),
      { seed, numRuns: 2000 },
    );
  });

  test.each(["", "NaN", "inf", "Infinity", "1,5", "0x10", "1.2.3", "-", ".", "1e", "--1", "$5"])(
    "refuse %j",
    (text) => expect(parseText(numberCell, text)).toBeNaN(),
  );

  test.each([
    ["-0.5", -0.5],
    ["+2", 2],
    ["5.", 5],
    [".25", 0.25],
    ["1e3", 1000],
    ["12345678901234567890.5", 12345678901234567000],
  ])("understand %j", (text, value) => expect(parseText(numberCell, text)).toBe(value));
});

describe("time cells", () => {
  test(`read what Date reads (seed ${seed})`, () => {
    const date = fc.date({
      min: new Date("1000-01-01"),
      max: new Date("9999-12-31"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, fc.integer({ min: -23, max: 23 }), (instant, hours) => {
        const zulu = instant.toISOString();
        const zone = `${hours < 0 ? "-" : "+"}${String(Math.abs(hours)).padStart(2, "0")}:30`;
        const offset = zulu.replace("Z", zone);
        return (
          parseText(timeCell, zulu) === Date.parse(zulu) &&
          parseText(timeCell, offset) === Date.parse(offset)
        );
      }),
      { seed, numRuns: 1000 },
    );
  });

  test("Unix times are read in seconds, milli-, micro- and nanoseconds", () => {
    const ms = Date.UTC(2013, 9, 7, 13, 30);
    for (const unit of [`${ms / 1000}`, `${ms}`, `${ms}000`, `${ms}000000`]) {
      expect(parseText(timeCell, unit)).toBe(ms);
    }
  });

  test("what is finer than a millisecond is cut off", () => {
    const ms = Date.parse("2013-10-07T13:30:00.123Z");
    expect(parseText(timeCell, "2013-10-07T13:30:00.123999Z")).toBe(ms);
  });

  test.each([
    "2013-10-07T13:30:00",
    "2013-10-07 13:30",
    "2013-02-29T00:00:00Z",
    "2013-10-07T24:00:00Z",
    "2013-10-07T13:30:00Zulu",
    "2013-13-07T13:30:00Z",
    "2013-10-07",
  ])("refuse %j", (text) => expect(parseText(timeCell, text)).toBeNaN());
});

describe("date cells", () => {
  test.each([
    ["auto", "2000-02-29"],
    ["auto", "20000229"],
    ["auto", "Feb 29 2000"],
    ["auto", "February 29, 2000"],
    ["m/d/yyyy", "2/29/2000"],
    ["d/m/yyyy", "29/2/2000"],
  ] as const)("%s reads %j", (format, text) => {
    expect(parseText(dateCell(format), text)).toBe(Date.UTC(2000, 1, 29));
  });

  test.each([
    ["auto", "2001-02-29"],
    ["auto", "2/28/2001"],
    ["auto", "Foo 1 2000"],
    ["m/d/yyyy", "13/1/2000"],
  ] as const)("%s refuses %j", (format, text) => {
    expect(parseText(dateCell(format), text)).toBeNaN();
  });
});
