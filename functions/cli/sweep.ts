import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { InputError } from "../../core/domain/errors.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import { fillModels } from "../../core/simulation/config.ts";
import { DEFAULTS } from "../replay/run.ts";
import { type ParameterSet, setsOf } from "../sweep/grid.ts";
import { profileOf, type SweepJob } from "../sweep/job.ts";
import { allProfiles, allStrategies } from "./catalogue.ts";
import { ORDERS } from "./render/sweep.ts";
import { feedsOf, jobOf, type SweepOptions } from "./sweepJob.ts";
import { showSweep } from "./sweepResults.ts";
import type { Terminal } from "./terminal.ts";
import { whole } from "./values.ts";

const EXAMPLES = `
Examples:
  bellwether sweep aapl-trend --grid fast=5..30:5,slow=20..120:20 --fees bps:1
  bellwether sweep --strategy ema-cross --symbols AAPL,SPY --bars 1d \\
      --grid 'fast=5|10|20,slow=50..200:50' --data ../shared/data --parquet sweep.parquet
  bellwether sweep aapl-trend --grid fast=2..200,slow=3..400 --bucket BUCKET --name big

Sets are ordered by the sessions before the cut (--out-of-sample); "after" is what the same set did
in the sessions that it was not chosen by. What is best of many is mostly too good: mind the notes.
With --bucket nothing is replayed here: the sweep is put where the state machine of a stage finds
it (stacks/README.md), and \`bellwether sweep-results\` shows what came of it.
`;

/** `bellwether sweep`: one replay for each combination of parameters, on all cores. */
export function sweepCommand(terminal: Terminal): Command {
  const choice = (flags: string, text: string, choices: readonly string[], preset: string) =>
    new Option(flags, text).choices([...choices]).default(preset);
  return new Command("sweep")
    .description("Replay every combination of parameters, and tell how far to trust the best.")
    .argument("[profile]", "profile of strategies/profiles, by name")
    .option("--strategy <name>", "a strategy without a profile; needs --symbols and --data")
    .requiredOption("--grid <list>", "parameters: fast=5..20:5,slow=50|100,stopAtr=2")
    .option("--symbols <list>", "instruments of --strategy: AAPL,SPY or BTC/USD")
    .option("--fractional", "trade shares in fractions (with --strategy)")
    .option("--bars <timeframe>", "time frame of --strategy instead of its own")
    .option("--params <list>", "parameters of --strategy that stay: stopAtr=3")
    .option("--cash <dollars>", "starting cash of --strategy (default 100000)")
    .option("--data <dir>", "folder with recorded data instead of the profile's own")
    .option("--from <date>", "first day that counts; earlier bars warm the indicators")
    .option("--to <date>", "last day that counts")
    .option("--out-of-sample <share>", "share of sessions at the end to check by", "0.3")
    .option("--fees <model>", "fee model, as of replay", DEFAULTS.fees)
    .option("--slippage <model>", "slippage model, as of replay", DEFAULTS.slippage)
    .addOption(choice("--fill <model>", "prices inside a bar", barFills, "next-open"))
    .addOption(choice("--touch <rule>", "a limit only touched", ["fill", "no-fill"], "no-fill"))
    .option("--latency <model>", "latency model, as of replay", DEFAULTS.latency)
    .option("--participation <share>", "largest share of a bar's volume, above 0 up to 1")
    .option("--actions <file>", "CSV of splits and dividends, or none")
    .option("--borrow <rate>", "yearly fee on short positions: 0.03 is 3 %", "0")
    .option("--margin <rate>", "yearly interest on cash below zero", "0")
    .option("--seed <n>", "seed of everything random", String(DEFAULTS.seed))
    .addOption(choice("--on-bad <policy>", "bad rows of data", ["fail", "skip", "repair"], "fail"))
    .option("--threads <n>", "threads (default: as many as there are cores)", "0")
    .addOption(choice("--by <figure>", "what the best is", Object.keys(ORDERS), "sharpe"))
    .option("--top <n>", "sets to show", "10")
    .option("--json [file]", "all rows as JSON, to a file or to standard output")
    .option("--parquet <file>", "all rows as Parquet")
    .option("--bucket <name>", "sweep bucket of a stage: put the sweep there to be run on AWS")
    .option("--name <name>", "what it is called in the bucket")
    .addHelpText("after", EXAMPLES)
    .action(async (profile: string | undefined, options: SweepOptions) => {
      await sweep(profile, options, terminal);
    });
}

/** Models that need no ticks: a sweep has bars alone. */
const barFills = fillModels.filter((name) => name !== "quotes" && name !== "trades");

async function sweep(
  profile: string | undefined,
  options: SweepOptions,
  terminal: Terminal,
): Promise<void> {
  const subjects = { profiles: await allProfiles(), strategies: await allStrategies() };
  const job = await jobOf(profile, options);
  const base = profileOf(job, subjects, {});
  const sets = setsOf(options.grid, Object.keys(base.strategy.params.shape));
  const feeds = await feedsOf(job, subjects, options);
  if (options.bucket !== undefined) return upload(options, job, feeds, sets, terminal);
  const threads = whole("--threads", options.threads) || availableParallelism();
  const { sweepOnThreads } = await import("../sweep/pool.ts");
  const bar = await terminal.progress("sweeping", "sets");
  const startedMs = performance.now();
  const rows = await sweepOnThreads({ job, feeds }, sets, threads, (done) =>
    bar.update(done, sets.length),
  ).finally(() => bar.stop());
  const elapsedS = (performance.now() - startedMs) / 1000;
  await showSweep(job, rows, options, terminal);
  if (options.json === true) return;
  terminal.out(`${rows.length} sets in ${elapsedS.toFixed(2)} s on ${threads} threads\n`);
}

async function upload(
  { bucket = "", name = "" }: SweepOptions,
  job: SweepJob,
  feeds: readonly BarFeed[],
  sets: readonly ParameterSet[],
  terminal: Terminal,
): Promise<void> {
  if (!/^[\w.-]{1,100}$/.test(name)) {
    throw new InputError(`--name: expected letters, digits, dots and dashes, got "${name}"`);
  }
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { s3Objects } = await import("../sweep/s3.ts");
  const { uploadSweep } = await import("../sweep/upload.ts");
  await uploadSweep(s3Objects(new S3Client({}), bucket), name, job, feeds, sets);
  const input = JSON.stringify({ name });
  terminal.out(
    `put ${sets.length} sets into s3://${bucket}/sweeps/${name}; start it by\n` +
      `  aws stepfunctions start-execution --input '${input}' --state-machine-arn ARN\n` +
      `and see what came of it by\n` +
      `  bellwether sweep-results ${name} --bucket ${bucket}\n`,
  );
}
