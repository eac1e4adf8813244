import type { BarColumns } from "../../core/domain/market.ts";
import { type BarOptions, barsFrom, type RangeOptions, type ReadResult } from "./bars.ts";
import type { DateFormat } from "./cells.ts";
import { readTable } from "./files.ts";
import { IssueLog } from "./issues.ts";
import { finder } from "./mapping.ts";
import { leaveOut, rowsOf } from "./rows.ts";
import type { StampOptions } from "./stamps.ts";
import type { Field, Table } from "./table.ts";

/** How to read a wide file: which symbols (all columns by default) and how they are stamped. */
export interface WideOptions extends StampOptions, RangeOptions {
  readonly symbols?: readonly string[];
  /** Name of the column of dates or times; found by its usual names when left out. */
  readonly time?: string;
  readonly dateFormat?: DateFormat;
}

/**
 * Reads a file with a column of closes for each symbol into bars of each symbol, with open = high =
 * low = close and no volume. A blank cell is a day without price (before a listing): that symbol
 * has no bar then, and its report counts it under `rowsLeftOut`.
 * @throws InputError when a symbol has no column, and under `fail` when any row is bad.
 */
export async function readWide(
  path: string,
  options: WideOptions,
): Promise<ReadonlyMap<string, ReadResult<BarColumns>>> {
  const log = new IssueLog(options.onBad ?? "fail");
  const { time, dateFormat = "auto" } = options;
  const table = await readTable(
    path,
    "bars",
    (header, file) => {
      const mapping = time === undefined ? {} : { date: time };
      const { find, need } = finder(header, file, mapping);
      const date = find("date");
      const stamp: Field =
        date === null
          ? { role: "openTime", header: need("openTime"), kind: "time" }
          : { role: "date", header: date, kind: "date", dateFormat };
      const symbols = options.symbols ?? header.filter((name) => name !== stamp.header);
      const prices = symbols.map((symbol): Field => {
        const column = finder(header, file, { close: symbol }).need("close");
        return { role: `close.${symbol}`, header: column, kind: "number", blankAllowed: true };
      });
      return { fields: [stamp, ...prices], filters: [] };
    },
    log,
  );
  log.failIfAny();
  const results = new Map<string, ReadResult<BarColumns>>();
  for (const role of table.columns.keys()) {
    if (!role.startsWith("close.")) continue;
    const own = new IssueLog(log.policy);
    for (const { action, ...issue } of log.issues) own.add(issue, action === "repaired");
    results.set(role.slice("close.".length), symbolBars(table, role, options, own));
  }
  return results;
}

function symbolBars(
  table: Table,
  role: string,
  options: BarOptions,
  log: IssueLog,
): ReadResult<BarColumns> {
  const columns = new Map(table.columns);
  const close = table.columns.get(role) ?? new Float64Array(0);
  columns.set("close", close);
  const rows = rowsOf([{ ...table, columns }]);
  close.forEach((price, row) => {
    if (Number.isNaN(price)) leaveOut(rows, row);
  });
  return barsFrom(rows, options, log);
}
