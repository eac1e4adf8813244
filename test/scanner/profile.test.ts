import { describe, expect, test } from "vitest";
import * as z from "zod";
import { decimal } from "../../core/domain/decimal.ts";
import { HOUR_MS } from "../../core/domain/time.ts";
import {
  crypto,
  defineProfile,
  defineScanner,
  defineStrategy,
  enterLong,
  exit,
} from "../../core/index.ts";
import type { CorporateAction } from "../../core/runtime/actionHandler.ts";
import type { Candidate } from "../../core/scanner/candidate.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import type { Selections } from "../../core/strategy/runner.ts";
import { barsOf, recordingOf, replayed } from "../runtime/worlds.ts";

const START_MS = Date.UTC(2024, 0, 1);
const AAA = crypto("AAA/USD");
const BBB = crypto("BBB/USD");

/** Hours of a price that goes from one to the next at each midnight, UTC. */
function hoursOf(prices: readonly number[]) {
  const rows = prices.flatMap((price) =>
    Array.from({ length: 24 }, () => [price, price, price, price] as const),
  );
  return barsOf(rows, START_MS, HOUR_MS);
}

function feedsOf(a: readonly number[], b: readonly number[]) {
  return [
    { instrument: AAA, timeframe: "1h" as const, columns: hoursOf(a) },
    { instrument: BBB, timeframe: "1h" as const, columns: hoursOf(b) },
  ];
}

interface Look {
  readonly symbol: string;
  readonly hour: number;
  readonly selected: boolean;
}

/** Buys what it can at each bar, and leaves at the scan what the scan dropped. */
function strategyOf(seen: Look[], candidates: Candidate[] = []) {
  const last = ({ bars, today }: Candidate) => today?.price ?? bars.at(-1)?.close ?? null;
  return defineStrategy({
    name: "scanning",
    description: "holds the dearer of two",
    bars: "1h",
    params: z.object({ history: z.int().default(2), at: z.string().default("morning") }),
    state: z.object({}),
    schedules: () => ({ morning: { at: "open", offsetMinutes: 120 } }),
    scan: ({ history, at }) => ({
      at,
      history,
      attributes: { "AAA/USD": { layer: 1 }, "BBB/USD": { layer: 2 } },
      scanner: defineScanner({
        name: "dearest",
        filters: [{ kind: "gap", min: -1 }],
        rank: {
          kind: "own",
          name: "last price",
          measure(candidate) {
            candidates.push(structuredClone(candidate));
            return last(candidate);
          },
        },
        top: 1,
      }),
    }),
    onBar({ symbol, timeMs, selected, position }) {
      seen.push({ symbol, hour: (timeMs - START_MS) / HOUR_MS, selected });
      return position.side === "flat" ? { intents: [enterLong({ reason: "any" })] } : undefined;
    },
    onSchedule({ universe }) {
      const dropped = universe.filter(({ selected, position }) => {
        return !selected && position.side === "long";
      });
      return { intents: dropped.map(({ symbol }) => exit({ symbol, reason: "dropped" })) };
    },
  });
}

function profileOf(
  strategy: ReturnType<typeof strategyOf>,
  params: { history?: number; at?: string } = {},
) {
  const sizing = { kind: "fixed-quantity", quantity: "1" } as const;
  return defineProfile(strategy, { name: "scanning", universe: [AAA, BBB], sizing, params });
}

describe("a profile with a scanner", () => {
  // The first scan has no day of history; the second selects AAA, the third BBB.
  const feeds = feedsOf([10, 12, 12], [11, 11, 13]);

  test("enters what the last scan kept alone, and leaves what it dropped", async () => {
    const seen: Look[] = [];
    const { world } = await replayed([profileOf(strategyOf(seen))], recordingOf(feeds));
    const fills = world.journal.flatMap((event) =>
      event.type === "order.filled.v1" ? [`${event.data.symbol} ${event.data.side}`] : [],
    );
    expect(fills).toEqual(["AAA/USD buy", "AAA/USD sell", "BBB/USD buy"]);
    const early = seen.filter(({ hour }) => hour < 26);
    expect(early.length).toBeGreaterThan(0);
    expect(early.filter(({ selected }) => selected)).toEqual([]);
    const denied = world.journal.flatMap((event) =>
      event.type === "order.denied.v1" ? [event.data.limit] : [],
    );
    expect(new Set(denied)).toEqual(new Set(["universe"]));
  });

  test("records each scan with every candidate, the same in memory and through JSON", async () => {
    const selections = async (fidelity: "memory" | "strict") => {
      const profile = profileOf(strategyOf([]));
      const { world, hash } = await replayed([profile], recordingOf(feeds), fidelity);
      const found = world.journal.flatMap((event) =>
        event.type === "universe.selected.v1" ? [event.data] : [],
      );
      return { found, hash };
    };
    const memory = await selections("memory");
    expect(memory.found.map(({ selected }) => selected)).toEqual([[], ["AAA/USD"], ["BBB/USD"]]);
    expect(memory.found.map(({ candidates }) => candidates.map(({ reason }) => reason))).toEqual([
      ["gap: needs 1 daily bars, has 0", "gap: needs 1 daily bars, has 0"],
      [
        "gap 20 %; rank 1 of 2 by last price 12",
        "gap 0 %; rank 2 of 2 by last price 11, beyond the top 1",
      ],
      [
        "gap 18.18 %; rank 1 of 2 by last price 13",
        "gap 0 %; rank 2 of 2 by last price 12, beyond the top 1",
      ],
    ]);
    expect(await selections("strict")).toEqual(memory);
  });

  test("takes a recorded selection as it was, whatever a scan would find now", async () => {
    const played = async (selections?: Selections) => {
      const profile = profileOf(strategyOf([]));
      const { world } = await replayed([profile], recordingOf(feeds), "strict", selections);
      return world.journal.filter((event) => event.type === "universe.selected.v1");
    };
    const [first, second, third] = await played();
    if (second === undefined) throw new Error("expected three scans");
    const recorded = { ...second.data, selected: ["BBB/USD"] };
    const again = await played(new Map([[second.id, recorded]]));
    expect(again.map(({ data }) => data)).toEqual([first?.data, recorded, third?.data]);
  });

  test("shows the scanner whole days, what traded since, and the facts it was given", async () => {
    const candidates: Candidate[] = [];
    await replayed([profileOf(strategyOf([], candidates))], recordingOf(feeds));
    const third = candidates.filter(({ symbol }) => symbol === "AAA/USD").at(-1);
    expect(third?.bars.map(({ close, volume }) => [close, volume])).toEqual([
      [10, 240_000],
      [12, 240_000],
    ]);
    // The hour that closes with the day belongs to the day: two hours have traded since.
    expect(third?.today).toEqual({ open: 12, price: 12, volume: 20_000 });
    expect(third?.attributes).toEqual({ layer: 1 });
  });

  test("restates what the scanner sees after a split", async () => {
    const candidates: Candidate[] = [];
    const split: CorporateAction = {
      symbol: "AAA/USD",
      kind: "split",
      value: decimal("4"),
      newSymbol: null,
      timeMs: START_MS + 25 * HOUR_MS + 1,
    };
    const actions = [split];
    const toMs = START_MS + 26 * HOUR_MS;
    const parts = feedsOf([10, 12], [11, 11]);
    await replayed([profileOf(strategyOf([], candidates))], recordingOf(parts, { actions, toMs }));
    const [one] = candidates.filter(({ symbol }) => symbol === "AAA/USD");
    expect(one?.bars[0]).toMatchObject({ open: 2.5, close: 2.5, volume: 960_000 });
    // One hour before the split counts four times, the one after it as it is.
    expect(one?.today).toEqual({ open: 3, price: 12, volume: 50_000 });
  });
});

describe("a scanner that could never select is refused", () => {
  const compiled = (params: { history?: number; at?: string }) => () =>
    compileProfile(profileOf(strategyOf([]), params));

  test("for a schedule that does not exist", () => {
    expect(compiled({ at: "noon" })).toThrow("scan.at: expected a schedule (morning), got noon");
  });
  test("for less history than its filters need", () => {
    expect(compiled({ history: 1 })).toThrow(
      "scan.history: expected 2 or more, as dearest needs, got 1",
    );
  });
  test("for bars that are longer than the days it looks at", () => {
    const weekly = { ...strategyOf([]), bars: "1w" as const };
    expect(() => compileProfile(profileOf(weekly))).toThrow("bars: expected 1d or finer");
  });
});
