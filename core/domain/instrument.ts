import type { Decimal } from "./decimal.ts";

/** What kind of thing is traded; decides calendar, settlement and fees. */
export type AssetClass = "us-equity" | "crypto" | "index";

/** Which sessions an instrument trades in: the NYSE's, or always open with UTC days. */
export type CalendarId = "us-equity" | "always-open";

/** A tradable thing. */
export interface Instrument {
  readonly symbol: string;
  readonly assetClass: AssetClass;
  /** Smallest price step, dollars. */
  readonly tick: Decimal;
  /** Smallest quantity step: 1 for whole shares, 0.000000001 for fractional ones. */
  readonly lot: Decimal;
  readonly shortable: boolean;
  readonly calendar: CalendarId;
  /** Dollars of notional for one unit at a price of one: 1 for shares and coins. */
  readonly multiplier: Decimal;
}
