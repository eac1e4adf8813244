import { availableParallelism } from "node:os";
import { Command } from "commander";
import { InputError } from "../../core/domain/errors.ts";
import type { Units } from "../simulate/pool.ts";
import type { Terminal } from "./terminal.ts";

interface Options {
  readonly seed: string;
  readonly runs: string;
  readonly faults: string;
  readonly minutes: string;
  readonly reconcile: boolean;
  readonly exhaustive?: boolean;
  readonly singles?: boolean;
  readonly allPairs?: boolean;
  readonly scenario?: string;
  readonly crash?: string;
  readonly threads?: string;
  readonly state?: string;
  readonly for?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  bellwether simulate --runs 1000
  bellwether simulate --seed 4711 --runs 1 --faults 20
  bellwether simulate --runs 1000000 --state simulate.json --for 480
  bellwether simulate --exhaustive --state pairs.json
  bellwether simulate --scenario "a kill in the middle" --crash b40,a77

A run is decided by its seed alone. A failing one is told as a story, with as few faults as still
make it fail. With --exhaustive short scenarios crash at every await, before and after its effect,
and at every pair of calls that change something: whoever dies as it asks leaves what it left by its
last change. --all-pairs takes them too (1.4 million runs), --singles leaves all pairs out. With
--state a run that was stopped goes on where it was. Exit codes: 0 every promise was kept, 1 one was
broken, 2 bad arguments.
`;

/** Seeds that a thread is given at once. */
const SEEDS_AT_ONCE = 10;

/** How often the state is written at most, ms. */
const STATE_EVERY_MS = 5_000;

/** `simulate`: the whole system with everything going wrong, as often as one likes. */
export function simulateCommand(terminal: Terminal): Command {
  return new Command("simulate")
    .description(
      "Run the whole system on a virtual clock with injected faults, and check its promises.",
    )
    .option("--seed <n>", "first seed", "0")
    .option("--runs <n>", "how many, one seed after the other", "100")
    .option("--faults <n>", "one call of a port in so many fails; 0 for none", "30")
    .option("--minutes <n>", "minutes of trading in a run", "12")
    .option("--no-reconcile", "without the comparison with the venue, which mends much")
    .option("--exhaustive", "crash scenarios at every await and at pairs of changes")
    .option("--singles", "with --exhaustive: no pairs")
    .option("--all-pairs", "with --exhaustive: pairs of calls that only ask, too")
    .option("--scenario <name>", "with --exhaustive or --crash: this one alone")
    .option("--crash <places>", "crash a scenario before (b) or after (a) some calls, as b40,a77")
    .option("--threads <n>", "how many; default one for each core")
    .option("--state <file>", "keep there how far it is, and go on from there")
    .option("--for <minutes>", "stop after so many minutes")
    .option("--json", "the figures as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      terminal.exit(await simulateAll(options, terminal));
    });
}

async function simulateAll(options: Options, terminal: Terminal): Promise<number> {
  const threads = whole("--threads", options.threads ?? String(availableParallelism()));
  const untilMs =
    options.for === undefined
      ? Number.POSITIVE_INFINITY
      : performance.now() + whole("--for", options.for) * 60_000;
  if (options.crash !== undefined) return crashOnce(options, options.crash, terminal);
  const { asked, units, unit } = await workOf(options);
  const { runUnits } = await import("../simulate/pool.ts");
  const { Tally } = await import("../simulate/tally.ts");
  const { readState, writeState } = await import("../simulate/stateFile.ts");
  const { state: file } = options;
  const tally = new Tally();
  const before = file === undefined ? null : readState(file, asked);
  if (before !== null) tally.resume(before.tally);
  const bar = await terminal.progress("simulating", unit);
  let [done, writtenMs, failed] = [before?.done ?? 0, performance.now(), false];
  const keep = () => {
    if (file !== undefined) writeState(file, asked, { done, tally: tally.part() });
    writtenMs = performance.now();
  };
  await runUnits(units, done, threads, ({ part, failure }, index) => {
    if (failure !== null) {
      bar.stop();
      terminal.err(`${failure.story}again: bellwether simulate ${failure.again}\n`);
      failed = true;
      return false;
    }
    tally.merge(part);
    done = index + 1;
    bar.update(done, units.count);
    if (performance.now() - writtenMs > STATE_EVERY_MS) keep();
    return performance.now() < untilMs;
  });
  bar.stop();
  if (failed) return 1;
  keep();
  const left = units.count - done;
  if (left > 0) terminal.err(`stopped with ${left} of ${units.count} ${unit} left\n`);
  const figures = tally.figures();
  terminal.out(options.json === true ? `${JSON.stringify(figures)}\n` : `${tally.text()}\n`);
  if (options.exhaustive === true && options.json !== true && tally.uncrashed.length > 0) {
    terminal.out(`not crashed on both sides: ${tally.uncrashed.join(", ")}\n`);
  }
  return 0;
}

/** What was asked for, in words that tell it from other questions, and as units of work. */
async function workOf(
  options: Options,
): Promise<{ readonly asked: string; readonly units: Units; readonly unit: string }> {
  if (options.exhaustive === true) {
    const some = options.allPairs === true ? "all" : "changes";
    const pairs = options.singles === true ? "none" : some;
    const { crashUnits } = await import("../simulate/unit.ts");
    const units = await crashUnits(await chosen(options.scenario), pairs);
    const asked = `crashes, pairs of ${pairs}, ${options.scenario ?? "all"}`;
    return { asked, units: { count: units.length, at: (i) => itemAt(units, i) }, unit: "crashes" };
  }
  const seed = whole("--seed", options.seed);
  const runs = whole("--runs", options.runs);
  const faultOneIn = whole("--faults", options.faults);
  const minutes = whole("--minutes", options.minutes);
  const { reconcile: reconciles } = options;
  const settings = { faultOneIn, reconciles, minutes };
  const at = (index: number) => {
    const first = index * SEEDS_AT_ONCE;
    const count = Math.min(SEEDS_AT_ONCE, runs - first);
    return { kind: "seeds", from: seed + first, count, options: settings } as const;
  };
  const asked = `seeds from ${seed}, ${JSON.stringify(settings)}`;
  return { asked, units: { count: Math.ceil(runs / SEEDS_AT_ONCE), at }, unit: "tens of seeds" };
}

async function crashOnce(options: Options, places: string, terminal: Terminal): Promise<number> {
  const { crashed } = await import("../simulate/exhaustive.ts");
  const { storyOf } = await import("../simulate/shrink.ts");
  const [setting] = await chosen(options.scenario ?? "");
  if (setting === undefined) return 2;
  const crashes = places === "none" ? [] : places.split(",").map(crashOf);
  const run = await crashed(setting, { crashes });
  terminal.out(storyOf(run));
  return run.violations.length === 0 ? 0 : 1;
}

function crashOf(place: string) {
  const [, side, at] = /^([ab])(\d{1,9})$/.exec(place) ?? [];
  if (at === undefined) throw new InputError(`--crash: expected b40 or a77, got "${place}"`);
  return { at: Number(at), kind: side === "b" ? "crash before" : "crash after" } as const;
}

async function chosen(name: string | undefined) {
  const { scenarios } = await import("../simulate/scenarios.ts");
  const found = scenarios.filter((one) => name === undefined || one.name === name);
  if (found.length > 0) return found;
  const known = scenarios.map((one) => `"${one.name}"`).join(", ");
  throw new InputError(`--scenario: expected one of ${known}, got "${name}"`);
}

function itemAt<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new InputError(`expected a unit below ${items.length}`);
  return item;
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InputError(`${option}: expected a whole number, got "${text}"`);
}
