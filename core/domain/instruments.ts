import { decimal, ONE } from "./decimal.ts";
import type { Instrument } from "./instrument.ts";

/** A US stock or ETF: cents, whole shares, NYSE sessions. */
export function equity(symbol: string, options: Partial<Instrument> = {}): Instrument {
  return {
    symbol,
    assetClass: "us-equity",
    tick: decimal("0.01"),
    lot: ONE,
    shortable: true,
    calendar: "us-equity",
    multiplier: ONE,
    ...options,
  };
}

/** A US stock or ETF that is traded in fractions, nine places as at Alpaca. */
export function fractionalEquity(symbol: string, options: Partial<Instrument> = {}): Instrument {
  return equity(symbol, { lot: decimal("0.000000001"), ...options });
}

/** A crypto pair such as BTC/USD: always open, nine places, no short sales. */
export function crypto(symbol: string, options: Partial<Instrument> = {}): Instrument {
  return {
    symbol,
    assetClass: "crypto",
    tick: decimal("0.01"),
    lot: decimal("0.000000001"),
    shortable: false,
    calendar: "always-open",
    multiplier: ONE,
    ...options,
  };
}

/** An index level, replayed as if it could be bought in fractions: for research, never to trade. */
export function index(symbol: string, options: Partial<Instrument> = {}): Instrument {
  return fractionalEquity(symbol, { assetClass: "index", ...options });
}
