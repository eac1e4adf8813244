import { parquetReadObjects } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { InputError } from "../../core/domain/errors.ts";
import type { BarColumns } from "../../core/domain/market.ts";
import { type ParameterSet, parameterSet } from "./grid.ts";
import { FIGURES, type SweepRow } from "./row.ts";

/** Bytes of a Parquet file. */
export type Parquet = Uint8Array;

/**
 * Rows of a sweep as Parquet: a column a parameter (`fast`), a column a figure. A parameter that is
 * always a number is a number, any other is text.
 */
export function rowsToParquet(rows: readonly SweepRow[]): Parquet {
  const names = [...new Set(rows.flatMap(({ set }) => Object.keys(set)))];
  const parameters = names.map((name): ColumnSource => {
    const values = rows.map(({ set }) => set[name] ?? null);
    const areNumbers = values.every((one) => typeof one === "number");
    if (areNumbers) return { name: `p_${name}`, data: values, type: "DOUBLE" };
    return { name: `p_${name}`, data: values.map(textOf), type: "STRING" };
  });
  const figures = FIGURES.map((name): ColumnSource => {
    return { name, data: rows.map((row) => row[name]), type: "DOUBLE", nullable: true };
  });
  const text = (name: "refused" | "orderListHash"): ColumnSource => {
    return { name, data: rows.map((row) => row[name]), type: "STRING", nullable: true };
  };
  const index: ColumnSource = { name: "index", data: rows.map((row) => row.index), type: "INT32" };
  const set: ColumnSource = {
    name: "set",
    data: rows.map((row) => JSON.stringify(row.set)),
    type: "STRING",
  };
  const columnData = [
    index,
    ...parameters,
    ...figures,
    text("refused"),
    text("orderListHash"),
    set,
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** Rows that {@link rowsToParquet} wrote. @throws InputError for a file of another kind. */
export async function rowsFromParquet(bytes: Parquet): Promise<readonly SweepRow[]> {
  const found = await parquetReadObjects({ file: bufferOf(bytes) });
  return found.map((one): SweepRow => {
    const figures = FIGURES.map((name) => [name, numberOrNull(one[name])]);
    return {
      ...Object.fromEntries(figures),
      index: Number(one.index),
      set: setIn(one.set),
      refused: textOrNull(one.refused),
      orderListHash: textOrNull(one.orderListHash),
    };
  });
}

const COLUMNS = ["openTimeMs", "closeTimeMs", "open", "high", "low", "close", "volume"] as const;

/** Bars as Parquet, all columns as 64-bit floats: what is read is what was written, bit by bit. */
export function barsToParquet(columns: BarColumns): Parquet {
  const columnData = COLUMNS.map((name): ColumnSource => {
    return { name, data: columns[name], type: "DOUBLE", nullable: false };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** Bars that {@link barsToParquet} wrote. */
export async function barsFromParquet(bytes: Parquet): Promise<BarColumns> {
  const rows = await parquetReadObjects({ file: bufferOf(bytes) });
  const column = (name: string) => Float64Array.from(rows, (row) => Number(row[name]));
  return {
    length: rows.length,
    openTimeMs: column("openTimeMs"),
    closeTimeMs: column("closeTimeMs"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
  };
}

function bufferOf(bytes: Parquet): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function setIn(value: unknown): ParameterSet {
  const read = typeof value === "string" ? parameterSet.safeParse(JSON.parse(value)) : null;
  if (read?.success === true) return read.data;
  throw new InputError("sweep results: expected a column `set` with parameters, found none");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
