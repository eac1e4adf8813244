import { Worker } from "node:worker_threads";
import { InvariantError } from "../../core/domain/errors.ts";
import type { BarColumns } from "../../core/domain/market.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import type { ParameterSet } from "./grid.ts";
import type { NumberedSet } from "./replaySet.ts";
import type { SweepRow } from "./row.ts";
import type { ThreadAnswer, ThreadStart } from "./thread.ts";

/** Sets that a thread is given at once: few, so that all end at about the same time. */
const MOST_AT_ONCE = 16;

/**
 * Replays all sets on threads of this machine, and answers the rows in the order of the sets.
 * @throws InvariantError with the words of the first thread that failed; all are ended then.
 */
export async function sweepOnThreads(
  { job, feeds }: ThreadStart,
  sets: readonly ParameterSet[],
  threads: number,
  onDone: (done: number) => void = () => {},
): Promise<readonly SweepRow[]> {
  const start: ThreadStart = { job, feeds: feeds.map(shared) };
  const waiting = sets.map((set, index): NumberedSet => ({ index, set }));
  const size = Math.max(1, Math.min(MOST_AT_ONCE, Math.ceil(sets.length / (threads * 4))));
  const rows: SweepRow[] = [];
  const workers: Worker[] = [];
  const run = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const next = () => {
        const batch = waiting.splice(0, size);
        if (batch.length === 0) return resolve();
        worker.postMessage(batch);
      };
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new InvariantError(`a thread ended with ${code}`)));
      worker.on("message", (answer: ThreadAnswer) => {
        if ("failed" in answer) return reject(new InvariantError(answer.failed));
        rows.push(...answer.rows);
        onDone(rows.length);
        next();
      });
      next();
    });
  try {
    const count = Math.min(threads, Math.ceil(sets.length / size));
    for (let i = 0; i < count; i += 1) {
      workers.push(new Worker(new URL("worker.mjs", import.meta.url), { workerData: start }));
    }
    await Promise.all(workers.map(run));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return rows.sort((a, b) => a.index - b.index);
}

function shared({ instrument, timeframe, columns }: BarFeed): BarFeed {
  const copy = (column: Float64Array) => {
    const own = new Float64Array(new SharedArrayBuffer(column.byteLength));
    own.set(column);
    return own;
  };
  const all: BarColumns = {
    length: columns.length,
    openTimeMs: copy(columns.openTimeMs),
    closeTimeMs: copy(columns.closeTimeMs),
    open: copy(columns.open),
    high: copy(columns.high),
    low: copy(columns.low),
    close: copy(columns.close),
    volume: copy(columns.volume),
  };
  return { instrument, timeframe, columns: all };
}
