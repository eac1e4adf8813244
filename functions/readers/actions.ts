import { InputError } from "../../core/domain/errors.ts";
import { isDate } from "../../core/domain/time.ts";
import { numberCell } from "./cells.ts";
import { readBytes } from "./files.ts";
import { parseText } from "./table.ts";

/**
 * What happens to a share from the open of `exDate` on. After a split one old share is `value` new
 * ones (7 for Apple's 7:1, 0.125 for a reverse 1:8); a dividend leaves `value` dollars a share
 * behind, in raw dollars of that day; a delisting pays its holders `value` dollars a share, which
 * may be 0; after a symbol change it trades as `newSymbol`, and `value` is 0.
 */
export interface CorporateAction {
  readonly exDate: string;
  readonly symbol: string;
  readonly kind: "split" | "dividend" | "symbol-change" | "delisting";
  readonly value: number;
  readonly newSymbol: string | null;
  /**
   * Last date on which the share traded with the old count or with the dividend; null for other
   * kinds.
   */
  readonly lastCumDate: string | null;
  /** Raw close of that date, dollars. */
  readonly lastCumClose: number | null;
}

/** Factors up to and including `date`: adjusted close = raw close × priceFactor × splitFactor. */
export interface AdjustmentFactor {
  readonly date: string;
  readonly priceFactor: number;
  readonly splitFactor: number;
  /** Raw close of `date`, dollars; 0 or 1 in rows where the source has none. */
  readonly referenceClose: number;
}

/** Up to and including `until`, what is now `currentTicker` traded as `tickerThen`. */
export interface TickerChange {
  readonly until: string;
  readonly currentTicker: string;
  readonly tickerThen: string;
  /** The source's one-letter code: `N` NYSE, `Q` Nasdaq. */
  readonly exchange: string;
}

/**
 * Reads corporate actions, ascending by ex-date; all symbols, or one. The columns are `ex_date`,
 * `symbol`, `type` and `value`; beside them `last_cum_date` and `close_on_last_cum_date` for a
 * `split` or `dividend`, and `new_symbol` for a `symbol-change`, whose `value` may be blank. For a
 * `delisting` the ex-date is the first session without trading, `value` the last price paid.
 * @throws InputError naming file, line and field when a row is not what it should be.
 */
export async function readCorporateActions(
  path: string,
  symbol?: string,
): Promise<readonly CorporateAction[]> {
  const rows = await records(path, ["ex_date", "symbol", "type", "value"]);
  return rows
    .map(actionOf)
    .filter((action) => symbol === undefined || action.symbol === symbol)
    .sort((a, b) => (a.exDate < b.exDate ? -1 : a.exDate > b.exDate ? 1 : 0));
}

function actionOf(row: Row): CorporateAction {
  const kind = row.text("type");
  const head = { exDate: row.date("ex_date"), symbol: row.text("symbol"), newSymbol: null };
  switch (kind) {
    case "split":
    case "dividend": {
      const lastCumDate = row.date("last_cum_date");
      const lastCumClose = row.positive("close_on_last_cum_date");
      return { ...head, kind, value: row.positive("value"), lastCumDate, lastCumClose };
    }
    case "delisting":
      return { ...head, kind, value: row.amount("value"), lastCumDate: null, lastCumClose: null };
    case "symbol-change": {
      const newSymbol = row.text("new_symbol");
      return { ...head, kind, value: 0, newSymbol, lastCumDate: null, lastCumClose: null };
    }
    default:
      throw row.wrong("type", "split, dividend, symbol-change or delisting");
  }
}

/**
 * Reads the adjustment factors of one symbol, ascending by date.
 * @throws InputError naming file, line and field when a row is not what it should be.
 */
export async function readFactors(path: string): Promise<readonly AdjustmentFactor[]> {
  const rows = await records(path, ["date", "price_factor", "split_factor", "reference_close"]);
  return rows.map((row) => ({
    date: row.date("date"),
    priceFactor: row.positive("price_factor"),
    splitFactor: row.positive("split_factor"),
    referenceClose: row.amount("reference_close"),
  }));
}

/**
 * Reads which names securities went by before, in the order of the file.
 * @throws InputError naming file, line and field when a row is not what it should be.
 */
export async function readTickerChanges(path: string): Promise<readonly TickerChange[]> {
  const rows = await records(path, ["until", "current_ticker", "ticker_then", "exchange"]);
  return rows.map((row) => ({
    until: row.date("until"),
    currentTicker: row.text("current_ticker"),
    tickerThen: row.text("ticker_then"),
    exchange: row.text("exchange"),
  }));
}

/** One row of a small file, with the checks that its fields go through. */
interface Row {
  text(name: string): string;
  date(name: string): string;
  /** A number above 0. */
  positive(name: string): number;
  /** A number of at least 0. */
  amount(name: string): number;
  wrong(name: string, expected: string): InputError;
}

async function records(path: string, needed: readonly string[]): Promise<readonly Row[]> {
  const lines = new TextDecoder().decode(await readBytes(path)).split(/\r?\n/);
  const header = (lines[0] ?? "").split(",").map((name) => name.trim());
  const missing = needed.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    throw new InputError(
      `expected columns ${missing.join(", ")} in ${path}, got ${header.join(", ")}`,
    );
  }
  return lines.flatMap((line, index) =>
    index === 0 || line.trim() === ""
      ? []
      : [rowOf(`${path}:${index + 1}`, header, line.split(","))],
  );
}

function rowOf(place: string, header: readonly string[], cells: readonly string[]): Row {
  const cell = (name: string) => (cells[header.indexOf(name)] ?? "").trim();
  const wrong = (name: string, expected: string) =>
    new InputError(`${place} ${name}: expected ${expected}, got ${JSON.stringify(cell(name))}`);
  const number = (name: string) => parseText(numberCell, cell(name));
  return {
    wrong,
    text(name) {
      if (cell(name) === "") throw wrong(name, "some text");
      return cell(name);
    },
    date(name) {
      if (!isDate(cell(name))) throw wrong(name, "a date such as 2014-06-09");
      return cell(name);
    },
    positive(name) {
      if (!(number(name) > 0)) throw wrong(name, "a number above 0");
      return number(name);
    },
    amount(name) {
      if (!(number(name) >= 0)) throw wrong(name, "a number of at least 0");
      return number(name);
    },
  };
}
