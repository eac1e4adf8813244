import { InputError } from "../../core/domain/errors.ts";
import { addDays, isDate, newYorkTimeMs } from "../../core/domain/time.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { actionsFile, actionsFrom, signalsFrom } from "../replay/recorded.ts";
import { DEFAULTS, modelsOf } from "../replay/run.ts";
import { loadFeeds } from "../replay/sources.ts";
import { holding } from "../serve/hold.ts";
import { type RecordedRequest, recordedMarket } from "../serve/recorded.ts";
import { RequestLog } from "../serve/requestLog.ts";

/** What of the options of `serve` a recorded stretch of time goes by. */
export interface RecordedOptions {
  readonly store: string;
  readonly data?: string;
  readonly replay?: string;
  readonly from?: string;
  readonly to?: string;
  readonly fees: string;
  readonly slippage: string;
  readonly actions?: string;
  readonly signals?: string;
  readonly webhook?: string;
}

/** What was played. */
export interface Played {
  readonly moments: number;
  /** Folder of the books. */
  readonly store: string;
}

/** Drives a recorded stretch of time through a server, from where its books stand. */
export async function playRecorded(
  profiles: readonly Profile[],
  options: RecordedOptions,
  world: Pick<RecordedRequest, "store" | "notifier" | "log">,
): Promise<Played> {
  if (options.webhook !== undefined) {
    throw new InputError(
      "--webhook: expected --url or --paper beside it; a recorded day takes those of --signals",
    );
  }
  const { store, fees, slippage } = options;
  const recording = await recordingOf(profiles, options);
  const models = modelsOf({ ...DEFAULTS, fees, slippage, profiles });
  const compiled = profiles.map(compileProfile);
  const made = { profiles: compiled, recording, models, ...world };
  return holding(world.store, async () => {
    const market = recordedMarket({ ...made, requests: requestsOf(made, options) });
    const server = await market.start(world.store);
    return { store, moments: await market.play(server, recording.toMs) };
  });
}

/** What was asked of this folder's exchange before; it must be made of the same again. */
function requestsOf(
  { profiles, recording }: Pick<RecordedRequest, "profiles" | "recording">,
  { store, fees, slippage }: RecordedOptions,
): RequestLog {
  const [account = ""] = profiles.map((one) => one.account.name);
  const names = profiles.map(({ name }) => name).join(",");
  const symbols = recording.feeds.map(({ instrument }) => instrument.symbol).join(",");
  const firstMs = Math.min(...recording.feeds.map(({ columns }) => columns.openTimeMs[0] ?? 0));
  const setup = `${names} on ${symbols}, fees ${fees}, slippage ${slippage}`;
  return RequestLog.open(store, account, Math.max(recording.fromMs, firstMs), setup);
}

async function recordingOf(
  profiles: readonly Profile[],
  options: RecordedOptions,
): Promise<Recording> {
  const { data: dataDir = null, actions, signals } = options;
  const loaded = await loadFeeds(profiles.map(compileProfile), { dataDir, onBad: "fail" });
  const actionsPath = actionsFile(actions ?? null, dataDir);
  const heard = signals === undefined ? [] : await signalsFrom(signals);
  const names = profiles.map(({ options: { name } }) => name);
  return {
    feeds: loaded.map(({ feed }) => feed),
    ticks: [],
    signals: heard.filter(({ data }) => names.includes(data.profile)),
    actions: actionsPath === null ? [] : await actionsFrom(actionsPath),
    financing: null,
    ...rangeOf(options),
  };
}

function rangeOf({ replay, from, to }: RecordedOptions) {
  if (replay !== undefined && (from ?? to) !== undefined) {
    throw new InputError("--replay: expected a day, or --from and --to, got both");
  }
  const first = replay ?? from;
  const last = replay ?? to;
  return {
    fromMs: first === undefined ? DEFAULTS.fromMs : dayStart(first),
    toMs: last === undefined ? DEFAULTS.toMs : dayStart(addDays(checked(last), 1)),
  };
}

function dayStart(date: string): number {
  return newYorkTimeMs(checked(date), "00:00");
}

function checked(date: string): string {
  if (isDate(date)) return date;
  throw new InputError(`expected a day as YYYY-MM-DD, got "${date}"`);
}
