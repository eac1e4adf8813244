import { iso } from "../../core/domain/time.ts";
import type { IssueLog, ReadReport } from "./issues.ts";
import type { Table } from "./table.ts";

/** The rows of one reading: those of all its files behind one another. */
export interface Rows {
  readonly length: number;
  readonly tables: readonly Table[];
  /** 1 for rows that are good so far. */
  readonly keep: Uint8Array;
  readonly leftOut: { count: number };
}

/** Which file and line a row came from. */
export function placeOf(rows: Rows, row: number): { file: string; line: number } {
  let at = row;
  for (const table of rows.tables) {
    if (at < table.length) return { file: table.file, line: table.lines[at] ?? 0 };
    at -= table.length;
  }
  return { file: "?", line: 0 };
}

/** Puts the rows of several tables behind one another. */
export function rowsOf(tables: readonly Table[]): Rows {
  const length = tables.reduce((sum, table) => sum + table.length, 0);
  return { length, tables, keep: new Uint8Array(length).fill(1), leftOut: { count: 0 } };
}

/** The column of a role over all tables; null when no table has it. */
export function columnOf(rows: Rows, role: string): Float64Array | null {
  const parts = rows.tables.map((table) => table.columns.get(role));
  if (parts.every((part) => part === undefined)) return null;
  if (parts.length === 1) return parts[0] ?? null;
  const column = new Float64Array(rows.length);
  let at = 0;
  rows.tables.forEach((table, i) => {
    const part = parts[i];
    if (part !== undefined) column.set(part, at);
    at += table.length;
  });
  return column;
}

/** Leaves a row out without calling it bad. */
export function leaveOut(rows: Rows, row: number): void {
  rows.leftOut.count += rows.keep[row] ?? 0;
  rows.keep[row] = 0;
}

/** The indices of kept rows in ascending order of time; null when that is all rows as they are. */
export type Order = Uint32Array | null;

/**
 * Brings kept rows into ascending order of `timeMs`, noting rows out of order and, with `unique`,
 * rows of the same time. What is done to them is the policy's: see `Policy`.
 */
export function orderRows(rows: Rows, timeMs: Float64Array, unique: boolean, log: IssueLog): Order {
  const { keep } = rows;
  const repair = log.policy === "repair";
  let last = Number.NEGATIVE_INFINITY;
  let sorted = true;
  for (let row = 0; row < rows.length; row++) {
    if (keep[row] === 0) continue;
    const time = timeMs[row] ?? 0;
    if (time > last || (time === last && !(unique && !repair))) {
      last = time;
      continue;
    }
    const defect = time === last ? "duplicate-time" : "out-of-order";
    const expected = `a time after ${iso(last)}`;
    log.add({ ...placeOf(rows, row), field: "time", defect, expected, got: iso(time) }, repair);
    if (repair) sorted = false;
    else keep[row] = 0;
  }
  const order = keptRows(keep);
  // Array sort is stable, so rows of one time stay in the order of the file.
  if (!sorted) order.sort((a, b) => (timeMs[a] ?? 0) - (timeMs[b] ?? 0) || a - b);
  const single = unique && repair ? lastOfEach(rows, order, timeMs, log) : order;
  return single.length === rows.length && sorted ? null : single;
}

/** A column in the order found. */
export function take(column: Float64Array, order: Order): Float64Array {
  if (order === null) return column;
  const taken = new Float64Array(order.length);
  for (let i = 0; i < order.length; i++) taken[i] = column[order[i] ?? 0] ?? 0;
  return taken;
}

/** What is to be told of a reading that is done. */
export function reportOf(rows: Rows, kept: number, log: IssueLog): ReadReport {
  return {
    files: rows.tables.map((table) => table.file),
    rowsRead: rows.tables.reduce((sum, table) => sum + table.rowsRead, 0),
    rowsKept: kept,
    rowsLeftOut: rows.leftOut.count,
    issues: log.issues,
    counts: log.counts,
  };
}

function keptRows(keep: Uint8Array): Uint32Array {
  const kept = new Uint32Array(keep.length);
  let length = 0;
  for (let row = 0; row < keep.length; row++) {
    kept[length] = row;
    length += keep[row] ?? 0;
  }
  return kept.subarray(0, length);
}

function lastOfEach(
  rows: Rows,
  order: Uint32Array,
  timeMs: Float64Array,
  log: IssueLog,
): Uint32Array {
  const single = new Uint32Array(order.length);
  let length = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i] ?? 0;
    const time = timeMs[row] ?? 0;
    if (length > 0 && timeMs[single[length - 1] ?? 0] === time) {
      length -= 1;
      const place = placeOf(rows, single[length] ?? 0);
      const expected = "one row for each time";
      log.add({ ...place, field: "time", defect: "duplicate-time", expected, got: iso(time) });
    }
    single[length] = row;
    length += 1;
  }
  return single.subarray(0, length);
}
