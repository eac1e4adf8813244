import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { orderListText, orderRecords } from "../../core/runtime/orderRecords.ts";
import { rerun } from "../../core/runtime/rerun.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { main } from "../../functions/cli/main.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { recordedMarket } from "../../functions/serve/recorded.ts";
import { feeds, profile } from "../live/minutes.ts";
import { recordingOf, replayed } from "../runtime/worlds.ts";

const folders: string[] = [];
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true, force: true });
});

const models = {
  fill: "next-open",
  touch: "no-fill",
  participation: null,
  slippage: bpsSlippage(1),
  fees: bpsFee(1),
  latency: noLatency,
} as const;

/** A server on a folder, and the market that it trades in. */
function machine() {
  const folder = mkdtempSync(join(tmpdir(), "bellwether-serve-"));
  folders.push(folder);
  const notices: string[] = [];
  const recording = recordingOf(feeds());
  const open = () => new LocalStore({ folder, volatile: true });
  const market = recordedMarket({
    profiles: [compileProfile(profile())],
    recording,
    models,
    store: open(),
    notifier: { notify: async ({ title, text }) => void notices.push(`${title}: ${text}`) },
    log: () => {},
  });
  return { folder, market, open, notices, recording };
}

function journalOf(store: LocalStore): readonly DomainEvent[] {
  const page = store.read({ date: "2024-07-01", after: null, limit: 1_000_000 });
  return page.entries.map(({ event }) => event);
}

const listOf = (events: readonly DomainEvent[]) => orderListText(orderRecords(events));

describe("a server on one machine, on a recorded day", () => {
  test("sends the orders of a replay, and its journal decides them again", async () => {
    const { market, open, notices, recording } = machine();
    const store = open();
    await market.play(await market.start(store), Number.POSITIVE_INFINITY);
    const journal = journalOf(store);
    expect(notices).toEqual([]);
    const { world } = await replayed([profile()], recording);
    expect(listOf(journal)).toBe(listOf(world.journal));
    expect(rerun([compileProfile(profile())], journal).differences).toEqual([]);
    await store.close();
  }, 30_000);

  test("goes on where its books are after a stop, as if nothing had been", async () => {
    const { market, open, notices, recording } = machine();
    const first = open();
    await market.play(await market.start(first), newYorkTimeMs("2024-07-01", "10:07"));
    await first.close();
    const second = open();
    await market.play(await market.start(second), newYorkTimeMs("2024-07-01", "12:31"));
    await second.close();
    const third = open();
    await market.play(await market.start(third), Number.POSITIVE_INFINITY);
    expect(notices).toEqual([]);
    const { world } = await replayed([profile()], recording);
    expect(listOf(journalOf(third))).toBe(listOf(world.journal));
    await third.close();
  }, 30_000);
});

const dataDir = "../shared/data";
const hasShared = existsSync(dataDir);
if (!hasShared) console.warn("left out: `serve` on recorded minutes: no ../shared/data");

test.skipIf(!hasShared)(
  "the command serves a day, and others read its books",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "bellwether-serve-"));
    folders.push(folder);
    const told: string[] = [];
    const terminal = {
      columns: 200,
      colour: false,
      out: (text: string) => void told.push(text),
      err: (text: string) => void told.push(text),
      exit: () => {},
      progress: async () => ({ update: () => {}, stop: () => {} }),
    };
    const run = async (...words: readonly string[]) => {
      told.length = 0;
      const code = await main(["node", "bellwether", ...words, "--store", folder], terminal);
      return { code, text: told.join("") };
    };
    const day = ["--replay", "2013-10-08"];
    const served = await run("serve", "minutes-breakout", "--data", dataDir, ...day);
    expect(served).toMatchObject({ code: 0, text: expect.stringContaining("390 moments") });
    const orders = await run("orders", "--date", "2013-10-08", "--json");
    const [order] = JSON.parse(orders.text);
    const why = await run("why", order.order);
    expect(why.text).toContain("bars.closed");
    expect(why.text).toMatch(/reason {5}\w/);
    const ended = await run("outcomes", "--date", "2013-10-08", "--all", "--json");
    const outcomes: { cause: string; outcome: string }[] = JSON.parse(ended.text);
    expect(new Set(outcomes.map(({ cause }) => cause)).size).toBe(390);
    const quiet = outcomes.find(({ outcome }) => outcome === "no-intent")?.cause ?? "";
    expect((await run("why", quiet)).text).toMatch(/ {4}no-intent +minutes-breakout/);
    expect((await run("outcomes", "--date", "2013-10-08")).text).toMatch(/no-intent +\d+/);
    const parity = await run("parity", "--date", "2013-10-08");
    expect(parity).toMatchObject({
      code: 0,
      text: "390 of 390 decisions are as they were recorded; 12 orders, 0 other differences\n",
    });
    const file = join(folder, "day.jsonl");
    const recorded = await run("record", "--date", "2013-10-08", "--out", file);
    expect(recorded.text).toMatch(/^wrote \d{3} events to /);
    expect((await run("parity", "--file", file, "--json")).text).toContain('"differences":[]');
    // A day that was decided otherwise is told, by the event that was decided on.
    const altered = join(folder, "altered.jsonl");
    writeFileSync(
      altered,
      readFileSync(file, "utf8").replace(/"quantity":"138"/g, '"quantity":"139"'),
    );
    const differs = await run("parity", "--file", altered);
    expect(differs.code).toBe(1);
    expect(differs.text).toMatch(/^code: minutes-breakout on 1m\.1381240200000\n {2}live: {3}/);
    expect((await run("parity", "--date", "2013-10-09")).code).toBe(2);
    expect((await run("kill", "minutes-breakout")).text).toContain(
      "profile minutes-breakout is halted",
    );
    expect((await run("resume", "minutes-breakout")).text).toBe("nothing is halted\n");
    expect((await run("why", "nothing.such")).code).toBe(2);
    expect((await run("kill", "no-such-profile")).code).toBe(2);
  },
  60_000,
);
