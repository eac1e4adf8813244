import * as z from "zod";
import { InputError } from "../../core/domain/errors.ts";
import { decimalText, timeMs } from "../../core/domain/schema.ts";
import { timeframe } from "../../core/domain/timeframe.ts";
import type { Strategy } from "../../core/strategy/define.ts";
import type { Profile } from "../../core/strategy/profile.ts";
import { adHocProfile } from "../cli/adHoc.ts";
import type { ParameterSet } from "./grid.ts";

/** What is tried: a profile, or a strategy with what the command line said of it. */
const subject = z.union([
  z.strictObject({ profile: z.string() }),
  z.strictObject({
    strategy: z.string(),
    symbols: z.string().exactOptional(),
    bars: z.string().exactOptional(),
    params: z.string().exactOptional(),
    cash: z.string().exactOptional(),
    fractional: z.boolean().exactOptional(),
  }),
]);

/** A sweep but for its parameter sets and its bars: plain JSON, the same on every machine. */
export const sweepJob = z.strictObject({
  subject,
  models: z.strictObject({
    fill: z.string(),
    touch: z.enum(["fill", "no-fill"]),
    slippage: z.string(),
    fees: z.string(),
    latency: z.string(),
    participation: z.number().nullable(),
    borrow: z.number(),
    margin: z.number(),
    seed: z.int(),
  }),
  /** UTC ms; null for the start and the end of the recording. */
  fromMs: timeMs.nullable(),
  toMs: timeMs.nullable(),
  /** Share of the sessions at the end that parameters are not chosen by; 0 up to 0.9. */
  outOfSample: z.number().min(0).max(0.9),
  actions: z.array(
    z.strictObject({
      symbol: z.string(),
      kind: z.enum(["split", "dividend", "symbol-change", "delisting"]),
      value: decimalText,
      newSymbol: z.string().nullable(),
      timeMs,
    }),
  ),
});
export type SweepJob = Readonly<z.output<typeof sweepJob>>;

/** Bars of one instrument of a sweep, and where they are kept. */
export const feedPlace = z.strictObject({
  symbol: z.string(),
  timeframe,
  key: z.string(),
});
export type FeedPlace = Readonly<z.output<typeof feedPlace>>;

/** What can be tried, by name. */
export interface Subjects {
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly strategies: ReadonlyMap<string, Strategy>;
}

/** The profile of a sweep with one set of parameters. @throws InputError for a name not known. */
export function profileOf(job: SweepJob, subjects: Subjects, set: ParameterSet): Profile {
  const { strategy, options } = baseOf(job, subjects);
  // An account of its own: what others would do in it is not what is tried.
  return { strategy, options: { ...options, params: { ...options.params, ...set } } };
}

function baseOf({ subject: one }: SweepJob, { profiles, strategies }: Subjects): Profile {
  if ("profile" in one) return known(profiles, one.profile, "profile");
  const { strategy, ...options } = one;
  return adHocProfile(known(strategies, strategy, "strategy"), options);
}

function known<T>(all: ReadonlyMap<string, T>, name: string, kind: string): T {
  const found = all.get(name);
  if (found !== undefined) return found;
  throw new InputError(`${kind}: expected one of ${[...all.keys()].join(", ")}, got "${name}"`);
}
