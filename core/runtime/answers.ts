import type { VenueReport } from "../ports/venue.ts";

/**
 * What a venue answered to a sending of orders; `attemptOf` says which of their sendings that was,
 * from 1 on. Whoever reads it late must not take its refusal for one of a later sending: by now the
 * order may have been asked for, not been found, and been sent again.
 */
export function answersTo(
  reports: readonly VenueReport[],
  attemptOf: (orderId: string) => number,
): readonly VenueReport[] {
  return reports.map((one) =>
    one.kind === "rejected" ? { ...one, attempt: attemptOf(one.orderId) } : one,
  );
}
