import { parentPort } from "node:worker_threads";
import type { ThreadAnswer } from "./pool.ts";
import { runUnit, type Unit } from "./unit.ts";

parentPort?.on("message", async (unit: Unit) => {
  try {
    answer(await runUnit(unit));
  } catch (error) {
    answer({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

function answer(text: ThreadAnswer): void {
  parentPort?.postMessage(text);
}
