import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { known as knownOf, passes, transient } from "../aws/errors.ts";

/** Why a part of a transaction was refused, where the whole may simply be sent again. */
const PASSING_REASONS: ReadonlySet<string> = new Set([
  "None",
  "ProvisionedThroughputExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);

/** Whether an error passes by itself: a transaction also meets others that are under way. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return passes(error);
  const reasons = reasonsOf(error);
  return reasons.length > 0 && reasons.every((reason) => PASSING_REASONS.has(reason));
}

/** Why each part of a transaction was refused, `None` for those that were fine, in their order. */
export function reasonsOf(error: TransactionCanceledException): readonly string[] {
  return (error.CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
}

/** An error as the handlers know it; what is none of the four is handed on as it came. */
export function known(error: unknown): unknown {
  return isPassing(error) ? transient("table", error) : knownOf("table", error);
}
