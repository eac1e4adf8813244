import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { InputError } from "../../core/domain/errors.ts";

/** Two pages stand at the start of every file of LMDB; the one with the later commit counts. */
const META_PAGES = [0, 4096] as const;
const LEAST_BYTES = 8192;
/** Fields of such a page: LMDB's mark, the size of pages, the last page in use, the commit. */
const MARK_AT = 24;
const MARK = 0xbeefc0de;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const COMMIT_AT = 152;
/** Pages at the end that a commit took and gave back are counted, and never written. */
const UNWRITTEN_PAGES = 16;

/**
 * LMDB maps its file into memory: one that is something else, or ends too early, would end the
 * process at the first look at what is not there.
 * @throws InputError for such a file; one that is not there, or empty, becomes a new store.
 */
export function checkFile(path: string): void {
  if (!existsSync(path)) return;
  if (statSync(path).size === 0) return;
  const needed = neededBytes(path);
  // Looked at last: another server may write, and the file grows before a commit counts on it.
  const { size } = statSync(path);
  if (needed === null || size < LEAST_BYTES) {
    throw new InputError(
      `${path}: expected a store of \`bellwether serve\`, got ${size} bytes of something else`,
    );
  }
  if (size >= needed) return;
  throw new InputError(
    `${path}: expected ${needed} bytes or more, got ${size}: its end is missing, as after a copy ` +
      "that was broken off; nothing was changed, put the whole file back",
  );
}

/** How long the file must be by its own account; null where it is no file of LMDB. */
function neededBytes(path: string): number | null {
  const head = new DataView(new ArrayBuffer(LEAST_BYTES));
  const file = openSync(path, "r");
  try {
    readSync(file, head, 0, LEAST_BYTES, 0);
  } finally {
    closeSync(file);
  }
  const pages = META_PAGES.filter((at) => head.getUint32(at + MARK_AT, true) === MARK);
  const commitOf = (at: number) => head.getBigUint64(at + COMMIT_AT, true);
  const [latest] = pages.sort((a, b) => (commitOf(a) > commitOf(b) ? -1 : 1));
  if (latest === undefined) return null;
  const last = Number(head.getBigUint64(latest + LAST_PAGE_AT, true));
  return (last + 1 - UNWRITTEN_PAGES) * head.getUint32(latest + PAGE_SIZE_AT, true);
}
