import { InvariantError } from "../../core/domain/errors.ts";
import { crashed, type PairsOf, secondsAfter, singles } from "./exhaustive.ts";
import type { Crash } from "./faults.ts";
import { scenarios } from "./scenarios.ts";
import type { Setting } from "./setting.ts";
import { shrunk, storyOf } from "./shrink.ts";
import { type RunOptions, type RunOutcome, simulate } from "./simulate.ts";
import { Tally, type TallyPart } from "./tally.ts";

/** Some runs that a thread does at once: seeds in a row, or all that follows from one crash. */
export type Unit =
  | {
      readonly kind: "seeds";
      readonly from: number;
      readonly count: number;
      readonly options: Pick<RunOptions, "faultOneIn" | "reconciles" | "minutes">;
    }
  | {
      readonly kind: "crashes";
      readonly scenario: string;
      /** Null for the run without a crash. */
      readonly first: Crash | null;
      readonly pairs: PairsOf | "none";
    };

/** What a unit came to, and the story of its first run that broke a promise. */
export interface UnitAnswer {
  readonly part: TallyPart;
  readonly failure: { readonly story: string; readonly again: string } | null;
}

/** Does the runs of a unit, up to the first that breaks a promise. */
export async function runUnit(unit: Unit): Promise<UnitAnswer> {
  return unit.kind === "seeds" ? runSeeds(unit) : runCrashes(unit);
}

async function runSeeds(unit: Extract<Unit, { kind: "seeds" }>): Promise<UnitAnswer> {
  const { from, count, options } = unit;
  const tally = new Tally();
  for (let seed = from; seed < from + count; seed += 1) {
    const run = { ...options, seed };
    const outcome = await simulate(run);
    tally.add(outcome);
    if (outcome.violations.length === 0) continue;
    const story = storyOf(await shrunk(run, outcome));
    const reconciles = options.reconciles === false ? " --no-reconcile" : "";
    const minutes = options.minutes === undefined ? "" : ` --minutes ${options.minutes}`;
    const faults = options.faultOneIn ?? 0;
    const again = `--seed ${seed} --runs 1 --faults ${faults}${minutes}${reconciles}`;
    return { part: tally.part(), failure: { story, again } };
  }
  return { part: tally.part(), failure: null };
}

async function runCrashes(unit: Extract<Unit, { kind: "crashes" }>): Promise<UnitAnswer> {
  const setting = settingOf(unit.scenario);
  const tally = new Tally();
  const run = async (crashes: readonly Crash[]) => {
    const outcome = await crashed(setting, { crashes });
    tally.add(outcome);
    return { ...outcome, failure: failureOf(outcome, unit.scenario, crashes) };
  };
  const single = await run(unit.first === null ? [] : [unit.first]);
  if (single.failure !== null || unit.first === null || unit.pairs === "none") {
    return { part: tally.part(), failure: single.failure };
  }
  for (const second of secondsAfter(unit.first, single, unit.pairs)) {
    const { failure } = await run([unit.first, second]);
    if (failure !== null) return { part: tally.part(), failure };
  }
  return { part: tally.part(), failure: null };
}

function failureOf(
  outcome: RunOutcome,
  scenario: string,
  crashes: readonly Crash[],
): UnitAnswer["failure"] {
  if (outcome.violations.length === 0) return null;
  const places = crashes.map(({ at, kind }) => `${kind === "crash before" ? "b" : "a"}${at}`);
  const again = `--scenario "${scenario}" --crash ${places.join(",") || "none"}`;
  return { story: storyOf(outcome), again };
}

function settingOf(name: string): Setting {
  const found = scenarios.find((one) => one.name === name);
  if (found === undefined) throw new InvariantError(`there is no scenario "${name}"`);
  return found;
}

/** Every single crash of some scenarios as a unit, with the pairs that begin with it or without. */
export async function crashUnits(
  settings: readonly Setting[],
  pairs: PairsOf | "none",
): Promise<readonly Unit[]> {
  const units: Unit[] = [];
  for (const { name: scenario, ...rest } of settings) {
    units.push({ kind: "crashes", scenario, first: null, pairs });
    const { calls } = await crashed({ name: scenario, ...rest }, { crashes: [] });
    for (const first of singles(calls)) units.push({ kind: "crashes", scenario, first, pairs });
  }
  return units;
}
