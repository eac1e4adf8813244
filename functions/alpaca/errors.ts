import { ApiError } from "@alpacahq/alpaca-trade-api/rest";
import * as z from "zod";
import { InputError, TransientError } from "../../core/domain/errors.ts";

/** Why a request came to nothing. */
export type Failure =
  /** The venue understood and said no: nothing has happened. */
  | { readonly kind: "refused"; readonly status: number; readonly reason: string }
  /** Too many requests: nothing has happened, and it may be sent again later. */
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  /** The keys are not good for this. */
  | { readonly kind: "unauthorised"; readonly reason: string }
  /** No answer, or none that says what became of it: it may have happened. */
  | { readonly kind: "lost"; readonly reason: string };

/** What a request came to. Expected outcomes are values. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

const RETRY_MS = 1_000;
/** Alpaca's window is a minute and a 429 may come without any header. */
const LIMITED_MS = 5_000;

/** Codes of refusals by what their messages contain: the numbers are shared by many cases. */
const CODES: readonly (readonly [string, string])[] = [
  ["client_order_id must be unique", "duplicate"],
  ["insufficient buying power", "insufficient-buying-power"],
  ["insufficient qty", "insufficient-quantity"],
  ["insufficient balance", "insufficient-quantity"],
  ["wash trade", "wash-trade"],
  ["cost basis must be", "below-minimum"],
  ["notional must be", "below-minimum"],
  ["sold short", "not-shortable"],
  ["allowed to short", "not-shortable"],
  ["fraction", "fractional"],
  ["not tradable", "not-tradable"],
  ["is not active", "not-tradable"],
  ["not found", "not-found"],
  ["sub-penny", "price-increment"],
  ["extended hours", "extended-hours"],
  ["day trading", "day-trading"],
  ["already in", "final"],
];

const body = z.looseObject({ code: z.number().optional(), message: z.string().optional() });

/** The trading API puts a code into each refusal, the data API a message alone. */
export type Api = "trading" | "data";

/**
 * What a thrown error of the client library means; reads the body in full. Only the API's own word
 * is a refusal: a page of somebody in between does not know what became of an order.
 */
export async function failureOf(error: unknown, api: Api): Promise<Failure> {
  if (!(error instanceof ApiError)) return { kind: "lost", reason: textOfError(error) };
  const { status } = error;
  const { message, context, isCoded, isWorded } = await bodyOf(error);
  if (status === 429) return { kind: "limited", retryAfterMs: error.retryAfterMs ?? LIMITED_MS };
  if (status === 401 || (status === 403 && !isCoded && message.includes("forbidden"))) {
    return { kind: "unauthorised", reason: `${status}: ${message}` };
  }
  const isItsWord = status >= 400 && (api === "trading" ? isCoded : isWorded);
  if (!isItsWord || status >= 500 || status === 408 || status === 425) {
    return { kind: "lost", reason: `${status}: ${message}` };
  }
  return { kind: "refused", status, reason: refusal(message, context) };
}

/** `duplicate` alone, as ports expect it; all others as `code: what the venue said (numbers)`. */
function refusal(message: string, context: string): string {
  const code = CODES.find(([part]) => message.includes(part))?.[1] ?? "refused";
  if (code === "duplicate") return code;
  return context === "" ? `${code}: ${message}` : `${code}: ${message} (${context})`;
}

/** The error body: JSON object, JSON text or plain text, with whatever else the venue tells. */
async function bodyOf(error: ApiError) {
  const text = await error.response.text().catch(() => "");
  const parsed = body.safeParse(parseJson(text));
  if (!parsed.success) {
    const said = clipped(text) || error.message;
    return { message: said, context: "", isCoded: false, isWorded: false };
  }
  const { code, message, ...rest } = parsed.data;
  const context = Object.entries(rest)
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
  return {
    message: message ?? error.message,
    context: clipped(context),
    isCoded: code !== undefined && message !== undefined,
    isWorded: message !== undefined,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function clipped(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function textOfError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The library wraps what went wrong underneath: a refused connection, a deadline, a cut body.
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}

/**
 * The value of a read, or the error by who must act.
 * @throws TransientError where it may be asked again; InputError where keys or request are wrong.
 */
export function valueOrThrow<T>(answer: Answer<T>, what: string): T {
  if (answer.ok) return answer.value;
  throw errorOf(answer.failure, what);
}

/** A failure as one of our errors. */
export function errorOf(failure: Failure, what: string): InputError | TransientError {
  switch (failure.kind) {
    case "limited":
      return new TransientError(`Alpaca limits our requests (${what})`, failure.retryAfterMs);
    case "lost":
      return new TransientError(`Alpaca gave no answer (${what}): ${failure.reason}`, RETRY_MS);
    case "unauthorised":
      return new InputError(
        `Alpaca refused our keys (${what}): ${failure.reason}; expected keys of this account, ` +
          "paper keys for paper and live keys for live",
      );
    case "refused":
      return new InputError(`Alpaca refused ${what}: ${failure.reason}`);
  }
}
