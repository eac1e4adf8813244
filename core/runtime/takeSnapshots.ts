import { iso } from "../domain/time.ts";
import type { EventOf } from "../events/catalogue.ts";
import type { Store } from "../ports/store.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { snapshotText } from "../strategy/snapshot.ts";
import { ingest } from "./ingest.ts";
import { readableState } from "./readable.ts";
import { bookText } from "./textStore.ts";

/**
 * Writes how every profile and book stands into the journal. Done before the first event of a day
 * and at a start, so that what is recorded from there on can be replayed by itself. `cause` tells
 * two of them at the same time apart, and makes repeats harmless.
 */
export async function takeSnapshots(
  store: Store,
  profiles: readonly CompiledProfile[],
  timeMs: number,
  cause: string,
): Promise<void> {
  for (const { name } of profiles) {
    const state = await readableState(store, name);
    if (state === undefined) continue;
    await ingest(store, snapshotEvent("profile", name, snapshotText(state), timeMs, cause));
  }
  for (const account of new Set(profiles.map((profile) => profile.account.name))) {
    const kept = await store.book(account);
    if (kept === undefined) continue;
    await ingest(store, snapshotEvent("book", account, bookText(kept.value), timeMs, cause));
  }
}

function snapshotEvent(
  kind: "profile" | "book",
  name: string,
  text: string,
  timeMs: number,
  cause: string,
): EventOf<"snapshot.taken.v1"> {
  const id = `${name}.${kind}.snapshot.${cause}`;
  const times = { eventTimeMs: timeMs, receivedTimeMs: timeMs, causationId: id };
  return { type: "snapshot.taken.v1", id, ...times, data: { kind, name, text } };
}

/** The UTC date of a time: days of the journal are days by it. */
export function journalDate(timeMs: number): string {
  return iso(timeMs).slice(0, 10);
}
