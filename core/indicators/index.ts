export { accumulation, type CmfState, cmf } from "./accumulation.ts";
export { type AdxState, adx } from "./adx.ts";
export { type AroonState, aroon } from "./aroon.ts";
export { type AtrState, atr, type TrueRangeState, trueRange } from "./atr.ts";
export { type BollingerOptions, type BollingerState, bollinger } from "./bollinger.ts";
export { type IndicatorEntry, indicatorCatalogue } from "./catalogue.ts";
export { type CciState, cci } from "./cci.ts";
export {
  type AgainstOption,
  type BetaState,
  beta,
  type CorrelationState,
  correlation,
} from "./correlation.ts";
export { type Crossable, crossedAbove, crossedBelow } from "./crossing.ts";
export { type DemaState, dema, type TemaState, tema } from "./dema-tema.ts";
export { type DeviationState, stdDev, zScore } from "./deviation.ts";
export { type DonchianState, donchian } from "./donchian.ts";
export { type EmaState, ema } from "./ema.ts";
export { type ExtremeState, highest, lowest } from "./extremes.ts";
export { type HeikinAshiState, heikinAshi } from "./heikin-ashi.ts";
export { type IchimokuOptions, type IchimokuState, ichimoku } from "./ichimoku.ts";
export type { Indicator, IndicatorState } from "./indicator.ts";
export { type KamaOptions, type KamaState, kama } from "./kama.ts";
export { type KeltnerOptions, type KeltnerState, keltner } from "./keltner.ts";
export { type LinearRegressionState, linearRegression } from "./linear-regression.ts";
export { type MacdOptions, type MacdState, macd } from "./macd.ts";
export { type MfiState, mfi } from "./mfi.ts";
export { type MomentumState, momentum, roc } from "./momentum.ts";
export { type ObvState, obv } from "./obv.ts";
export { type ParabolicSarOptions, type ParabolicSarState, parabolicSar } from "./parabolic-sar.ts";
export { type PercentRankState, percentRank } from "./percent-rank.ts";
export { type PivotPointsState, pivotPoints } from "./pivot-points.ts";
export { type RsiState, rsi } from "./rsi.ts";
export { type SmaState, sma } from "./sma.ts";
export { SOURCES, type Source, type SourceOption } from "./source.ts";
export {
  type StochasticOptions,
  type StochasticSlowOptions,
  type StochasticState,
  stochasticFast,
  stochasticSlow,
} from "./stochastic.ts";
export {
  type StochasticRsiOptions,
  type StochasticRsiState,
  stochasticRsi,
} from "./stochastic-rsi.ts";
export { type SuperTrendOptions, type SuperTrendState, superTrend } from "./super-trend.ts";
export { anchoredVwap, type VwapOptions, type VwapState, vwap } from "./vwap.ts";
export { type WilliamsRState, williamsR } from "./williams-r.ts";
export { type HmaState, hma, type WmaState, wma } from "./wma.ts";
