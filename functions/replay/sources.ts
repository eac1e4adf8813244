import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import { isFiner } from "../../core/domain/timeframe.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import type { TickFeed } from "../../core/runtime/ticks.ts";
import type { CompiledProfile, DataSource } from "../../core/strategy/profile.ts";
import {
  findBars,
  findData,
  type Issue,
  type Policy,
  readBars,
  readQuotes,
  readTrades,
} from "../readers/index.ts";

/** A feed with the files that it was read from. */
export interface LoadedFeed {
  readonly feed: BarFeed;
  readonly files: readonly string[];
  readonly issues: readonly Issue[];
}

/** Where bars come from and what happens to bad rows. */
export interface LoadOptions {
  /** A folder of data; without it each profile's own `data` is read. */
  readonly dataDir: string | null;
  readonly onBad: Policy;
}

/**
 * Reads the bars of every instrument of the profiles, each instrument once and in the finest time
 * frame that a profile asks for; coarser ones are built from it.
 * @throws InputError when an instrument has no data, or two profiles name different files for it.
 */
export async function loadFeeds(
  profiles: readonly CompiledProfile[],
  options: LoadOptions,
): Promise<readonly LoadedFeed[]> {
  const wanted = new Map<string, Wanted>();
  for (const profile of profiles) {
    for (const instrument of profile.instruments) {
      const own = wantedBy(profile, instrument, options);
      wanted.set(instrument.symbol, merged(wanted.get(instrument.symbol), own));
    }
  }
  return Promise.all([...wanted.values()].map((one) => load(one, options)));
}

interface Wanted {
  readonly profile: string;
  readonly instrument: Instrument;
  readonly timeframe: BarFeed["timeframe"];
  readonly source: DataSource | null;
}

function wantedBy(
  profile: CompiledProfile,
  instrument: Instrument,
  { dataDir }: LoadOptions,
): Wanted {
  const source = dataDir === null ? (profile.data[instrument.symbol] ?? null) : null;
  const timeframe = source?.timeframe ?? profile.timeframe;
  return { profile: profile.name, instrument, timeframe, source };
}

function merged(before: Wanted | undefined, own: Wanted): Wanted {
  if (before === undefined) return own;
  if (before.source === null && own.source === null) {
    return isFiner(own.timeframe, before.timeframe) ? own : before;
  }
  if (before.source?.path === own.source?.path && before.timeframe === own.timeframe) return before;
  throw new InputError(
    `${own.instrument.symbol}: expected one recording for all profiles, but ${before.profile} reads ` +
      `${before.source?.path ?? "none"} (${before.timeframe}) and ${own.profile} reads ` +
      `${own.source?.path ?? "none"} (${own.timeframe}); replay them one after the other`,
  );
}

async function load(wanted: Wanted, { dataDir, onBad }: LoadOptions): Promise<LoadedFeed> {
  const { instrument, source } = wanted;
  const { timeframe, files } = await filesOf(wanted, dataDir);
  const { data, report } = await readBars(files, {
    timeframe,
    calendar: calendarOf(instrument.calendar),
    // Sources stamp the first hour at nine; bars that are built from others need session edges.
    regularHours: instrument.calendar === "us-equity" && timeframe !== "1d",
    onBad,
    ...(source?.columns === undefined ? {} : { columns: source.columns }),
    ...(source?.only === undefined ? {} : { symbol: source.only }),
    ...(source?.adjust === undefined ? {} : { adjust: source.adjust }),
  });
  return { feed: { instrument, timeframe, columns: data }, files, issues: report.issues };
}

async function filesOf({ instrument, timeframe, source, profile }: Wanted, dataDir: string | null) {
  if (source !== null) return { timeframe, files: [resolved(source.path)] };
  if (dataDir !== null) return findBars(dataDir, instrument.symbol, timeframe);
  throw new InputError(
    `profile ${profile}: ${instrument.symbol} has no data: give --data DIR, or name its files in ` +
      "the profile's data",
  );
}

/** `npm:package/file` is looked up in the installed packages, anything else from here. */
export function resolved(path: string): string {
  if (!path.startsWith("npm:")) return resolve(path);
  const inside = path.slice("npm:".length);
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, "node_modules", inside);
    if (existsSync(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  throw new InputError(
    `${path}: expected an installed package that has this file; run npm install`,
  );
}

/**
 * Reads the ticks that a fill model or a strategy's `onQuote` or `onTrade` needs, from the data
 * folder:
 * quotes (of the bars' own length where there are no finer ones), or prints.
 * @throws InputError when ticks are needed and there is no folder or no file of them.
 */
export async function loadTicks(
  feeds: readonly LoadedFeed[],
  profiles: readonly CompiledProfile[],
  { dataDir, onBad, fill }: LoadOptions & { readonly fill: string },
): Promise<readonly TickFeed[]> {
  const hears = (kind: "onQuote" | "onTrade") =>
    profiles.some(({ strategy }) => strategy[kind] !== undefined);
  const kinds: TickFeed["kind"][] = [];
  if (fill === "quotes" || hears("onQuote")) kinds.push("quotes");
  if (fill === "trades" || hears("onTrade")) kinds.push("trades");
  if (kinds.length === 0) return [];
  if (dataDir === null) {
    throw new InputError(`expected a folder with ${kinds.join(" and ")}: give --data DIR`);
  }
  const wanted = feeds.flatMap(({ feed }) => kinds.map((kind) => ({ feed, kind })));
  return Promise.all(wanted.map(({ feed, kind }) => loadTick(feed, kind, dataDir, onBad)));
}

async function loadTick(
  { instrument, timeframe }: BarFeed,
  kind: TickFeed["kind"],
  dataDir: string,
  onBad: Policy,
): Promise<TickFeed> {
  const { symbol } = instrument;
  if (kind === "trades") {
    const files = await findData(dataDir, symbol, "tick", kind);
    return { kind, instrument, columns: (await readTrades(files, { onBad })).data };
  }
  const files = await findData(dataDir, symbol, timeframe, kind);
  const bars = { timeframe, calendar: calendarOf(instrument.calendar) };
  return { kind, instrument, columns: (await readQuotes(files, { onBad, bars })).data };
}
