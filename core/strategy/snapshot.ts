import * as z from "zod";
import { announcedDay } from "../domain/calendar/announced.ts";
import { InputError, InvariantError, quoted } from "../domain/errors.ts";
import { slug, symbolText, timeMs } from "../domain/schema.ts";
import { barData } from "../events/catalogue.ts";
import type { IndicatorState } from "../indicators/indicator.ts";
import type { CompiledProfile } from "./profile.ts";
import { watchState } from "./watch.ts";
import { work } from "./work.ts";

/** What is kept of one indicator: its own plain-JSON state. */
const indicatorShape = z.looseObject({ count: z.int(), now: z.number(), previous: z.number() });
const indicatorState = z.custom<IndicatorState>((value) => indicatorShape.safeParse(value).success);

/** What a profile keeps of one instrument between events. */
export const symbolState = z.object({
  /** Closed bars of the strategy's own time frame taken in so far. */
  bars: z.int(),
  /** Close of the last of them, dollars, and its time: older bars are repeats and are dropped. */
  lastPrice: z.number(),
  lastTimeMs: timeMs,
  /** When the last trade was heard of, where the profile listens to trades. */
  tickTimeMs: timeMs.optional(),
  /** What the venue lets be done with it, where that was asked and is not everything. */
  asset: z.object({ tradable: z.boolean(), shortable: z.boolean() }).optional(),
  /** Whether its exchange has halted it, and since when, where that was ever heard of. */
  trading: z.object({ halted: z.boolean(), sinceMs: timeMs }).optional(),
  /** The same for every coarser time frame that an indicator asked for. */
  frames: z.record(z.string(), timeMs),
  /** True from the first bar at which every indicator has a value and a previous one. */
  warm: z.boolean(),
  indicators: z.record(z.string(), indicatorState),
  /**
   * What a scanner sees: the last daily bars, and the session's open and the volume since them;
   * null where none scans.
   */
  scan: z
    .object({
      bars: z.array(barData.omit({ symbol: true })),
      open: z.number().nullable(),
      volume: z.number(),
    })
    .nullable(),
  /** The author's state for this instrument; null where the profile keeps one for all. */
  state: z.unknown(),
});
export type SymbolState = z.output<typeof symbolState>;

/** Everything that a profile's strategy keeps between events: plain JSON with a version. */
export const profileState = z.object({
  format: z.literal(1),
  profile: slug,
  strategy: slug,
  /** Version of the author's state, see `version` and `migrate` of a strategy. */
  stateVersion: z.int(),
  /** Why the profile was stopped, or null while it runs. */
  halted: z.string().nullable(),
  /** The limit by which entries have ended until somebody resumes, or null; exits go on. */
  noEntries: z.string().nullable().default(null),
  symbols: z.record(symbolText, symbolState),
  /** Orders that are worked by children, by client order id. */
  works: z.record(z.string(), work).default({}),
  /** The instruments that the last scan kept, none before the first; null without a scanner. */
  universe: z.array(symbolText).nullable(),
  /** The author's state where `onSchedule` shares one, else null. */
  state: z.unknown(),
  /**
   * What the daily limits measure from: the date, and equity at its start, at its best ever, and
   * when it was last looked at.
   */
  day: z.object({
    date: z.string(),
    startEquity: z.number(),
    peakEquity: z.number(),
    equity: z.number(),
    orders: z.int(),
    /** The account's equity at the day's start and now; 0 where no limit looks at it. */
    accountStart: z.number().default(0),
    account: z.number().default(0),
    /** Trades that lost since the last that won, when the last did, and the profit until then. */
    losses: z.int().default(0),
    lastLossMs: z.number().default(Number.MIN_SAFE_INTEGER),
    realised: z.number().default(0),
  }),
  /** Orders approved lately, oldest first, where a limit looks back at them. */
  recent: z.array(z.object({ timeMs, order: z.string() })).default([]),
  /** Days of late, and to come, whose sessions the venue announced to be other than ours. */
  sessions: z.array(announcedDay).optional(),
  /** What is remembered of signals, from the first on. */
  watch: watchState.optional(),
  /** What the indicators were made for, see `setupOf`; null where it is not known. */
  setup: z.string().nullable().default(null),
  /** The limits that the profile last decided by, see `limitsText`; null where not known. */
  limits: z.string().nullable().default(null),
});
export type ProfileState = z.output<typeof profileState>;

/**
 * The snapshot of a profile that has never run.
 * @throws InputError when the author's state schema has no default for a field.
 */
export function freshState(profile: CompiledProfile): ProfileState {
  const own = () => initialState(profile);
  return {
    format: 1,
    profile: profile.name,
    strategy: profile.strategy.name,
    stateVersion: profile.strategy.version ?? 1,
    halted: null,
    noEntries: null,
    works: {},
    symbols: Object.fromEntries(
      profile.instruments.map(({ symbol }) => [symbol, freshSymbol(profile, own)]),
    ),
    universe: profile.scan === null ? null : [],
    state: profile.shared ? own() : null,
    day: {
      date: "",
      startEquity: 0,
      peakEquity: 0,
      equity: 0,
      orders: 0,
      accountStart: 0,
      account: 0,
      losses: 0,
      lastLossMs: Number.MIN_SAFE_INTEGER,
      realised: 0,
    },
    recent: [],
    setup: setupOf(profile),
    limits: profile.limitsText,
  };
}

/**
 * What the indicators of a profile are made for, as text: its bars, its parameters, and each
 * indicator's name and warm-up. A snapshot of another setup holds values of other indicators.
 */
export function setupOf({ timeframe, params, own, framed }: CompiledProfile): string {
  const named = [...own, ...[...framed.values()].flat()];
  const made = named.map(({ name, indicator }) => [name, indicator.warmUp]);
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);
  return JSON.stringify([timeframe, params, made], plain);
}

function freshSymbol(profile: CompiledProfile, own: () => unknown): SymbolState {
  const framed = [...profile.framed.values()].flat();
  // In another order than the schema: V8 takes objects of the same keys for one kind, and numbers
  // of a kind whose other members hold schemas cost an allocation with every bar.
  return {
    lastPrice: 0,
    lastTimeMs: Number.MIN_SAFE_INTEGER,
    bars: 0,
    frames: {},
    warm: false,
    indicators: Object.fromEntries(
      [...profile.own, ...framed].map(({ name, indicator }) => [name, indicator.create()]),
    ),
    scan: profile.scan === null ? null : { bars: [], open: null, volume: 0 },
    state: profile.shared ? null : own(),
  };
}

function initialState({ strategy }: CompiledProfile): unknown {
  const parsed = strategy.state.safeParse({});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InputError(
    `strategy ${strategy.name}: state.${issue?.path.join(".") ?? ""}: expected a default, as the ` +
      `first state is made from {}: ${issue?.message ?? ""}`,
  );
}

/**
 * Whether a snapshot was written by a newer version of a profile's strategy than the one at hand:
 * while a deploy is under way both decide for a while, and the older must leave it alone.
 */
export function isOfNewer({ strategy }: CompiledProfile, { stateVersion }: ProfileState): boolean {
  return stateVersion > (strategy.version ?? 1);
}

/**
 * Checks the author's part of a snapshot and brings it to the strategy's version.
 * @throws InvariantError when it does not fit the schema, or is of another version and the strategy
 * has no `migrate`: the profile must stop, and the stored snapshot stays as it is.
 */
export function adoptState(profile: CompiledProfile, state: ProfileState): ProfileState {
  const { strategy } = profile;
  const version = strategy.version ?? 1;
  const old = state.stateVersion;
  if (old !== version && strategy.migrate === undefined) {
    throw new InvariantError(
      `profile ${profile.name}: the snapshot's state is of version ${old}, strategy ` +
        `${strategy.name} is of version ${version} and has no migrate(); nothing was changed`,
    );
  }
  const adopt = (kept: unknown, where: string): unknown => {
    const next = old === version ? kept : strategy.migrate?.(kept, old);
    const parsed = strategy.state.safeParse(next);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const words = `${where}.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not fit"}`;
    throw new InvariantError(`profile ${profile.name}: ${quoted(words)}; nothing was changed`);
  };
  if (profile.shared) state.state = adopt(state.state, "state");
  else {
    for (const [symbol, own] of Object.entries(state.symbols)) {
      own.state = adopt(own.state, `symbols.${symbol}.state`);
    }
  }
  state.stateVersion = version;
  return state;
}

/** The text of a snapshot, as the table keeps it. */
export function snapshotText(state: ProfileState): string {
  return JSON.stringify(state);
}

/**
 * Reads a snapshot back.
 * @throws InvariantError naming profile and field when the text is no snapshot: the profile must
 * stop, as deciding on a guessed state could double a position. The stored text is left as it is.
 */
export function parseSnapshot(profile: string, text: string): ProfileState {
  const parsed = profileState.safeParse(jsonOf(profile, text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const words = `"${issue?.path.join(".") ?? ""}": ${issue?.message ?? ""}`;
    throw new InvariantError(
      `profile ${profile}: the snapshot does not parse at ${quoted(words)}; ` +
        "nothing was changed; restore it, or migrate it with the strategy's migrate()",
    );
  }
  return parsed.data;
}

function jsonOf(profile: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvariantError(`profile ${profile}: the snapshot is no JSON; nothing was changed`);
  }
}
