import { ConflictError } from "../domain/errors.ts";
import { emptyBook, openLedger } from "../domain/ledger.ts";
import type { Store } from "../ports/store.ts";
import type { CompiledProfile } from "../strategy/profile.ts";
import { again } from "./again.ts";
import { EVENTS_ALONE } from "./ingest.ts";
import { type History, warmUp } from "./warmUp.ts";

/** Gives every profile its ledger in its account's book; what is there stays as it is. */
export async function openBooks(store: Store, profiles: readonly CompiledProfile[]): Promise<void> {
  for (const { name, account } of profiles) {
    await again(async () => {
      const kept = await store.book(account.name);
      const before = kept?.value ?? emptyBook(account.name, account.kind);
      const book = openLedger(before, name, account.cash);
      if (book === kept?.value) return;
      const none = { ...EVENTS_ALONE, events: [], dedupe: null };
      const bookVersion = kept?.version ?? 0;
      await store.commit({ ...none, account: account.name, bookVersion, book });
    });
  }
}

/**
 * Gives a profile that has never run its snapshot, warmed by history; one that has is left alone.
 * Answers the instruments whose history was too short, or null where there was nothing to do.
 */
export async function openProfile(
  store: Store,
  profile: CompiledProfile,
  history: () => Promise<History>,
  nowMs: number,
): Promise<readonly string[] | null> {
  if ((await store.profile(profile.name)) !== undefined) return null;
  const { state, cold } = warmUp(profile, await history(), nowMs);
  const none = { ...EVENTS_ALONE, events: [], dedupe: null };
  try {
    await store.commit({ ...none, profile: profile.name, profileVersion: 0, profileState: state });
  } catch (error) {
    // Another process was first: its snapshot is as good.
    if (!(error instanceof ConflictError)) throw error;
  }
  return cold;
}
