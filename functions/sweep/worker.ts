import { parentPort, workerData } from "node:worker_threads";
import { allProfiles, allStrategies } from "../cli/catalogue.ts";
import { type NumberedSet, replaySet } from "./replaySet.ts";
import type { SweepRow } from "./row.ts";
import type { ThreadAnswer, ThreadStart } from "./thread.ts";

const { job, feeds } = workerData as ThreadStart;
const subjects = { profiles: await allProfiles(), strategies: await allStrategies() };

parentPort?.on("message", async (sets: readonly NumberedSet[]) => {
  try {
    const rows: SweepRow[] = [];
    for (const set of sets) rows.push(await replaySet(job, subjects, feeds, set));
    answer({ rows });
  } catch (error) {
    answer({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

function answer(text: ThreadAnswer): void {
  parentPort?.postMessage(text);
}
