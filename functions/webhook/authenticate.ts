import { randomBytes } from "node:crypto";
import { readBody } from "./body.ts";
import type { Call } from "./call.ts";
import { SIGNED_HEADERS, type Signed, verify } from "./hmac.ts";
import { secretIn } from "./mapping.ts";
import { Refused } from "./problem.ts";
import type { WebhookProfile, WebhookSource } from "./profiles.ts";
import { type Key, type Keyring, keyOf, keyringOf } from "./secrets.ts";
import type { Fields } from "./tokens.ts";

/** Whose call it is, and what was read of it on the way. */
export interface Sender {
  readonly source: WebhookSource;
  readonly signed: Signed | null;
  readonly fields: Fields;
}

/** Raw bytes of a call, with what its headers say that they are. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/**
 * Finds whose secret came with a call: in the path, by a signature, or in the body, in that order.
 * Bodies of signed calls and of those with a path secret are parsed only once that was right.
 * @throws Refused `unknown` for a wrong path secret, `unauthorised` for others, `malformed`.
 */
export function authenticate(
  { keys }: Keyring,
  call: Call,
  received: Received,
  nowMs: number,
): Sender {
  const { bytes, mediaType } = received;
  if (call.token !== null) {
    const key = keyOf(by(keys, "path"), call.token);
    if (key === null) throw nothingHere();
    return { source: key.source, signed: null, fields: readBody(bytes, mediaType) };
  }
  if (call.header(SIGNED_HEADERS.signature) !== undefined) {
    const { key, signed } = verify(by(keys, "hmac"), call.profile, call.header, bytes, nowMs);
    return { source: key.source, signed, fields: readBody(bytes, mediaType) };
  }
  const fields = readBody(bytes, mediaType);
  const key = keyInBody(by(keys, "body"), fields);
  if (key !== null) return { source: key.source, signed: null, fields };
  throw new Refused("unauthorised", "expected a valid secret or a signed call");
}

/** The answer to a wrong address and to a wrong secret in one: they must look the same. */
export function nothingHere(): Refused {
  return new Refused("unknown", "expected a known path");
}

function by(keys: readonly Key[], auth: WebhookSource["auth"]): readonly Key[] {
  return keys.filter(({ source }) => source.auth === auth);
}

/** Sources may keep their secrets in different fields: each place is asked once. */
function keyInBody(keys: readonly Key[], fields: Fields): Key | null {
  let found: Key | null = null;
  for (const source of new Set(keys.map((key) => key.source))) {
    const secret = secretIn(fields, source);
    if (typeof secret !== "string") continue;
    const own = keys.filter((key) => key.source === source);
    // Compared even when it was found: that there was one must not show in the time.
    const key = keyOf(own, secret);
    found ??= key;
  }
  return found;
}

const EVERY_AUTH = ["body", "path", "hmac"] as const;

/** Rules of nobody: calls for unknown profiles are checked against them, to take as long. */
export const STRANGER: WebhookProfile = {
  name: "stranger",
  account: "stranger",
  universe: [],
  maxAgeMs: 90_000,
  maxAheadMs: 5_000,
  expiresAfterMs: 300_000,
  sources: EVERY_AUTH.map((auth) => ({
    name: auth,
    auth,
    format: "signal",
    secrets: auth,
    addresses: [],
    symbols: {},
    scope: { actions: [] },
  })),
};

/** Keys that nobody has. */
export function strangersKeys(): Promise<Keyring> {
  const random = () => randomBytes(24).toString("base64url");
  return keyringOf(STRANGER, { secretsOf: () => [random()] });
}
