import { gunzipSync, gzipSync } from "node:zlib";
import { InputError } from "../../core/domain/errors.ts";
import { MAX_ITEM_BYTES } from "./table.ts";

/** Text above this is compressed: JSON of orders shrinks to a tenth. */
const COMPRESS_BYTES = 8_192;

/** A text as an item keeps it: as it is, or compressed. */
export type Packed = { readonly text: string } | { readonly gz: Uint8Array };

/** @throws InputError where a text is too large for an item even so; nothing is written then. */
export function packed(text: string, what: string): Packed {
  if (text.length <= COMPRESS_BYTES) return { text };
  const gz = gzipSync(text, { level: 6 });
  if (gz.length <= MAX_ITEM_BYTES) return { gz };
  throw new InputError(
    `${what}: expected at most ${MAX_ITEM_BYTES} bytes compressed, as DynamoDB's items are ` +
      `bounded, got ${gz.length}: spread the instruments over several profiles or accounts`,
  );
}

/** The text of an item. */
export function unpacked(item: Readonly<Record<string, unknown>>): string {
  if (typeof item.text === "string") return item.text;
  if (item.gz instanceof Uint8Array) return gunzipSync(item.gz).toString("utf8");
  throw new InputError("item: expected a text, got none");
}
