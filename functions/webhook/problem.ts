import { InputError } from "../../core/domain/errors.ts";

/** What can be wrong with a call, with its status and its one-line title (RFC 9457). */
const PROBLEMS = {
  malformed: [400, "The body can't be read"],
  unauthorised: [401, "No valid secret or signature"],
  forbidden: [403, "The sender may not do this"],
  unknown: [404, "There is nothing here"],
  method: [405, "The method is not allowed here"],
  conflict: [409, "The id was used for another signal"],
  halted: [409, "The profile is halted"],
  "too-large": [413, "The body is too large"],
  "media-type": [415, "The content type is not supported"],
  invalid: [422, "The signal is not valid"],
  stale: [422, "The signal is too old"],
  early: [422, "The signal is from the future"],
  unavailable: [503, "Try again in a moment"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** Names of what can be wrong: the end of a problem document's `type`. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Seconds after which TradingView itself tries again. */
export const RETRY_AFTER_S = 5;
const SHOWN = 40;

/** A call that is refused. Its message never holds what the caller sent: see {@link problemOf}. */
export class Refused extends InputError {
  readonly code: ProblemCode;
  /** JSON pointer or header that is wrong, or null. */
  readonly field: string | null;
  /** What came instead: shown cut short, with secrets struck out. Undefined shows nothing. */
  readonly got: unknown;
  constructor(code: ProblemCode, message: string, field: string | null = null, got?: unknown) {
    super(message);
    this.code = code;
    this.field = field;
    this.got = got;
  }
}

/** A response before any framework has a say in it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `accepted`, `repeat`, `killed` or a problem's code: what logs and metrics count. */
  readonly outcome: string;
}

const JSON_HEADERS = Object.freeze({ "content-type": "application/json" });

/** A JSON answer. */
export function jsonAnswer(status: number, outcome: string, body: unknown): Answer {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body), outcome };
}

/** The problem document of a refusal; `redact` strikes out secrets before anything is cut. */
export function problemOf(refused: Refused, redact: (text: string) => string): Answer {
  const { code, message, got } = refused;
  const [status, title] = PROBLEMS[code];
  const field = refused.field === null ? null : short(redact(refused.field));
  const seen = got === undefined ? "" : `, got ${short(redact(textOf(got)))}`;
  const detail = `${field === null ? "" : `${field}: `}${message}${seen}`;
  const body = {
    type: `urn:bellwether:problem:${code}`,
    title,
    status,
    detail,
    ...(field === null ? {} : { errors: [{ field, detail: `${message}${seen}` }] }),
  };
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (status === 503) headers["retry-after"] = String(RETRY_AFTER_S);
  if (status === 405) headers.allow = message.replace("expected ", "");
  return { status, headers, body: JSON.stringify(body), outcome: code };
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

function short(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
