import { brotliDecompressSync, gunzipSync } from "node:zlib";
import type { Compressors } from "hyparquet";
import { compressors, decompressLz4, decompressLz4Raw } from "hyparquet-compressors";

/**
 * What unpacks the pages of a Parquet file, to a length that is known before. Node's own are taken
 * where it has one: they end, whatever they are given.
 */
export const decompressors: Compressors = {
  ...compressors,
  GZIP: (input, maxOutputLength) => gunzipSync(input, { maxOutputLength }),
  BROTLI: (input, maxOutputLength) => brotliDecompressSync(input, { maxOutputLength }),
  LZ4: (input, length) => (isFramed(input) ? decompressLz4 : decompressLz4Raw)(input, length),
};

/** Bytes before each frame of what Hadoop packs by LZ4: its length unpacked, and packed. */
const FRAME_BYTES = 8;

/**
 * Whether it is frames as Hadoop writes them, up to the end. One that is said to be of less than no
 * bytes would be read again and again.
 */
function isFramed(input: Uint8Array): boolean {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let at = 0;
  while (at + FRAME_BYTES < input.length) at += FRAME_BYTES + view.getUint32(at + 4);
  return at === input.length;
}
