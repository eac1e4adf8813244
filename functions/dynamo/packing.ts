import { gunzipSync, gzipSync } from "node:zlib";
import { InputError, InvariantError } from "../../core/domain/errors.ts";
import { MAX_ITEM_BYTES } from "./table.ts";

/** Text above this is compressed: JSON of orders shrinks to a tenth, and with it what is paid. */
const COMPRESS_LENGTH = 4_096;

/** A text as an item keeps it: as it is, or compressed. */
export type Packed = { readonly text: string } | { readonly gz: Uint8Array };

/** @throws InputError where a text is too large for an item even so; nothing is written then. */
export function packed(text: string, what: string): Packed {
  if (text.length <= COMPRESS_LENGTH) return { text };
  const gz = gzipSync(text, { level: 6 });
  if (gz.length <= MAX_ITEM_BYTES) return { gz };
  throw new InputError(
    `${what}: expected at most ${MAX_ITEM_BYTES} bytes compressed, as DynamoDB's items are ` +
      `bounded, got ${gz.length}: spread the instruments over several profiles or accounts`,
  );
}

/** The text of an item. @throws InvariantError where it has none: nobody wrote it here. */
export function unpacked(item: Readonly<Record<string, unknown>>): string {
  if (typeof item.text === "string") return item.text;
  if (item.gz instanceof Uint8Array) return gunzipSync(item.gz).toString("utf8");
  throw new InvariantError(`item ${String(item.PK)}: expected a text, got none`);
}

/** Bytes that an item takes of a transaction, as far as its texts go. */
export function bytesOf(item: Readonly<Record<string, unknown>>): number {
  if (item.gz instanceof Uint8Array) return item.gz.length;
  return typeof item.text === "string" ? Buffer.byteLength(item.text) : 0;
}

/** Texts in parts that fit an item even where they do not compress; longer ones stand alone. */
export function partsOf(texts: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const text of texts) {
    const more = Buffer.byteLength(text);
    if (bytes + more > MAX_ITEM_BYTES / 2) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(text);
    bytes += more;
  }
  return parts;
}
