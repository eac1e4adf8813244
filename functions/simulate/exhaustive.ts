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
  return { ...outcomeOf(title, system), calls: faults.calls };
}

/** Every single crash in a run of so many calls, from a call on. */
export function singles(calls: number, from = 1): readonly Crash[] {
  const crashes: Crash[] = [];
  for (let at = from; at <= calls; at += 1) {
    crashes.push({ at, kind: "crash before" }, { at, kind: "crash after" });
  }
  return crashes;
}

/** Which pairs are tried: all of them, or so many that dice choose. */
export type Pairs = "all" | { readonly sampled: number; readonly dice: Dice };

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
    firsts.push({ crash, seconds: singles(run.calls, crash.at + 1) });
  }
  if (pairs === "all") {
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
