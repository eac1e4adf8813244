import type { VenueReport } from "../execution/venueReport.ts";
import type { RiskApproved } from "../risk/approved.ts";

export type { VenueReport };

/** A value now, or a promise of it: in a replay nothing is awaited that need not be. */
export type Awaitable<T> = T | Promise<T>;

/**
 * Where orders go. A venue must refuse a client order id that it has seen before with a report of
 * kind `rejected` and the reason `duplicate`, never a second order.
 */
export interface Venue {
  /** Sends orders that belong together (an entry with its held legs), parents first. */
  submit(requests: readonly RiskApproved[], nowMs: number): Awaitable<readonly VenueReport[]>;
  cancel(orderId: string, nowMs: number): Awaitable<readonly VenueReport[]>;
  replace(
    orderId: string,
    replacement: RiskApproved,
    nowMs: number,
  ): Awaitable<readonly VenueReport[]>;
  /** What the venue knows of a client order id: its reports so far, or null if it never arrived. */
  find(orderId: string): Awaitable<readonly VenueReport[] | null>;
}
