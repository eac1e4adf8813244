import { decimal, textOf } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import { isUuid, uuidOf } from "./ids.ts";

const WHOLE = decimal("1");

/** The id of an asset: the same in every exchange, whatever its seed. */
export function assetIdOf(symbol: string): string {
  return uuidOf("asset", symbol);
}

/** Alpaca's word for what an instrument is; indexes are traded as if they were shares. */
export function assetClassOf({ assetClass }: Instrument): "us_equity" | "crypto" {
  return assetClass === "crypto" ? "crypto" : "us_equity";
}

/** Where an asset is listed. Recordings don't say: shares are all taken to be on the NASDAQ. */
export function listingOf({ assetClass }: Instrument): "NASDAQ" | "CRYPTO" {
  return assetClass === "crypto" ? "CRYPTO" : "NASDAQ";
}

/** How positions name an asset: crypto pairs have no slash there. */
export function positionSymbolOf({ symbol }: Instrument): string {
  return symbol.replace("/", "");
}

/** Whether shares can be traded in fractions. */
export function isFractionable({ lot }: Instrument): boolean {
  return lot < WHOLE;
}

/** The instruments that are traded here, found by symbol, pair without slash, or asset id. */
export class Assets {
  private readonly all: readonly Instrument[];
  private readonly byName = new Map<string, Instrument>();

  constructor(instruments: readonly Instrument[]) {
    this.all = instruments;
    for (const instrument of instruments) {
      this.byName.set(instrument.symbol, instrument);
      this.byName.set(positionSymbolOf(instrument), instrument);
      this.byName.set(assetIdOf(instrument.symbol), instrument);
    }
  }

  find(name: string): Instrument | undefined {
    return this.byName.get(isUuid(name) ? name.toLowerCase() : name);
  }

  list(): readonly Instrument[] {
    return this.all;
  }
}

/** An asset as the API tells it. */
export function assetJson(instrument: Instrument): Readonly<Record<string, unknown>> {
  const { symbol, shortable, tick, lot } = instrument;
  const head = {
    id: assetIdOf(symbol),
    class: assetClassOf(instrument),
    exchange: listingOf(instrument),
    symbol,
    name: symbol,
    status: "active",
    tradable: true,
    fractionable: isFractionable(instrument),
    attributes: [],
  };
  if (instrument.assetClass === "crypto") {
    return {
      ...head,
      marginable: false,
      shortable: false,
      min_order_size: textOf(lot),
      min_trade_increment: textOf(lot),
      price_increment: textOf(tick),
    };
  }
  return {
    ...head,
    marginable: true,
    shortable,
    borrow_status: shortable ? "easy_to_borrow" : "hard_to_borrow",
    easy_to_borrow: shortable,
    maintenance_margin_requirement: 30,
    margin_requirement_long: "30",
    margin_requirement_short: "30",
    cusip: null,
  };
}
