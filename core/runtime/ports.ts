import type { Store } from "../ports/store.ts";
import type { Venue } from "../ports/venue.ts";
import type { Runner } from "../strategy/runner.ts";

/** All that a handler needs from the world. */
export interface Ports {
  readonly store: Store;
  /** The venue that holds an account. */
  venue(account: string): Venue;
  /** The runner of a profile: one that is kept, or a fresh one at every call (a cold start). */
  runner(profile: string): Runner;
}
