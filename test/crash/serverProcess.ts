import { compileProfile } from "../../core/strategy/profile.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { trade } from "../../functions/serve/live.ts";
import { crashProfile, SECRET } from "./market.ts";

// What `bellwether serve --url` runs, until somebody kills it.
const [folder = "", baseUrl = ""] = process.argv.slice(2);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const store = new LocalStore({ folder });
await trade(
  {
    profiles: [compileProfile(crashProfile())],
    store,
    keyId: "any",
    secret: "any",
    baseUrl,
    limit: { requests: 100_000, windowMs: 60_000 },
    webhook: { port: 0, secrets: { "busy/signed": [SECRET] } },
    notifier: { notify: async ({ title }) => void process.stderr.write(`notice: ${title}\n`) },
    log: (line) => void process.stderr.write(`${line}\n`),
  },
  stop.signal,
);
await store.close();
