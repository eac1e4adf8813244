import { randomUUID } from "node:crypto";
import { InputError } from "../../core/domain/errors.ts";
import { Leadership } from "../../core/runtime/leadership.ts";
import { LocalLeases } from "../localStore/localLeases.ts";
import type { LocalStore } from "../localStore/localStore.ts";

/** Name of the lease of who writes the books of a folder. */
const NAME = "serve";

/** A server that is silent for so long is taken for dead, ms. */
const TTL_MS = 15_000;

/** One wish to write the books of a folder; times are the machine's, whatever market is served. */
export function folderOf(store: LocalStore): Leadership {
  const clock = { nowMs: () => Date.now() };
  const holder = `${process.pid}.${randomUUID()}`;
  return new Leadership(new LocalLeases(store.tables), clock, {
    name: NAME,
    holder,
    ttlMs: TTL_MS,
  });
}

/**
 * Holds a folder while something runs on its books.
 * @throws InputError where another server holds it.
 */
export async function holding<T>(
  store: LocalStore,
  run: (folder: Leadership) => Promise<T>,
): Promise<T> {
  const folder = folderOf(store);
  if ((await folder.step()) !== "won") {
    throw new InputError("--store: expected a folder that no other server writes, one does");
  }
  const beat = setInterval(() => void folder.step(), TTL_MS / 3);
  try {
    return await run(folder);
  } finally {
    clearInterval(beat);
    await folder.release();
  }
}
