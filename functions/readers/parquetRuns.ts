import type { parquetHeader, readPage } from "hyparquet/src/column.js";
import { deltaBinaryUnpack } from "hyparquet/src/delta.js";
import { readRleBitPackedHybrid } from "hyparquet/src/encoding.js";
import { getMaxDefinitionLevel } from "hyparquet/src/schema.js";
import { readVarInt } from "hyparquet/src/thrift.js";
import { InputError } from "../../core/domain/errors.ts";

/** What hyparquet needs to know of a column to decode its pages. */
export type Decoder = Parameters<typeof readPage>[2];
type Header = ReturnType<typeof parquetHeader>;
interface Reader {
  readonly view: DataView;
  offset: number;
}

/** Values that a last run of packed bits may hold too many of: writers fill groups of eight. */
const MOST_FILLED = 512;
/** The widest number of a dictionary or a level, bits. */
const WIDEST_BITS = 32;
/** The largest block of differences; writers make them of 128 or so. */
const MOST_IN_BLOCK = 65_536;

/**
 * Walks what an unpacked page of a flat column says of how often a value repeats, and how large its
 * blocks are: hyparquet would follow a damaged one without an end.
 * @throws InputError for what no page can say, RangeError where it ends too early.
 */
export function checkValues(
  bytes: Uint8Array,
  header: Header,
  { schemaPath }: Decoder,
  hasDictionary: boolean,
): void {
  const reader = {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    offset: 0,
  };
  const isOptional = getMaxDefinitionLevel(schemaPath) > 0;
  const { data_page_header: first, data_page_header_v2: second } = header;
  if (header.type === "DATA_PAGE_V2" && second !== undefined) {
    const { num_values: values, definition_levels_byte_length: defined } = second;
    const nulls = whole(second.num_nulls, values, "nulls");
    reader.offset = second.repetition_levels_byte_length;
    if (isOptional) checkRuns({ ...reader }, 1, values);
    reader.offset += defined;
    checkEncoded(reader, second.encoding, values - nulls, hasDictionary);
  } else if (first !== undefined) {
    const values = isOptional ? definedIn(reader, first.num_values) : first.num_values;
    checkEncoded(reader, first.encoding, values, hasDictionary);
  }
}

/** Takes the levels of a page of the first version, and counts the values that are not null. */
function definedIn(reader: Reader, values: number): number {
  checkRuns({ ...reader, offset: reader.offset + 4 }, 1, values);
  const levels = new Array<number>(values);
  readRleBitPackedHybrid(reader, 1, levels);
  let defined = 0;
  for (const level of levels) if (level === 1) defined += 1;
  return defined;
}

function checkEncoded(
  reader: Reader,
  encoding: string,
  values: number,
  hasDictionary: boolean,
): void {
  switch (encoding) {
    case "PLAIN_DICTIONARY":
    case "RLE_DICTIONARY":
      if (!hasDictionary) throw new InputError("expected a dictionary before its values, got none");
      checkRuns(reader, whole(byteIn(reader), WIDEST_BITS, "bits a value"), values);
      break;
    case "RLE":
      reader.offset += 4;
      checkRuns(reader, 1, values);
      break;
    case "DELTA_BINARY_PACKED":
    case "DELTA_LENGTH_BYTE_ARRAY":
      checkBlocks(reader, values);
      break;
    case "DELTA_BYTE_ARRAY":
      checkBlocks(reader, values);
      deltaBinaryUnpack(reader, values, new Int32Array(values));
      checkBlocks(reader, values);
      break;
  }
}

/** Runs of one value repeated, and of values packed bit by bit, in turn. */
function checkRuns(reader: Reader, width: number, values: number): void {
  for (let seen = 0; seen < values; ) {
    const run = readVarInt(reader);
    if ((run & 1) === 1) {
      seen += whole((run >>> 1) * 8, values - seen + MOST_FILLED, "values of a run");
      reader.offset += (run >>> 1) * width;
    } else {
      seen += whole(run >>> 1, values - seen, "values of a run");
      reader.offset += Math.ceil(width / 8);
    }
  }
}

/** Looks at the head of a run of differences: its blocks, and how many parts each has. */
function checkBlocks(reader: Reader, values: number): void {
  if (values === 0) return;
  const at = { ...reader };
  const size = whole(readVarInt(at), MOST_IN_BLOCK, "values of a block");
  const parts = whole(readVarInt(at), size, "parts of a block");
  if (parts === 0 || size % parts !== 0) throw expected(`a divisor of ${size}`, parts);
}

function byteIn(reader: Reader): number {
  return reader.view.getUint8(reader.offset++);
}

/** A number of the file that must be whole, and no more than there can be. */
export function whole(value: unknown, most: number, what: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) {
    return value;
  }
  throw expected(`0 to ${most} ${what}`, value);
}

/** The error for a number of the file that cannot be. */
export function expected(what: string, got: unknown): InputError {
  return new InputError(`expected ${what}, got ${got === undefined ? "nothing" : `${got}`}`);
}
