import * as z from "zod";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import { sha256 } from "../replay/run.ts";
import type { ParameterSet } from "./grid.ts";
import { type Objects, sweepFile, sweepKeys } from "./handler.ts";
import type { FeedPlace, SweepJob } from "./job.ts";
import { barsToParquet, rowsFromParquet } from "./parquet.ts";
import type { SweepRow } from "./row.ts";

/**
 * Puts all that a deployed sweep needs into its bucket: the bars of each instrument once, by the
 * hash of their content, a line a set of parameters, and what they share.
 */
export async function uploadSweep(
  objects: Objects,
  name: string,
  job: SweepJob,
  feeds: readonly BarFeed[],
  sets: readonly ParameterSet[],
): Promise<void> {
  const places: FeedPlace[] = [];
  for (const { instrument, timeframe, columns } of feeds) {
    const bars = barsToParquet(columns);
    const hash = sha256(Buffer.from(bars).toString("base64"));
    const key = `recordings/${hash}.parquet`;
    await objects.put(key, bars);
    places.push({ symbol: instrument.symbol, timeframe, key });
  }
  const { file, parameters } = sweepKeys(name);
  const lines = sets.map((set) => `${JSON.stringify(set)}\n`);
  await objects.put(parameters, Buffer.from(lines.join("")));
  const body = z.encode(sweepFile, { job: { ...job }, feeds: places });
  await objects.put(file, Buffer.from(JSON.stringify(body)));
}

/** The rows that a deployed sweep has left so far, in the order of its sets. */
export async function collectSweep(
  objects: Objects,
  keys: readonly string[],
): Promise<readonly SweepRow[]> {
  const parts: (readonly SweepRow[])[] = [];
  for (const key of keys.filter((one) => one.endsWith(".parquet"))) {
    parts.push(await rowsFromParquet(await objects.get(key)));
  }
  return parts.flat().sort((a, b) => a.index - b.index);
}
