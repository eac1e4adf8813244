import { createHash, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Awaitable } from "../../core/ports/venue.ts";
import type { WebhookProfile, WebhookSource } from "./profiles.ts";

/** Where secrets are kept. */
export interface SecretSource {
  /** The one or two valid secrets of a name; none where there are none. */
  secretsOf(name: string): Awaitable<readonly string[]>;
}

/** A valid secret, ready to be compared with. */
export interface Key {
  readonly source: WebhookSource;
  readonly digest: Buffer;
  readonly hmac: KeyObject;
}

/** All secrets by which a profile may be reached. */
export interface Keyring {
  readonly keys: readonly Key[];
  /** Strikes the secrets out of a text. */
  redact(text: string): string;
}

/** At least 16 visible characters, without quotes and backslashes, which JSON would change. */
const SECRET = /^[!#-[\]-~]{16,256}$/;
const STRUCK = "[secret]";

/** True for a secret that may be used: 16 to 256 visible ASCII characters, no quotes. */
export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

/** Gathers the keys of a profile. A secret that is too short to be one opens nothing. */
export async function keyringOf(profile: WebhookProfile, kept: SecretSource): Promise<Keyring> {
  const keys: Key[] = [];
  const secrets: string[] = [];
  for (const source of profile.sources) {
    for (const secret of (await kept.secretsOf(source.secrets)).filter(isSecret)) {
      secrets.push(secret);
      keys.push({ source, digest: digestOf(secret), hmac: createSecretKey(secret, "utf8") });
    }
  }
  const redact = (text: string) =>
    secrets.reduce((line, secret) => line.replaceAll(secret, STRUCK), text);
  return { keys, redact };
}

/**
 * The key whose secret this is. Digests are compared, all of them and each in constant time, so
 * that neither length nor place of a mistake nor the place in the list can be measured.
 */
export function keyOf(keys: readonly Key[], secret: string): Key | null {
  const digest = digestOf(secret);
  let found: Key | null = null;
  for (const key of keys) if (timingSafeEqual(digest, key.digest)) found = key;
  return found;
}

/** Whether a secret is one of those, compared as {@link keyOf} does. */
export function isSameSecret(secrets: readonly string[], secret: string): boolean {
  const digest = digestOf(secret);
  let found = false;
  for (const one of secrets) if (timingSafeEqual(digest, digestOf(one))) found = true;
  return found;
}

function digestOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
