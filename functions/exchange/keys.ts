import { createHash, timingSafeEqual } from "node:crypto";

/** A pair of keys that opens the account. */
export interface Keys {
  readonly keyId: string;
  readonly secret: string;
}

/** Whether keys open the account: the given ones, or any that are not empty where none are set. */
export function isAllowed(keys: Keys | null, keyId: string, secret: string): boolean {
  if (keyId === "" || secret === "") return false;
  if (keys === null) return true;
  // A token stands for both: OAuth has no key id.
  const named = keyId === "oauth" || isSame(keyId, keys.keyId);
  return named && isSame(secret, keys.secret);
}

/** Digests are compared, so that neither length nor place of a difference shows in the time. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
