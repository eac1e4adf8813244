import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import {
  contentHash,
  findBars,
  findData,
  readCorporateActions,
  readFactors,
  readQuotes,
  readTickerChanges,
  readTrades,
  readWide,
} from "../../functions/readers/index.ts";
import { actionsFrom } from "../../functions/replay/recorded.ts";
import { scratch } from "./scratch.ts";

const { dir, file } = scratch();

describe("findData", () => {
  for (const folder of ["daily", "minute", "ticks"]) mkdirSync(join(dir, folder));
  const day = (date: string, end = "csv") => file(`minute/SPY_${date}_trades.${end}`, "");

  test("a sorted folder comes before a flat one, csv before gzip", async () => {
    const flat = file("SPY.csv", "");
    expect(await findData(dir, "SPY", "1d")).toEqual([flat]);
    const zipped = file("daily/SPY.csv.gz", "");
    expect(await findData(dir, "SPY", "1d")).toEqual([zipped]);
    const plain = file("daily/SPY.csv", "");
    expect(await findData(dir, "SPY", "1d")).toEqual([plain]);
  });

  test("files of single days come in the order of their dates", async () => {
    const later = day("2013-10-08");
    const earlier = day("2013-10-04", "csv.gz");
    file("minute/SPYX_2013-10-01_trades.csv", "");
    file("minute/SPY_2013-10-04_quotes.csv", "");
    expect(await findData(dir, "SPY", "1m")).toEqual([earlier, later]);
    expect(await findData(dir, "SPY", "1m", "quotes")).toHaveLength(1);
  });

  test("flat names carry the time frame; a slash is left out", async () => {
    const path = file("BTCUSD_1h.parquet", "");
    expect(await findData(dir, "BTC/USD", "1h")).toEqual([path]);
    const ticks = file("ticks/IBM_2013-10-07_trades.csv.gz", "");
    expect(await findData(dir, "IBM", "tick")).toEqual([ticks]);
  });

  test("nothing found says what was looked for and what there is", async () => {
    await expect(findData(dir, "TSLA", "1m")).rejects.toThrow(
      /1m bars of TSLA.*minute\/TSLA_YYYY-MM-DD_trades.*TSLA_1m\..*TSLA\.\{csv.*SPY/s,
    );
    await expect(findData(join(dir, "none"), "A", "1d")).rejects.toThrow("there: none");
  });

  test("what is no data file is not offered as a symbol", async () => {
    file("README.md", "");
    const said = await findData(dir, "TSLA", "1m").then(() => "", String);
    expect(said).toMatch(/symbols found there: \S/);
    expect(said.split("there:")[1]).not.toMatch(/README|daily|minute|ticks/);
  });
});

describe("findBars", () => {
  test("takes the time frame asked for, or else the coarsest finer one", async () => {
    const hours = file("QQQ_1h.csv", "");
    const minutes = file("QQQ_1m.csv", "");
    expect(await findBars(dir, "QQQ", "1h")).toEqual({ timeframe: "1h", files: [hours] });
    expect(await findBars(dir, "QQQ", "4h")).toEqual({ timeframe: "1h", files: [hours] });
    expect(await findBars(dir, "QQQ", "30m")).toEqual({ timeframe: "1m", files: [minutes] });
  });

  test("never makes finer bars out of coarser ones", async () => {
    file("EEM_1d.csv", "");
    await expect(findBars(dir, "EEM", "1h")).rejects.toThrow(
      "expected 1h bars of EEM, or finer ones",
    );
  });
});

test("the content hash is sha256 of the bytes on the disk", async () => {
  // The digest of "abc" of FIPS 180-2, appendix B.1.
  expect(await contentHash(file("abc.csv", "abc"))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  await expect(contentHash(join(dir, "gone"))).rejects.toThrow("gone");
});

describe("ticks", () => {
  const head = "timestamp,price,size,exchange,sale_condition,suspicious\n";
  const row = (ms: string, price: string, flag = 0) =>
    `2013-10-07T13:30:00.${ms}Z,${price},100,P,0,${flag}\n`;

  test("suspicious trades are left out and counted; equal times stay in file order", async () => {
    const path = file("t.csv", head + row("001", "5") + row("001", "6") + row("002", "9", 1));
    const { data, report } = await readTrades(path);
    expect([...data.price]).toEqual([5, 6]);
    expect(report.rowsLeftOut).toBe(1);
    expect((await readTrades(path, { keepSuspicious: true })).data.length).toBe(3);
  });

  test("a price of 0 or a step back in time is an issue", async () => {
    const path = file("t2.csv", head + row("002", "5") + row("001", "6") + row("003", "0"));
    const { data, report } = await readTrades(path, { onBad: "skip" });
    expect([...data.price]).toEqual([5]);
    expect(report.counts).toEqual({ "out-of-order": 1, "not-positive": 1 });
    expect([...(await readTrades(path, { onBad: "repair" })).data.price]).toEqual([6, 5]);
  });

  test("a quote of 0 is a side that is not quoted", async () => {
    const text = "timestamp,bid,bid_size,ask,ask_size\n2013-10-07T13:30:00Z,0,0,5,100\n";
    const { data } = await readQuotes(file("q.csv", text));
    expect([data.bid[0], data.bidSize[0], data.ask[0], data.askSize[0]]).toEqual([0, 0, 5, 100]);
  });

  test("the closing quote of a quote bar is known from the bar's close on", async () => {
    const text = "timestamp,bid_open,bid_close,ask_close\n2013-10-07T13:30:00Z,1,2,3\n";
    const { data } = await readQuotes(file("qb.csv", text), { bars: { timeframe: "1m" } });
    expect(data.eventTimeMs[0]).toBe(Date.parse("2013-10-07T13:31:00Z"));
    expect([data.bid[0], data.ask[0], data.askSize[0]]).toEqual([2, 3, 0]);
  });
});

describe("wide files", () => {
  const path = file("wide.csv", "date,A,B\n2013-07-02,1,\n2013-07-03,2,5\n2013-07-05,3,6\n");
  const options = { timeframe: "1d", calendar: calendarOf("us-equity") } as const;

  test("each symbol has its own bars; blanks are days without price", async () => {
    const wide = await readWide(path, options);
    expect([...wide.keys()]).toEqual(["A", "B"]);
    expect([...(wide.get("A")?.data.close ?? [])]).toEqual([1, 2, 3]);
    expect([...(wide.get("B")?.data.open ?? [])]).toEqual([5, 6]);
    expect(wide.get("B")?.report.rowsLeftOut).toBe(1);
  });

  test("chosen symbols alone are read; an unknown one is refused", async () => {
    expect([...(await readWide(path, { ...options, symbols: ["B"] })).keys()]).toEqual(["B"]);
    await expect(readWide(path, { ...options, symbols: ["C"] })).rejects.toThrow('column "C"');
  });
});

describe("corporate actions", () => {
  const head = "ex_date,symbol,type,value,last_cum_date,close_on_last_cum_date\n";

  test("actions are filtered by symbol and ascend by ex-date", async () => {
    const rows = [
      "2020-08-31,AAPL,split,4,2020-08-28,499.23",
      "2014-06-09,AAPL,split,7,2014-06-06,645.57",
      "1998-03-04,BAC,dividend,0.38,1998-03-03,68.81",
    ];
    const path = file("events.csv", head + rows.join("\n"));
    expect(await readCorporateActions(path, "AAPL")).toMatchObject([
      { exDate: "2014-06-09", kind: "split", value: 7, lastCumClose: 645.57 },
      { exDate: "2020-08-31", value: 4 },
    ]);
    expect(await readCorporateActions(path)).toHaveLength(3);
  });

  test("symbol changes name the new symbol, and delistings what was paid at last", async () => {
    const rows = [
      "2009-08-05,WMI,symbol-change,,,,WM",
      "2008-09-26,WM,delisting,0,,,",
      "2007-01-03,WM,dividend,0.54,2007-01-02,45.2,",
    ];
    const path = file("changes.csv", `${head.trimEnd()},new_symbol\n${rows.join("\n")}`);
    expect(await readCorporateActions(path)).toMatchObject([
      { kind: "dividend", newSymbol: null, lastCumClose: 45.2 },
      { kind: "delisting", value: 0, newSymbol: null, lastCumDate: null },
      { exDate: "2009-08-05", symbol: "WMI", kind: "symbol-change", value: 0, newSymbol: "WM" },
    ]);
    expect((await actionsFrom(path)).map(({ kind, newSymbol }) => [kind, newSymbol])).toEqual([
      ["dividend", null],
      ["delisting", null],
      ["symbol-change", "WM"],
    ]);
  });

  test.each([
    ["2014-06-09,A,symbol-change,,,", "new_symbol"],
    ["2014-06-09,A,delisting,-1,,", "value"],
    ["2014-06-31,A,split,7,2014-06-06,1", "ex_date"],
    ["2014-06-09,A,merger,7,2014-06-06,1", "type"],
    ["2014-06-09,A,split,0,2014-06-06,1", "value"],
    ["2014-06-09,,split,2,2014-06-06,1", "symbol"],
  ])("a bad row is refused with file, line and field: %s", async (row, field) => {
    const path = file("broken.csv", `${head}${row}\n`);
    await expect(readCorporateActions(path)).rejects.toThrow(`broken.csv:2 ${field}: expected`);
  });

  test("factors and ticker changes are read as they stand", async () => {
    const factors = "date,price_factor,split_factor,reference_close\n2014-06-06,0.9,0.25,645.57\n";
    expect(await readFactors(file("f.csv", factors))).toEqual([
      { date: "2014-06-06", priceFactor: 0.9, splitFactor: 0.25, referenceClose: 645.57 },
    ]);
    const changes = "until,current_ticker,ticker_then,exchange\n2011-03-22,QQQ,QQQQ,Q\n";
    expect(await readTickerChanges(file("c.csv", changes))).toEqual([
      { until: "2011-03-22", currentTicker: "QQQ", tickerThen: "QQQQ", exchange: "Q" },
    ]);
  });
});
