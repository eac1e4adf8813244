/** Statuses that refusals come with. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 422 | 429 | 500 | 503;

/** What a body tells beyond code and message, such as `buying_power`. */
export type ErrorContext = Readonly<Record<string, unknown>>;

/**
 * A request that is refused as Alpaca would. The code's first digits need not be the status: the
 * same numbers stand for many cases there.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: ErrorStatus;
  /** Eight digits; null where Alpaca sends a message alone. */
  readonly code: number | null;
  readonly context: ErrorContext;

  constructor(
    status: ErrorStatus,
    code: number | null,
    message: string,
    context: ErrorContext = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.context = context;
  }

  /** The reply's body, keys sorted as Alpaca sorts them. */
  body(): Readonly<Record<string, unknown>> {
    const { code, message, context } = this;
    const fields = { ...context, ...(code === null ? {} : { code }), message };
    return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** 403: sound, but the account lacks something for it. */
export function forbidden(message: string, context: ErrorContext = {}): Refusal {
  return new Refusal(403, 40310000, message, context);
}

/** 404: no such order, position or asset. */
export function notFound(message: string): Refusal {
  return new Refusal(404, 40410000, message);
}

/** 422: a field is missing, malformed or against another. */
export function malformed(message: string, context: ErrorContext = {}): Refusal {
  return new Refusal(422, 40010001, message, context);
}

/** 422: well-formed, but against the rules of the market or of the order's state. */
export function unprocessable(message: string, context: ErrorContext = {}): Refusal {
  return new Refusal(422, 42210000, message, context);
}

/** 400 of the market data API, which sends no codes. */
export function badRequest(message: string): Refusal {
  return new Refusal(400, null, message);
}
