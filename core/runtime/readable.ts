import { InvariantError } from "../domain/errors.ts";
import type { Store } from "../ports/store.ts";
import type { ProfileState } from "../strategy/snapshot.ts";

/**
 * A profile's snapshot where there is one that can be read. Who looks at several profiles goes on
 * with the others: one that cannot be read is halted, and a person told, by its next decision.
 */
export async function readableState(
  store: Pick<Store, "profile">,
  name: string,
): Promise<ProfileState | undefined> {
  try {
    return (await store.profile(name))?.value;
  } catch (error) {
    if (error instanceof InvariantError) return undefined;
    throw error;
  }
}
