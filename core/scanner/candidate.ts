import type { Instrument } from "../domain/instrument.ts";
import type { Bar } from "../domain/market.ts";

/** What has traded since the last daily bar closed. */
export interface Today {
  /** First price of the regular session, dollars; null before there is one. */
  readonly open: number | null;
  /** Last price, dollars. */
  readonly price: number;
  /** Shares since the last daily bar closed, before the open included. */
  readonly volume: number;
}

/** Facts that do not come from prices: `{ sector: "energy", marketCap: 2e9 }`. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** One instrument that a scanner looks at. */
export interface Candidate {
  readonly symbol: string;
  readonly instrument: Instrument;
  /** Daily history, oldest first; closed bars only, adjusted for splits. May be empty. */
  readonly bars: readonly Bar[];
  /** Left out where nothing has traded since the last daily bar. */
  readonly today?: Today;
  readonly attributes?: Attributes;
}
