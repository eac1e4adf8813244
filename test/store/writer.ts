import { LocalStore } from "../../functions/localStore/localStore.ts";
import { NONE, OPENED, signal } from "./events.ts";

// Writes an event with a new version of the book, again and again, and says so only when both are
// kept, until somebody kills it. No clock and no chance: the one who kills brings those.
const store = new LocalStore({ folder: process.argv[2] ?? "" });
for (let i = store.book("main")?.version ?? 0; ; i += 1) {
  const book = { account: "main", bookVersion: i, book: OPENED };
  store.commit({ ...NONE, ...book, events: [signal(i)], dedupe: `s${i}` });
  process.stdout.write(`${i}\n`);
}
