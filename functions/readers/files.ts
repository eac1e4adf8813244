import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { gunzipSync } from "node:zlib";
import { InputError } from "../../core/domain/errors.ts";
import { csvTable } from "./csv.ts";
import type { IssueLog } from "./issues.ts";
import { type EventKind, jsonlTable } from "./jsonl.ts";
import { parquetTable } from "./parquet.ts";
import type { Planner, Table } from "./table.ts";

/**
 * sha256 of the bytes of a file as they lie on the disk (compressed ones stay compressed), in hex:
 * what a run's identity is made of.
 * @throws InputError when there is no such file.
 */
export async function contentHash(path: string): Promise<string> {
  const hash = createHash("sha256");
  await readable(path, () => pipeline(createReadStream(path), hash));
  return hash.digest("hex");
}

/**
 * Reads one file of any known format into a table: `.csv`, `.csv.gz`, `.jsonl`, `.jsonl.gz` and
 * `.parquet` by name; everything else is taken for delimited text. `kind` chooses the events that
 * are read from JSON lines.
 * @throws InputError when the file cannot be read or lacks a column of the plan.
 */
export async function readTable(
  path: string,
  kind: EventKind,
  planner: Planner,
  log: IssueLog,
): Promise<Table> {
  if (path.endsWith(".parquet")) {
    return readable(path, () => parquetTable(path, planner, log));
  }
  const bytes = await readBytes(path);
  if (/\.(jsonl|ndjson)(\.gz)?$/.test(path)) return jsonlTable(path, bytes, kind, planner, log);
  return csvTable(path, bytes, planner, log);
}

/**
 * The bytes of a file, unpacked when it is gzip by its first two bytes.
 * @throws InputError when there is no such file or its gzip is damaged.
 */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readable(path, async () => {
    const bytes = await readFile(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  });
}

/** A file that cannot be read is the caller's to mend, so it is an InputError. */
async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`expected a readable data file at ${path}, got: ${reason}`);
  }
}
