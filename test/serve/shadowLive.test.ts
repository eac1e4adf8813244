import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DAY_MS, newYorkTimeMs } from "../../core/domain/time.ts";
import type { DomainEvent } from "../../core/events/catalogue.ts";
import { defineProfile } from "../../core/index.ts";
import { orderListText, orderRecords } from "../../core/runtime/orderRecords.ts";
import { rerun } from "../../core/runtime/rerun.ts";
import { bpsFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { tradersOf, withShadows } from "../../core/strategy/shadowed.ts";
import { LocalStore } from "../../functions/localStore/localStore.ts";
import { recordedMarket } from "../../functions/serve/recorded.ts";
import { openingRange } from "../../strategies/opening-range.ts";
import { run } from "../cli/terminal.ts";
import { feeds, profile } from "../live/minutes.ts";
import { recordingOf, replayed } from "../runtime/worlds.ts";

const { universe } = profile().options;
const next = defineProfile(openingRange, {
  ...{ name: "next", mode: "shadow", shadowOf: "minutes", universe },
  sizing: { kind: "fixed-quantity", quantity: "11" },
});

vi.mock("../../functions/cli/catalogue.ts", async (original) => ({
  ...(await original<object>()),
  allProfiles: async () => new Map([profile(), next].map((one) => [one.options.name, one])),
}));

const models = {
  fill: "next-open",
  touch: "no-fill",
  participation: null,
  slippage: bpsSlippage(1),
  fees: bpsFee(1),
  latency: noLatency,
} as const;

let folder = "";
let journal: readonly DomainEvent[] = [];
const notices: string[] = [];
const profiles = withShadows([profile(), next].map(compileProfile));
const recording = recordingOf(feeds());

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bellwether-shadow-"));
  const store = new LocalStore({ folder, volatile: true });
  const market = recordedMarket({
    ...{ profiles, recording, models, store, log: () => {} },
    notifier: { notify: async ({ title, text }) => void notices.push(`${title}: ${text}`) },
  });
  const server = await market.start(store);
  await market.play(server, newYorkTimeMs("2024-07-01", "12:00") + DAY_MS);
  const { entries } = store.read({ date: "2024-07-01", after: null, limit: 1_000_000 });
  journal = entries.map(({ event }) => event);
  await store.close();
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a shadow that is served beside the profile that trades", () => {
  test("leaves its orders, its account and its books what they are without it", async () => {
    const { world } = await replayed([profile()], recording);
    expect(orderListText(orderRecords(journal))).toBe(orderListText(orderRecords(world.journal)));
    expect(rerun(tradersOf(profiles), journal).differences).toEqual([]);
    const own = journal.filter(({ data }) => "profile" in data && data.profile === "next");
    const types = new Set(own.map(({ type }) => type));
    expect([...types].filter((type) => /^(order|execution)\./.test(type))).toEqual([]);
    expect(types).toContain("shadow.decided.v1");
  });

  test("is printed from the journal, as text and as JSON", async () => {
    const asked = ["shadow", "next", "--from", "2024-07-01", "--store", folder];
    const { code, out, err } = await run(...asked);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/0 of 3 decisions are the same, 3 differ, 0 are next's alone, 0 are minu/);
    expect(out).toMatch(/AAA +│? *(buy|sell) 10 .*(buy|sell) 11 /);
    const json = JSON.parse((await run(...asked, "--json")).out);
    expect(json).toMatchObject({ profile: "next", of: "minutes", differing: 3 });
    expect(json.differences).toHaveLength(3);
  });

  test("that never ran is told so", async () => {
    const { code, err } = await run("shadow", "next", "--from", "2020-01-02", "--store", folder);
    expect([code, err]).toEqual([2, expect.stringContaining("expected events of next in the")]);
  });
});
