import { LocalStore } from "../../functions/localStore/localStore.ts";
import { signal } from "./events.ts";

// Writes one event after the other and says so only when it is kept, until somebody kills it.
const store = new LocalStore({ folder: process.argv[2] ?? "" });
const none = { profile: null, profileVersion: 0, profileState: null };
const noBook = { account: null, bookVersion: 0, book: null };
for (let i = Number(process.argv[3] ?? 0); ; i += 1) {
  store.commit({ ...none, ...noBook, events: [signal(i)], dedupe: `s${i}` });
  process.stdout.write(`${i}\n`);
}
