import type { Decimal } from "../../domain/decimal.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { Side } from "../../domain/order.ts";
import type { AlgoState } from "./state.ts";

/** The order to be worked. */
export interface AlgoParent {
  readonly id: string;
  readonly side: Side;
  /** In whole lots, above 0. */
  readonly quantity: Decimal;
  readonly instrument: Pick<Instrument, "tick" | "lot">;
  /** When bucket 0 of a volume profile begins, UTC ms; the start of the order without it. */
  readonly sessionOpenMs?: number;
}

/** What an algo is told. */
export type AlgoEvent =
  | { readonly kind: "clock"; readonly timeMs: number }
  /** The best bid and ask, dollars; 0 for a side that is not quoted. */
  | { readonly kind: "quote"; readonly timeMs: number; readonly bid: number; readonly ask: number }
  | {
      readonly kind: "fill";
      readonly childId: string;
      /** The venue's id of the execution, by which a repeat is known. */
      readonly executionId: string;
      readonly quantity: Decimal;
    }
  | {
      /** The child is denied, rejected, cancelled or expired. */
      readonly kind: "ended";
      readonly childId: string;
      /** What has filled of it according to the venue: keeps room for fills still to be told. */
      readonly filledQuantity?: Decimal;
    }
  /** The owner wants no more of it: children are cancelled and the rest is given up. */
  | { readonly kind: "stop" };

/** An order to be sent for the parent. */
export interface ChildOrder {
  readonly id: string;
  readonly side: Side;
  readonly quantity: Decimal;
  /** Dollars, in whole ticks; null for a market order. */
  readonly limitPrice: Decimal | null;
  /** False for the rest at the deadline: what does not fill at once is to be cancelled (IOC). */
  readonly mayRest: boolean;
  /** The audit line: which part of the plan this is. */
  readonly reason: string;
}

/** What an algo wants done, in this order. */
export type AlgoAction =
  | { readonly kind: "place"; readonly child: ChildOrder }
  | { readonly kind: "cancel"; readonly childId: string };

/** What an event leads to; the very same state when it changes nothing. */
export interface AlgoStep {
  readonly state: AlgoState;
  readonly actions: readonly AlgoAction[];
}
