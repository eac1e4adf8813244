import type { Instrument } from "../domain/instrument.ts";
import type { Bar } from "../domain/market.ts";

/** What traded before the open of the session that is scanned for. */
export interface Premarket {
  /** Last price, dollars. */
  readonly price: number;
  /** Shares since trading began that day. */
  readonly volume: number;
}

/** One instrument that a scanner looks at. */
export interface Candidate {
  readonly symbol: string;
  readonly instrument: Instrument;
  /** Daily history, oldest first; closed bars only, adjusted for splits. May be empty. */
  readonly bars: readonly Bar[];
  readonly premarket?: Premarket;
  /** Facts that do not come from prices: `{ sector: "energy", marketCap: 2e9 }`. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
}
