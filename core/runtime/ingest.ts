import { ConflictError } from "../domain/errors.ts";
import type { DomainEvent } from "../events/catalogue.ts";
import type { Store } from "../ports/store.ts";

/** A commit that writes neither snapshot nor book. */
export const EVENTS_ALONE = {
  profile: null,
  profileVersion: 0,
  profileState: null,
  account: null,
  bookVersion: 0,
  book: null,
} as const;

/**
 * Takes an event from outside into the journal, from where it is published: once it is here it is
 * not lost. Answers `repeat` for an event whose id was taken before.
 */
export async function ingest(
  store: Pick<Store, "commit">,
  event: DomainEvent,
): Promise<"taken" | "repeat"> {
  try {
    await store.commit({ ...EVENTS_ALONE, events: [event], dedupe: event.id });
    return "taken";
  } catch (error) {
    if (error instanceof ConflictError && error.repeatOf !== null) return "repeat";
    throw error;
  }
}
