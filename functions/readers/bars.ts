import type { BarColumns } from "../../core/domain/market.ts";
import { readTable } from "./files.ts";
import { IssueLog, type Policy, type ReadReport } from "./issues.ts";
import { type BarPlanOptions, barPlanner } from "./mapping.ts";
import { checkOverlap, checkPrices } from "./prices.ts";
import { columnOf, leaveOut, orderRows, type Rows, reportOf, rowsOf, take } from "./rows.ts";
import { type StampOptions, stampRows } from "./stamps.ts";
import type { Table } from "./table.ts";

/** Data that was read, with all that was odd about it. */
export interface ReadResult<T> {
  readonly data: T;
  readonly report: ReadReport;
}

/** Which rows to read and what to do with bad ones, for every kind of data. */
export interface RangeOptions {
  /** What happens to bad rows; default `fail`. */
  readonly onBad?: Policy;
  /** Leave out rows whose start (or date, as UTC midnight) is before this. */
  readonly fromMs?: number;
  /** Leave out rows whose start (or date) is not before this. */
  readonly toMs?: number;
}

/** How to read bars. `adjust: "adjclose"` scales open, high and low by adjusted close / close. */
export interface BarOptions extends StampOptions, BarPlanOptions, RangeOptions {}

/** Prices of all rows while they are checked. */
export interface Prices {
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
}

/**
 * Reads bars from one file, or from several behind one another (a file a day). CSV with or without
 * gzip, JSON lines of `bars.closed.v1` and Parquet are told apart by name.
 * @throws InputError when a file or column is missing, and under `fail` when any row is bad.
 */
export async function readBars(
  paths: string | readonly string[],
  options: BarOptions,
): Promise<ReadResult<BarColumns>> {
  const log = new IssueLog(options.onBad ?? "fail");
  const planner = barPlanner(options);
  const tables: Table[] = [];
  for (const path of [paths].flat()) tables.push(await readTable(path, "bars", planner, log));
  return barsFrom(rowsOf(tables), options, log);
}

/** Stamps, checks, orders and adjusts the rows of a reading. */
export function barsFrom(rows: Rows, options: BarOptions, log: IssueLog): ReadResult<BarColumns> {
  leaveOutOfRange(rows, columnOf(rows, "date") ?? columnOf(rows, "openTime"), options);
  const stamps = stampRows(rows, options, log);
  const prices = pricesOf(rows);
  const volume = columnOf(rows, "volume") ?? new Float64Array(rows.length);
  const adjusted = options.adjust === "adjclose" ? columnOf(rows, "adjclose") : null;
  checkPrices(rows, { ...prices, adjclose: adjusted, volume }, log);
  const rough = orderRows(rows, stamps.closeTimeMs, true, log);
  const order = checkOverlap(rows, stamps, rough, log);
  log.failIfAny();
  if (adjusted !== null) adjust(prices, adjusted);
  const data: BarColumns = {
    length: order?.length ?? rows.length,
    openTimeMs: take(stamps.openTimeMs, order),
    closeTimeMs: take(stamps.closeTimeMs, order),
    open: take(prices.open, order),
    high: take(prices.high, order),
    low: take(prices.low, order),
    close: take(prices.close, order),
    volume: take(volume, order),
  };
  return { data, report: reportOf(rows, data.length, log) };
}

/** Leaves out rows outside the range that was asked for. */
export function leaveOutOfRange(
  rows: Rows,
  timeMs: Float64Array | null,
  { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: RangeOptions,
): void {
  if (timeMs === null || (fromMs === -Infinity && toMs === Infinity)) return;
  for (let row = 0; row < rows.length; row++) {
    const time = timeMs[row] ?? 0;
    if (time < fromMs || time >= toMs) leaveOut(rows, row);
  }
}

function pricesOf(rows: Rows): Prices {
  const column = (role: string) => columnOf(rows, role) ?? middle(rows, role);
  const close = column("close") ?? new Float64Array(rows.length);
  const other = (role: string) => column(role) ?? close.slice();
  return { open: other("open"), high: other("high"), low: other("low"), close };
}

/** The price half way between bid and ask, where both were read; a side of 0 is not quoted. */
function middle(rows: Rows, role: string): Float64Array | null {
  const bid = columnOf(rows, `bid.${role}`);
  const ask = columnOf(rows, `ask.${role}`);
  if (bid === null || ask === null) return null;
  return bid.map((price, row) => {
    const other = ask[row] ?? 0;
    return price === 0 || other === 0 ? 0 : (price + other) / 2;
  });
}

/** Scales every price by adjusted / raw close; volume stays as it was traded. */
function adjust(prices: Prices, adjusted: Float64Array): void {
  const { open, high, low, close } = prices;
  for (let row = 0; row < close.length; row++) {
    const ratio = (adjusted[row] ?? 0) / (close[row] ?? 0);
    for (const column of [open, high, low, close]) column[row] = (column[row] ?? 0) * ratio;
  }
}
