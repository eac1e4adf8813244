import { createHmac, timingSafeEqual } from "node:crypto";
import { Refused } from "./problem.ts";
import type { Key } from "./secrets.ts";

/** Headers of a signed call. */
export const SIGNED_HEADERS = {
  signature: "x-bellwether-signature",
  timestamp: "x-bellwether-timestamp",
  nonce: "x-bellwether-nonce",
} as const;

/** How far the signer's clock may be off, and how long a captured call is worth anything, ms. */
export const SIGNATURE_WINDOW_MS = 90_000;
const VERSION = "v1=";
const NONCE = /^[A-Za-z0-9_-]{8,128}$/;

/** What was signed. */
export interface Signed {
  readonly timestampMs: number;
  readonly nonce: string;
}

/** HMAC-SHA256 over profile, timestamp, nonce and the raw body, as the header has it. */
export function sign(
  secret: Parameters<typeof createHmac>[1],
  profile: string,
  { timestampMs, nonce }: Signed,
  body: Uint8Array,
): string {
  const hmac = createHmac("sha256", secret);
  hmac.update(`${profile}.${timestampMs}.${nonce}.`).update(body);
  return VERSION + hmac.digest("hex");
}

/**
 * Checks a signed call against all keys. Its timestamp bounds how long a captured one could be sent
 * again, and its nonce names the signal, so that within that time it is the same signal still.
 * @throws Refused `unauthorised`; which part was wrong is said of the headers' form alone.
 */
export function verify(
  keys: readonly Key[],
  profile: string,
  header: (name: string) => string | undefined,
  body: Uint8Array,
  nowMs: number,
): { readonly key: Key; readonly signed: Signed } {
  const signature = Buffer.from(header(SIGNED_HEADERS.signature) ?? "");
  const timestamp = header(SIGNED_HEADERS.timestamp) ?? "";
  const nonce = header(SIGNED_HEADERS.nonce) ?? "";
  if (!NONCE.test(nonce))
    throw denied(SIGNED_HEADERS.nonce, "expected 8 to 128 of A-Z a-z 0-9 _ -");
  if (!/^\d{12,14}$/.test(timestamp)) throw denied(SIGNED_HEADERS.timestamp, "expected UTC ms");
  const signed = { timestampMs: Number(timestamp), nonce };
  let found: Key | null = null;
  for (const key of keys) {
    const expected = Buffer.from(sign(key.hmac, profile, signed, body));
    const same = expected.length === signature.length && timingSafeEqual(expected, signature);
    if (same) found = key;
  }
  if (Math.abs(nowMs - signed.timestampMs) > SIGNATURE_WINDOW_MS) {
    throw denied(SIGNED_HEADERS.timestamp, `expected within ${SIGNATURE_WINDOW_MS} ms of now`);
  }
  if (found === null) throw denied(SIGNED_HEADERS.signature, "expected a valid signature");
  return { key: found, signed };
}

function denied(field: string, message: string): Refused {
  return new Refused("unauthorised", message, field);
}
