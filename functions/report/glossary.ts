import type { NumberKind } from "./format.ts";

/** How a statistic is shown: its name, the reading of its number, and what it says. */
export interface Term {
  readonly label: string;
  readonly kind: NumberKind;
  readonly says: string;
}

const terms: Readonly<Record<string, Term>> = {
  totalReturn: pct("Total return", "Change of the account from first to last value."),
  annualReturn: pct("Annual return", "The yearly growth rate that compounds to the total return."),
  volatility: pct("Volatility", "Standard deviation of the daily returns, scaled to a year."),
  sharpe: num("Sharpe", "Mean return over its standard deviation, a year's worth."),
  sortino: num("Sortino", "As Sharpe, but only falls count as risk."),
  calmar: num("Calmar", "Annual return over the deepest drawdown."),
  maximumDrawdown: pct("Max drawdown", "Deepest fall from a peak of the account to a later low."),
  depth: pct("Depth", "The fall as a fraction of the peak."),
  alpha: pct("Alpha", "Yearly return that the benchmark does not explain."),
  beta: num("Beta", "How far the account moves when the benchmark moves by one."),
  correlation: num("Correlation", "How closely daily returns follow those of the benchmark."),
  rSquared: num("R²", "Share of the variance that the benchmark explains."),
  informationRatio: num("Information ratio", "Return above the benchmark over its own deviation."),
  trackingError: pct("Tracking error", "Yearly deviation of the return above the benchmark."),
  treynor: num("Treynor", "Annual return over beta."),
  omega: num("Omega", "Gains over losses, summed over all days."),
  ulcerIndex: pct("Ulcer index", "Root mean square of the drawdowns: depth and length in one."),
  skew: num("Skew", "Asymmetry of the daily returns; below zero the large moves are falls."),
  skewness: num("Skew", "Asymmetry of the daily returns; below zero the large moves are falls."),
  kurtosis: num("Kurtosis", "Weight of the tails of the daily returns."),
  valueAtRisk: pct("Value at risk", "The daily loss that one day in twenty exceeds."),
  expectedShortfall: pct("Expected shortfall", "Mean loss of the worst twentieth of the days."),
  bestDay: pct("Best day", "Largest daily gain."),
  worstDay: pct("Worst day", "Largest daily loss."),
  exposure: pct("Exposure", "Share of the time with an open position."),
  turnover: num("Turnover", "Traded value a year over the mean account value."),
  trips: cnt("Trips", "Round trips closed, entry to exit, first in first out."),
  hitRate: pct("Hit rate", "Share of the round trips that made money after fees."),
  winRate: pct("Hit rate", "Share of the round trips that made money after fees."),
  profitFactor: num("Profit factor", "Sum of the gains over sum of the losses."),
  expectancy: usd("Expectancy", "Mean profit of a round trip, after fees."),
  averageWin: usd("Average win", "Mean profit of the round trips that won."),
  averageLoss: usd("Average loss", "Mean loss of the round trips that lost."),
  payoffRatio: num("Payoff ratio", "Average win over average loss."),
  fees: usd("Fees", "Fees paid on all fills, rebates taken off."),
  slippage: usd("Slippage", "Lost between the price decided on and the price filled at."),
  profit: usd("Profit", "Profit of the closed round trips, after fees."),
};

/** The term of a statistic; one nobody has described gets its key, spelt out. */
export function termOf(key: string): Term {
  return Object.hasOwn(terms, key) && terms[key] !== undefined ? terms[key] : guessed(key);
}

/** `maxDrawdown` as `Max drawdown`. */
export function spelt(key: string): string {
  const words = key
    .replace(/(Ms|Pct)$/, "")
    .replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after}`)
    .replace(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** Units come last in our names, so most readings follow from the key. */
function guessed(key: string): Term {
  const label = spelt(key);
  if (/(pct|return|drawdown|rate|volatility|fraction|share)$/i.test(key)) return pct(label, "");
  if (/(dollars|profit|loss|cash|equity|amount|fee|cost)$/i.test(key)) return usd(label, "");
  if (/days$/i.test(key)) return { label, kind: "days", says: "" };
  return /(count|bars|orders|fills|wins|losses|observations)$/i.test(key)
    ? cnt(label, "")
    : num(label, "");
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
