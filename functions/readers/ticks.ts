import type { QuoteColumns, TradeColumns } from "../../core/domain/market.ts";
import { leaveOutOfRange, type RangeOptions, type ReadResult } from "./bars.ts";
import type { DateFormat } from "./cells.ts";
import { readTable } from "./files.ts";
import { IssueLog } from "./issues.ts";
import type { EventKind } from "./jsonl.ts";
import { finder, symbolFilter } from "./mapping.ts";
import {
  columnOf,
  leaveOut,
  type Order,
  orderRows,
  placeOf,
  type Rows,
  reportOf,
  rowsOf,
  take,
} from "./rows.ts";
import { type StampOptions, stampRows } from "./stamps.ts";
import type { Field, Planner, Table } from "./table.ts";

/** How to read trades; `columns` maps `eventTime`, `price`, `size`, `symbol`, `suspicious`. */
export interface TradeOptions extends RangeOptions {
  readonly symbol?: string;
  readonly columns?: Readonly<Record<string, string>>;
  /** Keep rows that the source marks as suspicious; default false. */
  readonly keepSuspicious?: boolean;
}

/** How to read quotes; `columns` maps `eventTime`, `bid`, `bidSize`, `ask`, `askSize` … */
export interface QuoteOptions extends TradeOptions {
  /** For files of quote bars: their length, to stamp the closing quote with the bar's close. */
  readonly bars?: Pick<StampOptions, "timeframe" | "calendar">;
  readonly dateFormat?: DateFormat;
}

/**
 * Reads the tape. Rows marked `suspicious` are left out and counted; trades of the same
 * millisecond stay in the order of the file.
 * @throws InputError when a file or column is missing, and under `fail` when any row is bad.
 */
export async function readTrades(
  paths: string | readonly string[],
  options: TradeOptions = {},
): Promise<ReadResult<TradeColumns>> {
  const log = new IssueLog(options.onBad ?? "fail");
  const planner = tickPlanner(options, ["price", "size"], []);
  const rows = await tickRows(paths, "trades", planner, options, log);
  const time = columnOf(rows, "eventTime") ?? new Float64Array(rows.length);
  leaveOutOfRange(rows, time, options);
  const price = column(rows, "price");
  const size = column(rows, "size");
  requireAbove(rows, "price", price, false, log);
  requireAbove(rows, "size", size, true, log);
  const { order, length, eventTimeMs } = ordered(rows, time, log);
  const data = { length, eventTimeMs, price: take(price, order), size: take(size, order) };
  return { data, report: reportOf(rows, length, log) };
}

/**
 * Reads quotes, or the closing quote of quote bars (`bid_close`, `ask_close`), known from the bar's
 * close on. A price of 0 is a side that is not quoted and stays 0; sizes that the file lacks are 0.
 * @throws InputError when a file or column is missing, and under `fail` when any row is bad.
 */
export async function readQuotes(
  paths: string | readonly string[],
  options: QuoteOptions = {},
): Promise<ReadResult<QuoteColumns>> {
  const log = new IssueLog(options.onBad ?? "fail");
  const planner = tickPlanner(options, ["bid", "ask"], ["bidSize", "askSize"]);
  const rows = await tickRows(paths, "quotes", planner, options, log);
  const start = columnOf(rows, "date") ?? columnOf(rows, "openTime");
  leaveOutOfRange(rows, start ?? columnOf(rows, "eventTime"), options);
  const time = options.bars
    ? stampRows(rows, options.bars, log).closeTimeMs
    : column(rows, "eventTime");
  const roles = ["bid", "bidSize", "ask", "askSize"] as const;
  for (const role of roles) requireAbove(rows, role, column(rows, role), true, log);
  const { order, length, eventTimeMs } = ordered(rows, time, log);
  const [bid, bidSize, ask, askSize] = roles.map((role) => take(column(rows, role), order));
  const none = new Float64Array(length);
  const data: QuoteColumns = {
    length,
    eventTimeMs,
    bid: bid ?? none,
    bidSize: bidSize ?? none,
    ask: ask ?? none,
    askSize: askSize ?? none,
  };
  return { data, report: reportOf(rows, length, log) };
}

type ValueRole = "price" | "size" | "bid" | "ask" | "bidSize" | "askSize";

function tickPlanner(
  options: QuoteOptions,
  needed: readonly ValueRole[],
  optional: readonly ValueRole[],
): Planner {
  return (header, file) => {
    const { find, need } = finder(header, file, options.columns ?? {});
    const fields: Field[] = needed.map((role) => ({ role, header: need(role), kind: "number" }));
    const date = options.bars === undefined ? null : find("date");
    if (date !== null) {
      fields.push({
        role: "date",
        header: date,
        kind: "date",
        dateFormat: options.dateFormat ?? "auto",
      });
    } else {
      const role = options.bars === undefined ? "eventTime" : "openTime";
      fields.push({ role, header: need(role), kind: "time" });
    }
    for (const role of [...optional, "suspicious" as const]) {
      const name = find(role);
      if (name !== null) fields.push({ role, header: name, kind: "number" });
    }
    return { fields, filters: symbolFilter(find("symbol"), options.symbol, file) };
  };
}

async function tickRows(
  paths: string | readonly string[],
  kind: EventKind,
  planner: Planner,
  options: TradeOptions,
  log: IssueLog,
): Promise<Rows> {
  const tables: Table[] = [];
  for (const path of [paths].flat()) tables.push(await readTable(path, kind, planner, log));
  const rows = rowsOf(tables);
  const suspicious = columnOf(rows, "suspicious");
  if (suspicious === null || options.keepSuspicious === true) return rows;
  for (let row = 0; row < rows.length; row++) if (suspicious[row] !== 0) leaveOut(rows, row);
  return rows;
}

function column(rows: Rows, role: string): Float64Array {
  return columnOf(rows, role) ?? new Float64Array(rows.length);
}

function ordered(rows: Rows, time: Float64Array, log: IssueLog) {
  const order: Order = orderRows(rows, time, false, log);
  log.failIfAny();
  return { order, length: order?.length ?? rows.length, eventTimeMs: take(time, order) };
}

function requireAbove(
  rows: Rows,
  field: string,
  values: Float64Array,
  zeroAllowed: boolean,
  log: IssueLog,
): void {
  for (let row = 0; row < rows.length; row++) {
    const value = values[row] ?? 0;
    if (value > 0 || (value === 0 && zeroAllowed) || rows.keep[row] === 0) continue;
    const defect = value < 0 ? "negative" : "not-positive";
    const expected = zeroAllowed ? "a number of at least 0" : "a number above 0";
    log.add({ ...placeOf(rows, row), field, defect, expected, got: `${value}` });
    rows.keep[row] = 0;
  }
}
