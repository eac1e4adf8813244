import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { InputError } from "../../core/domain/errors.ts";
import { Leadership } from "../../core/runtime/leadership.ts";
import { LocalLeases } from "../localStore/localLeases.ts";
import type { LocalStore } from "../localStore/localStore.ts";

/** Name of the lease of who writes the books of a folder. */
const NAME = "serve";

/** A server that is silent for so long is taken for dead, ms. */
const TTL_MS = 15_000;

/**
 * One wish to write the books of a folder; times are the machine's, whatever market is served. What
 * a process of this machine held that was killed is free at once.
 */
export async function folderOf(store: LocalStore): Promise<Leadership> {
  const clock = { nowMs: () => Date.now() };
  const leases = new LocalLeases(store.tables);
  const held = await leases.find(NAME);
  if (held !== undefined && isDead(held.holder)) await leases.release(held);
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  return new Leadership(leases, clock, { name: NAME, holder, ttlMs: TTL_MS });
}

/** Whether a holder is a process of this machine that runs no more; of others nobody can tell. */
function isDead(holder: string): boolean {
  const [host, pid] = holder.split("/");
  if (host !== hostname() || !/^[1-9]\d{0,9}$/.test(pid ?? "")) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/**
 * Holds a folder while something runs on its books.
 * @throws InputError where another server holds it.
 */
export async function holding<T>(
  store: LocalStore,
  run: (folder: Leadership) => Promise<T>,
): Promise<T> {
  const folder = await folderOf(store);
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
