import { createHash } from "node:crypto";

/**
 * An id in the form of a UUID (version 4, as Alpaca's are) that is derived from its causes, so that
 * the same recording, seed and requests give the same ids in every run.
 */
export function uuidOf(...causes: readonly (string | number)[]): string {
  const hex = createHash("sha1").update(causes.join("\n")).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** Whether a text has the form of a UUID, as ids of assets and orders have. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
