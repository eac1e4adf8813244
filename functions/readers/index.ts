/** Readers of recorded market data: files in, typed columns and a report of every defect out. */
export {
  type AdjustmentFactor,
  type CorporateAction,
  readCorporateActions,
  readFactors,
  readTickerChanges,
  type TickerChange,
} from "./actions.ts";
export { type BarOptions, type RangeOptions, type ReadResult, readBars } from "./bars.ts";
export type { DateFormat } from "./cells.ts";
export { contentHash } from "./files.ts";
export { type DataTimeframe, findBars, findData } from "./find.ts";
export {
  type Defect,
  ISSUE_LIMIT,
  type Issue,
  issueText,
  type Policy,
  type ReadReport,
} from "./issues.ts";
export type { BarMapping, QuoteSide } from "./mapping.ts";
export { type QuoteOptions, readQuotes, readTrades, type TradeOptions } from "./ticks.ts";
export { readWide, type WideOptions } from "./wide.ts";
