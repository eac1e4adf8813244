import { type CellParser, type DateFormat, dateCell, numberCell, timeCell } from "./cells.ts";
import type { Defect, IssueLog } from "./issues.ts";

/** One column to read: `role` is what it means to us, `header` what the file calls it. */
export interface Field {
  readonly role: string;
  readonly header: string;
  readonly kind: "number" | "time" | "date";
  readonly dateFormat?: DateFormat;
  /** A blank cell is no value (NaN) instead of a defect: wide files before a listing. */
  readonly blankAllowed?: boolean;
}

/** Which columns to read and, in files of many symbols or time frames, which rows. */
export interface Plan {
  readonly fields: readonly Field[];
  readonly filters: readonly RowFilter[];
}

/** Rows whose cell is another text are not read. */
export interface RowFilter {
  readonly header: string;
  readonly equals: string;
}

/** Chooses the columns once the header is known; throws InputError when one is missing. */
export type Planner = (header: readonly string[], file: string) => Plan;

/** Rows of one file as columns of float64 by role; times and dates as UTC milliseconds. */
export interface Table {
  readonly file: string;
  readonly length: number;
  /** Rows met, bad ones included. */
  readonly rowsRead: number;
  /** Line in the file of each row, from 1; the row number in Parquet. */
  readonly lines: Uint32Array;
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** Builds a {@link Table} row by row; a row with a bad cell is noted and not kept. */
export class TableBuilder {
  readonly file: string;
  readonly fields: readonly Field[];
  readonly parsers: readonly CellParser[];
  readonly data: readonly Float64Array[];
  private readonly log: IssueLog;
  private readonly lines: Uint32Array;
  private length = 0;
  private rowsRead = 0;

  constructor(file: string, fields: readonly Field[], capacity: number, log: IssueLog) {
    this.file = file;
    this.fields = fields;
    this.log = log;
    this.parsers = fields.map(parserOf);
    this.data = fields.map(() => new Float64Array(capacity));
    this.lines = new Uint32Array(capacity);
  }

  /** Writes a parsed value into the row being built. */
  put(field: number, value: number): void {
    const column = this.data[field];
    if (column !== undefined) column[this.length] = value;
  }

  /** Ends the row; a row that is not good leaves its place to the next one. */
  end(line: number, good: boolean): void {
    this.rowsRead += 1;
    if (!good) return;
    this.lines[this.length] = line;
    this.length += 1;
  }

  /** True when the text stands for a value that may be absent; else notes what is wrong with it. */
  excuse(field: number, line: number, text: string): boolean {
    const { kind, header, blankAllowed } = this.fields[field] ?? { kind: "number", header: "?" };
    if (text === "" && blankAllowed === true) return true;
    const [defect, expected] = diagnose(kind, text);
    this.note(line, header, defect, expected, text === "" ? "nothing" : JSON.stringify(text));
    return false;
  }

  /** Notes a defect of a row that is dropped whatever the policy mends. */
  note(line: number, field: string, defect: Defect, expected: string, got: string): void {
    this.log.add({ file: this.file, line, field, defect, expected, got });
  }

  table(): Table {
    const columns = new Map(
      this.fields.map((field, i) => [
        field.role,
        (this.data[i] ?? new Float64Array(0)).subarray(0, this.length),
      ]),
    );
    const { file, length, rowsRead } = this;
    return { file, length, rowsRead, lines: this.lines.subarray(0, length), columns };
  }
}

/** Reads text in the manner of a field, for cells that arrive as strings. */
export function parseText(parser: CellParser, text: string): number {
  const bytes = Buffer.from(text.trim());
  return parser(bytes, 0, bytes.length);
}

function parserOf(field: Field): CellParser {
  if (field.kind === "date") return dateCell(field.dateFormat ?? "auto");
  return field.kind === "time" ? timeCell : numberCell;
}

function diagnose(kind: Field["kind"], text: string): [Defect, string] {
  if (text === "") return ["missing-field", `a ${kind}`];
  if (kind === "number") return ["not-a-number", "a plain decimal number"];
  if (kind === "date") return ["not-a-time", "a date of the calendar in the format of the file"];
  const zoneless = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text);
  if (zoneless) return ["no-zone", "a time with a zone, such as 2013-10-07T13:30:00Z"];
  return ["not-a-time", "an ISO 8601 time with a zone, or a Unix time"];
}
