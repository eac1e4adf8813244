import type { Indicator } from "../indicator.ts";

/** One indicator as a user finds it. */
export interface IndicatorEntry {
  /** What it is for: `averages`, `trend`, `oscillators`, `volatility`, `volume`, `statistics`. */
  readonly group: string;
  /** As in {@link Indicator.name}. */
  readonly name: string;
  readonly description: string;
  /** What a strategy writes to get it, with the usual parameters. */
  readonly usage: string;
  /** What each number in the state means, `now` first. */
  readonly outputs: { readonly now: string } & Readonly<Record<string, string>>;
  /** The warm-up in bars, as a formula of the parameters. */
  readonly warmUp: string;
  /** The instance that `usage` gives; its `params` are the parameters with their defaults. */
  readonly make: () => Indicator;
}

/** An entry before the catalogue adds the group that it stands in. */
export type UngroupedEntry = Omit<IndicatorEntry, "group">;
