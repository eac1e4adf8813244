import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { describe, expect, test } from "vitest";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import { readBars } from "../../functions/readers/index.ts";
import { IssueLog } from "../../functions/readers/issues.ts";
import { parquetTable } from "../../functions/readers/parquet.ts";
import { decodeChunk } from "../../functions/readers/parquetPages.ts";
import { decompressors } from "../../functions/readers/unpack.ts";
import { scratch } from "./scratch.ts";

const { file } = scratch();

const PRICES = ["open", "high", "low", "close", "volume"];
const fields = [
  { role: "date", header: "date", kind: "date" as const },
  ...PRICES.map((name) => ({ role: name, header: name, kind: "number" as const })),
];
const fixture = (version: number) =>
  fileURLToPath(new URL(`pages-${version}.parquet`, import.meta.url));

describe("files that pyarrow 26 wrote, in two groups of many small pages", () => {
  /** All columns, row by row, as they were written. */
  const written = (row: number) => [
    100 + (row % 7),
    110.25 + (row % 3),
    90.5,
    101.75 + (row % 5),
    1000 + 37 * row,
  ];

  test.each([
    [1, "dictionaries, plain values, and a null", 5],
    [2, "differences, split bytes and text by its prefix", -1],
  ])("version %d of the pages: %s", async (version, _, withoutVolume) => {
    const log = new IssueLog("skip");
    const table = await parquetTable(fixture(version), () => ({ fields, filters: [] }), log);
    const rows = [...Array(40).keys()].filter((row) => row !== withoutVolume);
    expect([...table.lines]).toEqual(rows.map((row) => row + 1));
    const read = rows.map((_, i) => PRICES.map((name) => table.columns.get(name)?.[i]));
    expect(read).toEqual(rows.map(written));
    expect(new Date(table.columns.get("date")?.[0] ?? 0).toISOString()).toMatch(/^2024-01-02/);
    expect(log.total).toBe(40 - rows.length);
  });

  test.each([1, 2])("version %d: rows are chosen by a column of text", async (version) => {
    const filters = [{ header: "symbol", equals: "QQQ" }];
    const log = new IssueLog("skip");
    const table = await parquetTable(fixture(version), () => ({ fields, filters }), log);
    expect([...table.lines]).toEqual([1, 5, 9, 13, 17, 21, 25, 29, 33, 37]);
  });
});

/** A number as Thrift's compact protocol writes it. */
function varint(value: number): readonly number[] {
  const low = value & 0x7f;
  const rest = value >>> 7;
  return rest === 0 ? [low] : [low | 0x80, ...varint(rest)];
}
const field = (value: number) => [0x15, ...varint((value << 1) ^ (value >> 31))];

interface Said {
  readonly type?: number;
  readonly values: number;
  readonly encoding?: number;
  readonly body: readonly number[];
  /** What the header says of its bytes, where that is not so; null for nothing. */
  readonly packed?: number | null;
  readonly unpacked?: number;
  readonly checksum?: number;
}

/** A page of the first version, as bytes. */
function page({ type = 0, values, encoding = 0, body, ...said }: Said): readonly number[] {
  const { packed = body.length, unpacked = body.length, checksum } = said;
  const sizes = [...field(type), ...field(unpacked)];
  const skipped = packed === null ? 1 : 0;
  const size = packed === null ? [] : field(packed);
  const sum = checksum === undefined ? [] : field(checksum);
  const before = skipped + (checksum === undefined ? 1 : 0);
  const head = [...field(values), ...field(encoding), ...field(3), ...field(3), 0];
  // The header of a page of data is field 5; of a dictionary it is field 7, of which 3 are asked.
  const step = ((type === 2 ? 3 : 1) + before) << 4;
  return [...sizes, ...size, ...sum, step | 0x0c, ...head, 0, ...body];
}

const OPTIONAL = "OPTIONAL";
const REQUIRED = "REQUIRED";

function decoded(
  pages: readonly (readonly number[])[],
  rows: number,
  { codec = "UNCOMPRESSED", repetition = REQUIRED, type = "DOUBLE" } = {},
): unknown[] {
  const element = { name: "close", type, repetition_type: repetition };
  const leaf = { element, children: [], count: 1, path: ["close"] };
  const root = { element: { name: "root" }, children: [leaf], count: 2, path: [] };
  const decoder = {
    ...{ pathInSchema: ["close"], type, element, schemaPath: [root, leaf], codec },
    ...{ parsers: DEFAULT_PARSERS, compressors: decompressors },
  };
  const into: unknown[] = new Array(rows);
  // What hyparquet's own types call by name is text here, as it is in a file.
  const chunk = Uint8Array.from(pages.flat()).buffer;
  decodeChunk(chunk, decoder as Parameters<typeof decodeChunk>[1], rows, into, 0);
  return into;
}

const doubles = (...values: readonly number[]) => [
  ...new Uint8Array(Float64Array.from(values).buffer),
];
const PLAIN_DICTIONARY = 2;
const DELTA = 5;
const refused = (run: () => unknown) => {
  try {
    run();
    return "read";
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return String(error);
  }
};

describe("pages that would keep a reader busy for ever, or fill its memory", () => {
  test("whole ones are read: plain, of a dictionary, optional", () => {
    expect(decoded([page({ values: 2, body: doubles(1.5, 2.5) })], 2)).toEqual([1.5, 2.5]);
    const dictionary = page({ type: 2, values: 2, body: doubles(7, 8) });
    // Two bits would do; a run of three times the second, then one of the first.
    const indexes = { values: 4, encoding: PLAIN_DICTIONARY, body: [1, 6, 1, 2, 0] };
    expect(decoded([dictionary, page(indexes)], 4)).toEqual([8, 8, 8, 7]);
    const levels = [2, 0, 0, 0, 3, 0b101];
    const body = [...levels, ...doubles(1, 3)];
    const read = decoded([page({ values: 3, body })], 3, { repetition: OPTIONAL });
    expect(read).toEqual([1, null, 3]);
  });

  test("without a size, or of more bytes than there are", () => {
    const body = doubles(1);
    const one = page({ values: 1, body, packed: null });
    expect(refused(() => decoded([one], 1))).toMatch(
      /column close, page 1 of a part: expected 0 to \d+ bytes, got nothing/,
    );
    for (const packed of [-1, 9, 2 ** 30]) {
      expect(refused(() => decoded([page({ values: 1, body, packed })], 1))).toContain("bytes");
    }
    const unpacked = 2 ** 29;
    const large = page({ values: 1, body, unpacked });
    expect(refused(() => decoded([large], 1, { codec: "SNAPPY" }))).toContain("bytes unpacked");
  });

  test("of more values than rows are left, or of fewer than none", () => {
    for (const values of [2, -1, 2 ** 30]) {
      const said = refused(() => decoded([page({ values, body: doubles(1, 2) })], 1));
      expect(said).toContain(`expected 0 to 1 values, got ${values}`);
    }
    expect(refused(() => decoded([page({ values: 1, body: doubles(1) })], 2))).toContain("page 2");
  });

  test("with a value that repeats a thousand million times", () => {
    const run = varint(2 ** 31 - 2);
    const dictionary = page({ type: 2, values: 1, body: doubles(7) });
    const body = [1, ...run, 0];
    const indexes = page({ values: 1, encoding: PLAIN_DICTIONARY, body });
    expect(refused(() => decoded([dictionary, indexes], 1))).toContain("values of a run");
    const levels = page({ values: 1, body: [6, 0, 0, 0, ...run, 1, ...doubles(1)] });
    const optional = { repetition: OPTIONAL };
    expect(refused(() => decoded([levels], 1, optional))).toContain("values of a run");
  });

  test("with blocks of differences that lead back to where they began", () => {
    const options = { type: "INT32" };
    const delta = (...body: readonly number[]) => page({ values: 3, encoding: DELTA, body });
    // Blocks of 128 in 4 parts, 3 values from 5 on, each one more than the one before.
    expect(decoded([delta(0x80, 1, 4, 3, 10, 2, 0, 0, 0, 0)], 3, options)).toEqual([5, 6, 7]);
    const back = delta(0x80, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 3, 10, 2, 0, 0, 0, 0);
    expect(refused(() => decoded([back], 3, options))).toContain("parts of a block");
    expect(refused(() => decoded([delta(5, 4, 3, 10, 2)], 3, options))).toContain("a divisor of 5");
  });

  test("with a frame of LZ4 that is shorter than nothing", () => {
    const frame = [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xf8];
    const one = page({ values: 1, body: [...frame, ...frame, 0], unpacked: 8 });
    expect(refused(() => decoded([one], 1, { codec: "LZ4" }))).toContain("lz4");
  });

  test("with places in a dictionary that is not there", () => {
    const indexes = page({ values: 1, encoding: PLAIN_DICTIONARY, body: [1, 2, 0] });
    expect(refused(() => decoded([indexes], 1))).toContain("expected a dictionary");
  });

  test("whose checksum is another", () => {
    const wrong = page({ values: 1, body: doubles(1.5), checksum: 1 });
    expect(refused(() => decoded([wrong], 1))).toContain("expected checksum 1, got");
  });
});

describe("a file of pages with checksums", () => {
  const path = fileURLToPath(new URL("checksums.parquet", import.meta.url));
  const options = { timeframe: "1d", calendar: calendarOf("us-equity"), onBad: "skip" } as const;

  test("is read where they are right", async () => {
    expect((await readBars(path, options)).data.length).toBe(5);
  });

  test("is refused by its name, its column and what to do where one bit is another", async () => {
    const bytes = readFileSync(path);
    const at = bytes.indexOf(new Uint8Array(Float64Array.of(101.75).buffer));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const damaged = file("damaged.parquet", bytes);
    await expect(readBars(damaged, options)).rejects.toThrow(
      `${damaged} is damaged, write it anew or fetch it again: column close, page 1 of a part: ` +
        "expected checksum",
    );
  });
});
