import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bpsFee } from "../../core/simulation/fees.ts";
import { noLatency } from "../../core/simulation/latency.ts";
import { bpsSlippage } from "../../core/simulation/slippage.ts";
import { allProfiles, picked } from "../../functions/cli/catalogue.ts";
import { DEFAULTS, runReplay } from "../../functions/replay/run.ts";
import { checkWire } from "../../functions/wire/check.ts";
import { type LocalDynamo, startDynamo } from "../../functions/wire/local.ts";
import { hasJava } from "../dynamo/java.ts";

const models = {
  fill: "next-open",
  touch: "no-fill",
  participation: null,
  slippage: bpsSlippage(2),
  fees: bpsFee(1),
  latency: noLatency,
} as const;

const dataDir = "../shared/data";
const hasShared = existsSync(dataDir);
if (!hasShared)
  console.warn("left out: wire replays of recorded ETFs and minutes: no ../shared/data");

const signalsFile = new URL("../golden/signals.jsonl", import.meta.url).pathname;

/**
 * Profiles, and a stretch of their data in which they trade. `tech-rotation` is not among them: its
 * recording is one price a month, which is nothing that Alpaca has.
 */
const installed = [
  ["aapl-trend", "2015-05-01", "2015-09-01"],
  ["sp500-dips", "2019-01-01", "2019-06-01"],
  ["sp500-trend", "2019-01-01", "2019-06-01"],
] as const;

const recorded = [
  ["sixty-forty", "2008-09-01", "2009-02-01"],
  ["etf-momentum", "2009-01-01", "2009-07-01"],
  ["index-pair", "2009-01-01", "2009-05-01"],
  ["webhook-spy", "2010-02-01", "2010-06-01"],
  ["minutes-breakout", "2013-10-08", ""],
  ["minute-gaps", "2013-10-08", ""],
] as const;

describe.skipIf(!hasJava)("over the wire: entry points, DynamoDB, exchange, client", () => {
  let dynamo: LocalDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  }, 30_000);
  afterAll(() => dynamo.stop());

  async function agrees(name: string, from: string, to: string, folder: string | null) {
    const profiles = [picked(await allProfiles(), name, "profile")];
    const range = {
      fromMs: from === "" ? DEFAULTS.fromMs : Date.parse(from),
      toMs: to === "" ? DEFAULTS.toMs : Date.parse(to),
    };
    const signals = name === "webhook-spy" ? signalsFile : null;
    const costs = { fees: "bps:1", slippage: "bps:2" };
    const request = { ...DEFAULTS, ...costs, ...range, profiles, dataDir: folder, signals };
    const { stages } = await runReplay(request, { commit: null, version: "test" });
    const [stage] = stages;
    if (stage === undefined) throw new Error("expected one account, got none");
    const { recording, world } = stage;
    const table = await dynamo.table(name);
    const told = await checkWire({ profiles, recording, models, table }, world.journal);
    expect(told.agreement).toBe(name === "sp500-trend" ? "fills" : "orders");
    expect(told.fills).toBeGreaterThan(1);
  }

  test.each(installed)(
    "%s gives the order list of memory",
    async (name, from, to) => agrees(name, from, to, null),
    60_000,
  );

  test.skipIf(!hasShared).each(recorded)(
    "%s gives the order list of memory",
    async (name, from, to) => agrees(name, from, to, dataDir),
    60_000,
  );
});
