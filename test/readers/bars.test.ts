import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import { type BarOptions, readBars } from "../../functions/readers/index.ts";
import { scratch } from "./scratch.ts";

const { file } = scratch();
const calendar = calendarOf("us-equity");
const HEAD = "timestamp,open,high,low,close,volume\n";
const at = (minute: number) => `2013-10-07T13:3${minute}:00Z`;
const minute: BarOptions = { timeframe: "1m" };

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return error instanceof InputError ? error.message : "";
}

describe("stamps", () => {
  test("a timestamp is a bar's start, and its close is one bar length later", async () => {
    const { data } = await readBars(file("a.csv", `${HEAD}${at(0)},1,2,1,2,5\n`), minute);
    expect(data.length).toBe(1);
    expect(data.openTimeMs[0]).toBe(Date.parse(at(0)));
    expect(data.closeTimeMs[0]).toBe(Date.parse(at(1)));
    expect([data.open[0], data.high[0], data.low[0], data.close[0], data.volume[0]]).toEqual([
      1, 2, 1, 2, 5,
    ]);
  });

  test("a date closes with its session: 16:00 New York, 13:00 on early closes", async () => {
    const text = "date,open,high,low,close,volume\n2013-07-03,1,1,1,1,1\n2013-07-05,1,1,1,1,1\n";
    const { data } = await readBars(file("d.csv", text), { timeframe: "1d", calendar });
    expect([...data.openTimeMs]).toEqual(
      ["2013-07-03T13:30Z", "2013-07-05T13:30Z"].map((t) => Date.parse(t)),
    );
    expect([...data.closeTimeMs]).toEqual(
      ["2013-07-03T17:00Z", "2013-07-05T20:00Z"].map((t) => Date.parse(t)),
    );
  });

  test("a month's row closes with the last session of that month", async () => {
    const text = "symbol,date,price\nA,Jan 1 2000,5\nB,Jan 1 2000,7\nA,Feb 1 2000,6\n";
    const { data } = await readBars(file("m.csv", text), {
      timeframe: "1mo",
      calendar,
      symbol: "A",
    });
    expect([...data.close]).toEqual([5, 6]);
    expect([...data.high]).toEqual([5, 6]);
    expect([...data.closeTimeMs]).toEqual(
      ["2000-01-31T21:00Z", "2000-02-29T21:00Z"].map((t) => Date.parse(t)),
    );
  });

  test("a week's row closes with its last session: Thursday before Good Friday", async () => {
    const path = file("w.csv", "date,close\n2013-03-18,1\n2013-03-25,2\n");
    const { data } = await readBars(path, { timeframe: "1w", calendar });
    expect([...data.closeTimeMs]).toEqual(
      ["2013-03-22T20:00Z", "2013-03-28T20:00Z"].map((t) => Date.parse(t)),
    );
  });

  test("regularHours cuts bars to the session and leaves out the rest, counted", async () => {
    const rows = ["12", "13", "19", "20"].map((h) => `2013-10-07T${h}:00:00Z,1,1,1,1,1`).join("\n");
    const { data, report } = await readBars(file("h.csv", HEAD + rows), {
      timeframe: "1h",
      calendar,
      regularHours: true,
    });
    expect([...data.openTimeMs]).toEqual(
      ["2013-10-07T13:30Z", "2013-10-07T19:00Z"].map((t) => Date.parse(t)),
    );
    expect(report.rowsLeftOut).toBe(2);
  });

  test("dates without a calendar, or for minute bars, are refused", async () => {
    const path = file("dates.csv", "date,close\n2013-07-03,1\n");
    expect(await failure(readBars(path, { timeframe: "1d" }))).toContain("option calendar");
    expect(await failure(readBars(path, { timeframe: "1m", calendar }))).toContain("got dates");
  });
});

describe("formats", () => {
  test("gzip, CRLF, a byte order mark, semicolons and quotes make no difference", async () => {
    const plain = `${HEAD}${at(0)},1,2,1,2,5\n${at(1)},2,3,2,2.5,6\n`;
    const { data: expected } = await readBars(file("plain.csv", plain), minute);
    const variants: [string, string | Uint8Array][] = [
      ["v1.csv.gz", gzipSync(plain)],
      ["v2.csv", plain.replaceAll("\n", "\r\n")],
      ["v3.csv", `\uFEFF${plain}`],
      ["v4.csv", plain.replaceAll(",", ";")],
      ["v5.csv", plain.replaceAll(/([^,\n]+)/g, '"$1"')],
      ["v6.csv", plain.trimEnd()],
      ["v7.csv", plain.replace("\n", "\n\n")],
    ];
    for (const [name, content] of variants) {
      expect((await readBars(file(name, content), minute)).data, name).toEqual(expected);
    }
  });

  test("columns are mapped by name, and a mapped close alone is a close-only file", async () => {
    const path = file("map.csv", "t,o,h,l,c,last\n2013-10-07T13:30:00Z,1,2,1,2,9\n");
    const mapping = { openTime: "t", open: "o", high: "h", low: "l", close: "c" };
    const mapped = await readBars(path, { ...minute, columns: mapping });
    expect([mapped.data.high[0], mapped.data.volume[0]]).toEqual([2, 0]);
    const last = await readBars(path, { ...minute, columns: { openTime: "t", close: "last" } });
    expect([last.data.open[0], last.data.low[0], last.data.close[0]]).toEqual([9, 9, 9]);
  });

  test("adjclose scales open, high, low and close alike", async () => {
    const text = "Date,Open,High,Low,Close,Adj Close,Volume\n2013-07-03,10,12,8,10,5,100\n";
    const { data } = await readBars(file("adj.csv", text), {
      timeframe: "1d",
      calendar,
      adjust: "adjclose",
    });
    expect([data.open[0], data.high[0], data.low[0], data.close[0], data.volume[0]]).toEqual([
      5, 6, 4, 5, 100,
    ]);
  });

  test("several files are one series, and issues name the right one", async () => {
    const one = file("one.csv", `${HEAD}${at(0)},1,1,1,1,1\n`);
    const two = file("two.csv", `${HEAD}${at(1)},1,1,1,1,1\n${at(2)},1,1,2,1,1\n`);
    const { data, report } = await readBars([one, two], { ...minute, onBad: "skip" });
    expect(data.length).toBe(2);
    expect(report.issues[0]).toMatchObject({ file: two, line: 3, defect: "high-below-low" });
  });

  test("bid, ask and mid bars come from a file of quote bars", async () => {
    const head =
      "timestamp,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close";
    const path = file("q.csv", `${head}\n${at(0)},1,3,1,2,3,5,3,4\n`);
    const high = async (side: "bid" | "ask" | "mid") =>
      (await readBars(path, { ...minute, side })).data.high[0];
    expect([await high("bid"), await high("ask"), await high("mid")]).toEqual([3, 5, 4]);
  });

  test("a missing column or file names what was looked for", async () => {
    const path = file("few.csv", "timestamp,open\n");
    expect(await failure(readBars(path, minute))).toMatch(
      /column for close .*few\.csv, got timestamp/,
    );
    expect(await failure(readBars(`${path}.none`, minute))).toContain("few.csv.none");
    const long = file("long.csv", "symbol,timestamp,close\n");
    expect(await failure(readBars(long, minute))).toContain("option symbol");
  });
});

describe("bad rows", () => {
  const good = `${at(0)},2,3,1,2,5\n`;
  const cases: [defect: string, rows: string, repaired: number, field: string][] = [
    ["missing-field", `${at(1)},2,,1,2,5`, 1, "high"],
    ["missing-field", `${at(1)},2,3,1,2`, 1, "volume"],
    ["extra-field", `${at(1)},2,3,1,2,5,6`, 1, "row"],
    ["not-a-number", `${at(1)},2,NaN,1,2,5`, 1, "high"],
    ["no-zone", "2013-10-07T13:31:00,2,3,1,2,5", 1, "timestamp"],
    ["not-a-time", "yesterday,2,3,1,2,5", 1, "timestamp"],
    ["not-positive", `${at(1)},2,3,0,2,5`, 1, "low"],
    ["negative", `${at(1)},2,3,1,2,-5`, 1, "volume"],
    ["high-below-low", `${at(1)},2,1,3,2,5`, 2, "high"],
    ["outside-range", `${at(1)},4,3,1,2,5`, 2, "open"],
    ["out-of-order", `${at(2)},2,3,1,2,5\n${at(1)},2,3,1,2,5`, 3, "time"],
    ["duplicate-time", `${at(0)},2,3,1,2.5,5`, 1, "time"],
    ["overlap", "2013-10-07T13:30:30Z,2,3,1,2,5", 1, "time"],
    ["not-a-session", "2013-10-12T13:30:00Z,2,3,1,2,5", 1, "time"],
  ];

  test.each(cases)(
    "%s is an issue under every policy (%s)",
    async (defect, rows, repaired, field) => {
      const path = file("bad.csv", `${HEAD}${good}${rows}\n`);
      const options = { ...minute, calendar };
      const message = await failure(readBars(path, options));
      expect(message).toContain(`(${defect})`);

      const skipped = await readBars(path, { ...options, onBad: "skip" });
      expect(skipped.report.counts).toHaveProperty(defect);
      expect(skipped.report.issues[0]).toMatchObject({
        file: path,
        field,
        defect,
        action: "dropped",
      });
      expect(skipped.data.length).toBe(skipped.report.rowsRead - 1);

      const mended = await readBars(path, { ...options, onBad: "repair" });
      expect(mended.data.length).toBe(repaired);
      expect(mended.report.counts).toHaveProperty(defect);
    },
  );

  test("repair sorts, keeps the last duplicate and widens high and low", async () => {
    const rows = `${at(2)},5,4,6,5,1\n${at(1)},1,1,1,1,1\n${at(0)},2,3,1,2.5,5\n`;
    const path = file("repair.csv", HEAD + good + rows);
    const { data, report } = await readBars(path, { ...minute, onBad: "repair" });
    expect([...data.close]).toEqual([2.5, 1, 5]);
    expect([data.high[2], data.low[2]]).toEqual([6, 4]);
    expect(report.counts).toEqual({ "high-below-low": 1, "out-of-order": 2, "duplicate-time": 1 });
    expect(report.issues.find((issue) => issue.defect === "duplicate-time")).toMatchObject({
      line: 2,
      action: "dropped",
    });
  });

  test("fail lists the first ten issues and counts the rest", async () => {
    const rows = Array.from({ length: 25 }, (_, i) => `2013-10-07T13:${10 + i}:00Z,x,1,1,1,1`);
    const message = await failure(readBars(file("many.csv", HEAD + rows.join("\n")), minute));
    expect(message.split("\n")).toHaveLength(12);
    expect(message).toContain("25 bad values");
    expect(message).toContain('many.csv:2 open: expected a plain decimal number, got "x"');
    expect(message).toContain("and 15 more");
  });

  test("rows outside the asked range are left out before they are judged", async () => {
    const path = file("range.csv", `${HEAD}${at(0)},0,0,0,0,0\n${at(1)},1,1,1,1,1\n`);
    const { data, report } = await readBars(path, { ...minute, fromMs: Date.parse(at(1)) });
    expect([data.length, report.rowsLeftOut, report.rowsRead]).toEqual([1, 1, 2]);
  });
});
