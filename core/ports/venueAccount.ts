import type { Decimal } from "../domain/decimal.ts";
import type { OrderRequest, Side } from "../domain/order.ts";
import type { VenueReport } from "../execution/venueReport.ts";
import type { Venue } from "./venue.ts";

/** An order as the venue lists it. */
export interface VenueOrder {
  /** Client order id: ours, or whatever another program or a person gave it. */
  readonly orderId: string;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  /** Shares or coins; null for an order in dollars. */
  readonly quantity: Decimal | null;
  readonly filledQuantity: Decimal;
  readonly submittedMs: number;
  /** How it trades, where the venue tells; left out for legs. */
  readonly terms?: OrderTerms | undefined;
}

/** What an order says beside its instrument, side and quantity. */
export type OrderTerms = Pick<
  OrderRequest,
  "type" | "timeInForce" | "notional" | "limitPrice" | "stopPrice" | "trailPrice" | "trailPercent"
>;

/** What the venue says that the account holds of one instrument; short below zero. */
export interface VenuePosition {
  readonly symbol: string;
  readonly quantity: Decimal;
}

/** What the venue says of the account itself, dollars. */
export interface VenueBalances {
  readonly cash: Decimal;
  readonly equity: Decimal;
  readonly buyingPower: Decimal;
  /** False where the venue takes no new orders from this account. */
  readonly trading: boolean;
}

/** A venue seen from an account: what reconciliation compares our books with. It never trades. */
export interface VenueAccount extends Venue {
  /** Every order that is not final, held legs too. */
  openOrders(): Promise<readonly VenueOrder[]>;
  positions(): Promise<readonly VenuePosition[]>;
  balances(): Promise<VenueBalances>;
  /** Every fill from a time on, oldest first, with the execution ids that updates carry too. */
  fillsSince(timeMs: number): Promise<readonly VenueReport[]>;
  /**
   * The legs among orders that go together which the venue can't hold, and which are therefore sent
   * by who books fills, see core/execution/heldLegs.ts. Left out where the venue holds them all.
   */
  legsWeKeep?(requests: readonly OrderRequest[]): readonly OrderRequest[];
}

/** What comes over a venue's stream of order updates. */
export interface UpdatesListener {
  onReport(report: VenueReport): Promise<void>;
  /** Updates flow again after a gap: what was missed from this time on must be asked for. */
  onGap(sinceMs: number): Promise<void>;
  /** True while updates flow: no order is sent on a blind stream. */
  onState(live: boolean): void;
}
