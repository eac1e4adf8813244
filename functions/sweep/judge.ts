import { probit, sampleRankCorrelation, standardDeviation } from "simple-statistics";
import type { SweepRow } from "./row.ts";

/** How much of the best set's success may be luck. */
export interface Verdict {
  /** Sets that were replayed. */
  readonly tried: number;
  /** The best set of the stretch by which sets are chosen; null where none has a Sharpe ratio. */
  readonly best: SweepRow | null;
  /**
   * The Sharpe ratio that the best of as many sets without any merit would be expected to show,
   * their Sharpe ratios spread as these are; null for fewer than three.
   * @see Bailey, López de Prado (2014), The Deflated Sharpe Ratio, equation 1
   */
  readonly luckySharpe: number | null;
  /** Rank correlation of Sharpe ratios before and after the cut, −1 to 1; null without a cut. */
  readonly agreement: number | null;
  /** Place of the best set in the stretch after the cut, 1 for the best; null without one. */
  readonly lastRank: number | null;
  readonly warnings: readonly string[];
}

/** Judges a sweep: searching for the best always finds something, also in noise. */
export function judge(rows: readonly SweepRow[], outOfSample: number): Verdict {
  const replayed = rows.filter(({ refused }) => refused === null);
  const rated = replayed.filter((row) => row.firstSharpe !== null);
  const ranked = [...rated].sort((a, b) => (b.firstSharpe ?? 0) - (a.firstSharpe ?? 0));
  const best = ranked[0] ?? null;
  const luckySharpe = luckiestOf(rated.map(({ firstSharpe }) => firstSharpe ?? 0));
  const both = outOfSample > 0 ? rated.filter((row) => row.lastSharpe !== null) : [];
  const agreement = agreementOf(both);
  const lastRank =
    best?.lastSharpe == null || both.length === 0
      ? null
      : 1 + both.filter(({ lastSharpe }) => (lastSharpe ?? 0) > (best.lastSharpe ?? 0)).length;
  const verdict = { tried: replayed.length, best, luckySharpe, agreement, lastRank };
  return { ...verdict, warnings: warningsOf(verdict, both.length, outOfSample) };
}

const EULER_GAMMA = 0.577_215_664_901_532_9;

function luckiestOf(sharpes: readonly number[]): number | null {
  const count = sharpes.length;
  if (count < 3) return null;
  const quantile = (tail: number) => probit(1 - tail);
  const spread = standardDeviation([...sharpes]);
  return (
    spread *
    ((1 - EULER_GAMMA) * quantile(1 / count) + EULER_GAMMA * quantile(1 / (count * Math.E)))
  );
}

function agreementOf(rows: readonly SweepRow[]): number | null {
  if (rows.length < 3) return null;
  const value = sampleRankCorrelation(
    rows.map(({ firstSharpe }) => firstSharpe ?? 0),
    rows.map(({ lastSharpe }) => lastSharpe ?? 0),
  );
  return Number.isFinite(value) ? value : null;
}

function warningsOf(
  { tried, best, luckySharpe, agreement, lastRank }: Omit<Verdict, "warnings">,
  compared: number,
  outOfSample: number,
): readonly string[] {
  if (best === null) return ["no set has a Sharpe ratio: nothing can be said of any"];
  const lines: string[] = [];
  const sharpe = best.firstSharpe ?? 0;
  if (luckySharpe !== null && sharpe <= luckySharpe) {
    lines.push(
      `the best of ${tried} sets has a Sharpe ratio of ${sharpe.toFixed(2)}; the luckiest of as many ` +
        `without merit would be expected to show ${luckySharpe.toFixed(2)}: it may be luck alone`,
    );
  }
  if (outOfSample === 0) {
    lines.push("every session was searched: nothing is left to show whether the best set holds");
  }
  if (agreement !== null && agreement < 0.2) {
    lines.push(
      `what did well before the cut did not after it (rank correlation ${agreement.toFixed(2)}): ` +
        "the order of sets says little about days to come",
    );
  }
  if (lastRank !== null && lastRank > Math.max(1, compared / 2)) {
    lines.push(`after the cut the best set is number ${lastRank} of ${compared}`);
  }
  if (tried > 100 && (best.trips ?? 0) < 30) {
    lines.push(`${tried} sets, and the best one made ${best.trips ?? 0} trips: too few to tell`);
  }
  return lines;
}
