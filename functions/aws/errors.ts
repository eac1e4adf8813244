import { InputError, TransientError } from "../../core/domain/errors.ts";

/** Errors by which AWS asks for patience, whether it did what was asked or not. */
const PATIENCE: ReadonlySet<string> = new Set([
  "InternalException",
  "InternalFailure",
  "InternalServerError",
  "InternalServerException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ServiceUnavailable",
  "ThrottledException",
  "ThrottlingException",
  "TimeoutError",
  "TooManyRequestsException",
  "TransactionInProgressException",
]);

/** Errors that a person must see to: the stage is not there, or the keys are not for it. */
const NOT_OURS: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "CredentialsProviderError",
  "ExpiredTokenException",
  "ResourceNotFoundException",
  "UnrecognizedClientException",
]);

/** Whether an error of AWS passes by itself: throttling, trouble there, a network that is down. */
export function passes(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (PATIENCE.has(error.name)) return true;
  return "code" in error && typeof error.code === "string" && /^E[A-Z_]+$/.test(error.code);
}

/** How long a caller should wait once all attempts here were in vain, ms. */
const RETRY_AFTER_MS = 500;

/** Trouble that passes, of what it is about. */
export function transient(what: string, error: unknown): TransientError {
  return new TransientError(`${what}: ${wordsOf(error)}`, RETRY_AFTER_MS, { cause: error });
}

/** What the client library says, by no name of its own, where nothing names a region. */
const NO_REGION = "Region is missing";

/** An error of AWS as the handlers know it; what is none of theirs is handed on as it came. */
export function known(what: string, error: unknown): unknown {
  if (passes(error)) return transient(what, error);
  if (error instanceof Error && error.message === NO_REGION) {
    return new InputError(`${what}: expected a region in AWS_REGION, got none`, { cause: error });
  }
  if (!(error instanceof Error) || !NOT_OURS.has(error.name)) return error;
  return new InputError(
    `${what}: expected a deployed stage and the right to use it, got ${wordsOf(error)}`,
    { cause: error },
  );
}

/** Whether an error came out of a client of AWS, and out of no file or code of ours. */
export function isOfAws(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return "$metadata" in error || NOT_OURS.has(error.name) || error.message === NO_REGION;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
