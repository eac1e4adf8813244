import { parse } from "csv-parse/sync";
import { InputError } from "../../core/domain/errors.ts";
import { cellText, numberCell } from "./cells.ts";
import type { IssueLog } from "./issues.ts";
import { type Planner, parseText, type Table, TableBuilder } from "./table.ts";

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/**
 * Reads delimited text with a header. The delimiter is what the header holds most of. Plain text is
 * read byte by byte into the columns; text with quotes anywhere goes through csv-parse. Blank lines
 * are skipped; a byte order mark and CRLF are understood.
 * @throws InputError when there is no header or the plan misses a column.
 */
export function csvTable(file: string, bytes: Uint8Array, planner: Planner, log: IssueLog): Table {
  const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const lineEnd = endOfLine(bytes, from);
  const headerText = cellText(bytes, from, lineEnd);
  if (headerText === "") throw new InputError(`expected a header in ${file}, got an empty line`);
  const delimiter = delimiterOf(headerText);
  if (bytes.indexOf(QUOTE, from) >= 0) return quotedTable(file, bytes, delimiter, planner, log);

  const header = headerText.split(delimiter).map((name) => name.trim());
  const layout = layoutOf(header, file, planner);
  const builder = new TableBuilder(file, layout.fields, countLines(bytes, lineEnd), log);
  readRows(bytes, lineEnd + 1, delimiter.charCodeAt(0), layout, builder);
  return builder.table();
}

/** For each column of the file the places of its fields in the plan, and the filter's column. */
interface Layout {
  readonly header: readonly string[];
  readonly fields: ReturnType<Planner>["fields"];
  /** Index of the field that a column feeds, or -1. */
  readonly target: readonly number[];
  readonly filters: readonly RowMatch[];
}

/** Rows are read whose cell has exactly these bytes. */
interface RowMatch {
  readonly column: number;
  readonly equals: Buffer;
}

function layoutOf(header: readonly string[], file: string, planner: Planner): Layout {
  const { fields, filters } = planner(header, file);
  return {
    header,
    fields,
    target: header.map((name) => fields.findIndex((field) => field.header === name)),
    filters: filters.map(({ header: name, equals }) => {
      return { column: header.indexOf(name), equals: Buffer.from(equals) };
    }),
  };
}

function readRows(
  bytes: Uint8Array,
  start: number,
  delimiter: number,
  layout: Layout,
  builder: TableBuilder,
): void {
  const { filters, target } = layout;
  const { parsers } = builder;
  const width = target.length;
  // Cell k of the line lies at [edges[k], edges[k + 1] - 1), without the delimiter behind it.
  const edges = new Int32Array(width + 1);
  const isWanted = ({ column, equals }: RowMatch) =>
    equals.equals(bytes.subarray(edges[column], (edges[column + 1] ?? 1) - 1));

  for (let at = start, line = 2; at < bytes.length; line++) {
    const rowStart = at;
    const lineEnd = endOfLine(bytes, at);
    const textEnd = bytes[lineEnd - 1] === RETURN ? lineEnd - 1 : lineEnd;
    at = lineEnd + 1;
    if (textEnd <= rowStart) continue;
    const count = splitLine(bytes, rowStart, textEnd, delimiter, edges);
    if (count >= width && filters.length > 0 && !filters.every(isWanted)) continue;

    let good = count === width;
    for (let column = 0; good && column < width; column++) {
      const field = target[column] ?? -1;
      if (field < 0) continue;
      const parser = parsers[field] ?? numberCell;
      const value = parser(bytes, edges[column] ?? 0, (edges[column + 1] ?? 1) - 1);
      builder.put(field, value);
      good = !Number.isNaN(value);
    }
    if (!good) {
      const text = cellText(bytes, rowStart, textEnd);
      good = judge(text.split(String.fromCharCode(delimiter)), line, layout, builder);
    }
    builder.end(line, good);
  }
}

/**
 * Notes where the cells of a line begin, as far as `edges` goes, and returns how many there are.
 */
function splitLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  delimiter: number,
  edges: Int32Array,
): number {
  let count = 1;
  edges[0] = from;
  for (let at = from; at < to; at++) {
    if (bytes[at] === delimiter) edges[count++] = at + 1;
  }
  edges[count] = to + 1;
  return count;
}

/** Goes over a row with a bad cell once more, slowly, to say what is wrong with it. */
function judge(
  cells: readonly string[],
  line: number,
  layout: Layout,
  builder: TableBuilder,
): boolean {
  let good = true;
  layout.target.forEach((field, column) => {
    if (field < 0) return;
    const text = (cells[column] ?? "").trim();
    const value = parseText(builder.parsers[field] ?? (() => Number.NaN), text);
    builder.put(field, value);
    if (Number.isNaN(value) && !builder.excuse(field, line, text)) good = false;
  });
  const width = layout.header.length;
  if (cells.length === width) return good;
  const defect = cells.length > width ? "extra-field" : "missing-field";
  builder.note(line, "row", defect, `${width} fields`, `${cells.length}`);
  return false;
}

function quotedTable(
  file: string,
  bytes: Uint8Array,
  delimiter: string,
  planner: Planner,
  log: IssueLog,
): Table {
  const { rows, lines } = quotedRows(file, bytes, delimiter);
  const layout = layoutOf(rows[0] ?? [], file, planner);
  const builder = new TableBuilder(file, layout.fields, rows.length, log);
  rows.forEach((record, index) => {
    const isOther = ({ column, equals }: RowMatch) => record[column] !== equals.toString();
    if (index === 0 || layout.filters.some(isOther)) return;
    const line = lines[index] ?? 0;
    builder.end(line, judge(record, line, layout, builder));
  });
  return builder.table();
}

/** @throws InputError where quotes do not match: csv-parse's own error is of no kind of ours. */
function quotedRows(file: string, bytes: Uint8Array, delimiter: string) {
  const lines: number[] = [];
  try {
    const rows: string[][] = parse(Buffer.from(bytes), {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (record: string[], { lines: line }) => {
        lines.push(line);
        return record;
      },
    });
    return { rows, lines };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`expected delimited text in ${file}, got: ${reason}`);
  }
}

function delimiterOf(header: string): string {
  const count = (delimiter: string) => header.split(delimiter).length;
  return DELIMITERS.reduce((best, next) => (count(next) > count(best) ? next : best));
}

function endOfLine(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(NEWLINE, from);
  return at < 0 ? bytes.length : at;
}

/** An upper bound of the rows, so that the columns are allocated once. */
function countLines(bytes: Uint8Array, from: number): number {
  let lines = 1;
  for (let at = bytes.indexOf(NEWLINE, from); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
