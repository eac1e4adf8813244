import { InputError } from "../../core/domain/errors.ts";
import { isFiner, type Timeframe } from "../../core/domain/timeframe.ts";
import { isFine } from "../../core/execution/algos/params.ts";
import { type CompiledProfile, compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { tradersOf, withShadows } from "../../core/strategy/shadowed.ts";

/** What the active profiles of a stage need to run: the deployed set is read from this alone. */
export interface Needs {
  readonly stage: string;
  /** Profiles that run on this stage, by name. */
  readonly profiles: readonly CompiledProfile[];
  /** Accounts that they trade in, sorted: each is a message group, so orders keep their order. */
  readonly accounts: readonly string[];
  /** Profiles that act on signals: without any there is no webhook. */
  readonly signals: readonly string[];
  /** Profiles of whose fills they themselves, or a shadow of theirs, want to hear. */
  readonly fills: readonly string[];
  /** Profiles with schedules of their own: `plan` runs for them. */
  readonly scheduled: readonly string[];
  /**
   * The finest bars that are asked for at each close. Null where the stream task gathers bars, as
   * two who tell of the same close would tell it in parts, and where all bars are daily, as their
   * jobs are planned each night by the real close.
   */
  readonly polled: Timeframe | null;
  /** Whether the stream task runs. */
  readonly streams: boolean;
  /** `session` when nothing trades outside of New York's week days. */
  readonly hours: "session" | "always";
  /** Whether any of them may send real money. */
  readonly live: boolean;
}

/**
 * Reads what a stage needs from its profiles: those in mode `paper` run on every stage unless they
 * name some, those in mode `live` on the stages that they name and nowhere else, and a shadow
 * wherever the profile that it shadows does, unless it names stages.
 * @throws InputError for a live profile without stages, an index that nobody can trade, a stage on
 * which nothing runs, and all that {@link withShadows} throws for.
 */
export function needsOf(profiles: readonly Profile[], stage: string): Needs {
  const compiled = profiles.map((profile) => compileProfile(profile));
  const running = compiled
    .filter((profile) => runsOn(profile, stage, compiled))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const active = withShadows(running);
  if (active.length === 0) {
    throw new InputError(
      `stage ${stage}: expected a profile that runs here, got none: write mode: "paper" in one of strategies/profiles/`,
    );
  }
  active.forEach(refuseUntradable);
  const traders = tradersOf(active);
  const streaming = active.some(streams);
  return {
    stage,
    profiles: active,
    accounts: [...new Set(active.map(({ account }) => account.name))].sort(),
    signals: namesOf(traders, ({ strategy }) => strategy.onSignal !== undefined),
    fills: heardOf(active),
    scheduled: namesOf(traders, ({ schedules }) => Object.keys(schedules).length > 0),
    polled: streaming ? null : polledOf(active),
    streams: streaming,
    hours: active.every(({ calendar }) => calendar.id === "us-equity") ? "session" : "always",
    live: traders.some(({ mode }) => mode === "live"),
  };
}

function runsOn(
  { name, mode, deploy, shadowOf }: CompiledProfile,
  stage: string,
  all: readonly CompiledProfile[],
): boolean {
  if (mode === "replay") return false;
  if (mode === "shadow" && deploy.stages === undefined) {
    const of = all.find((one) => one.name === shadowOf);
    // Of a profile that runs nowhere, or is a shadow itself, it is told with the others.
    if (of === undefined || of.mode === "replay" || of.mode === "shadow") return true;
    return runsOn(of, stage, all);
  }
  if (mode === "live" && deploy.stages === undefined) {
    throw new InputError(
      `profile ${name}: deploy.stages: expected the stages on which it may trade real money, got none`,
    );
  }
  return deploy.stages === undefined || deploy.stages.includes(stage);
}

function refuseUntradable({ name, instruments, mode }: CompiledProfile): void {
  const index = instruments.find(({ assetClass }) => assetClass === "index");
  if (index === undefined) return;
  throw new InputError(
    `profile ${name}: universe: expected what a venue trades in mode ${mode}, got the index ${index.symbol}`,
  );
}

/**
 * Whether a profile needs the stream task: for its market data, or as its orders are worked in
 * slices of less than a minute.
 */
export function streams({ strategy, deploy, execution, shadowOf }: CompiledProfile): boolean {
  const listens = strategy.onQuote !== undefined || strategy.onTrade !== undefined;
  const isWorked = execution !== null && isFine(execution) && shadowOf === null;
  return listens || isWorked || deploy.bars === "stream";
}

/** The finest frame that anyone hears: coarser ones are built from it. */
function polledOf(profiles: readonly CompiledProfile[]): Timeframe | null {
  const [finest = "1d"] = profiles
    .flatMap(({ timeframe, framed }) => [timeframe, ...framed.keys()])
    .sort((a, b) => (isFiner(a, b) ? -1 : 1));
  return finest === "1d" ? null : finest;
}

/** Profiles whose fills somebody wants to hear of: themselves, or a shadow of theirs. */
function heardOf(active: readonly CompiledProfile[]): readonly string[] {
  const hearing = active.filter(({ strategy }) => strategy.onFill !== undefined);
  return [...new Set(hearing.map(({ name, shadowOf }) => shadowOf ?? name))].sort();
}

function namesOf(
  profiles: readonly CompiledProfile[],
  has: (profile: CompiledProfile) => boolean,
): readonly string[] {
  return profiles.filter(has).map(({ name }) => name);
}
