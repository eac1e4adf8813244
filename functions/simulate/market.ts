import { decimal } from "../../core/domain/decimal.ts";
import type { Instrument } from "../../core/domain/instrument.ts";
import type { Bar } from "../../core/domain/market.ts";
import type { CorporateAction } from "../../core/ports/marketData.ts";
import { actionEvent } from "../../core/runtime/actionHandler.ts";
import { SimulatedAccount } from "../../core/runtime/simulatedAccount.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { constantLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { SimulatedVenue } from "../../core/simulation/venue.ts";
import type { CompiledProfile } from "../../core/strategy/profile.ts";
import { tradersOf } from "../../core/strategy/shadowed.ts";
import { MINUTE_MS, type Setting } from "./setting.ts";

/** A venue with an account of its own, and the bars of a setting. */
export class Market {
  readonly account: SimulatedAccount;
  private readonly venue: SimulatedVenue;
  private readonly setting: Setting;
  private readonly instruments: readonly Instrument[];

  /** Profiles are all that trade at some time. */
  constructor(setting: Setting, profiles: readonly CompiledProfile[]) {
    const { venue } = setting;
    this.setting = setting;
    const all = profiles.flatMap(({ instruments }) => instruments);
    this.instruments = [...new Map(all.map((one) => [one.symbol, one])).values()];
    this.venue = new SimulatedVenue({
      fill: "next-open",
      touch: "no-fill",
      participation: venue.participation,
      slippage: bpsSlippage(1),
      fees: bpsFee(1),
      latency: constantLatency(venue.latencyMs),
      account: null,
    });
    const traders = tradersOf(profiles);
    const cash = traders.reduce((sum, { account }) => sum + account.cash, decimal("0"));
    this.account = new SimulatedAccount(this.venue, cash);
  }

  /** The bars of a minute: their instruments' next steps, and what the venue said of its orders. */
  minute(minute: number, openTimeMs: number) {
    const closeTimeMs = openTimeMs + MINUTE_MS;
    const bars: (Bar & { readonly symbol: string })[] = [];
    const reports = this.instruments.flatMap((instrument) => {
      const { symbol } = instrument;
      const { open, high, low, close, volume } = this.setting.bar(symbol, minute);
      const prices = { open: open / 100, high: high / 100, low: low / 100, close: close / 100 };
      const bar = { openTimeMs, closeTimeMs, ...prices, volume };
      bars.push({ symbol, ...bar });
      const said = this.venue.onBar(this.venue.market(instrument), bar);
      return [...this.account.observe(said)];
    });
    return { bars, reports };
  }

  /** Splits an instrument at the venue. */
  split(action: CorporateAction) {
    const { data } = actionEvent(action, 0);
    return this.account.onCorporateAction(data, action.timeMs);
  }
}
