import { Worker } from "node:worker_threads";
import { InvariantError } from "../../core/domain/errors.ts";
import { runUnit, type Unit, type UnitAnswer } from "./unit.ts";

/** What a thread answers: what its unit came to, or the words of what went wrong. */
export type ThreadAnswer = UnitAnswer | { readonly failed: string };

/** Units of work by their number, and how many there are. */
export interface Units {
  readonly count: number;
  at(index: number): Unit;
}

/**
 * Does units from a number on, on threads of this machine or, with one, in this process. Answers
 * are handed on in the order of the units; `onAnswer` says false to stop.
 * @throws InvariantError with the words of the first thread that failed; all are ended then.
 */
export async function runUnits(
  units: Units,
  from: number,
  threads: number,
  onAnswer: (answer: UnitAnswer, index: number) => boolean,
): Promise<void> {
  if (threads <= 1 || units.count - from <= 1) {
    for (let index = from; index < units.count; index += 1) {
      if (!onAnswer(await runUnit(units.at(index)), index)) return;
    }
    return;
  }
  const inOrder = ordered(from, onAnswer);
  const workers = Array.from({ length: Math.min(threads, units.count - from) }, () => {
    return new Worker(new URL("worker.mjs", import.meta.url));
  });
  let next = from;
  const work = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      let index = -1;
      const give = () => {
        if (inOrder.isOver || next >= units.count) return resolve();
        index = next;
        next += 1;
        worker.postMessage(units.at(index));
      };
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new InvariantError(`a thread ended with ${code}`)));
      worker.on("message", (answer: ThreadAnswer) => {
        if ("failed" in answer) return reject(new InvariantError(answer.failed));
        inOrder.take(index, answer);
        give();
      });
      give();
    });
  try {
    await Promise.all(workers.map(work));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Holds answers back until all before them are there: what was done is one number then. */
function ordered(from: number, onAnswer: (answer: UnitAnswer, index: number) => boolean) {
  const early = new Map<number, UnitAnswer>();
  let next = from;
  return {
    isOver: false,
    take(index: number, answer: UnitAnswer): void {
      early.set(index, answer);
      for (let one = early.get(next); one !== undefined; one = early.get(next)) {
        early.delete(next);
        if (this.isOver) return;
        this.isOver = !onAnswer(one, next);
        next += 1;
      }
    },
  };
}
