/** What a strategy may use: the public face of the core. Beside it a strategy sees only zod. */

export type { Instrument } from "./domain/instrument.ts";
export { crypto, equity, fractionalEquity, index } from "./domain/instruments.ts";
export type { Bar, Quote, Trade } from "./domain/market.ts";
export type { Schedule } from "./domain/schedule.ts";
export type { Timeframe } from "./domain/timeframe.ts";
export { volumeProfile } from "./execution/algos/volume-profile.ts";
export * from "./indicators/index.ts";
export * from "./portfolio/weights.ts";
export { defineScanner } from "./scanner/define.ts";
export type {
  BarContext,
  FillContext,
  PositionView,
  QuoteContext,
  ScheduleContext,
  ScheduleStep,
  SignalContext,
  Step,
  Strategy,
  TradeContext,
  UniverseMember,
} from "./strategy/define.ts";
export { defineStrategy } from "./strategy/define.ts";
export { on } from "./strategy/frames.ts";
export {
  cancelEntries,
  type ExecutionOptions,
  enterLong,
  enterShort,
  exit,
  type Intent,
  moveStop,
} from "./strategy/intents.ts";
export { type DataSource, defineProfile, type Profile } from "./strategy/profile.ts";
