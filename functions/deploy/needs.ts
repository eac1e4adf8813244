import { InputError } from "../../core/domain/errors.ts";
import { isFiner, type Timeframe } from "../../core/domain/timeframe.ts";
import { type CompiledProfile, compileProfile, type Profile } from "../../core/strategy/profile.ts";

/** What the active profiles of a stage need to run: the deployed set is read from this alone. */
export interface Needs {
  readonly stage: string;
  /** Profiles that run on this stage, by name. */
  readonly profiles: readonly CompiledProfile[];
  /** Accounts that they trade in, sorted: each is a message group, so orders keep their order. */
  readonly accounts: readonly string[];
  /** Profiles that act on signals: without any there is no webhook. */
  readonly signals: readonly string[];
  /** Profiles that want to hear of their fills. */
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
 * name some, those in mode `live` on the stages that they name and nowhere else.
 * @throws InputError for a live profile without stages, an index that nobody can trade, or a stage
 * on which nothing runs.
 */
export function needsOf(profiles: readonly Profile[], stage: string): Needs {
  const active = profiles
    .map((profile) => compileProfile(profile))
    .filter((profile) => runsOn(profile, stage))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (active.length === 0) {
    throw new InputError(
      `stage ${stage}: expected a profile that runs here, got none: write mode: "paper" in one of strategies/profiles/`,
    );
  }
  active.forEach(refuseUntradable);
  const streaming = active.some(streams);
  return {
    stage,
    profiles: active,
    accounts: [...new Set(active.map(({ account }) => account.name))].sort(),
    signals: namesOf(active, ({ strategy }) => strategy.onSignal !== undefined),
    fills: namesOf(active, ({ strategy }) => strategy.onFill !== undefined),
    scheduled: namesOf(active, ({ schedules }) => Object.keys(schedules).length > 0),
    polled: streaming ? null : polledOf(active),
    streams: streaming,
    hours: active.every(({ calendar }) => calendar.id === "us-equity") ? "session" : "always",
    live: active.some(({ mode }) => mode === "live"),
  };
}

function runsOn({ name, mode, deploy }: CompiledProfile, stage: string): boolean {
  if (mode === "replay") return false;
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

/** Whether a profile takes its market data from the stream task. */
export function streams({ strategy, deploy }: CompiledProfile): boolean {
  const listens = strategy.onQuote !== undefined || strategy.onTrade !== undefined;
  return listens || deploy.bars === "stream";
}

/** The finest frame that anyone hears: coarser ones are built from it. */
function polledOf(profiles: readonly CompiledProfile[]): Timeframe | null {
  const [finest = "1d"] = profiles
    .flatMap(({ timeframe, framed }) => [timeframe, ...framed.keys()])
    .sort((a, b) => (isFiner(a, b) ? -1 : 1));
  return finest === "1d" ? null : finest;
}

function namesOf(
  profiles: readonly CompiledProfile[],
  has: (profile: CompiledProfile) => boolean,
): readonly string[] {
  return profiles.filter(has).map(({ name }) => name);
}
