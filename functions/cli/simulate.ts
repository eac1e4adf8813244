import { Command } from "commander";
import { InputError } from "../../core/domain/errors.ts";
import type { Terminal } from "./terminal.ts";

interface Options {
  readonly seed: string;
  readonly runs: string;
  readonly faults: string;
  readonly reconcile: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  bellwether simulate --runs 1000
  bellwether simulate --seed 4711 --runs 1 --faults 20
  bellwether simulate --seed 100000 --runs 1000000 --json

A run is decided by its seed alone. A failing one is told as a story, with as few faults as still
make it fail. Exit codes: 0 every promise was kept, 1 one was broken, 2 bad arguments.
`;

/** `simulate`: the whole system with everything going wrong, as often as one likes. */
export function simulateCommand(terminal: Terminal): Command {
  return new Command("simulate")
    .description(
      "Run the whole system on a virtual clock with injected faults, and check its promises.",
    )
    .option("--seed <n>", "first seed", "0")
    .option("--runs <n>", "how many, one seed after the other", "100")
    .option("--faults <n>", "one call of a port in so many fails; 0 for none", "30")
    .option("--no-reconcile", "without the comparison with the venue, which mends much")
    .option("--json", "the figures as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options: Options) => {
      terminal.exit(await simulateAll(options, terminal));
    });
}

async function simulateAll(options: Options, terminal: Terminal): Promise<number> {
  const seed = whole("--seed", options.seed);
  const runs = whole("--runs", options.runs);
  const faultOneIn = whole("--faults", options.faults);
  const { reconcile: reconciles } = options;
  const { simulate } = await import("../simulate/simulate.ts");
  const { Tally } = await import("../simulate/tally.ts");
  const tally = new Tally();
  const bar = await terminal.progress("simulating");
  for (let i = 0; i < runs; i += 1) {
    const run = { seed: seed + i, faultOneIn, reconciles };
    const outcome = await simulate(run);
    tally.add(outcome);
    bar.update(i + 1, runs);
    if (outcome.violations.length === 0) continue;
    bar.stop();
    const { shrunk, storyOf } = await import("../simulate/shrink.ts");
    terminal.err(storyOf(await shrunk(run, outcome)));
    terminal.err(`again: bellwether simulate --seed ${run.seed} --runs 1 --faults ${faultOneIn}\n`);
    return 1;
  }
  bar.stop();
  const figures = tally.figures();
  terminal.out(options.json === true ? `${JSON.stringify(figures)}\n` : `${tally.text()}\n`);
  return 0;
}

function whole(option: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,15}$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InputError(`${option}: expected a whole number, got "${text}"`);
}
