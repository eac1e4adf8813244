import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import { findBars } from "../../functions/readers/find.ts";
import {
  readBars,
  readCorporateActions,
  readFactors,
  readQuotes,
  readTickerChanges,
  readTrades,
  readWide,
} from "../../functions/readers/index.ts";
import { scratch } from "../readers/scratch.ts";
import { FUZZ_TIMEOUT_MS, fuzz, mutated, mutatedBytes, pollution } from "./fuzz.ts";

const { dir, file } = scratch();

const calendar = calendarOf("us-equity");
const daily = { timeframe: "1d", calendar, onBad: "repair" } as const;
const READERS: readonly ((path: string) => Promise<unknown>)[] = [
  (path) => readBars(path, daily),
  (path) => readBars(path, { ...daily, timeframe: "1m", onBad: "skip" }),
  (path) => readTrades(path, { onBad: "skip" }),
  (path) => readQuotes(path, { onBad: "fail" }),
  (path) => readWide(path, daily),
  (path) => readCorporateActions(path),
  (path) => readFactors(path),
  (path) => readTickerChanges(path),
];

/** A reader answers, or says that the file is no good; anything else is a defect of ours. */
async function readByAll(name: string, content: string | Uint8Array): Promise<number> {
  const path = file(name, "");
  writeFileSync(path, content);
  let answered = 0;
  for (const read of READERS) {
    try {
      await read(path);
      answered += 1;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return answered;
}

const CSV = [
  "date,open,high,low,close,volume\n2024-06-03,1,2,0.5,1.5,100\n2024-06-04,1,2,0.5,1.5,100\n",
  'Date;Close\r\n"2024-06-03";"1.5"\r\n\r\n2024-06-04;2\r\n',
  "time\tprice\tsize\n2024-06-03T13:30:00Z\t1.25\t100\n1717421400000\t1.25\t100\n",
  "timestamp,bid,ask,bid_size,ask_size\n1717421400000,1,1.01,5,5\n",
  "ex_date,symbol,type,value,last_cum_date,close_on_last_cum_date\n" +
    "2024-06-10,NVDA,split,10,2024-06-07,1208.88\n2024-06-11,NVDA,delisting,1,,\n",
  "date,price_factor,split_factor,reference_close\n2024-06-10,0.99,1,12\n",
  "until,current_ticker,ticker_then,exchange\n2022-06-08,META,FB,NASDAQ\n",
];

const bar = { symbol: "SPY", open: 1, high: 2, low: 1, close: 2, volume: 3 };
const JSONL = [
  {
    type: "bars.closed.v1",
    data: {
      timeframe: "1d",
      bars: [{ ...bar, openTimeMs: 1_717_421_400_000, closeTimeMs: 1_717_444_800_000 }],
    },
  },
  { type: "trade.received.v1", data: { symbol: "SPY", price: 1, size: 2 } },
  { type: "quote.received.v1", data: { symbol: "SPY", bid: 1, bidSize: 2, ask: 2, askSize: 2 } },
].map((one) => {
  const head = { specversion: "1.0", id: "1", source: "x", time: "2024-06-03T13:30:00Z" };
  return `${JSON.stringify({ ...head, ...one })}\n`;
});

const PARQUET = (["SNAPPY", "UNCOMPRESSED"] as const).map(
  (codec) =>
    new Uint8Array(
      parquetWriteBuffer({
        codec,
        columnData: [
          { name: "date", data: ["2024-06-03", "2024-06-04"] },
          ...["open", "high", "low", "close", "volume"].map((name) => ({
            name,
            data: [1.5, 1.5],
            type: "DOUBLE" as const,
          })),
        ],
      }),
    ),
);

/** Files of pages of all kinds and packings, see test/readers/parquet.test.ts. */
const PAGES = ["pages-1", "pages-2"].map(
  (name) => new Uint8Array(readFileSync(new URL(`../readers/${name}.parquet`, import.meta.url))),
);

/** A Parquet file's pages come first, and what says where they are comes last: one is damaged. */
const damagedParts = (corpus: readonly Uint8Array[], part: "pages" | "footer") =>
  fc.constantFrom(...corpus).chain((bytes) => {
    const length = new DataView(bytes.buffer).getUint32(bytes.length - 8, true);
    const at = bytes.length - 8 - length;
    const [pages, footer] = [bytes.subarray(0, at), bytes.subarray(at)];
    return mutatedBytes([part === "pages" ? pages : footer]).map((damaged) =>
      Uint8Array.from(part === "pages" ? [...damaged, ...footer] : [...pages, ...damaged]),
    );
  });

test("a symbol leads to no file outside of its folder", async () => {
  mkdirSync(join(dir, "data"));
  const inside = file("data/SPY.csv", CSV[0] ?? "");
  file("secret.csv", CSV[0] ?? "");
  expect((await findBars(join(dir, "data"), "SPY", "1d")).files).toEqual([inside]);
  const evil = ["../secret", "..", ".", "SPY/../../secret", "/etc/passwd", "SPY\0", "C:\\SPY", ""];
  for (const symbol of evil) {
    const found = findBars(join(dir, "data"), symbol, "1d").then(({ files }) => files);
    await expect(found, symbol).rejects.toThrow(InputError);
  }
});

describe("a damaged data file", () => {
  it("that is whole is read by at least one reader, of each kind", async () => {
    for (const text of CSV) expect(await readByAll("a.csv", text), text).toBeGreaterThan(0);
    for (const text of JSONL) expect(await readByAll("a.jsonl", text)).toBeGreaterThan(0);
    for (const bytes of [...PARQUET, ...PAGES])
      expect(await readByAll("a.parquet", bytes)).toBeGreaterThan(0);
  });

  it.each([
    ["a.csv", mutated(CSV), 1_000],
    ["a.csv.gz", mutated(CSV).map((text) => gzipSync(text)), 200],
    ["b.csv.gz", mutatedBytes(CSV.map((text) => new Uint8Array(gzipSync(text)))), 300],
    ["a.jsonl", mutated(JSONL), 700],
    ["a.parquet", damagedParts(PARQUET, "footer"), 700],
    ["b.parquet", damagedParts([...PARQUET, ...PAGES], "pages"), 1_500],
  ] as const)(
    "is read or refused by an InputError: %s",
    async (name, contents, count) => {
      const property = fc.asyncProperty<[string | Uint8Array]>(contents, async (content) => {
        await readByAll(name, content);
      });
      await fc.assert(property, fuzz(`readers of ${name}`, count));
      expect(pollution()).toEqual([]);
    },
    FUZZ_TIMEOUT_MS,
  );
});
