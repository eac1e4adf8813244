import { Dice } from "./dice.ts";
import { type Crash, PlannedFaults } from "./faults.ts";
import type { PlantedBug } from "./plantedBug.ts";
import { NO_BUG } from "./plantedBugs.ts";
import type { Setting } from "./setting.ts";
import { outcomeOf, type RunOutcome } from "./simulate.ts";
import { SimulatedSystem } from "./system.ts";

/** A run with crashes where they were planned. */
export interface CrashedRun extends RunOutcome {
  /** Calls of ports while crashes may happen: where the next crash can be planned. */
  readonly calls: number;
  /** Those of them that change something, by number. */
  readonly changes: readonly number[];
}

/** How a scenario is run. */
export interface CrashOptions {
  readonly crashes: readonly Crash[];
  readonly reconciles?: boolean;
  readonly bug?: PlantedBug;
}

/** Runs a scenario once, with the same luck each time: only the crashes differ. */
export async function crashed(
  setting: Setting,
  { crashes, bug = NO_BUG, reconciles = bug.withoutReconciling !== true }: CrashOptions,
): Promise<CrashedRun> {
  const faults = new PlannedFaults(crashes, setting.given);
  const system = new SimulatedSystem({ dice: new Dice(1), faults, setting, bug, reconciles });
  await system.run();
  const places = crashes.map(({ at, kind }) => `${kind} call ${at}`).join(", ");
  const title = `${setting.name}: ${places === "" ? "no crash" : places}`;
  return { ...outcomeOf(title, system), calls: faults.calls, changes: faults.changes };
}

/** Every single crash in a run of so many calls. */
export function singles(calls: number): readonly Crash[] {
  return bothSides(Array.from({ length: calls }, (_, i) => i + 1));
}

/**
 * Of which calls pairs are made: of all, or of those that change something. Whoever dies at a call
 * that only asks leaves what it left by its last change: as a second crash it is the same again,
 * some ms earlier or later.
 */
export type PairsOf = "all" | "changes";

/** What may follow a first crash, in the run that has it; nothing where that one is left out. */
export function secondsAfter(
  { at }: Crash,
  { calls, changes }: CrashedRun,
  of: PairsOf,
): readonly Crash[] {
  if (of === "all") return singles(calls).filter((second) => second.at > at);
  if (!changes.includes(at)) return [];
  return bothSides(changes.filter((second) => second > at));
}

function bothSides(places: readonly number[]): readonly Crash[] {
  return places.flatMap((at) => [
    { at, kind: "crash before" },
    { at, kind: "crash after" },
  ]);
}

/** Which pairs are tried: all of a kind, or so many of all that dice choose. */
export type Pairs = PairsOf | { readonly sampled: number; readonly dice: Dice };

/**
 * Crashes a scenario at every call, before and after its effect, and at pairs of calls. After a
 * first crash the run is another: its second crash is planned among the calls of that run. Gives
 * each run as it ends, the one without a crash first. `every` above 1 takes so few of the singles.
 */
export async function* exhaustively(
  setting: Setting,
  pairs: Pairs,
  every = 1,
): AsyncGenerator<CrashedRun> {
  const whole = await crashed(setting, { crashes: [] });
  yield whole;
  const firsts: { readonly crash: Crash; readonly seconds: readonly Crash[] }[] = [];
  for (const [place, crash] of singles(whole.calls).entries()) {
    if (place % every !== 0) continue;
    const run = await crashed(setting, { crashes: [crash] });
    yield run;
    const of = typeof pairs === "string" ? pairs : "all";
    firsts.push({ crash, seconds: secondsAfter(crash, run, of) });
  }
  if (typeof pairs === "string") {
    for (const { crash, seconds } of firsts) {
      for (const second of seconds) yield await crashed(setting, { crashes: [crash, second] });
    }
    return;
  }
  const { sampled, dice } = pairs;
  const open = firsts.filter(({ seconds }) => seconds.length > 0);
  for (let i = 0; i < sampled && open.length > 0; i += 1) {
    const first = open[dice.between(0, open.length - 1)];
    const second = first?.seconds[dice.between(0, first.seconds.length - 1)];
    if (first === undefined || second === undefined) continue;
    yield await crashed(setting, { crashes: [first.crash, second] });
  }
}
