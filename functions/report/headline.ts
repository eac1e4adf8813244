import type { Statistics } from "../../core/analysis/statistics.ts";
import type { NumberKind } from "./format.ts";
import { type Figure, terms } from "./glossary.ts";

/** One figure of the comparison of profiles. */
export interface HeadlineColumn {
  readonly label: string;
  readonly kind: NumberKind;
  readonly says: string;
  /** The figure of a profile; null where it is not defined. */
  readonly of: (statistics: Statistics) => number | null;
  /** Whether a sign is good or bad news and so may be coloured. */
  readonly signed: boolean;
}

/** The figures that profiles are compared by, in the order of their columns. */
export const headline: readonly HeadlineColumn[] = [
  column("Return", "totalReturn", true),
  column("Annual", "annualReturn", true),
  column("Volatility", "volatility"),
  column("Sharpe", "sharpe"),
  column("Sortino", "sortino"),
  column("Max DD", "maximumDrawdown"),
  column("Trips", "trips"),
  column("Hits", "hitRate"),
  column("PF", "profitFactor"),
  column("Fees", "fees"),
];

function column(label: string, figure: Figure, signed = false): HeadlineColumn {
  const { kind, says } = terms[figure];
  return { label, kind, says, signed, of: (statistics) => statistics[figure] };
}
