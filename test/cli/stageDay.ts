import type { Journal, Outbox, Recorded } from "../../core/ports/journal.ts";
import type { Commit, Store } from "../../core/ports/store.ts";
import type { LivePorts } from "../../core/runtime/livePorts.ts";
import type { Recording } from "../../core/runtime/recording.ts";
import { compileProfile, type Profile } from "../../core/strategy/profile.ts";
import { Runner } from "../../core/strategy/runner.ts";
import { connectAlpaca } from "../../functions/alpaca/connect.ts";
import type { DynamoTable } from "../../functions/dynamo/client.ts";
import { DynamoLeases } from "../../functions/dynamo/dynamoLeases.ts";
import { DynamoStore } from "../../functions/dynamo/dynamoStore.ts";
import { DynamoSwitches } from "../../functions/dynamo/dynamoSwitches.ts";
import { createExchange, type Exchange } from "../../functions/exchange/exchange.ts";
import { playMarket } from "../../functions/serve/playback.ts";
import { Server } from "../../functions/serve/server.ts";

/** A table's store with what is committed kept for publishing: a stream does that on AWS. */
function withOutbox(store: DynamoStore): Store & Journal & Outbox {
  let waiting: Recorded[] = [];
  let count = 0;
  return {
    profile: (name) => store.profile(name),
    book: (account) => store.book(account),
    event: (id) => store.event(id),
    ofOrder: (id) => store.ofOrder(id),
    order: (id) => store.order(id),
    read: (query) => store.read(query),
    async commit(commit: Commit) {
      await store.commit(commit);
      for (const event of commit.events) {
        count += 1;
        waiting.push({ position: String(count).padStart(9, "0"), event });
      }
    },
    pending: (limit) => waiting.slice(0, limit),
    published(position) {
      waiting = waiting.filter((one) => one.position > position);
    },
  };
}

/** How a day on a table ended. */
export interface StageDay {
  readonly exchange: Exchange;
  readonly notices: readonly string[];
}

/**
 * Lets a profile trade a recorded stretch of time with its books in a table of DynamoDB, as a
 * deployed stage keeps them, against an exchange in this process.
 */
export async function tradeOnTable(
  table: DynamoTable,
  profile: Profile,
  recording: Recording,
): Promise<StageDay> {
  const compiled = compileProfile(profile);
  const { feeds, actions, fromMs, toMs } = recording;
  const exchange = createExchange({ feeds, actions, fromMs, cash: compiled.account.cash });
  const clock = { nowMs: () => exchange.nowMs };
  const store = withOutbox(new DynamoStore(table, clock));
  const account = compiled.account.name;
  const { venue, data: marketData } = connectAlpaca({
    keyId: "stage",
    secret: "a-secret-of-the-stage",
    fetchApi: (url, init) => exchange.fetch(new Request(url, init)),
    clock,
    known: async () => (await store.book(account))?.value.orders ?? [],
    limit: { requests: 1_000_000_000, windowMs: 60_000 },
  });
  const notices: string[] = [];
  const runner = new Runner(compiled, fromMs);
  const ports: LivePorts = {
    store,
    journal: store,
    switches: new DynamoSwitches(table),
    leases: new DynamoLeases(table),
    scheduler: { once: async () => "existed", remove: async () => {} },
    notifier: { notify: async ({ title, text }) => void notices.push(`${title}: ${text}`) },
    clock,
    marketData,
    venue: () => venue,
    runner: () => runner,
  };
  const rhythm = {
    barsAfterMs: 0,
    resolveEveryMs: 60_000,
    updatesEveryMs: 0,
    reconcileEveryMs: 3_600_000,
    deadlineMs: Number.MAX_SAFE_INTEGER,
  };
  const options = { ports, outbox: store, profiles: [compiled], rhythm, log: () => {} };
  const server = await Server.start(options);
  const player = { report: server.report.bind(server), step: () => server.step() };
  await playMarket([{ account, exchange, venue }], player, toMs);
  return { exchange, notices };
}
