import { Command, Option } from "commander";
import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import { replayResult } from "../../core/runtime/result.ts";
import { fillModels } from "../../core/simulation/config.ts";
import { feeModels } from "../../core/simulation/fees.ts";
import { latencyModels } from "../../core/simulation/latency.ts";
import { slippageModels } from "../../core/simulation/slippage.ts";
import type { Profile } from "../../core/strategy/profile.ts";
import {
  DEFAULTS,
  modelsOf,
  type ReplayOutcome,
  type ReplayRequest,
  runReplay,
} from "../replay/run.ts";
import { type AdHocOptions, adHocProfile } from "./adHoc.ts";
import { allProfiles, allStrategies, picked } from "./catalogue.ts";
import type { Terminal } from "./terminal.ts";
import { dayStart, rate, save, share, whole } from "./values.ts";
import { commitOf, versionOf } from "./version.ts";

interface ReplayOptions extends AdHocOptions {
  readonly all?: boolean;
  readonly strategy?: string;
  readonly data?: string;
  readonly from?: string;
  readonly to?: string;
  readonly fees: string;
  readonly slippage: string;
  readonly fill: string;
  readonly touch: "fill" | "no-fill";
  readonly latency: string;
  readonly participation?: string;
  readonly actions?: string;
  readonly signals?: string;
  readonly universes?: string;
  readonly borrow: string;
  readonly margin: string;
  readonly seed: string;
  readonly fidelity: "memory" | "strict" | "wire";
  readonly onBad: "fail" | "skip" | "repair";
  readonly json?: string | true;
  readonly report?: string;
}

/** What a profile says of itself, and the command line of a strategy that has none. */
const STRATEGY_ONLY = ["symbols", "bars", "params", "cash", "fractional"] as const;

const EXAMPLES = `
Examples:
  bellwether replay --all --report reports/replay.html
  bellwether replay aapl-trend --fees bps:1+us-regulatory --slippage bps:2
  bellwether replay --strategy ema-cross --symbols AAPL,BAC --bars 1d --params fast=10,slow=30 \\
      --data ../shared/data --from 2010-01-01 --to 2020-12-31
  bellwether replay sp500-trend --json | jq .profiles[0].statistics.sharpe

Models:
${models("fees", feeModels)}
${models("slippage", slippageModels)}
${models("latency", latencyModels)}

Exit codes: 0 fine, 1 the run failed or a profile was halted, 2 bad arguments or data.
`;

function models(name: string, all: Readonly<Record<string, string>>): string {
  const lines = Object.entries(all).map(([form, text]) => `    ${form.padEnd(26)}${text}`);
  return `  ${name}\n${lines.join("\n")}`;
}

/** `bellwether replay`: runs strategies over recorded markets and shows what came of it. */
export function replayCommand(terminal: Terminal): Command {
  const choice = (flags: string, text: string, choices: readonly string[], preset: string) =>
    new Option(flags, text).choices([...choices]).default(preset);
  return new Command("replay")
    .description("Replay profiles, or a strategy without one, on recorded markets.")
    .argument("[profiles...]", "profiles of strategies/profiles, by name")
    .option("--all", "every profile that names its own data")
    .option("--strategy <name>", "a strategy without a profile; needs --symbols and --data")
    .option("--symbols <list>", "instruments of --strategy: AAPL,SPY or BTC/USD")
    .option("--fractional", "trade shares in fractions (with --strategy)")
    .option("--bars <timeframe>", "time frame of --strategy instead of its own: 1m, 15m, 1h, 1d …")
    .option("--params <list>", "parameters of --strategy: fast=10,slow=30")
    .option("--cash <dollars>", "starting cash of --strategy (default 100000)")
    .option(
      "--data <dir>",
      "folder of recorded data in the place of the profiles' own; finer bars make coarser ones",
    )
    .option("--from <date>", "first day that counts; earlier bars warm the indicators")
    .option("--to <date>", "last day that counts")
    .option("--fees <model>", "fee model, see below", DEFAULTS.fees)
    .option("--slippage <model>", "slippage model, see below", DEFAULTS.slippage)
    .addOption(
      choice("--fill <model>", "how prices inside a bar are imagined", fillModels, "next-open"),
    )
    .addOption(
      choice("--touch <rule>", "a limit that is only touched", ["fill", "no-fill"], "no-fill"),
    )
    .option("--latency <model>", "latency model, see below", DEFAULTS.latency)
    .option("--participation <share>", "largest share of a bar's volume, above 0 up to 1")
    .option(
      "--actions <file>",
      "CSV of splits and dividends, or none (default: the data folder's own)",
    )
    .option("--signals <file>", "recorded signals, one envelope a line")
    .option("--universes <file>", "a journal whose scanner selections are taken as they were")
    .option("--borrow <rate>", "yearly fee on short positions: 0.03 is 3 %", "0")
    .option("--margin <rate>", "yearly interest on cash below zero", "0")
    .option("--seed <n>", "seed of everything random", String(DEFAULTS.seed))
    .addOption(
      choice(
        "--fidelity <kind>",
        "strict: every event through JSON; wire: the deployed path, checked against memory",
        ["memory", "strict", "wire"],
        "memory",
      ),
    )
    .addOption(choice("--on-bad <policy>", "bad rows of data", ["fail", "skip", "repair"], "fail"))
    .option("--json [file]", "the whole result as JSON, to a file or to standard output")
    .option("--report <file>", "one HTML file with charts, trades and every order's events")
    .addHelpText("after", EXAMPLES)
    .action(async (names: string[], options: ReplayOptions) => {
      terminal.exit(await replay(names, options, terminal));
    });
}

async function replay(
  names: readonly string[],
  options: ReplayOptions,
  terminal: Terminal,
): Promise<number> {
  const request = requestOf(await profilesOf(names, options), options);
  const bar = await terminal.progress("replaying");
  const identity = { commit: commitOf(), version: versionOf() };
  const outcome = await runReplay(request, identity, (done, total) =>
    bar.update(done, total),
  ).finally(() => bar.stop());
  const { result } = outcome;
  if (options.json === true) terminal.out(`${JSON.stringify(z.encode(replayResult, result))}\n`);
  else await show(outcome, options, terminal);
  if (options.fidelity === "wire" && !(await agreesOverWire(outcome, request, terminal))) return 1;
  const halted = result.profiles.some(({ warnings }) =>
    warnings.some((line) => line.startsWith("halted:")),
  );
  return halted ? 1 : 0;
}

/** Replays each account again over the deployed path, and tells whether the orders are the same. */
async function agreesOverWire(
  { stages }: ReplayOutcome,
  request: ReplayRequest,
  terminal: Terminal,
): Promise<boolean> {
  const { startDynamo } = await import("../wire/local.ts");
  const { checkWire } = await import("../wire/check.ts");
  const dynamo = await startDynamo();
  let agrees = true;
  try {
    for (const [i, { profiles, recording, world }] of stages.entries()) {
      const table = await dynamo.table(`wire-${i}`);
      const wire = { profiles, recording, models: modelsOf(request), table };
      const { agreement, orders, fills } = await checkWire(wire, world.journal);
      const names = profiles.map(({ options: { name } }) => name).join(", ");
      const verdict = {
        orders: `the same ${orders} orders as in memory, byte for byte`,
        fills: `the same ${fills} fills as in memory; some orders were sent anew each day`,
        none: "NOT the orders of memory: what was replayed is not what would trade",
      }[agreement];
      terminal.err(`over the wire: ${names}: ${verdict}\n`);
      agrees &&= agreement !== "none";
    }
  } finally {
    dynamo.stop();
  }
  return agrees;
}

async function show(
  outcome: ReplayOutcome,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<void> {
  const { result, stages, elapsedMs } = outcome;
  const { resultsTable } = await import("./render/results.ts");
  terminal.out(`${resultsTable(result, terminal.columns, terminal.colour)}\n`);
  for (const { name, warnings } of result.profiles) {
    for (const line of warnings) terminal.err(`note: ${name}: ${line}\n`);
  }
  const bars = result.profiles.reduce((sum, profile) => sum + profile.bars, 0);
  terminal.out(`${bars.toLocaleString("en-US")} bars in ${(elapsedMs / 1000).toFixed(2)} s\n`);
  if (typeof options.json === "string") {
    await save(options.json, JSON.stringify(z.encode(replayResult, result)), terminal);
  }
  if (options.report !== undefined) {
    const { renderReport } = await import("../report/render.ts");
    const { chartsOf } = await import("./charts.ts");
    await save(options.report, renderReport(result, chartsOf(stages)), terminal);
  }
}

async function profilesOf(
  names: readonly string[],
  options: ReplayOptions,
): Promise<readonly Profile[]> {
  if (options.strategy !== undefined) {
    if (names.length > 0 || options.all === true) {
      throw new InputError("--strategy: give either profiles or a strategy, not both");
    }
    const strategy = picked(await allStrategies(), options.strategy, "strategy");
    return [adHocProfile(strategy, options)];
  }
  for (const option of STRATEGY_ONLY) {
    if (options[option] !== undefined) {
      throw new InputError(`--${option}: goes with --strategy; a profile has its own in its file`);
    }
  }
  const profiles = await allProfiles();
  if (options.all === true) {
    // Profiles without data of their own are for a folder that the user names.
    return [...profiles.values()].filter((one) => options.data !== undefined || hasData(one));
  }
  if (names.length === 0) {
    throw new InputError(
      `give profiles (${[...profiles.keys()].join(", ")}), --all, or --strategy`,
    );
  }
  return names.map((name) => picked(profiles, name, "profile"));
}

function hasData({ options }: Profile): boolean {
  return options.data !== undefined && Object.keys(options.data).length > 0;
}

function requestOf(profiles: readonly Profile[], options: ReplayOptions): ReplayRequest {
  const { fees, slippage, fill, touch, latency, fidelity, onBad } = options;
  return {
    profiles,
    dataDir: options.data ?? null,
    onBad,
    // A bar that closes on the first instant of the day still belongs to the day before.
    fromMs: options.from === undefined ? DEFAULTS.fromMs : dayStart("--from", options.from),
    toMs: options.to === undefined ? DEFAULTS.toMs : dayStart("--to", options.to, 1),
    fees,
    slippage,
    fill,
    touch,
    latency,
    participation: share(options.participation),
    actions: options.actions ?? null,
    signals: options.signals ?? null,
    universes: options.universes ?? null,
    borrow: rate("--borrow", options.borrow),
    margin: rate("--margin", options.margin),
    seed: whole("--seed", options.seed),
    fidelity: fidelity === "wire" ? "memory" : fidelity,
  };
}
