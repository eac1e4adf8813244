import type * as z from "zod";
import type { Calendar } from "../domain/calendar/calendar.ts";
import { calendarOf } from "../domain/calendar/calendar.ts";
import { type Decimal, ONE, textOf } from "../domain/decimal.ts";
import { InputError } from "../domain/errors.ts";
import type { Instrument } from "../domain/instrument.ts";
import { equity } from "../domain/instruments.ts";
import type { Schedule } from "../domain/schedule.ts";
import { isFiner, type Timeframe } from "../domain/timeframe.ts";
import type { WebhookOptions, WebhookRules } from "../domain/webhook.ts";
import type { Algo } from "../execution/algos/params.ts";
import type { Indicator } from "../indicators/indicator.ts";
import type { Sizing, sizingSchema } from "../portfolio/sizing.ts";
import { type CompiledLimits, compileLimits } from "../risk/assess.ts";
import { type AccountLimits, type Limits, type limitsSchema, limitsText } from "../risk/limits.ts";
import { historyNeeded } from "../scanner/define.ts";
import type { IndicatorSet, ScanRule, Strategy, StrategyOptions } from "./define.ts";
import { frameOf } from "./frames.ts";
import type { ExecutionOptions } from "./intents.ts";
import {
  type accountSchema,
  type deploySchema,
  profileSchema,
  type rebalanceSchema,
  shadowOfProfile,
} from "./profileSchema.ts";
import type { WatchOptions, WatchRules } from "./watch.ts";

/** Whether a profile trades, with what money, or decides in the shadow of one that does. */
export type Mode = "replay" | "paper" | "live" | "shadow";

/** What becomes of open orders at the venue that are in no book: a person is always told. */
export type Orphans = "report" | "cancel" | "adopt";

/** Where recorded bars of an instrument are: read by functions/readers, described here as data. */
export interface DataSource {
  /** A file, or `npm:package/file` for one that comes with an installed package. */
  readonly path: string;
  /** Column names by what they hold, where the file's own differ from ours. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Take only rows whose symbol column says this. */
  readonly only?: string;
  /** Length of the file's bars, where it is not the strategy's own. */
  readonly timeframe?: Timeframe;
  /** Scale open, high and low by adjusted close over close. */
  readonly adjust?: "adjclose";
}

/** Where and how a profile runs once it is deployed; a replay does not look at it. */
export interface DeployOptions {
  /** Stages on which it runs. Paper runs on every stage by default; `live` must name its own. */
  readonly stages?: readonly string[];
  /**
   * How bars arrive: asked for at each close, so that nothing runs in between (the default), or
   * from the stream task, which strategies that listen to quotes or trades need anyway.
   */
  readonly bars?: "poll" | "stream";
  /** Prices of shares: IEX alone, which is free (the default), or all exchanges, SIP. */
  readonly feed?: "iex" | "sip";
}

/** A configured strategy, as written in a file of profiles. */
export interface ProfileOptions<P extends z.ZodObject> {
  readonly name: string;
  readonly description?: string;
  /** What differs from the strategy's defaults; a misspelt name does not compile. */
  readonly params?: Partial<z.input<P>>;
  /** Tickers (US shares) or instruments. */
  readonly universe: readonly (string | Instrument)[];
  readonly sizing?: z.input<typeof sizingSchema>;
  readonly limits?: z.input<typeof limitsSchema>;
  /** How target weights become orders. */
  readonly rebalance?: z.input<typeof rebalanceSchema>;
  /** Profiles with the same account name share its cash and its book. Default: one of its own. */
  readonly account?: z.input<typeof accountSchema>;
  /** How orders are worked unless an intent says otherwise. Default: at once. */
  readonly execution?: ExecutionOptions;
  /** Where its orders go. A `shadow` decides beside the profile that it names, and sends none. */
  readonly mode?: Mode;
  /** The profile whose triggers and positions a shadow decides on. */
  readonly shadowOf?: string;
  readonly deploy?: DeployOptions;
  /** Who may send signals, and in which form. Default: TradingView, and whoever can sign. */
  readonly webhook?: WebhookOptions;
  /** What a person is told of where signals do not come as they should. */
  readonly watch?: WatchOptions;
  /** The symbol that alpha and beta are measured against. Default: the first of the universe. */
  readonly benchmark?: string;
  /** Recorded bars by symbol, for `bellwether replay` without `--data`. */
  readonly data?: Readonly<Record<string, DataSource>>;
}

/** A profile whose types are forgotten, as the commands handle it. */
export interface Profile {
  readonly strategy: Strategy;
  readonly options: ProfileOptions<z.ZodObject>;
}

/** Binds a strategy to parameters, universe, sizing, limits and an account. */
export function defineProfile<P extends z.ZodObject, S extends z.ZodType, I extends IndicatorSet>(
  strategy: StrategyOptions<P, S, I>,
  options: ProfileOptions<P>,
): Profile {
  return { strategy, options };
}

/** An indicator with the name that the author gave it. */
export interface NamedIndicator {
  readonly name: string;
  readonly indicator: Indicator;
}

/** A profile checked and resolved: all that the handlers need, and nothing that changes. */
export interface CompiledProfile {
  readonly name: string;
  readonly description: string;
  readonly strategy: Strategy;
  readonly params: Readonly<Record<string, unknown>>;
  readonly instruments: readonly Instrument[];
  readonly universe: ReadonlySet<string>;
  readonly calendar: Calendar;
  readonly timeframe: Timeframe;
  /** True when the author's state is one for the profile rather than one an instrument. */
  readonly shared: boolean;
  /** Indicators over the strategy's own time frame, and those over coarser ones. */
  readonly own: readonly NamedIndicator[];
  readonly framed: ReadonlyMap<Timeframe, readonly NamedIndicator[]>;
  readonly schedules: Readonly<Record<string, Schedule>>;
  readonly scan: ScanRule | null;
  readonly sizing: Sizing;
  readonly limits: Limits;
  readonly rules: CompiledLimits;
  /** The limits that are set, as one text: other limits, another text. */
  readonly limitsText: string;
  readonly rebalance: z.output<typeof rebalanceSchema>;
  readonly account: {
    readonly name: string;
    readonly cash: Decimal;
    readonly kind: "cash" | "margin";
    readonly limits: AccountLimits;
  };
  readonly orphans: Orphans;
  /** How orders are worked unless an intent says otherwise; null for at once. */
  readonly execution: Algo | null;
  readonly mode: Mode;
  /** The profile that a shadow decides beside, without any right to order; null for all others. */
  readonly shadowOf: string | null;
  readonly deploy: z.output<typeof deploySchema>;
  readonly webhook: WebhookRules;
  readonly watch: WatchRules;
  readonly benchmark: string;
  readonly data: Readonly<Record<string, DataSource>>;
}

/**
 * Checks a profile against the schemas and resolves it.
 * @throws InputError naming the profile and the field that is wrong.
 */
export function compileProfile(profile: Profile): CompiledProfile {
  return compilerOf(profile)();
}

/**
 * As {@link compileProfile}, to be done again and again: the options, which nothing can change, are
 * checked once; parameters are read and indicators made anew each time, so that what a strategy
 * hides in them is gone.
 * @throws InputError naming the profile and the field that is wrong.
 */
export function compilerOf({ strategy, options }: Profile): () => CompiledProfile {
  const instruments = options.universe.map((one) => (typeof one === "string" ? equity(one) : one));
  for (const { symbol, multiplier } of instruments) {
    if (multiplier === ONE) continue;
    throw new InputError(
      `profile ${options.name}: universe: ${symbol}: expected a multiplier of 1, as books are kept ` +
        `in shares and coins, got ${textOf(multiplier)}`,
    );
  }
  const checked = parse(options.name, profileSchema, {
    ...options,
    universe: instruments.map(({ symbol }) => symbol),
    sizing: options.sizing ?? { kind: "equity-fraction", fraction: 1 },
    limits: options.limits ?? {},
    rebalance: options.rebalance ?? {},
    deploy: options.deploy ?? {},
    webhook: options.webhook ?? {},
  });
  const shadowOf = shadowOfProfile(checked, options.account !== undefined);
  const strictParams = strategy.params.strict();
  const { name, account, execution } = checked;
  const universe = new Set(checked.universe);
  const rules = compileLimits(checked.limits, account.limits);
  const texts = limitsText(checked.limits, account.limits);
  const { name: owner = name, cash, kind } = account;
  return () => {
    const params = parse(name, strictParams, options.params ?? {}, "params");
    const indicators = Object.entries(strategy.indicators?.(params) ?? {});
    const named = indicators.map(([key, indicator]) => ({ name: key, indicator }));
    const schedules = strategy.schedules?.(params) ?? {};
    const scan = scanOf(strategy, params, schedules);
    // Spelt out, so that all are of one shape: spreads make the code of every later run slower.
    return {
      name,
      description: checked.description,
      strategy,
      params,
      instruments,
      universe,
      calendar: calendarOf(oneCalendar(name, instruments)),
      timeframe: strategy.bars,
      shared: strategy.onSchedule !== undefined,
      own: named.filter(({ indicator }) => isOwn(indicator, strategy.bars)),
      framed: framesOf(named, strategy.bars, scan !== null),
      schedules,
      scan,
      sizing: checked.sizing,
      limits: checked.limits,
      rules,
      limitsText: texts,
      rebalance: checked.rebalance,
      account: { name: owner, cash, kind, limits: account.limits },
      orphans: account.orphans,
      execution: execution.kind === "immediate" ? null : execution,
      mode: checked.mode,
      shadowOf,
      deploy: checked.deploy,
      webhook: checked.webhook,
      watch: checked.watch,
      benchmark: checked.benchmark ?? checked.universe[0] ?? "",
      data: options.data ?? {},
    };
  };
}

/** A scanner that could never select anything is refused, rather than be silent day after day. */
function scanOf(
  strategy: Strategy,
  params: Readonly<Record<string, unknown>>,
  schedules: Readonly<Record<string, Schedule>>,
): ScanRule | null {
  const scan = strategy.scan?.(params);
  if (scan === undefined) return null;
  const refuse = (line: string) => new InputError(`strategy ${strategy.name}: ${line}`);
  if (schedules[scan.at] === undefined) {
    const known = Object.keys(schedules).join(", ") || "none";
    throw refuse(`scan.at: expected a schedule (${known}), got ${scan.at}`);
  }
  const needed = historyNeeded(scan.scanner);
  if (scan.history < needed) {
    const name = scan.scanner.name;
    throw refuse(`scan.history: expected ${needed} or more, as ${name} needs, got ${scan.history}`);
  }
  if (isFiner("1d", strategy.bars)) {
    throw refuse(`bars: expected 1d or finer, as a scanner looks at days, got ${strategy.bars}`);
  }
  return scan;
}

function isOwn(indicator: Indicator, timeframe: Timeframe): boolean {
  return (frameOf(indicator) ?? timeframe) === timeframe;
}

function framesOf(
  named: readonly NamedIndicator[],
  own: Timeframe,
  scans: boolean,
): ReadonlyMap<Timeframe, readonly NamedIndicator[]> {
  // Scanners look at days, whatever the strategy itself looks at.
  const frames = new Map<Timeframe, NamedIndicator[]>(scans && own !== "1d" ? [["1d", []]] : []);
  for (const one of named) {
    const frame = frameOf(one.indicator);
    if (frame === null || frame === own) continue;
    frames.set(frame, [...(frames.get(frame) ?? []), one]);
  }
  return frames;
}

function oneCalendar(profile: string, instruments: readonly Instrument[]) {
  const calendars = new Set(instruments.map(({ calendar }) => calendar));
  const [first] = calendars;
  if (first === undefined || calendars.size > 1) {
    throw new InputError(
      `profile ${profile}: universe: expected instruments of one calendar, got ${[...calendars].join(" and ") || "none"}`,
    );
  }
  return first;
}

function parse<T extends z.ZodType>(
  profile: string,
  schema: T,
  value: unknown,
  field?: string,
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = [...(field === undefined ? [] : [field]), ...(issue?.path ?? [])].join(".");
  throw new InputError(`profile ${profile}: ${path}: ${issue?.message ?? "is not valid"}`);
}
