import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { checked } from "../lambda/payloads.ts";
import { parameterSet } from "./grid.ts";
import { type FeedPlace, feedPlace, profileOf, type Subjects, sweepJob } from "./job.ts";
import { barsFromParquet, rowsToParquet } from "./parquet.ts";
import { replaySet } from "./replaySet.ts";
import type { SweepRow } from "./row.ts";

/** Files by key: a bucket, or a test's memory. */
export interface Objects {
  get(key: string): Promise<Uint8Array>;
  put(key: string, body: Uint8Array): Promise<void>;
}

/** `sweeps/NAME/sweep.json`: what all sets of a sweep share, and where its bars are. */
export const sweepFile = z.strictObject({ job: sweepJob, feeds: z.array(feedPlace) });
export type SweepFile = Readonly<z.output<typeof sweepFile>>;

/** What the state machine hands over: some sets of a sweep. */
const batch = z.object({
  BatchInput: z.object({ sweep: z.string().regex(/^[\w.-]{1,100}$/) }),
  Items: z.array(z.object({ index: z.int(), set: parameterSet })).min(1),
});

/** What became of a batch, for the state machine's record. */
export interface BatchReport {
  readonly key: string;
  readonly replayed: number;
  readonly refused: number;
}

/** Recordings are kept between calls: sets of one sweep share them. */
const MOST_KEPT = 600;

/** Replays some sets of a sweep and leaves their rows as Parquet beside it. */
export function sweepEntry(objects: Objects, subjects: () => Promise<Subjects>) {
  const kept = new Map<string, Promise<BarFeed["columns"]>>();
  const columnsOf = ({ key }: FeedPlace) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const read = objects.get(key).then(barsFromParquet);
    kept.set(key, read);
    read.catch(() => kept.delete(key));
    return read;
  };
  return async (payload: unknown): Promise<BatchReport> => {
    const { BatchInput, Items } = checked(batch, payload, "sweep batch");
    const { sweep } = BatchInput;
    const { job, feeds } = await fileOf(objects, sweep);
    const all = await subjects();
    const first = Items[0]?.set ?? {};
    const { instruments } = compileProfile(profileOf(job, all, first));
    const loaded = await Promise.all(
      feeds.map(async (place): Promise<BarFeed> => {
        const instrument = instruments.find(({ symbol }) => symbol === place.symbol);
        if (instrument === undefined) throw new InputError(`sweep: nobody trades ${place.symbol}`);
        return { instrument, timeframe: place.timeframe, columns: await columnsOf(place) };
      }),
    );
    const rows: SweepRow[] = [];
    for (const item of Items) rows.push(await replaySet(job, all, loaded, item));
    const key = resultKey(sweep, Items[0]?.index ?? 0);
    await objects.put(key, rowsToParquet(rows));
    const refused = rows.filter((row) => row.refused !== null).length;
    return { key, replayed: rows.length - refused, refused };
  };
}

/** Where the parts of a sweep are kept. */
export const sweepKeys = (sweep: string) => ({
  file: `sweeps/${sweep}/sweep.json`,
  parameters: `sweeps/${sweep}/parameters.jsonl`,
  results: `sweeps/${sweep}/results/`,
});

/** Where the rows of a batch are kept, by its first set. */
function resultKey(sweep: string, index: number): string {
  return `${sweepKeys(sweep).results}${String(index).padStart(6, "0")}.parquet`;
}

/** Reads what all sets of a sweep share. @throws InputError where there is no such sweep. */
export async function fileOf(objects: Objects, sweep: string): Promise<SweepFile> {
  const text = new TextDecoder().decode(await objects.get(sweepKeys(sweep).file));
  return checked(sweepFile, JSON.parse(text), sweepKeys(sweep).file);
}
