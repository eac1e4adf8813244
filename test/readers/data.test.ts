import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import {
  findData,
  readBars,
  readCorporateActions,
  readFactors,
  readQuotes,
  readTickerChanges,
  readTrades,
  readWide,
} from "../../functions/readers/index.ts";

const DATA = "../shared/data";
const MODULES = "node_modules";
const missing = !existsSync(DATA);
if (missing) console.log(`left out: tests of the recorded data, as there is no folder ${DATA}`);
const calendar = calendarOf("us-equity");
const always = calendarOf("always-open");

/** Rows as csv-parse sees them: a reading of the same file by other code. */
function records(path: string): Record<string, string>[] {
  const bytes = readFileSync(path);
  return parse(path.endsWith(".gz") ? gunzipSync(bytes) : bytes, { columns: true });
}

describe.skipIf(missing)("recorded data", () => {
  const daily = missing
    ? []
    : readdirSync(`${DATA}/daily`).filter((name) => /^[A-Z]+\.csv/.test(name));

  test.each(daily)(
    "daily/%s is without defect and equals another parser's reading",
    async (name) => {
      const path = `${DATA}/daily/${name}`;
      const bars = await readBars(path, {
        timeframe: "1d",
        calendar: name.startsWith("BTC") ? always : calendar,
      });
      const rows = records(path);
      expect(bars.report.counts).toEqual({});
      for (const column of ["open", "high", "low", "close", "volume"] as const) {
        expect([...bars.data[column]]).toEqual(rows.map((row) => Number(row[column])));
      }
    },
  );

  test.each(["AAPL", "BAC", "SPY"])(
    "hourly bars of %s are stamped by start and close",
    async (symbol) => {
      const [path = ""] = await findData(DATA, symbol, "1h");
      const { data } = await readBars(path, { timeframe: "1h", calendar });
      const starts = records(path).map((row) => Date.parse(row.timestamp ?? ""));
      expect([...data.openTimeMs]).toEqual(starts);
      expect([...data.closeTimeMs]).toEqual(starts.map((time) => time + 3_600_000));
    },
  );

  test("minutes of three days are one series; regular hours have 390 a day", async () => {
    const paths = await findData(DATA, "SPY", "1m");
    expect(paths).toHaveLength(3);
    const all = await readBars(paths, { timeframe: "1m", calendar });
    expect(all.data.length).toBe(711 + 828 + 828);
    const regular = await readBars(paths, { timeframe: "1m", calendar, regularHours: true });
    expect(regular.data.length).toBe(3 * 390);
  });

  test("the highest hour of a day is as high as the day's own bar", async () => {
    const hours = await readBars(await findData(DATA, "AAPL", "1h"), { timeframe: "1h", calendar });
    const days = await readBars(await findData(DATA, "AAPL", "1d"), { timeframe: "1d", calendar });
    const highs = new Map<number, number>();
    hours.data.closeTimeMs.forEach((time, i) => {
      const close = calendar.sessionOn(calendar.tradingDateOf(time - 1))?.closeTimeMs ?? 0;
      highs.set(close, Math.max(highs.get(close) ?? 0, hours.data.high[i] ?? 0));
    });
    const equal = [...days.data.closeTimeMs].filter((t, i) => highs.get(t) === days.data.high[i]);
    expect(equal.length / days.data.length).toBeGreaterThan(0.99);
  });

  test("ticks and quotes of 2013-10-07 are complete and in order", async () => {
    const trades = await readTrades(await findData(DATA, "IBM", "tick"));
    expect([trades.data.length, trades.report.rowsLeftOut]).toEqual([24_293, 0]);
    const quotes = await readQuotes(await findData(DATA, "IBM", "tick", "quotes"));
    expect([quotes.data.length, quotes.report.rowsLeftOut]).toEqual([109_066, 1]);
    expect(quotes.data.bid[0]).toBe(0);
    const bars = { timeframe: "1m", calendar } as const;
    const minutes = await readQuotes(await findData(DATA, "AIG", "1m", "quotes"), { bars });
    expect(minutes.data.length).toBe(482 + 522 + 514);
    const euro = await findData(DATA, "EURUSD", "1d", "quotes");
    const days = await readQuotes(euro, { bars: { timeframe: "1d", calendar: always } });
    expect([days.data.length, days.data.bid[0], days.data.ask[0]]).toEqual([
      3738, 1.32095, 1.32195,
    ]);
  });

  test("wide adjusted closes have a series for each of ten stocks", async () => {
    const path = `${DATA}/daily/wide_adjclose_10stocks.csv.gz`;
    const fromMs = Date.UTC(1998, 0, 1);
    const wide = await readWide(path, { timeframe: "1d", calendar, fromMs });
    expect(wide.size).toBe(10);
    const rows = records(path).filter((row) => (row.date ?? "") >= "1998-01-01");
    expect([...(wide.get("KO")?.data.close ?? [])]).toEqual(rows.map((row) => Number(row.KO)));
  });

  test("splits and dividends are what raw closes and factors say they are", async () => {
    const actions = await readCorporateActions(`${DATA}/corporate-actions/events.csv`, "AAPL");
    const factors = await readFactors(`${DATA}/corporate-actions/factors/AAPL.csv`);
    const closes = new Map(
      records(`${DATA}/daily/AAPL.csv.gz`).map((row) => [row.date, Number(row.close)]),
    );
    for (const { kind, value, lastCumDate, lastCumClose } of actions) {
      if (lastCumDate === null || lastCumClose === null) throw new Error(`a ${kind} of AAPL`);
      expect(closes.get(lastCumDate)).toBeCloseTo(lastCumClose, 1);
      const at = factors.findIndex((factor) => factor.date === lastCumDate);
      const [before, after] = [factors[at], factors[at + 1]];
      const splitRatio = (after?.splitFactor ?? 0) / (before?.splitFactor ?? 1);
      const priceRatio = (before?.priceFactor ?? 0) / (after?.priceFactor ?? 1);
      if (kind === "split") expect(splitRatio).toBeCloseTo(value, 2);
      else expect(1 - value / lastCumClose).toBeCloseTo(priceRatio, 4);
    }
    expect(actions.filter((action) => action.kind === "split")).toHaveLength(4);
    const changes = await readTickerChanges(`${DATA}/corporate-actions/ticker_changes.csv`);
    expect(changes).toHaveLength(14);
  });
});

describe("data sets of npm packages", () => {
  test("the S&P 500 since 2000 and its monthly closes agree at month ends", async () => {
    const path = `${MODULES}/vega-datasets/data`;
    const days = await readBars(`${path}/sp500-2000.csv`, { timeframe: "1d", calendar });
    const months = await readBars(`${path}/sp500.csv`, { timeframe: "1mo", calendar });
    expect([days.data.length, months.data.length]).toEqual([5105, 123]);
    const byTime = new Map([...days.data.closeTimeMs].map((t, i) => [t, days.data.close[i] ?? 0]));
    const whole = [...months.data.closeTimeMs].slice(0, -1);
    for (const [i, time] of whole.entries()) {
      expect(byTime.get(time)).toBeCloseTo(months.data.close[i] ?? 0, 1);
    }
  });

  test("Apple's adjusted close scales its whole bar", async () => {
    const path = `${MODULES}/@observablehq/sample-datasets/aapl.csv`;
    const { data } = await readBars(path, { timeframe: "1d", calendar, adjust: "adjclose" });
    const rows = records(path);
    data.close.forEach((close, i) => {
      expect(close).toBeCloseTo(Number(rows[i]?.["Adj Close"]), 9);
      expect((data.high[i] ?? 0) / close).toBeCloseTo(
        Number(rows[i]?.High) / Number(rows[i]?.Close),
        9,
      );
    });
  });

  test("one symbol of a long file is read by its name", async () => {
    const { data } = await readBars(`${MODULES}/vega-datasets/data/stocks.csv`, {
      timeframe: "1mo",
      calendar,
      symbol: "MSFT",
    });
    expect([data.length, data.close[0]]).toEqual([123, 39.81]);
  });
});
