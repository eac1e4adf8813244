import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { readBars, readQuotes, readTrades } from "../../functions/readers/index.ts";
import { scratch } from "./scratch.ts";

const { file } = scratch();
const start = Date.parse("2013-10-07T13:30:00Z");
const bar = (symbol: string, minute: number, close: number) => ({
  symbol,
  openTimeMs: start + minute * 60_000,
  closeTimeMs: start + (minute + 1) * 60_000,
  open: 1,
  high: 3,
  low: 1,
  close,
  volume: 10,
});
const event = (type: string, data: unknown, id = "1") =>
  JSON.stringify({
    specversion: "1.0",
    id,
    source: "/test",
    type,
    time: "2013-10-07T13:30:00.25Z",
    data,
  });
const bars = (minute: number, timeframe = "1m") => ({
  timeframe,
  closeTimeMs: start + (minute + 1) * 60_000,
  bars: [bar("SPY", minute, 2), bar("IBM", minute, 3)],
});

describe("JSON lines", () => {
  test("bars of one symbol and time frame are read, other events passed over", async () => {
    const lines = [
      event("bars.closed.v1", bars(0)),
      event("order.filled.v1", {}),
      "",
      event("bars.closed.v1", bars(1)),
      event("bars.closed.v1", bars(1, "5m")),
    ];
    const path = file("a.jsonl", lines.join("\n"));
    const { data, report } = await readBars(path, { timeframe: "1m", symbol: "IBM" });
    expect([...data.close]).toEqual([3, 3]);
    expect([...data.openTimeMs]).toEqual([start, start + 60_000]);
    expect(report.issues).toEqual([]);
  });

  test.each([
    ["no JSON", "{"],
    ["no envelope", JSON.stringify({ type: "bars.closed.v1", data: bars(0) })],
    ["wrong version", event("bars.closed.v1", bars(0)).replace("1.0", "0.3")],
    ["wrong data", event("bars.closed.v1", { ...bars(0), bars: [{ symbol: "SPY" }] })],
  ])("%s is an issue with its line", async (_, line) => {
    const path = file("bad.jsonl", `${event("bars.closed.v1", bars(0))}\n${line}\n`);
    const options = { timeframe: "1m", symbol: "SPY", onBad: "skip" } as const;
    const { data, report } = await readBars(path, options);
    expect(data.length).toBe(1);
    expect(report.issues).toMatchObject([{ line: 2, defect: "invalid-event" }]);
    await expect(readBars(path, { ...options, onBad: "fail" })).rejects.toThrow("bad.jsonl:2");
  });

  test("quotes and trades take the envelope's time", async () => {
    const quote = { symbol: "SPY", bid: 1, bidSize: 100, ask: 0, askSize: 0 };
    const path = file(
      "ticks.jsonl",
      [
        event("quote.received.v1", quote),
        event("trade.received.v1", { symbol: "SPY", price: 5, size: 7 }),
      ].join("\n"),
    );
    const quotes = await readQuotes(path, { symbol: "SPY" });
    expect([quotes.data.eventTimeMs[0], quotes.data.ask[0]]).toEqual([start + 250, 0]);
    const trades = await readTrades(path, { symbol: "SPY" });
    expect([trades.data.length, trades.data.price[0], trades.data.size[0]]).toEqual([1, 5, 7]);
  });
});

describe("Parquet", () => {
  const ohlc = (["open", "high", "low", "close"] as const).map((name, i) => {
    return { name, data: [2, 2, i === 1 ? -1 : 2], type: "DOUBLE" as const };
  });

  test("timestamps, Unix times and ISO text are the same times", async () => {
    const dates = [0, 1, 2].map((minute) => new Date(start + minute * 60_000));
    const stamps = [
      { data: dates, type: "TIMESTAMP" as const },
      { data: dates.map((d) => BigInt(d.getTime())), type: "INT64" as const },
      { data: dates.map((d) => d.toISOString()), type: "STRING" as const },
    ];
    for (const [i, stamp] of stamps.entries()) {
      const columnData = [{ name: "timestamp", ...stamp }, ...ohlc];
      const path = file(`p${i}.parquet`, new Uint8Array(parquetWriteBuffer({ columnData })));
      const { data, report } = await readBars(path, { timeframe: "1m", onBad: "skip" });
      expect([...data.openTimeMs]).toEqual([start, start + 60_000]);
      expect(report.issues[0]).toMatchObject({ line: 3, field: "high", defect: "negative" });
    }
  });

  test("long files are filtered by symbol; dates and nulls are understood", async () => {
    const columnData = [
      { name: "date", data: ["2013-07-03", "2013-07-03", "2013-07-05"], type: "STRING" as const },
      { name: "symbol", data: ["A", "B", "A"], type: "STRING" as const },
      { name: "close", data: [1, 2, null], type: "DOUBLE" as const, nullable: true },
    ];
    const path = file("long.parquet", new Uint8Array(parquetWriteBuffer({ columnData })));
    const { data, report } = await readBars(path, {
      timeframe: "1d",
      calendar: calendarOf("us-equity"),
      symbol: "A",
      onBad: "skip",
    });
    expect([...data.close]).toEqual([1]);
    expect(report.issues).toMatchObject([{ line: 3, field: "close", defect: "missing-field" }]);
  });

  test("a file that is no Parquet is the caller's to mend", async () => {
    const path = file("fake.parquet", "no");
    await expect(readBars(path, { timeframe: "1m" })).rejects.toThrow(
      /data file at .*fake\.parquet/,
    );
  });
});
