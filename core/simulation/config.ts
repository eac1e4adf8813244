import type { Decimal } from "../domain/decimal.ts";
import type { Instrument } from "../domain/instrument.ts";
import type { OrderRequest } from "../domain/order.ts";
import type { FeeModel } from "./fees.ts";
import type { DayEnd } from "./hours.ts";
import type { LatencyModel } from "./latency.ts";
import type { SlippageModel } from "./slippage.ts";

/**
 * How prices inside a bar are imagined; none of them can be known from a bar.
 *
 * - `next-open`: market orders fill at the open of the next bar; for stops and limits the bar is
 *   walked as under `bar-path-pessimistic`, so that a stop always comes before a target.
 * - `this-close`: market orders fill at the close of the deciding bar, or at its closing bid or ask
 *   where a quote came since its open. Optimistic: the close was the input of the decision.
 * - `bar-path`: the bar is walked open, nearer extreme, farther extreme, close.
 * - `bar-path-pessimistic`: as `bar-path`, but a family of orders (an entry with its legs, or a
 *   group) with a stop of any type in it has a path of its own, where the extremes come in the
 *   sequence that hurts its position; an entry by a stop turns at its price.
 * - `quotes`: bars fill nothing; orders meet the recorded bid and ask, and their sizes.
 * - `trades`: bars fill nothing; orders meet the recorded prints, and their sizes.
 *
 * The first instant of a bar is the last that an order sees which ends within it, and the last one
 * the first for an order that arrives within it. A bar that opens before a session and reaches into
 * it is taken to open with the session, for orders without extended hours.
 */
export const fillModels = [
  "next-open",
  "this-close",
  "bar-path",
  "bar-path-pessimistic",
  "quotes",
  "trades",
] as const;
export type FillModel = (typeof fillModels)[number];

/** What the venue must know of an account to refuse what a venue would refuse. */
export interface AccountView {
  /** Dollars that this order could still spend, the order itself left out of the reservations. */
  buyingPower(orderId: string): Decimal;
  /** The account's signed position. */
  position(symbol: string): Decimal;
}

/** How a simulated venue behaves. */
export interface VenueConfig {
  readonly fill: FillModel;
  /** Whether a limit fills when the price only touches it; a queue may be in front. */
  readonly touch: "fill" | "no-fill";
  /** Largest share of a bar's volume that our orders get, above 0 up to 1; null for no bound. */
  readonly participation: number | null;
  readonly slippage: SlippageModel;
  readonly fees: FeeModel;
  readonly latency: LatencyModel;
  /** Null where buying power is not checked. */
  readonly account: AccountView | null;
}

/** An order at the venue. */
export interface WorkingOrder {
  request: OrderRequest;
  filled: Decimal;
  /** From when on it may trade, UTC ms. */
  activeFromMs: number;
  /** When it ends by itself, or by a cancel on its way, UTC ms; Infinity for gtc. */
  expiresMs: number;
  /** Whether a cancel that is on its way is what ends it. */
  cancelling: boolean;
  /** Waits for its parent's fill. */
  held: boolean;
  /** A stop that has been reached: what is left is a market or limit order. */
  triggered: boolean;
  /** The limit and stop of the request as float64, as bars are compared with them; 0 for none. */
  limitAt: number;
  stopAt: number;
  /** Where a trailing stop stands, dollars; 0 until it has seen a price. */
  trailStop: number;
  /** The market went by and left it: what it trades from then on, it makes. */
  rested: boolean;
  /** What the orders that it took the place of had filled. */
  before: Decimal;
  /** What others took of it: its group's fills, or what its parent did not fill. */
  reduced: Decimal;
  /** Dollars that an order by notional has spent. */
  spent: Decimal;
  executions: number;
  done: boolean;
}

/** One instrument at the venue. Its last prices are plain numbers, so that a quiet bar is cheap. */
export interface Market {
  readonly instrument: Instrument;
  readonly orders: WorkingOrder[];
  lastPrice: number;
  lastRange: number;
  lastVolume: number;
  /** What our orders took of the last bar's volume. */
  taken: number;
  /** Series without any volume (indexes, closes alone) are taken to be liquid. */
  hasVolume: boolean;
  /** The last quote and its time, UTC ms; all 0 for none, or one from before the last bar. */
  bid: number;
  ask: number;
  quotedMs: number;
  delisted: boolean;
  /** When day orders end that are sent now; worked out anew when it is over. */
  readonly dayEnd: DayEnd;
  /** Intervals without trading, UTC ms. */
  readonly halts: { readonly fromMs: number; readonly toMs: number }[];
}
