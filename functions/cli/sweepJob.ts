import { InputError } from "../../core/domain/errors.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { mustOverlap } from "../replay/checks.ts";
import { actionsFile, actionsFrom } from "../replay/recorded.ts";
import { DEFAULTS, modelsOf } from "../replay/run.ts";
import { loadFeeds } from "../replay/sources.ts";
import { profileOf, type Subjects, type SweepJob, sweepJob } from "../sweep/job.ts";
import type { Order } from "./render/sweep.ts";
import { dayStart, rate, share, whole } from "./values.ts";

/** The command line of a sweep. */
export interface SweepOptions {
  readonly strategy?: string;
  readonly symbols?: string;
  readonly bars?: string;
  readonly params?: string;
  readonly cash?: string;
  readonly fractional?: boolean;
  readonly grid: string;
  readonly data?: string;
  readonly from?: string;
  readonly to?: string;
  readonly outOfSample: string;
  readonly fees: string;
  readonly slippage: string;
  readonly fill: string;
  readonly touch: "fill" | "no-fill";
  readonly latency: string;
  readonly participation?: string;
  readonly actions?: string;
  readonly borrow: string;
  readonly margin: string;
  readonly seed: string;
  readonly onBad: "fail" | "skip" | "repair";
  readonly threads: string;
  readonly by: Order;
  readonly top: string;
  readonly json?: string | true;
  readonly parquet?: string;
  readonly bucket?: string;
  readonly name?: string;
}

/** What all sets of a sweep share. @throws InputError naming the option that is wrong. */
export async function jobOf(profile: string | undefined, options: SweepOptions): Promise<SweepJob> {
  const { strategy, fees, slippage, fill, touch, latency } = options;
  if ((profile === undefined) === (strategy === undefined)) {
    throw new InputError("give either a profile or --strategy");
  }
  const { symbols, bars, params, cash, fractional } = options;
  const own = Object.entries({ symbols, bars, params, cash, fractional });
  const given = Object.fromEntries(own.filter(([, value]) => value !== undefined));
  const [stray] = Object.keys(given);
  if (profile !== undefined && stray !== undefined) {
    throw new InputError(`--${stray}: goes with --strategy; a profile has its own in its file`);
  }
  const actions = actionsFile(options.actions ?? null, options.data ?? null);
  const models = {
    ...{ fill, touch, slippage, fees, latency },
    participation: share(options.participation),
    borrow: rate("--borrow", options.borrow),
    margin: rate("--margin", options.margin),
    seed: whole("--seed", options.seed),
  };
  // A model that is not known is told here, once, and not by every set.
  modelsOf({ ...DEFAULTS, ...models, profiles: [] });
  const read = sweepJob.safeParse({
    subject: profile === undefined ? { strategy, ...given } : { profile },
    models,
    fromMs: options.from === undefined ? null : dayStart("--from", options.from),
    toMs: options.to === undefined ? null : dayStart("--to", options.to, 1),
    outOfSample: Number(options.outOfSample),
    actions: [],
  });
  if (!read.success) {
    const { path = [], message = "" } = read.error.issues[0] ?? {};
    throw new InputError(`sweep: ${path.join(".")}: ${message}`);
  }
  return { ...read.data, actions: actions === null ? [] : [...(await actionsFrom(actions))] };
}

/** The bars of a sweep. @throws InputError for a strategy that bars alone do not drive. */
export async function feedsOf(
  job: SweepJob,
  subjects: Subjects,
  options: SweepOptions,
): Promise<readonly BarFeed[]> {
  const profile = compileProfile(profileOf(job, subjects, {}));
  const { onQuote, onTrade, onSignal, name } = profile.strategy;
  if (onQuote !== undefined || onTrade !== undefined || onSignal !== undefined) {
    throw new InputError(`strategy ${name}: expected one that bars alone drive: replay it instead`);
  }
  const loaded = await loadFeeds([profile], {
    dataDir: options.data ?? null,
    onBad: options.onBad,
  });
  const { fromMs, toMs } = job;
  mustOverlap(loaded, { fromMs: fromMs ?? DEFAULTS.fromMs, toMs: toMs ?? DEFAULTS.toMs });
  return loaded.map(({ feed }) => feed);
}
