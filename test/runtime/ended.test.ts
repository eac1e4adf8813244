import { describe, expect, test } from "vitest";
import * as z from "zod";
import { decimal } from "../../core/domain/decimal.ts";
import { correlation, crypto, defineProfile, defineStrategy } from "../../core/index.ts";
import { summarise } from "../../core/runtime/summary.ts";
import { barsOf, recordingOf, replayed } from "./worlds.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2024, 0, 1);
const [AAA, BBB] = [crypto("AAA/USD"), crypto("BBB/USD")];

/** Daily bars of a symbol, one a price. */
function feedOf(instrument: typeof AAA, prices: readonly number[]) {
  const rows = prices.map((price) => [price, price, price, price] as const);
  return { instrument, timeframe: "1d" as const, columns: barsOf(rows, START_MS, DAY_MS) };
}

const rising = (days: number, from: number) => Array.from({ length: days }, (_, i) => from + i);

describe("an instrument whose recording ends while another goes on", () => {
  const seen: string[][] = [];
  const even = defineStrategy({
    name: "even",
    description: "half and half at every close",
    bars: "1d",
    params: z.object({}),
    state: z.object({}),
    schedules: () => ({ close: { at: "close" } }),
    onSchedule({ universe }) {
      seen.push(universe.map(({ symbol }) => symbol));
      return { weights: { "AAA/USD": 0.5, "BBB/USD": 0.5 }, reason: "even" };
    },
  });
  const profile = defineProfile(even, { name: "even", universe: [AAA, BBB] });

  test("is ranked for five sessions more, then neither ranked nor ordered, with a warning", async () => {
    seen.length = 0;
    const recording = recordingOf([feedOf(AAA, rising(20, 100)), feedOf(BBB, rising(10, 100))]);
    const { world, replay } = await replayed([profile], recording);
    const both = seen.filter((symbols) => symbols.length === 2);
    // Ten days of its own, less the one that warms up, and five.
    expect(seen.slice(both.length).every((symbols) => symbols.join() === "AAA/USD")).toBe(true);
    const lastMs = START_MS + (10 + 5) * DAY_MS;
    const ordered = world.journal.flatMap((event) =>
      event.type === "order.requested.v1" && event.data.request.symbol === "BBB/USD"
        ? [event.eventTimeMs]
        : [],
    );
    expect(ordered.length).toBeGreaterThan(0);
    expect(Math.max(...ordered)).toBeLessThanOrEqual(lastMs);
    const why = world.journal.filter(
      (event) => event.type === "decision.made.v1" && event.data.outcome === "no-data",
    );
    expect(why).toHaveLength(20 - 15);
    const [result] = summarise(world, replay, recording, (text) => text).profiles;
    expect(result?.warnings).toEqual([expect.stringMatching(/^BBB\/USD: its recording ends on/)]);
  });

  test("is as ever where it ends only a little before, or has not begun", async () => {
    seen.length = 0;
    const recording = recordingOf([feedOf(AAA, rising(20, 100)), feedOf(BBB, rising(15, 100))]);
    const { world, replay } = await replayed([profile], recording);
    expect(seen.at(-1)).toEqual(["AAA/USD", "BBB/USD"]);
    expect(summarise(world, replay, recording, (text) => text).profiles[0]?.warnings).toEqual([]);
  });
});

test("a replay to a time before the first bar names the range of the bars", async () => {
  const toMs = START_MS - DAY_MS;
  const recording = recordingOf([feedOf(AAA, rising(20, 100)), feedOf(BBB, [1])], { toMs });
  const profile = defineProfile(
    defineStrategy({
      name: "idle",
      description: "does nothing",
      bars: "1d",
      params: z.object({}),
      state: z.object({}),
    }),
    { name: "idle", universe: [AAA, BBB] },
  );
  await expect(replayed([profile], recording)).rejects.toThrow(
    "to: expected a time within the bars, 2024-01-01 to 2024-01-20, got 2023-12-30",
  );
});

test("a split of the other instrument leaves a pair's indicator as it was", async () => {
  const pair = defineStrategy({
    name: "pair",
    description: "watches two instruments",
    bars: "1d",
    params: z.object({}),
    state: z.object({}),
    indicators: () => ({ tie: correlation(5, { against: "BBB/USD" }) }),
  });
  const profile = defineProfile(pair, { name: "pair", universe: [AAA, BBB] });
  const own = [10, 11, 10.5, 12, 11, 12.5, 13, 12];
  const other = [100, 104, 103, 109, 104, 111, 113, 114];
  const timeMs = START_MS + 5 * DAY_MS + 1;
  const tieOf = async (prices: readonly number[], ratio: string | null) => {
    const split = { symbol: "BBB/USD", newSymbol: null, timeMs, kind: "split" as const };
    const actions = ratio === null ? [] : [{ ...split, value: decimal(ratio) }];
    const recording = recordingOf([feedOf(AAA, own), feedOf(BBB, prices)], { actions });
    const { world } = await replayed([profile], recording);
    return world.profile("pair").symbols["AAA/USD"]?.indicators.tie?.now ?? 0;
  };
  const whole = await tieOf(other, null);
  const divided = other.map((price, i) => (i < 5 ? price : price / 4));
  expect(whole).toBeGreaterThan(0.1);
  expect(await tieOf(divided, "4")).toBeCloseTo(whole, 12);
});
