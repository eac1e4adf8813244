import type { Decimal } from "../domain/decimal.ts";
import type { OrderRequest } from "../domain/order.ts";

/** A value now, or a promise of it: in a replay nothing is awaited that need not be. */
export type Awaitable<T> = T | Promise<T>;

/** What a venue says of an order. Times are the venue's own event times, UTC ms. */
export type VenueReport =
  | {
      readonly kind: "accepted";
      readonly orderId: string;
      readonly timeMs: number;
      readonly venueOrderId: string;
      readonly held: boolean;
    }
  | {
      readonly kind: "filled";
      readonly orderId: string;
      readonly timeMs: number;
      /** Unique for ever: repeats of it are the same execution. */
      readonly executionId: string;
      readonly quantity: Decimal;
      readonly price: Decimal;
      /** Dollars; negative for a rebate. */
      readonly fee: Decimal;
      /** Dollars lost against the order's reference price; negative when better. */
      readonly slippage: Decimal;
      readonly liquidity: "maker" | "taker";
      readonly complete: boolean;
    }
  | {
      readonly kind: "cancelled" | "rejected" | "expired" | "cancel-rejected" | "replace-rejected";
      readonly orderId: string;
      readonly timeMs: number;
      readonly reason: string;
    }
  | {
      readonly kind: "replaced";
      readonly orderId: string;
      readonly timeMs: number;
      readonly replacementId: string;
    }
  | {
      readonly kind: "unknown";
      readonly orderId: string;
      readonly timeMs: number;
      readonly reason: string;
    };

/**
 * Where orders go. A venue must refuse a client order id that it has seen before with a report of
 * kind `rejected` and the reason `duplicate`, never a second order.
 */
export interface Venue {
  /** Sends orders that belong together (an entry with its held legs), parents first. */
  submit(requests: readonly OrderRequest[], nowMs: number): Awaitable<readonly VenueReport[]>;
  cancel(orderId: string, nowMs: number): Awaitable<readonly VenueReport[]>;
  replace(
    orderId: string,
    replacement: OrderRequest,
    nowMs: number,
  ): Awaitable<readonly VenueReport[]>;
  /** What the venue knows of a client order id: its reports so far, or null if it never arrived. */
  find(orderId: string): Awaitable<readonly VenueReport[] | null>;
}
