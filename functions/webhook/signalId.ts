import { createHash } from "node:crypto";
import { MINUTE_MS } from "../../core/domain/time.ts";
import type { Signed } from "./hmac.ts";
import type { Wanted } from "./values.ts";

/** How long after its first attempt TradingView's last one may come, and a little more, ms. */
const RESEND_MS = 20_000;

/** What names a signal. */
export interface Named {
  readonly profile: string;
  readonly source: string;
  readonly wanted: Wanted;
  /** Timestamp and nonce of a signed call. */
  readonly signed: Signed | null;
  readonly body: Uint8Array;
}

/**
 * The id of a signal, and under which other one it may be known: by the sender's own id, else by
 * what it is about, else by the nonce that was signed, else by its content and minute. A resend
 * without a time of its own may fall into the next minute: then the minute before counts too.
 */
export function signalIds(named: Named, nowMs: number): readonly [string, ...string[]] {
  const { profile, source, wanted, signed, body } = named;
  const id = (...parts: readonly string[]): string => idOf([profile, source, ...parts]);
  if (wanted.id !== null) return [id("id", wanted.id)];
  if (wanted.parts !== null) return [id("parts", ...wanted.parts)];
  if (signed !== null) return [id("nonce", signed.nonce)];
  const content = createHash("sha256").update(body).digest("base64url");
  if (wanted.sentMs !== null) return [id("content", content, String(wanted.sentMs))];
  const minute = Math.floor(nowMs / MINUTE_MS);
  const now = id("content", content, String(minute));
  if (nowMs % MINUTE_MS >= RESEND_MS) return [now];
  return [now, id("content", content, String(minute - 1))];
}

/** 128 bits are enough for senders who must know a secret before they can try to collide. */
function idOf(parts: readonly string[]): string {
  // A list as JSON is unambiguous: no separator can be smuggled into a part.
  const hash = createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
  return `signal.${hash.slice(0, 22)}`;
}
