import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineProfile, defineStrategy, enterLong, exit } from "../../core/index.ts";
import { DEFAULTS, runReplay } from "../../functions/replay/run.ts";

const SHARED = new URL("../../../shared/data/", import.meta.url);
const shared = existsSync(SHARED);
if (!shared) console.log("left out: replay of recorded ticks, as ../shared/data is not here");

const prints = defineStrategy({
  name: "prints",
  description: "Buys a large print and leaves at the next one",
  bars: "1m",
  params: z.object({ size: z.number().default(20_000) }),
  state: z.object({ seen: z.int().default(0) }),
  onTrade({ trade, params, state, position }) {
    if (trade.size < params.size) return;
    const next = { seen: state.seen + 1 };
    if (position.side === "flat") {
      return { state: next, intents: [enterLong({ reason: `a print of ${trade.size}` })] };
    }
    return { state: next, intents: [exit({ reason: "the next large print" })] };
  },
});

describe.skipIf(!shared)("a strategy of ticks", () => {
  const profile = defineProfile(prints, { name: "prints", universe: ["IBM"] });
  const request = { ...DEFAULTS, dataDir: SHARED.pathname, profiles: [profile] };
  const identity = { commit: null, version: "test" };

  test("sees every print in time order and trades at later ones", async () => {
    const { result } = await runReplay({ ...request, fill: "trades" }, identity);
    const [one] = result.profiles;
    expect(one?.fills.length).toBeGreaterThan(0);
    for (const { request: order, events } of one?.orders ?? []) {
      const fills = events.filter(({ type }) => type === "order.filled.v1");
      expect(fills.every(({ timeMs }) => timeMs >= order.decidedTimeMs)).toBe(true);
    }
  });

  test("says which folder it wants when there is none", async () => {
    const bare = { ...request, dataDir: null, profiles: [profile] };
    await expect(runReplay(bare, identity)).rejects.toThrow(/data/);
  });
});
