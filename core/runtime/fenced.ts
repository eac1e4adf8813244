import type { Fence } from "../ports/lease.ts";
import type { Store } from "../ports/store.ts";

/**
 * A store whose every commit is made under a lease: a holder that was paused for so long that
 * another took over writes nothing any more.
 */
export function fenced(store: Store, fence: () => Fence): Store {
  return {
    profile: (name) => store.profile(name),
    book: (account) => store.book(account),
    commit: (commit) => store.commit({ ...commit, fence: fence() }),
  };
}
