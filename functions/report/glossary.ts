import { type Statistics, statisticsSchema } from "../../core/analysis/statistics.ts";
import type { NumberKind } from "./format.ts";

/** How a statistic is shown: its name, the reading of its number, and what it says. */
export interface Term {
  readonly label: string;
  readonly kind: NumberKind;
  readonly says: string;
}

/** Name of a published statistic that is one number. */
export type Figure = Exclude<keyof Statistics, "monthlyReturns" | "yearlyReturns" | "drawdowns">;

/** Each published statistic; one without a term does not compile. */
export const terms: Readonly<Record<Figure, Term>> = {
  fromMs: num("From", "When the first value of the account was taken."),
  toMs: num("To", "When the last value of the account was taken."),
  startEquity: usd("Start equity", "Value of the account at the start."),
  endEquity: usd("End equity", "Value of the account at the end, open positions at last prices."),
  totalReturn: pct("Total return", "Change of the account from first to last value."),
  annualReturn: pct("Annual return", "The yearly growth rate that compounds to the total return."),
  volatility: pct("Volatility", "Standard deviation of the daily returns, scaled to a year."),
  sharpe: num("Sharpe", "Mean return over its standard deviation, a year's worth."),
  sortino: num("Sortino", "As Sharpe, but only falls count as risk."),
  calmar: num("Calmar", "Annual return over the deepest drawdown."),
  probabilisticSharpe: pct(
    "Probabilistic Sharpe",
    "Probability that the true Sharpe is above 0, given so many days of such a shape.",
  ),
  maximumDrawdown: pct("Max drawdown", "Deepest fall from a peak of the account to a later low."),
  drawdownStartMs: num("Drawdown start", "The peak before the deepest fall."),
  drawdownTroughMs: num("Drawdown trough", "The low of the deepest fall."),
  drawdownRecoveryMs: num("Drawdown recovery", "When that peak was reached again, if it was."),
  longestUnderWaterDays: {
    label: "Longest under water",
    kind: "days",
    says: "Longest time below an earlier peak.",
  },
  underWaterShare: pct("Under water", "Share of the time spent below an earlier peak."),
  exposure: pct("Exposure", "Mean value of the positions over the account's."),
  turnover: num("Turnover", "Traded value a year over the mean account value."),
  trips: cnt("Trips", "Round trips closed, entry to exit, first in first out."),
  hitRate: pct("Hit rate", "Share of the round trips that made money after fees."),
  profitFactor: num("Profit factor", "Sum of the gains over sum of the losses."),
  expectancy: usd("Expectancy", "Mean profit of a round trip, after fees."),
  averageWin: usd("Average win", "Mean profit of the round trips that won."),
  averageLoss: usd("Average loss", "Mean loss of the round trips that lost."),
  averageMae: pct("Average MAE", "Maximum adverse excursion: the worst a trip stood at, mean."),
  averageMfe: pct("Average MFE", "Maximum favourable excursion: the best a trip stood at, mean."),
  averageBars: cnt("Average bars", "Bars that a round trip was held, mean."),
  fees: usd("Fees", "Fees paid on all fills, rebates taken off."),
  slippage: usd(
    "Slippage",
    "Lost between the price decided on and the price filled at, gaps to the next open " +
      "among it; below zero, the fills were better.",
  ),
  benchmarkReturn: pct("Benchmark return", "Change of the benchmark from first to last value."),
  alpha: pct("Alpha", "Yearly return that the benchmark does not explain."),
  beta: num("Beta", "How far the account moves when the benchmark moves by one."),
  correlation: num("Correlation", "How closely daily returns follow those of the benchmark."),
};

/** All of them, in the order in which they are shown. */
export const figures: readonly Figure[] = statisticsSchema
  .keyof()
  .options.filter((name) => name !== "monthlyReturns" && name !== "yearlyReturns")
  .filter((name) => name !== "drawdowns");

/** `maxDrawdown` as `Max drawdown`. */
export function spelt(key: string): string {
  const words = key
    .replace(/(Ms|Pct)$/, "")
    .replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after}`)
    .replace(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

function pct(label: string, says: string): Term {
  return { label, kind: "percent", says };
}
function num(label: string, says: string): Term {
  return { label, kind: "ratio", says };
}
function cnt(label: string, says: string): Term {
  return { label, kind: "count", says };
}
function usd(label: string, says: string): Term {
  return { label, kind: "dollars", says };
}
