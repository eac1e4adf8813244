import { again } from "../../core/runtime/again.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { NONE, OPENED, signal } from "./events.ts";

// Commits so many events, each with a new version of the book, while others do the same.
const [folder = "", first = "0", count = "0"] = process.argv.slice(2);
const store = new LocalStore({ folder });
for (let i = Number(first); i < Number(first) + Number(count); i += 1) {
  await again(() => {
    const bookVersion = store.book("main")?.version ?? 0;
    const book = { account: "main", bookVersion, book: OPENED };
    store.commit({ ...NONE, ...book, events: [signal(i)], dedupe: `s${i}` });
  }, 1_000);
}
await store.close();
