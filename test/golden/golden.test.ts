import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { allProfiles } from "../../functions/cli/catalogue.ts";
import { DEFAULTS, type ReplayRequest, runReplay } from "../../functions/replay/run.ts";

/** Golden replays change only on purpose: `UPDATE_GOLDEN=1 npx vitest run test/golden`. */
const UPDATE = process.env.UPDATE_GOLDEN === "1";
const FOLDER = new URL("./", import.meta.url);
const SHARED = new URL("../../../shared/data/", import.meta.url);
const shared = existsSync(SHARED);
if (!shared) {
  console.log(
    "left out: golden replays of recorded minutes and ETFs, as ../shared/data is not here",
  );
}

/** One file a profile: what its replay came to. */
const golden = z.record(z.string(), z.json());
const kept = new Map(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => {
      const text = readFileSync(new URL(file, FOLDER), "utf8");
      return [file.slice(0, -".json".length), golden.parse(JSON.parse(text))] as const;
    }),
);
const everyProfile = await allProfiles();
/** Profiles that somebody adds have no golden until one is recorded for them. */
const profiles = new Map([...everyProfile].filter(([name]) => UPDATE || kept.has(name)));

/** Costs as a careful person would assume them. */
const COSTS = { fees: "bps:1", slippage: "bps:2" };

async function outcomeOf(name: string, request: Partial<ReplayRequest>) {
  const profile = profiles.get(name);
  if (profile === undefined) throw new Error(`there is no profile ${name}`);
  const identity = { commit: null, version: "golden" };
  const full = { ...DEFAULTS, ...COSTS, ...request, profiles: [profile] };
  const { result } = await runReplay(full, identity);
  const [one] = result.profiles;
  if (one === undefined) throw new Error(`${name} has no result`);
  const { statistics } = one;
  const figure = (value: number | null) => (value === null ? null : Number(value.toPrecision(10)));
  return {
    orderListHash: one.orderListHash,
    orders: one.orders.length,
    fills: one.fills.length,
    trips: one.trips.length,
    endEquity: figure(statistics.endEquity),
    annualReturn: figure(statistics.annualReturn),
    sharpe: figure(statistics.sharpe),
    maximumDrawdown: figure(statistics.maximumDrawdown),
    hitRate: figure(statistics.hitRate),
    fees: figure(statistics.fees),
    slippage: figure(statistics.slippage),
  };
}

function check(name: string, request: Partial<ReplayRequest>): void {
  test(`${name}: statistics and order list are the recorded ones`, async () => {
    const memory = await outcomeOf(name, request);
    expect(memory.fills).toBeGreaterThan(0);
    if (UPDATE) {
      kept.set(name, memory);
      writeFileSync(new URL(`${name}.json`, FOLDER), `${JSON.stringify(memory, null, 2)}\n`);
    }
    expect(memory).toEqual(kept.get(name));
  });
  test(`${name}: strict fidelity gives the same order list`, async () => {
    const strict = await outcomeOf(name, { ...request, fidelity: "strict" });
    expect(strict.orderListHash).toBe(kept.get(name)?.orderListHash);
  });
}

test("every recorded golden belongs to a profile", () => {
  expect([...kept.keys()].filter((name) => !everyProfile.has(name))).toEqual([]);
});

describe("golden replays of installed data", () => {
  for (const [name, { options }] of profiles) if (options.data !== undefined) check(name, {});
});

describe.skipIf(!shared)("golden replays of recorded data", () => {
  const dataDir = SHARED.pathname;
  // The recorded prices are raw, so the splits and dividends must come with them.
  const actions = new URL("corporate-actions/events.csv", SHARED).pathname;
  // SPY and IWM end with 2012: beyond it a mix would go on with prices that stand still.
  const toMs = newYorkTimeMs("2013-01-01", "00:00");
  const requests: Readonly<Record<string, Partial<ReplayRequest>>> = {
    "etf-momentum": { toMs },
    "index-pair": { toMs },
    "sixty-forty": { toMs },
    "webhook-spy": { toMs, signals: new URL("signals.jsonl", FOLDER).pathname },
  };
  for (const [name, { options }] of profiles) {
    if (options.data === undefined) check(name, { dataDir, actions, ...requests[name] });
  }
});
