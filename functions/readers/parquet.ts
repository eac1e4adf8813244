import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { epochMs } from "./cells.ts";
import type { IssueLog } from "./issues.ts";
import { type Planner, parseText, type Table, TableBuilder } from "./table.ts";

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
  const rows = Number(metadata.num_rows);

  const wanted = new Set([...fields, ...filters].map(({ header }) => header));
  const cells = new Map<string, unknown[]>();
  for (const name of wanted) cells.set(name, new Array(rows));
  await parquetRead({
    file,
    metadata,
    columns: [...wanted],
    compressors,
    onChunk({ columnName, columnData, rowStart }) {
      const column = cells.get(columnName);
      if (column === undefined) return;
      for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
    },
  });

  const builder = new TableBuilder(path, fields, rows, log);
  const columns = fields.map((field) => cells.get(field.header) ?? []);
  for (let row = 0; row < rows; row++) {
    if (filters.some(({ header, equals }) => textOf(cells.get(header)?.[row]) !== equals)) continue;
    builder.end(row + 1, putRow(columns, row, builder));
  }
  return builder.table();
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
