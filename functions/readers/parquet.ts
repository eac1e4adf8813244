import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
} from "hyparquet";
import { DEFAULT_PARSERS } from "hyparquet/src/convert.js";
import { isFlatColumn } from "hyparquet/src/schema.js";
import { InputError } from "../../core/domain/errors.ts";
import { epochMs } from "./cells.ts";
import type { IssueLog } from "./issues.ts";
import { decodeChunk } from "./parquetPages.ts";
import { whole } from "./parquetRuns.ts";
import { type Planner, parseText, type Table, TableBuilder } from "./table.ts";
import { decompressors } from "./unpack.ts";

/** No array of JavaScript holds more. */
const MOST_ROWS = 2n ** 32n - 1n;

/**
 * Reads a Parquet file, all of the common compressions. Times may be timestamps, Unix times (any
 * unit, see `timeCell`) or ISO text; dates may be date columns, timestamps or text. Lines in issues
 * are row numbers from 1.
 * @throws Error when the file is no Parquet; the caller says which file.
 */
export async function parquetTable(path: string, planner: Planner, log: IssueLog): Promise<Table> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const header = parquetSchema(metadata).children.map((child) => child.element.name);
  const { fields, filters } = planner(header, path);
  const rows = rowsIn(metadata, path);

  const cells = new Map<string, unknown[]>();
  for (const { header: name } of [...fields, ...filters]) {
    if (!cells.has(name)) cells.set(name, await columnOf({ path, file, metadata, rows }, name));
  }

  const builder = new TableBuilder(path, fields, rows, log);
  const columns = fields.map((field) => cells.get(field.header) ?? []);
  for (let row = 0; row < rows; row++) {
    if (filters.some(({ header, equals }) => textOf(cells.get(header)?.[row]) !== equals)) continue;
    builder.end(row + 1, putRow(columns, row, builder));
  }
  return builder.table();
}

/**
 * Rows of a file whose parts agree on them. A damaged count would otherwise fill the memory, or
 * keep us busy for ever, before anything else is found wrong.
 */
function rowsIn({ num_rows, row_groups }: FileMetaData, path: string): number {
  const inGroups = row_groups.reduce((sum, group) => sum + group.num_rows, 0n);
  const isEach = row_groups.every(({ num_rows: rows, columns }) =>
    columns.every(({ meta_data }) => meta_data === undefined || meta_data.num_values >= rows),
  );
  if (num_rows === inGroups && isEach && num_rows >= 0n && num_rows <= MOST_ROWS) {
    return Number(num_rows);
  }
  throw new InputError(`expected a whole Parquet file at ${path}, its parts differ in their rows`);
}

interface Opened {
  readonly path: string;
  readonly file: Awaited<ReturnType<typeof asyncBufferFromFile>>;
  readonly metadata: FileMetaData;
  readonly rows: number;
}

/** One column, from all groups of rows. @throws InputError naming the file and the page. */
async function columnOf({ path, file, metadata, rows }: Opened, name: string): Promise<unknown[]> {
  const root = parquetSchema(metadata);
  const leaf = root.children.find(({ element }) => element.name === name);
  if (leaf === undefined || !isFlatColumn([root, leaf])) {
    throw new InputError(`expected a column ${name} of plain values, got one of lists or groups`);
  }
  const column = new Array<unknown>(rows);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const meta = group.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name);
    if (meta?.meta_data === undefined) throw new InputError(`expected column ${name} in each part`);
    const { type, codec, dictionary_page_offset, data_page_offset } = meta.meta_data;
    const start = Number(dictionary_page_offset || data_page_offset);
    const length = Number(meta.meta_data.total_compressed_size);
    whole(start, file.byteLength, "bytes before a column");
    whole(length, file.byteLength - start, "bytes of a column");
    const decoder = {
      ...{ pathInSchema: [name], type, element: leaf.element, schemaPath: [root, leaf], codec },
      ...{ parsers: DEFAULT_PARSERS, compressors: decompressors },
    };
    const chunk = await file.slice(start, start + length);
    try {
      decodeChunk(chunk, decoder, Number(group.num_rows), column, rowStart);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new InputError(`${path} is damaged, write it anew or fetch it again: ${why}`);
    }
    rowStart += Number(group.num_rows);
  }
  return column;
}

function putRow(columns: readonly unknown[][], row: number, builder: TableBuilder): boolean {
  let good = true;
  for (let index = 0; index < columns.length; index++) {
    const cell = columns[index]?.[row];
    const value = cellValue(cell, index, builder);
    builder.put(index, value);
    if (!Number.isFinite(value) && !builder.excuse(index, row + 1, textOf(cell))) good = false;
  }
  return good;
}

function cellValue(cell: unknown, index: number, builder: TableBuilder): number {
  const parser = builder.parsers[index];
  if (typeof cell === "string") return parser ? parseText(parser, cell) : Number.NaN;
  const kind = builder.fields[index]?.kind;
  if (cell instanceof Date) return kind === "number" ? Number.NaN : cell.getTime();
  if (typeof cell !== "number" && typeof cell !== "bigint") return Number.NaN;
  if (kind === "number") return Number(cell);
  return kind === "time"
    ? epochMs(Number(cell))
    : parser
      ? parseText(parser, `${cell}`)
      : Number.NaN;
}

function textOf(cell: unknown): string {
  return cell === null || cell === undefined ? "" : String(cell);
}
