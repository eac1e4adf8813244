import { createHash } from "node:crypto";
import { accountOf, buyingPower } from "../../core/domain/account.ts";
import type { Book } from "../../core/domain/book.ts";
import { decimal, decimalOf, ONE, ZERO } from "../../core/domain/decimal.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { Replay } from "../../core/runtime/replay.ts";
import type { ReplayResult } from "../../core/runtime/result.ts";
import { combined, type Summary, summarise } from "../../core/runtime/summary.ts";
import { type Fidelity, World } from "../../core/runtime/world.ts";
import { type FillModel, fillModels, type VenueConfig } from "../../core/simulation/config.ts";
import { parseFees } from "../../core/simulation/fees.ts";
import { parseLatency } from "../../core/simulation/latency.ts";
import { parseSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import type { Selections } from "../../core/strategy/runner.ts";
import { contentHash, type Policy } from "../readers/index.ts";
import { mustOverlap, unexplainedGaps, warningsOf } from "./checks.ts";
import { actionsFile, actionsFrom, selectionsFrom, signalsFrom } from "./recorded.ts";
import { type LoadedFeed, loadFeeds, loadTicks } from "./sources.ts";

/** What to replay, and on what kind of market. */
export interface ReplayRequest {
  readonly profiles: readonly Profile[];
  readonly dataDir: string | null;
  readonly onBad: Policy;
  /** First and last time that counts, UTC ms; bars before the first warm the indicators. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly fill: string;
  readonly touch: "fill" | "no-fill";
  readonly slippage: string;
  readonly fees: string;
  readonly latency: string;
  readonly participation: number | null;
  /** A file of corporate actions; null for the data folder's own, `none` for none at all. */
  readonly actions: string | null;
  /** A file of recorded signals, JSON lines of envelopes. */
  readonly signals: string | null;
  /** A journal whose scanner selections are used in the place of new scans. */
  readonly universes: string | null;
  /** Yearly rates on short positions and on cash below zero, as fractions. */
  readonly borrow: number;
  readonly margin: number;
  readonly seed: number;
  readonly fidelity: Fidelity;
}

/** A replay's result with what it was read from. */
export interface ReplayOutcome {
  readonly result: ReplayResult;
  /** One a account: what its profiles were replayed on. */
  readonly stages: readonly Stage[];
  readonly elapsedMs: number;
}

/** One account's replay: accounts share nothing, so each has a world of its own. */
export interface Stage {
  readonly profiles: readonly Profile[];
  readonly recording: Recording;
  readonly world: World;
  readonly feeds: readonly LoadedFeed[];
}

/** The defaults of a replay: conservative fills, no costs, the whole recording. */
export const DEFAULTS: Omit<ReplayRequest, "profiles"> = {
  dataDir: null,
  onBad: "fail",
  fromMs: Number.MIN_SAFE_INTEGER,
  toMs: Number.POSITIVE_INFINITY,
  fill: "next-open",
  touch: "no-fill",
  slippage: "none",
  fees: "none",
  latency: "none",
  participation: null,
  actions: null,
  signals: null,
  universes: null,
  borrow: 0,
  margin: 0,
  seed: 1,
  fidelity: "memory",
};

/** Reads the data, walks it through the handlers, and puts together what came of it. */
export async function runReplay(
  request: ReplayRequest,
  identity: { readonly commit: string | null; readonly version: string },
  onProgress: (done: number, total: number) => void = () => {},
): Promise<ReplayOutcome> {
  const actionsPath = actionsFile(request.actions, request.dataDir);
  const actions = actionsPath === null ? [] : await actionsFrom(actionsPath);
  const signals = request.signals === null ? [] : await signalsFrom(request.signals);
  const selections =
    request.universes === null ? undefined : await selectionsFrom(request.universes);
  const groups = await Promise.all(
    byAccount(request.profiles).map(async (profiles) => {
      return { profiles, feeds: await loadFeeds(profiles.map(compileProfile), request) };
    }),
  );
  const unknown = signals.find(({ data }) => !names(request.profiles).includes(data.profile));
  if (unknown !== undefined) {
    const known = names(request.profiles).join(", ");
    throw new InputError(
      `signals: expected signals of the replayed profiles (${known}), got one of ${unknown.data.profile}`,
    );
  }
  for (const { feeds } of groups) mustOverlap(feeds, request);
  const total = groups.reduce((sum, { feeds }) => sum + barsOf(feeds), 0);
  const startedMs = performance.now();
  const stages: Stage[] = [];
  const results: ReplayResult["profiles"] = [];
  const inputs: Summary["inputs"][number][] = [];
  let before = 0;
  for (const { profiles, feeds } of groups) {
    const { fromMs, toMs } = request;
    const recording = {
      feeds: feeds.map(({ feed }) => feed),
      ticks: await loadTicks(feeds, profiles.map(compileProfile), request),
      signals: signals.filter(({ data }) => names(profiles).includes(data.profile)),
      actions,
      financing: financingOf(request),
      fromMs,
      toMs,
    };
    const world = worldOf({ ...request, profiles }, recording, selections);
    const replay = new Replay(world, recording);
    await replay.run((done) => onProgress(before + done, total));
    before += barsOf(feeds);
    const summary = summarise(world, replay, recording, sha256);
    const warnings = [...warningsOf(request, feeds), ...unexplainedGaps(feeds, actions, fromMs)];
    for (const one of summary.profiles) {
      results.push({ ...one, warnings: [...warnings, ...one.warnings] });
    }
    inputs.push(...summary.inputs);
    stages.push({ profiles, recording, world, feeds });
  }
  const { fill, slippage, fees, latency, participation, seed, fidelity } = request;
  const elapsedMs = performance.now() - startedMs;
  const dataHash = await dataHashOf(
    stages.flatMap(({ feeds }) => feeds),
    actionsPath,
  );
  const run = { ...identity, profileHash: sha256(configText(request)), dataHash, seed, fidelity };
  return {
    stages,
    elapsedMs,
    result: {
      schema: "bellwether.replay-result.v1",
      run,
      models: { fill, slippage, fees, latency, participation },
      profiles: results,
      combined: combined(inputs),
    },
  };
}

function byAccount(profiles: readonly Profile[]): readonly (readonly Profile[])[] {
  const groups = new Map<string, Profile[]>();
  for (const profile of profiles) {
    const account = profile.options.account?.name ?? profile.options.name;
    groups.set(account, [...(groups.get(account) ?? []), profile]);
  }
  return [...groups.values()];
}

function financingOf({ borrow, margin }: ReplayRequest) {
  if (borrow === 0 && margin === 0) return null;
  return { borrowAnnual: borrow, marginAnnual: margin };
}

function names(profiles: readonly Profile[]): readonly string[] {
  return profiles.map(({ options }) => options.name);
}

function barsOf(feeds: readonly LoadedFeed[]): number {
  return feeds.reduce((sum, { feed }) => sum + feed.columns.length, 0);
}

/** A world in which a recording is replayed as a request says. */
export function worldOf(
  request: ReplayRequest,
  recording: Recording,
  selections?: Selections,
): World {
  const models = modelsOf(request);
  const venue = (_account: string, bookOf: () => Book) => {
    const markets = new Map(
      recording.feeds.map(({ instrument }) => [instrument.symbol, instrument]),
    );
    const made: SimulatedVenue = new SimulatedVenue({
      ...models,
      account: {
        position: (symbol) => accountOf(bookOf()).holdings.get(symbol)?.quantity ?? ZERO,
        buyingPower: (orderId) =>
          buyingPower(bookOf(), (symbol) => priceIn(made, markets.get(symbol)), {
            except: orderId,
            initialRateOf: (symbol) =>
              markets.get(symbol)?.assetClass === "crypto" ? ONE : decimal("0.5"),
          }),
      },
    });
    return made;
  };
  return new World({
    profiles: request.profiles,
    fidelity: request.fidelity,
    activeFromMs: request.fromMs,
    ...(selections === undefined ? {} : { selections }),
    venue,
  });
}

/** The market's models as the request names them. @throws InputError for one that is not known. */
export function modelsOf(request: ReplayRequest): Omit<VenueConfig, "account"> {
  const { touch, participation, seed } = request;
  return {
    fill: fillModelOf(request.fill),
    touch,
    participation,
    slippage: parseSlippage(request.slippage, seed),
    fees: parseFees(request.fees),
    latency: parseLatency(request.latency, seed),
  };
}

function priceIn(
  venue: SimulatedVenue,
  instrument: Recording["feeds"][number]["instrument"] | undefined,
) {
  return instrument === undefined ? undefined : decimalOf(venue.market(instrument).lastPrice);
}

function fillModelOf(text: string): FillModel {
  const model = fillModels.find((name) => name === text);
  if (model !== undefined) return model;
  throw new InputError(`fill: expected ${fillModels.join(", ")}, got "${text}"`);
}

async function dataHashOf(feeds: readonly LoadedFeed[], actions: string | null): Promise<string> {
  const files = new Set(feeds.flatMap((feed) => feed.files));
  if (actions !== null) files.add(actions);
  const hashes = await Promise.all([...files].map(contentHash));
  return sha256(hashes.sort().join("\n"));
}

/** All that decides a result beside code and data, in one text. */
function configText({ profiles, ...replay }: ReplayRequest): string {
  const { dataDir, ...request } = replay;
  const own = profiles.map((profile) => {
    const { strategy, params, ...rest } = compileProfile(profile);
    const { sizing, limits, rebalance, account, instruments, timeframe } = rest;
    return {
      strategy: strategy.name,
      params,
      sizing,
      limits,
      rebalance,
      account,
      instruments,
      timeframe,
    };
  });
  const actions = actionsFile(request.actions, dataDir) !== null;
  const plain = { ...request, actions };
  return JSON.stringify([own, plain], (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
}

/** sha256 as hexadecimal text. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
