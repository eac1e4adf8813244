import type { JournalQuery } from "../../core/ports/journal.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";

/** A store that counts what it is asked of the journal. */
export class CountingStore extends LocalStore {
  rows = 0;

  override read(query: JournalQuery) {
    const page = super.read(query);
    this.rows += page.entries.length;
    return page;
  }
}
