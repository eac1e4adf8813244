import { describe, expect, test } from "vitest";
import { emptyBook, openLedger } from "../../core/domain/ledger.ts";
import { defineProfile } from "../../core/index.ts";
import type { Lease } from "../../core/ports/lease.ts";
import type { Halt } from "../../core/ports/switches.ts";
import { MemoryStore } from "../../core/runtime/memoryStore.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { freshState } from "../../core/strategy/snapshot.ts";
import type { Books } from "../../functions/cli/books/books.ts";
import { statusOf, statusText } from "../../functions/cli/stage/standing.ts";
import { statusCommand } from "../../functions/cli/stage/status.ts";
import { needsOf } from "../../functions/deploy/needs.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { sixtyForty } from "../../strategies/profiles/sixty-forty.ts";
import { awsOf, depsOf } from "./aws.ts";
import { ran } from "./command.ts";

const BAR_MS = Date.parse("2026-11-20T21:00:00Z");

/** Books of `sixty-forty` after one bar of SPY. */
function books(halts: readonly Halt[] = [], where = "here"): Books {
  const profile = compileProfile(sixtyForty);
  const { name, account } = profile;
  const store = new MemoryStore(() => {});
  const none = { profile: null, profileVersion: 0, profileState: null, events: [], dedupe: null };
  const book = openLedger(emptyBook(account.name, account.kind), name, account.cash);
  store.commit({ ...none, account: account.name, bookVersion: 0, book });
  const state = freshState(profile);
  const spy = state.symbols.SPY;
  if (spy !== undefined) spy.lastTimeMs = BAR_MS;
  const nothing = { account: null, bookVersion: 0, book: null, events: [], dedupe: null };
  store.commit({ ...nothing, profile: name, profileVersion: 0, profileState: state });
  return {
    store,
    journal: {
      event: () => undefined,
      ofOrder: () => [],
      order: () => undefined,
      read: () => ({ entries: [], next: null }),
    },
    switches: {
      all: () => halts,
      halts: () => halts,
      halt: () => {},
      resume: () => {},
    },
    where,
    close: async () => {},
  };
}

const HALT: Halt = {
  kind: "all",
  name: "all",
  reason: "a drill",
  by: "a person",
  sinceMs: BAR_MS,
};

describe("bellwether status", () => {
  test("shows profiles with their last bar, and asks AWS for nothing without a stage", async () => {
    const { aws, calls } = awsOf(() => ({}));
    const { out } = await ran((t) => statusCommand(t, depsOf(aws), async () => books()), []);
    expect(out).toMatch(/sixty-forty +paper +sixty-forty +polled +2026-11-20T21:00:00\S* +0 +0/);
    expect(out).toContain("no kill switch is on");
    expect(calls).toEqual([]);
  });

  test("shows kill switches, and the queues of a stage", async () => {
    const { aws } = awsOf(({ operation, input }) =>
      operation === "GetQueueUrl"
        ? { QueueUrl: `https://sqs.us-east-1.amazonaws.com/1/${String(input.QueueName)}` }
        : { Attributes: { ApproximateNumberOfMessages: "2" } },
    );
    const opened: unknown[] = [];
    const open = async (options: object) => {
      opened.push(options);
      return books([HALT], "bellwether-dev");
    };
    const args = ["--stage", "dev"];
    const { out } = await ran((t) => statusCommand(t, depsOf(aws), open), args);
    expect(opened).toEqual([{ stage: "dev" }]);
    expect(out).toMatch(/everything: a drill \(a person, 2026-11-20T21:00:00/);
    expect(out).toContain("dead 2, execute-dead.fifo 2, execute.fifo 2");
    const json = await ran((t) => statusCommand(t, depsOf(aws), open), [...args, "--json"]);
    expect(JSON.parse(json.out)).toMatchObject({
      where: "bellwether-dev",
      profiles: [{ profile: "sixty-forty", halted: "a drill", openOrders: 0 }],
      queues: { dead: 2 },
    });
  });
});

describe("the leader of the stream", () => {
  const watcher = defineProfile(openingRange, {
    name: "watcher",
    mode: "paper",
    universe: ["SPY"],
    deploy: { bars: "stream" },
  });
  const lease = { name: "stream", holder: "task-7", epoch: 3, expiresAtMs: BAR_MS + 30_000 };
  const shown = async (held: Lease | undefined, nowMs = BAR_MS) => {
    const kept = { ...books([], "bellwether-dev"), leases: { find: async () => held } };
    const status = await statusOf(needsOf([watcher], "dev"), kept, {}, nowMs);
    return { status, text: statusText(status, false) };
  };

  test("is named with the end of its lease", async () => {
    const { status, text } = await shown(lease);
    expect(status.leader).toMatchObject({ holder: "task-7", epoch: 3, leads: true });
    expect(text).toContain("the stream is led by task-7, number 3, until 2026-11-20T21:00:30");
  });

  test("is missed where its lease is over, or nobody ever had it", async () => {
    const { text } = await shown(lease, BAR_MS + 30_000);
    expect(text).toContain("nobody leads the stream: task-7 did until 2026-11-20T21:00:30");
    expect((await shown(undefined)).text).toContain("nobody has ever led the stream");
  });

  test("is not asked for where no profile needs a stream", async () => {
    const kept = { ...books(), leases: { find: () => Promise.reject(new Error("asked")) } };
    const status = await statusOf(needsOf([sixtyForty], "dev"), kept, {}, BAR_MS);
    expect(statusText(status, false)).not.toContain("stream is led");
  });
});
