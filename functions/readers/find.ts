import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../core/domain/errors.ts";
import { isFiner, type Timeframe, timeframes } from "../../core/domain/timeframe.ts";
import type { EventKind } from "./jsonl.ts";

/** What can be looked for: bars of a time frame, or single ticks. */
export type DataTimeframe = Timeframe | "tick";

/** Folder of each time frame in a data folder that is sorted by it. */
const FOLDERS: Readonly<Partial<Record<DataTimeframe, string>>> = {
  "1mo": "monthly",
  "1w": "weekly",
  "1d": "daily",
  "1h": "hour",
  "1m": "minute",
  "1s": "second",
  tick: "ticks",
};
const ENDINGS = ["csv", "csv.gz", "parquet", "jsonl", "jsonl.gz"] as const;
const LETTERS = { bars: "trades", quotes: "quotes", trades: "trades" } as const;

/**
 * Locates the files of a symbol, in the order in which they are to be read. Looked at, first match
 * wins; `END` is csv, csv.gz, parquet, jsonl or jsonl.gz:
 *
 * 1. sorted folders: `daily/SYM.END`, `hour/SYM.END`, and a file a day
 *    `minute/SYM_YYYY-MM-DD_trades.END`, all dates behind one another (`second/`, `ticks/` alike);
 *    quotes are `…/SYM_quotes.END` and `…/SYM_YYYY-MM-DD_quotes.END`
 * 2. one flat folder: `SYM_1d.END`, and `SYM.END`, which is taken for the asked time frame (bars);
 *    `SYM_quotes.END`, `SYM_trades.END` otherwise
 *
 * A slash in a symbol (BTC/USD) is left out of file names.
 * @throws InputError listing what was looked for, and the symbols that the folders do have.
 */
export async function findData(
  dir: string,
  symbol: string,
  timeframe: DataTimeframe,
  kind: EventKind = timeframe === "tick" ? "trades" : "bars",
): Promise<readonly string[]> {
  const found = await lookUp(dir, symbol, timeframe, kind);
  if (found.files.length > 0) return found.files;
  throw missing(`${timeframe} ${kind} of ${symbol}`, found);
}

/**
 * Locates bars of a time frame, or else the coarsest finer ones that it can be built from.
 * @throws InputError as {@link findData} where there are neither.
 */
export async function findBars(
  dir: string,
  symbol: string,
  timeframe: Timeframe,
): Promise<{ readonly timeframe: Timeframe; readonly files: readonly string[] }> {
  const asked = await lookUp(dir, symbol, timeframe, "bars");
  if (asked.files.length > 0) return { timeframe, files: asked.files };
  const finer = timeframes.filter((one) => isFiner(one, timeframe)).reverse();
  for (const one of finer) {
    const { files } = await lookUp(dir, symbol, one, "bars");
    if (files.length > 0) return { timeframe: one, files };
  }
  throw missing(`${timeframe} bars of ${symbol}, or finer ones`, asked);
}

/** What was found, or where it was looked for and what is there instead. */
interface Found {
  readonly files: readonly string[];
  readonly looked: readonly string[];
  readonly symbols: ReadonlySet<string>;
}

async function lookUp(
  dir: string,
  symbol: string,
  timeframe: DataTimeframe,
  kind: EventKind,
): Promise<Found> {
  const stem = symbol.replaceAll("/", "");
  const word = LETTERS[kind];
  const folder = FOLDERS[timeframe];
  const single = kind === "bars" ? stem : `${stem}_${word}`;
  const looked: string[] = [];
  const symbols = new Set<string>();
  const found = (files: readonly string[]): Found => ({ files, looked, symbols });
  const places = [
    ...(folder === undefined ? [] : [{ at: join(dir, folder), stems: [single], daily: true }]),
    { at: dir, stems: [`${single}_${timeframe}`, single], daily: false },
  ];
  for (const { at, stems, daily } of places) {
    const names = await namesIn(at);
    for (const name of names) symbols.add(name.split(/[_.]/)[0] ?? "");
    for (const candidate of stems) {
      looked.push(join(at, `${candidate}.{${ENDINGS.join(",")}}`));
      const ending = ENDINGS.find((end) => names.includes(`${candidate}.${end}`));
      if (ending !== undefined) return found([join(at, `${candidate}.${ending}`)]);
    }
    if (!daily) continue;
    looked.push(join(at, `${stem}_YYYY-MM-DD_${word}.{${ENDINGS.join(",")}}`));
    const files = dailyFiles(names, stem, word);
    if (files.length > 0) return found(files.map((name) => join(at, name)));
  }
  return found([]);
}

function missing(what: string, { looked, symbols }: Found): InputError {
  const known = [...symbols].sort().join(", ");
  return new InputError(
    `expected ${what}, looked for\n  ${looked.join("\n  ")}\n` +
      `symbols found there: ${known === "" ? "none" : known}`,
  );
}

/**
 * The files of single days, ascending by date; of two formats of a day the first ending is read.
 */
function dailyFiles(names: readonly string[], stem: string, word: string): readonly string[] {
  const byDate = new Map<string, string>();
  for (const ending of ENDINGS) {
    for (const name of names) {
      const date = name.slice(stem.length + 1, stem.length + 11);
      if (name !== `${stem}_${date}_${word}.${ending}` || !/^\d{4}-\d\d-\d\d$/.test(date)) continue;
      if (!byDate.has(date)) byDate.set(date, name);
    }
  }
  return [...byDate].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

/** Names of data files in a folder; a README or a folder beside them is no symbol. */
async function namesIn(dir: string): Promise<readonly string[]> {
  try {
    const names = await readdir(dir);
    return names.filter((name) => ENDINGS.some((ending) => name.endsWith(`.${ending}`)));
  } catch {
    // A folder that is not there holds nothing; the error of the caller says where it looked.
    return [];
  }
}
