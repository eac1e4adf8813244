import type * as z from "zod";
import type { Session } from "../domain/calendar/calendar.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { Bar, Quote, Trade } from "../domain/market.ts";
import type { Order } from "../domain/order.ts";
import type { Schedule } from "../domain/schedule.ts";
import type { Timeframe } from "../domain/timeframe.ts";
import type { EventData } from "../events/catalogue.ts";
import type { Indicator, IndicatorState } from "../indicators/indicator.ts";
import type { Attributes, Scanner } from "../scanner/define.ts";
import type { Intent } from "./intents.ts";

/** A position as a strategy sees it: float64, as it decides but never books. */
export interface PositionView {
  readonly side: "flat" | "long" | "short";
  /** Signed: negative when short. */
  readonly quantity: number;
  /** Dollars a unit, 0 when flat. */
  readonly averagePrice: number;
  /** When it left flat, UTC ms; 0 when flat. */
  readonly openedTimeMs: number;
}

/** Indicators by the names that the author gave them. */
export type IndicatorSet = Readonly<Record<string, Indicator>>;
/** What the author reads: each indicator's state, `now` and `previous` and what else it has. */
export type IndicatorViews<I extends IndicatorSet> = {
  readonly [K in keyof I]: I[K] extends Indicator<infer S> ? Readonly<S> : never;
};

/** What every call sees of one instrument. */
export interface InstrumentContext<P, S, I extends IndicatorSet> {
  readonly symbol: string;
  readonly instrument: Instrument;
  /** Time of the event, UTC ms: nothing later is visible. */
  readonly timeMs: number;
  readonly params: P;
  readonly state: S;
  readonly position: PositionView;
  /** Indicators over closed bars; all are warm whenever a strategy is called. */
  readonly indicators: IndicatorViews<I>;
  /** The trading session that the event falls into, or null outside of one. */
  readonly session: Session | null;
  /** The profile's cash and positions at last prices, dollars. */
  readonly equity: number;
  /** Whether the last scan kept the instrument; true where there is no scanner. */
  readonly selected: boolean;
  /** Working orders of this profile in this instrument. */
  readonly orders: readonly Order[];
}

/** What `onBar` sees. */
export interface BarContext<P, S, I extends IndicatorSet> extends InstrumentContext<P, S, I> {
  /** The bar that just closed. Valid during the call only: copy what must outlive it into state. */
  readonly bar: Bar;
}
/** What `onSignal` sees. */
export interface SignalContext<P, S, I extends IndicatorSet> extends InstrumentContext<P, S, I> {
  readonly signal: EventData<"signal.received.v1">;
  /** Close of the last bar, dollars. */
  readonly lastPrice: number;
}
/** What `onFill` sees. */
export interface FillContext<P, S, I extends IndicatorSet> extends InstrumentContext<P, S, I> {
  readonly fill: EventData<"order.filled.v1">;
}
/** What `onQuote` sees. */
export interface QuoteContext<P, S, I extends IndicatorSet> extends InstrumentContext<P, S, I> {
  readonly quote: Quote;
}
/** What `onTrade` sees. */
export interface TradeContext<P, S, I extends IndicatorSet> extends InstrumentContext<P, S, I> {
  readonly trade: Trade;
}

/** One instrument of the universe, as `onSchedule` sees it. */
export interface UniverseMember<I extends IndicatorSet> {
  readonly symbol: string;
  readonly instrument: Instrument;
  /** Close of the last bar, dollars, and when it closed. */
  readonly lastPrice: number;
  readonly lastTimeMs: number;
  readonly position: PositionView;
  readonly indicators: IndicatorViews<I>;
  /** Whether the last scan kept it; what it dropped is still shown, so that it can be left. */
  readonly selected: boolean;
}

/** What `onSchedule` sees: the whole universe at one instant. */
export interface ScheduleContext<P, S, I extends IndicatorSet> {
  readonly schedule: string;
  readonly sessionDate: string;
  readonly timeMs: number;
  readonly params: P;
  readonly state: S;
  readonly equity: number;
  /** Members whose indicators are warm, in the profile's order. */
  readonly universe: readonly UniverseMember<I>[];
}

/** What a call gives back; nothing at all means hold. */
export interface Step<S> {
  /** The whole new state; left out when it stays. */
  readonly state?: S;
  readonly intents?: readonly Intent[];
  /** Why nothing is wanted, for the audit trail. */
  readonly because?: string;
}
/** `onSchedule` may also return target weights: share of equity by symbol, the rest is sold. */
export interface ScheduleStep<S> extends Step<S> {
  readonly weights?: Readonly<Record<string, number>>;
  /** The audit line of the orders that the weights lead to. */
  readonly reason?: string;
}
type Returns<T> = T | undefined;

/** When a scanner runs, and on how much history. */
export interface ScanRule {
  readonly scanner: Scanner;
  /** Name of the schedule at which it runs, before `onSchedule`. */
  readonly at: string;
  /** Daily bars that it sees of each instrument, at most; as many as its filters need or more. */
  readonly history: number;
  /** Facts of instruments that do not come from prices, by symbol. */
  readonly attributes?: Readonly<Record<string, Attributes>>;
}

/** A strategy as its author writes it. */
export interface StrategyOptions<
  P extends z.ZodObject,
  S extends z.ZodType,
  I extends IndicatorSet,
> {
  /** Lower-case letters, digits and dashes. */
  readonly name: string;
  readonly description: string;
  /** The time frame whose closes call `onBar`. */
  readonly bars: Timeframe;
  readonly params: P;
  /** Kept per instrument, or once per profile where `onSchedule` is defined. Plain JSON. */
  readonly state: S;
  /** Raise it when the meaning of `state` changes, and give `migrate`. Default 1. */
  readonly version?: number;
  /** Turns the state of an older version into today's; its result must fit the schema. */
  migrate?(old: unknown, fromVersion: number): unknown;
  indicators?(params: z.output<P>): I;
  /** When `onSchedule` is called, by name. */
  schedules?(params: z.output<P>): Readonly<Record<string, Schedule>>;
  /** Selects from the universe at a schedule; entries are then for selected instruments only. */
  scan?(params: z.output<P>): ScanRule;
  onBar?(context: BarContext<z.output<P>, z.output<S>, I>): Returns<Step<z.output<S>>>;
  onSignal?(context: SignalContext<z.output<P>, z.output<S>, I>): Returns<Step<z.output<S>>>;
  onFill?(context: FillContext<z.output<P>, z.output<S>, I>): Returns<Step<z.output<S>>>;
  onQuote?(context: QuoteContext<z.output<P>, z.output<S>, I>): Returns<Step<z.output<S>>>;
  onTrade?(context: TradeContext<z.output<P>, z.output<S>, I>): Returns<Step<z.output<S>>>;
  onSchedule?(
    context: ScheduleContext<z.output<P>, z.output<S>, I>,
  ): Returns<ScheduleStep<z.output<S>>>;
}

/** Any strategy, its types forgotten: what the runtime and the commands handle. */
export type Strategy = StrategyOptions<z.ZodObject, z.ZodType, IndicatorSet>;

/** Declares a strategy; the types of params, state and indicators flow into its functions. */
export function defineStrategy<
  P extends z.ZodObject,
  S extends z.ZodType,
  I extends IndicatorSet = Readonly<Record<never, Indicator>>,
>(options: StrategyOptions<P, S, I>): StrategyOptions<P, S, I> {
  return options;
}

/** An indicator's state, its type forgotten. */
export type AnyIndicatorState = IndicatorState;
