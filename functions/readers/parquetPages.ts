import { crc32 } from "node:zlib";
import { parquetHeader, readPage } from "hyparquet/src/column.js";
import { convert } from "hyparquet/src/convert.js";
import { decompressPage } from "hyparquet/src/datapage.js";
import { InputError } from "../../core/domain/errors.ts";
import { checkValues, type Decoder, expected, whole } from "./parquetRuns.ts";

type Header = ReturnType<typeof parquetHeader>;

/** What is larger than this when it is unpacked is no page of ours, bytes. */
const MOST_PAGE_BYTES = 2 ** 28;

/**
 * Decodes one chunk of a flat column: `rows` values, into `into` from `rowStart` on. hyparquet
 * takes a page at its word, and a damaged size or count can keep it busy for ever, or make it fill
 * the memory until the process dies. So every page is unpacked and checked before it is decoded.
 * @throws InputError saying what is wrong with which page.
 */
export function decodeChunk(
  chunk: ArrayBuffer,
  decoder: Decoder,
  rows: number,
  into: unknown[],
  rowStart: number,
): void {
  const reader = { view: new DataView(chunk), offset: 0 };
  const plain: Decoder = { ...decoder, codec: "UNCOMPRESSED" };
  let dictionary: ReturnType<typeof convert> | undefined;
  let row = 0;
  for (let number = 1; row < rows; number += 1) {
    try {
      const { header, bytes } = nextPage(reader, decoder);
      const isDictionary = header.type === "DICTIONARY_PAGE";
      const most = isDictionary ? bytes.length : rows - row;
      const values = whole(headOf(header)?.num_values, most, "values");
      if (!isDictionary) checkValues(bytes, header, decoder, dictionary !== undefined);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const { data } = readPage({ view, offset: 0 }, header, plain, dictionary, undefined, 0);
      if (data?.length !== values) throw expected(`${values} values`, data?.length);
      if (isDictionary) dictionary = convert(data, decoder);
      else for (let i = 0; i < values; i++) into[rowStart + row++] = data[i];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new InputError(`column ${decoder.element.name}, page ${number} of a part: ${why}`);
    }
  }
}

/** Takes the next page of a chunk and unpacks it; its header then is one of a page not packed. */
function nextPage(reader: { view: DataView; offset: number }, decoder: Decoder) {
  const { view } = reader;
  const header = parquetHeader(reader);
  const size = whole(header.compressed_page_size, view.byteLength - reader.offset, "bytes");
  const packed = new Uint8Array(view.buffer, view.byteOffset + reader.offset, size);
  reader.offset += size;
  if (header.crc !== undefined && crc32(packed) !== header.crc >>> 0) {
    throw expected(`checksum ${header.crc >>> 0}`, crc32(packed));
  }
  const bytes = unpacked(packed, header, decoder);
  const sizes = { compressed_page_size: bytes.length, uncompressed_page_size: bytes.length };
  const plain: Header = { ...header, ...sizes };
  const { data_page_header_v2: second } = header;
  if (second !== undefined) plain.data_page_header_v2 = { ...second, is_compressed: false };
  return { header: plain, bytes };
}

/** Pages of the second version keep their levels as they are, in front of what is packed. */
function unpacked(packed: Uint8Array, header: Header, decoder: Decoder): Uint8Array {
  const { codec, compressors } = decoder;
  const length = whole(header.uncompressed_page_size, MOST_PAGE_BYTES, "bytes unpacked");
  if (header.type !== "DATA_PAGE_V2") return decompressPage(packed, length, codec, compressors);
  const head = header.data_page_header_v2;
  const most = Math.min(packed.length, length);
  const repeated = whole(head?.repetition_levels_byte_length, most, "bytes of levels");
  const defined = whole(head?.definition_levels_byte_length, most - repeated, "bytes of levels");
  const levels = repeated + defined;
  if (head?.is_compressed === false || length === levels) return packed;
  const rest = decompressPage(packed.subarray(levels), length - levels, codec, compressors);
  if (levels === 0) return rest;
  const both = new Uint8Array(length);
  both.set(packed.subarray(0, levels));
  both.set(rest, levels);
  return both;
}

function headOf(header: Header) {
  if (header.type === "DATA_PAGE_V2") return header.data_page_header_v2;
  return header.type === "DATA_PAGE" ? header.data_page_header : header.dictionary_page_header;
}
