import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import { type TallyPart, tallyPart } from "./tally.ts";

const stateSchema = z.strictObject({
  /** What was asked for: another question can't go on with this answer. */
  asked: z.string(),
  /** Units that are done, from the first on. */
  done: z.int().min(0),
  tally: tallyPart,
});

/** How far a long simulation is, for the next process to go on with. */
export interface SimulationState {
  readonly done: number;
  readonly tally: TallyPart;
}

/** Reads how far it is; null where there is no file yet. @throws InputError for another's file. */
export function readState(path: string, asked: string): SimulationState | null {
  if (!existsSync(path)) return null;
  const read = stateSchema.safeParse(json(path));
  if (!read.success) throw new InputError(`--state: expected a simulation's state in ${path}`);
  if (read.data.asked === asked) return read.data;
  throw new InputError(`--state: ${path} is of "${read.data.asked}", asked was "${asked}"`);
}

/** Writes how far it is: whole or not at all. */
export function writeState(path: string, asked: string, state: SimulationState): void {
  mkdirSync(dirname(path), { recursive: true });
  const next = `${path}.next`;
  writeFileSync(next, `${JSON.stringify({ asked, ...state })}\n`);
  renameSync(next, path);
}

function json(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
