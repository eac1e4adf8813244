import { type Decimal, decimal } from "../../core/domain/decimal.ts";
import type { CorporateAction } from "../../core/runtime/actionHandler.ts";
import type { BarFeed } from "../../core/runtime/feeds.ts";
import type { TickFeed } from "../../core/runtime/ticks.ts";
import type { FillModel } from "../../core/simulation/config.ts";
import { type FeeModel, noFee } from "../../core/simulation/fees.ts";
import type { FinancingRates } from "../../core/simulation/financing.ts";
import { type LatencyModel, noLatency } from "../../core/simulation/latency.ts";
import { noSlippage, type SlippageModel } from "../../core/simulation/slippage.ts";

/** What an exchange is made of: a recording, an account, and the models of the market. */
export interface ExchangeOptions {
  /**
   * Recorded bars. Of several feeds of one instrument the finest is matched and streamed; the
   * coarser ones answer requests for their own time frame.
   */
  readonly feeds: readonly BarFeed[];
  /** Recorded quotes and prints; they come before the bars of the same instant. */
  readonly ticks?: readonly TickFeed[];
  /** Splits and dividends, ascending by time. */
  readonly actions?: readonly CorporateAction[];
  /** Where the virtual clock starts, UTC ms; default: where the first bar opens. */
  readonly fromMs?: number;
  /** Where it ends, UTC ms; default: with the recording. */
  readonly toMs?: number;
  /** Dollars of cash at the start; default 100 000. */
  readonly cash?: Decimal;
  /** Margin (twice the excess as buying power) or cash; default margin. */
  readonly account?: "margin" | "cash";
  readonly fill?: FillModel;
  readonly touch?: "fill" | "no-fill";
  readonly participation?: number | null;
  readonly slippage?: SlippageModel;
  readonly fees?: FeeModel;
  readonly latency?: LatencyModel;
  readonly financing?: FinancingRates | null;
  /** Part of every id that is made up here; default 1. */
  readonly seed?: number;
  /** The one key that is let in; default null: any. */
  readonly keys?: { readonly keyId: string; readonly secret: string } | null;
  /** Requests a minute of the virtual clock; default null: no limit. */
  readonly requestsPerMinute?: number | null;
  /** `basic` sees no recent SIP data and subscribes to 30 symbols; default `plus`. */
  readonly subscription?: "basic" | "plus";
  /** How `/stream` sends JSON: binary frames as the paper host does (default), or text. */
  readonly tradeFrames?: "binary" | "text";
  /** How long a market data socket may stay unauthenticated, ms of the wall clock. */
  readonly authTimeoutMs?: number;
}

/** Options with all defaults filled in. */
export type Settings = Required<Omit<ExchangeOptions, "fromMs" | "toMs">> &
  Pick<ExchangeOptions, "fromMs" | "toMs">;

/** Fills in the defaults: a paper account, conservative fills, no costs. */
export function settingsOf(options: ExchangeOptions): Settings {
  return {
    ticks: [],
    actions: [],
    cash: decimal("100000"),
    account: "margin",
    fill: "next-open",
    touch: "no-fill",
    participation: null,
    slippage: noSlippage,
    fees: noFee,
    latency: noLatency,
    financing: null,
    seed: 1,
    keys: null,
    requestsPerMinute: null,
    subscription: "plus",
    tradeFrames: "binary",
    authTimeoutMs: 10_000,
    ...options,
  };
}
