import { Dice } from "./dice.ts";
import { Faults, type Injected, type OtherFaultKind } from "./faults.ts";
import type { Violation } from "./invariants.ts";
import type { PlantedBug } from "./plantedBug.ts";
import { NO_BUG } from "./plantedBugs.ts";
import { restlessSetting } from "./restless.ts";
import { SimulatedSystem } from "./system.ts";

/** What a run is. The same options give the same run, to the last turn. */
export interface RunOptions {
  readonly seed: number;
  /** Minutes of trading with faults on; default 12. */
  readonly minutes?: number;
  /** One call in so many fails; 0 for none; default 40. */
  readonly faultOneIn?: number;
  readonly reconciles?: boolean;
  readonly bug?: PlantedBug;
  /** The faults that may happen, by number; default all that are drawn. */
  readonly only?: ReadonlySet<number>;
  /** Kinds of faults that do not happen. */
  readonly without?: ReadonlySet<OtherFaultKind>;
}

/** What came of a run. */
export interface RunOutcome {
  /** What tells the run from others, for people. */
  readonly title: string;
  readonly violations: readonly Violation[];
  readonly injected: readonly Injected[];
  /** Turns given: calls of ports, and whatever else waited for time to pass. */
  readonly turns: number;
  readonly orders: number;
  readonly fills: number;
  /** Awaits that were walked through, by job and call. */
  readonly seen: ReadonlySet<string>;
  /** Everything that was committed, a line an event. */
  readonly story: readonly string[];
}

/** Runs the whole system once, on a clock and with a luck that the seed decides. */
export async function simulate(options: RunOptions): Promise<RunOutcome> {
  const { seed, minutes = 12, faultOneIn = 40, bug = NO_BUG, only, without } = options;
  const { reconciles = bug.withoutReconciling !== true } = options;
  // Prices, delays and faults have dice of their own: leaving out a fault changes no price.
  const luck = new Dice(-seed - 1);
  const faults = new Faults(new Dice(seed * 3 + 1), luck, { oneIn: faultOneIn, only, without });
  const setting = restlessSetting(new Dice(seed * 3 + 2), minutes);
  const dice = new Dice(seed * 3);
  const system = new SimulatedSystem({ dice, faults, setting, bug, reconciles });
  await system.run();
  return outcomeOf(`seed ${seed}`, system);
}

/** What a run came to, once it is over. */
export function outcomeOf(title: string, system: SimulatedSystem): RunOutcome {
  const { invariants, time, seen, books, faults } = system;
  const count = (type: string) => books.entries.filter(({ event }) => event.type === type).length;
  return {
    title,
    violations: invariants.violations,
    injected: faults.injected,
    turns: time.turns,
    orders: count("order.submitted.v1"),
    fills: count("order.filled.v1"),
    seen,
    story: books.entries.map(
      ({ event }) => `${new Date(event.receivedTimeMs).toISOString()} ${event.type} ${event.id}`,
    ),
  };
}
