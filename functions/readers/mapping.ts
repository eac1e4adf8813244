import { InputError } from "../../core/domain/errors.ts";
import type { Timeframe } from "../../core/domain/timeframe.ts";
import type { DateFormat } from "./cells.ts";
import type { Field, Plan, Planner, RowFilter } from "./table.ts";

/**
 * Which column of the file holds what; names as in its header. What is left out is found by its
 * usual name, upper or lower case (`Date`, `timestamp`, `Open`, `Adj Close` …). Time is exactly one
 * of `date`, `openTime` (a bar's start: what `timestamp` is taken for) and `closeTime`, or the last
 * two together. Mapping `close` but no other price reads that column alone, as open = high = low =
 * close: mixing an adjusted close with raw highs would be wrong.
 */
export interface BarMapping {
  readonly date?: string;
  readonly openTime?: string;
  readonly closeTime?: string;
  readonly open?: string;
  readonly high?: string;
  readonly low?: string;
  readonly close?: string;
  readonly volume?: string;
  readonly adjclose?: string;
  readonly symbol?: string;
  readonly timeframe?: string;
}

/** Which prices of a file with bid and ask columns become the bar. */
export type QuoteSide = "bid" | "ask" | "mid";

/** Names that columns go by, in the order of preference; compared without case and punctuation. */
const ALIASES = {
  date: ["date", "day"],
  openTime: ["opentime", "opentimems", "timestamp", "datetime", "time"],
  closeTime: ["closetime", "closetimems"],
  eventTime: ["eventtimems", "timestamp", "datetime", "time"],
  open: ["open"],
  high: ["high"],
  low: ["low"],
  close: ["close", "price"],
  volume: ["volume", "vol"],
  adjclose: ["adjclose", "adjustedclose"],
  symbol: ["symbol", "ticker"],
  timeframe: ["timeframe"],
  bid: ["bid", "bidclose"],
  ask: ["ask", "askclose"],
  bidSize: ["bidsize"],
  askSize: ["asksize"],
  price: ["price"],
  size: ["size", "quantity"],
  suspicious: ["suspicious"],
} as const;

/** What a column can mean. */
export type Role = keyof typeof ALIASES;

const PRICES = ["open", "high", "low"] as const;

/** A lookup of columns: the mapped name if there is one, else the first alias in the header. */
export function finder(header: readonly string[], file: string, mapping: object) {
  const mapped = new Map<string, unknown>(Object.entries(mapping));
  const byAlias = new Map(header.map((name) => [plain(name), name] as const));
  const find = (role: Role): string | null => {
    const name = mapped.get(role);
    if (typeof name === "string") {
      if (header.includes(name)) return name;
      throw new InputError(`expected a column "${name}" for ${role} in ${file}, ${has(header)}`);
    }
    const alias = ALIASES[role].find((candidate) => byAlias.has(candidate));
    return alias === undefined ? null : (byAlias.get(alias) ?? null);
  };
  const need = (role: Role): string => {
    const name = find(role);
    if (name !== null) return name;
    const known = ALIASES[role].join(", ");
    throw new InputError(`expected a column for ${role} (${known}) in ${file}, ${has(header)}`);
  };
  return { find, need };
}

/** What the bar reader wants to know beside the mapping. */
export interface BarPlanOptions {
  readonly timeframe: Timeframe;
  readonly columns?: BarMapping;
  readonly symbol?: string;
  readonly dateFormat?: DateFormat;
  readonly side?: QuoteSide;
  readonly adjust?: "none" | "adjclose";
}

/** The plan of a bar file; a file with a close alone gives open = high = low = close. */
export function barPlanner(options: BarPlanOptions): Planner {
  return (header, file): Plan => {
    const { find, need } = finder(header, file, options.columns ?? {});
    const fields = [...timeFields(find, need, options.dateFormat ?? "auto")];
    if (options.side === undefined) fields.push(...priceFields(find, need, options.columns ?? {}));
    else fields.push(...sideFields(header, file, options.side));
    const volume = find("volume");
    if (volume !== null) fields.push({ role: "volume", header: volume, kind: "number" });
    if (options.adjust === "adjclose") {
      fields.push({ role: "adjclose", header: need("adjclose"), kind: "number" });
    }
    const filters = symbolFilter(find("symbol"), options.symbol, file);
    const frames = find("timeframe");
    if (frames !== null) filters.push({ header: frames, equals: options.timeframe });
    return { fields, filters };
  };
}

/** The filter for one symbol; a file of many symbols can only be read for one of them. */
export function symbolFilter(
  header: string | null,
  symbol: string | undefined,
  file: string,
): RowFilter[] {
  if (header === null) return [];
  if (symbol !== undefined) return [{ header, equals: symbol }];
  throw new InputError(`expected the option symbol, as ${file} has a column "${header}"`);
}

type Find = (role: Role) => string | null;
type Need = (role: Role) => string;

function timeFields(find: Find, need: Need, dateFormat: DateFormat): readonly Field[] {
  const date = find("date");
  if (date !== null) return [{ role: "date", header: date, kind: "date", dateFormat }];
  const closeTime = find("closeTime");
  if (closeTime === null) return [{ role: "openTime", header: need("openTime"), kind: "time" }];
  const openTime = find("openTime");
  const close: Field = { role: "closeTime", header: closeTime, kind: "time" };
  return openTime === null
    ? [close]
    : [{ role: "openTime", header: openTime, kind: "time" }, close];
}

function priceFields(find: Find, need: Need, mapping: BarMapping): readonly Field[] {
  const close: Field = { role: "close", header: need("close"), kind: "number" };
  const alone = mapping.close !== undefined && PRICES.every((role) => mapping[role] === undefined);
  if (alone || PRICES.every((role) => find(role) === null)) return [close];
  return [...PRICES.map((role): Field => ({ role, header: need(role), kind: "number" })), close];
}

function sideFields(header: readonly string[], file: string, side: QuoteSide): readonly Field[] {
  const sides = side === "mid" ? (["bid", "ask"] as const) : ([side] as const);
  return sides.flatMap((name) =>
    [...PRICES, "close"].map((role): Field => {
      const column = header.find((candidate) => plain(candidate) === `${name}${role}`);
      if (column === undefined) {
        throw new InputError(`expected a column ${name}_${role} in ${file}, ${has(header)}`);
      }
      return { role: side === "mid" ? `${name}.${role}` : role, header: column, kind: "number" };
    }),
  );
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function has(header: readonly string[]): string {
  return `got ${header.join(", ")}`;
}
