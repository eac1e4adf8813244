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
