import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { InputError, TransientError } from "../../core/domain/errors.ts";

/** Errors by which AWS asks for patience, whether it did what was asked or not. */
const PATIENCE: ReadonlySet<string> = new Set([
  "InternalServerError",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "ThrottlingException",
  "TimeoutError",
  "TransactionInProgressException",
]);

/** Why a part of a transaction was refused, where the whole may simply be sent again. */
const PASSING_REASONS: ReadonlySet<string> = new Set([
  "None",
  "ProvisionedThroughputExceeded",
  "ThrottlingError",
  "TransactionConflict",
]);

/** Errors that a person must see to: the stage is not there, or the keys are not for it. */
const NOT_OURS: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredTokenException",
  "ResourceNotFoundException",
  "UnrecognizedClientException",
]);

/** Whether an error passes by itself: throttling, trouble at AWS, a network that is down. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof TransactionCanceledException) return isCrowded(error);
  if (PATIENCE.has(error.name)) return true;
  return "code" in error && typeof error.code === "string" && /^E[A-Z_]+$/.test(error.code);
}

/** Whether a transaction met another one under way, or too many: nothing of it was decided. */
function isCrowded(error: TransactionCanceledException): boolean {
  const reasons = reasonsOf(error);
  return reasons.length > 0 && reasons.every((reason) => PASSING_REASONS.has(reason));
}

/** Why each part of a transaction was refused, `None` for those that were fine, in their order. */
export function reasonsOf(error: TransactionCanceledException): readonly string[] {
  return (error.CancellationReasons ?? []).map(({ Code }) => Code ?? "None");
}

/** How long a caller should wait once all attempts here were in vain, ms. */
const RETRY_AFTER_MS = 500;

/** An error as the handlers know it; what is none of the four is handed on as it came. */
export function known(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const why = `${error.name}: ${error.message}`;
  if (isPassing(error))
    return new TransientError(`table: ${why}`, RETRY_AFTER_MS, { cause: error });
  if (!NOT_OURS.has(error.name)) return error;
  return new InputError(`table: expected a deployed stage and the right to use it, got ${why}`, {
    cause: error,
  });
}
