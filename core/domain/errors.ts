/**
 * Wrong input: the sender must change it. Never retried. Entry points answer 4xx or exit code 2.
 */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Something outside is briefly unwell: wait `retryAfterMs` and try again. */
export class TransientError extends Error {
  override readonly name = "TransientError";
  readonly retryAfterMs: number;
  constructor(message: string, retryAfterMs: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Another writer was first: load again and decide again. Where `repeatOf` is set the event of that
 * id was decided before, and nothing is left to do.
 */
export class ConflictError extends Error {
  override readonly name = "ConflictError";
  readonly repeatOf: string | null;
  constructor(message: string, repeatOf: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.repeatOf = repeatOf;
  }
}

/** We were wrong: halt the profile and page a person. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

const MOST_QUOTED = 200;

/**
 * Somebody else's words for a message of ours, at most 200 characters of them: without what would
 * begin another line of a log or steer a terminal.
 */
export function quoted(text: string): string {
  return text.slice(0, MOST_QUOTED).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "?");
}
