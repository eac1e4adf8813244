import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import { crypto, fractionalEquity } from "../../core/domain/instruments.ts";
import { iso } from "../../core/domain/time.ts";
import { isFiner, type Timeframe } from "../../core/domain/timeframe.ts";
import type { CorporateAction } from "../../core/runtime/actionHandler.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import type { TickFeed } from "../../core/runtime/ticks.ts";
import { findData, type Policy, readBars, readQuotes, readTrades } from "../readers/index.ts";
import { actionsFile, actionsFrom } from "../replay/recorded.ts";

/** What to read for an exchange. */
export interface LoadRequest {
  readonly dataDir: string;
  /** Pairs have a slash; default all shares that the folder has. */
  readonly symbols?: readonly string[];
  /** The bars that drive the clock; default the finest that there are from `fromMs` on. */
  readonly timeframe?: Timeframe | null;
  readonly fromMs?: number | undefined;
  /** What fills orders: `quotes` and `trades` need recordings of their own. */
  readonly fill?: string;
  /** A file of splits and dividends; default the data folder's own, where it has one. */
  readonly actions?: string | null;
  /** What happens to bad rows; default `fail`. */
  readonly onBad?: Policy;
}

/** What an exchange is to serve. */
export interface Loaded {
  readonly feeds: readonly BarFeed[];
  readonly ticks: readonly TickFeed[];
  readonly actions: readonly CorporateAction[];
}

/** Seconds are left to who asks for them: they are large, and no client can hear them. */
const LOOKED_FOR: readonly Timeframe[] = ["1m", "5m", "15m", "30m", "1h", "4h", "1d"];
const FOLDERS = ["daily", "hour", "minute"];

/**
 * Reads a data folder: the bars that drive the clock, all coarser ones as history, quotes of the
 * same length where they were recorded, and what the fill model needs beside.
 * @throws InputError where a symbol has no data, or none from the start on.
 */
export async function loadExchange(request: LoadRequest): Promise<Loaded> {
  const { dataDir, fill, onBad = "fail", actions = null } = request;
  const { symbols: asked = [] } = request;
  const symbols = asked.length > 0 ? asked : await symbolsIn(dataDir);
  const feeds: BarFeed[] = [];
  const ticks: TickFeed[] = [];
  for (const symbol of symbols) {
    const own = await barsOf(instrumentOf(symbol), request);
    feeds.push(...own);
    const [base] = own;
    if (base === undefined) continue;
    const quotes = await filesOf(dataDir, symbol, base.timeframe, "quotes");
    if (quotes !== null) ticks.push(await quotesOf(base, quotes, onBad));
    else if (fill === "quotes") await findData(dataDir, symbol, base.timeframe, "quotes");
    if (fill === "trades") ticks.push(await tradesOf(base, dataDir, onBad));
  }
  const file = actionsFile(actions, dataDir);
  return { feeds, ticks, actions: file === null ? [] : await actionsFrom(file) };
}

async function barsOf(instrument: Instrument, request: LoadRequest): Promise<readonly BarFeed[]> {
  const { dataDir, timeframe = null, onBad = "fail" } = request;
  const { fromMs = Number.NEGATIVE_INFINITY } = request;
  const { symbol, calendar: id } = instrument;
  const feeds: BarFeed[] = [];
  let found = 0;
  const wanted = timeframe === "1s" ? (["1s", ...LOOKED_FOR] as const) : LOOKED_FOR;
  for (const frame of wanted) {
    if (timeframe !== null && isFiner(frame, timeframe)) continue;
    const files = await filesOf(dataDir, symbol, frame, "bars");
    if (files === null) continue;
    found += 1;
    const { data } = await readBars(files, {
      timeframe: frame,
      calendar: calendarOf(id),
      // Sources stamp hours by the clock, so that the first holds what comes before the open.
      regularHours: id === "us-equity" && (frame === "1h" || frame === "4h"),
      onBad,
    });
    // What is over before the clock starts can't drive it.
    if ((data.closeTimeMs.at(-1) ?? 0) > fromMs) {
      feeds.push({ instrument, timeframe: frame, columns: data });
    }
  }
  if (feeds.length > 0 && (timeframe === null || feeds[0]?.timeframe === timeframe)) return feeds;
  // Says where it looked, and what there is.
  if (timeframe !== null) await findData(dataDir, symbol, timeframe, "bars");
  const since = found > 0 && Number.isFinite(fromMs) ? ` from ${iso(fromMs)} on` : "";
  const there = (await symbolsIn(dataDir)).join(", ");
  throw new InputError(
    `${symbol}: expected bars${since} in ${dataDir}, got none; symbols found there: ${there}`,
  );
}

async function quotesOf(
  { instrument, timeframe }: BarFeed,
  files: readonly string[],
  onBad: Policy,
): Promise<TickFeed> {
  const bars = { timeframe, calendar: calendarOf(instrument.calendar) };
  return { kind: "quotes", instrument, columns: (await readQuotes(files, { onBad, bars })).data };
}

async function tradesOf({ instrument }: BarFeed, dir: string, onBad: Policy): Promise<TickFeed> {
  const files = await findData(dir, instrument.symbol, "tick", "trades");
  return { kind: "trades", instrument, columns: (await readTrades(files, { onBad })).data };
}

async function filesOf(
  dir: string,
  symbol: string,
  frame: Timeframe,
  kind: "bars" | "quotes",
): Promise<readonly string[] | null> {
  try {
    return await findData(dir, symbol, frame, kind);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function instrumentOf(symbol: string): Instrument {
  return symbol.includes("/") ? crypto(symbol) : fractionalEquity(symbol);
}

/** The symbols that the folders of a data folder name, in alphabetical order. */
async function symbolsIn(dir: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const folder of FOLDERS) {
    const at = join(dir, folder);
    if (!existsSync(at)) continue;
    for (const name of await readdir(at)) {
      const [symbol = ""] = name.split(/[_.]/);
      const isBars = !name.includes("_quotes") && !name.startsWith("wide_");
      if (isBars && /^[A-Z.]{1,6}$/.test(symbol) && !symbol.endsWith("USD")) found.add(symbol);
    }
  }
  if (found.size > 0) return [...found].sort();
  throw new InputError(`expected bars in ${FOLDERS.join(", ")} of ${dir}, got none: --symbols`);
}
