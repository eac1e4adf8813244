import type { Decimal } from "../domain/decimal.ts";

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
      /** Dollars lost against the order's expected price (limit, else stop, else the reference
       * price of the decision; see core/execution/expectedPrice.ts); negative when better. */
      readonly slippage: Decimal;
      readonly liquidity: "maker" | "taker";
      readonly complete: boolean;
    }
  | {
      readonly kind: "cancelled" | "rejected" | "expired" | "cancel-rejected" | "replace-rejected";
      readonly orderId: string;
      readonly timeMs: number;
      readonly reason: string;
      /**
       * Which sending of the order it answers, from 1 on, where it is the answer to one: read late,
       * it says nothing of a sending after that.
       */
      readonly attempt?: number;
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
