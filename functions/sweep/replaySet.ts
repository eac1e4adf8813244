import { sharpeRatio } from "../../core/analysis/ratios.ts";
import { type EquityPoint, simpleReturns } from "../../core/analysis/returns.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { Replay } from "../../core/runtime/replay.ts";
import { summarise } from "../../core/runtime/summary.ts";
import { DEFAULTS, sha256, worldOf } from "../replay/run.ts";
import type { ParameterSet } from "./grid.ts";
import { profileOf, type Subjects, type SweepJob } from "./job.ts";
import { refusedRow, type SweepRow } from "./row.ts";

/** One set of parameters with its place in the sweep. */
export interface NumberedSet {
  readonly index: number;
  readonly set: ParameterSet;
}

/**
 * Replays one set of parameters by the handlers that also trade, and sums up what came of it. A set
 * that its strategy refuses is a row that says why; all else that goes wrong is thrown.
 */
export async function replaySet(
  job: SweepJob,
  subjects: Subjects,
  feeds: readonly BarFeed[],
  { index, set }: NumberedSet,
): Promise<SweepRow> {
  const recording = recordingOf(job, feeds);
  try {
    const profile = profileOf(job, subjects, set);
    const { fromMs, toMs } = recording;
    const request = { ...DEFAULTS, ...job.models, profiles: [profile], fromMs, toMs };
    const world = worldOf(request, recording);
    const replay = new Replay(world, recording);
    await replay.run();
    const { profiles, inputs } = summarise(world, replay, recording, sha256);
    return rowOf(job, { index, set }, profiles[0], inputs[0]);
  } catch (error) {
    if (error instanceof InputError) return refusedRow(index, set, error.message);
    throw error;
  }
}

function recordingOf(job: SweepJob, feeds: readonly BarFeed[]): Recording {
  const { borrow, margin } = job.models;
  const free = borrow === 0 && margin === 0;
  return {
    feeds,
    ticks: [],
    signals: [],
    actions: job.actions,
    financing: free ? null : { borrowAnnual: borrow, marginAnnual: margin },
    fromMs: job.fromMs ?? DEFAULTS.fromMs,
    toMs: job.toMs ?? DEFAULTS.toMs,
  };
}

type Summed = ReturnType<typeof summarise>;

function rowOf(
  { outOfSample }: SweepJob,
  { index, set }: NumberedSet,
  profile: Summed["profiles"][number] | undefined,
  input: Summed["inputs"][number] | undefined,
): SweepRow {
  if (profile === undefined || input === undefined) return refusedRow(index, set, "no result");
  const { statistics, equity, orderListHash } = profile;
  const cut = Math.ceil((equity.length - 1) * (1 - outOfSample));
  const first = part(equity.slice(0, cut + 1), input.periodsPerYear);
  const rest = part(equity.slice(cut), input.periodsPerYear);
  const { totalReturn, annualReturn, sharpe, maximumDrawdown } = statistics;
  const { trips, hitRate, fees, endEquity } = statistics;
  return {
    index,
    set,
    refused: null,
    totalReturn,
    annualReturn,
    sharpe,
    maximumDrawdown,
    trips,
    hitRate,
    fees,
    endEquity,
    firstReturn: first.totalReturn,
    firstSharpe: first.sharpe,
    lastReturn: rest.totalReturn,
    lastSharpe: rest.sharpe,
    orderListHash,
  };
}

/** A stretch of the equity curve: positions that are held over its edge count on both sides. */
function part(points: readonly EquityPoint[], periodsPerYear: number) {
  const values = points.map(({ equity }) => equity);
  const [start = 0, end = 0] = [values[0], values.at(-1)];
  const returns = simpleReturns(values);
  return {
    totalReturn: start > 0 && values.length > 1 ? end / start - 1 : null,
    sharpe: returns === null ? null : sharpeRatio(returns, periodsPerYear),
  };
}
