import { describe, expect, test } from "vitest";
import * as z from "zod";
import { DAY_MS } from "../../core/domain/time.ts";
import { crypto, defineProfile, defineStrategy, enterLong } from "../../core/index.ts";
import type { Profile } from "../../core/strategy/profile.ts";
import { barsOf, recordingOf, replayed } from "../runtime/worlds.ts";

const START_MS = Date.UTC(2024, 0, 1);
const AAA = crypto("AAA/USD");
const BBB = crypto("BBB/USD");

const plain = { bars: "1d", params: z.object({}), state: z.object({}) } as const;
/** Holds half of equity in AAA, then wants BBB at every close. */
const scheduled = defineStrategy({
  ...plain,
  name: "scheduled",
  description: "trades at schedules alone",
  schedules: () => ({ close: { at: "close" } }),
  onSchedule({ universe }) {
    const symbol = universe[0]?.position.side === "flat" ? AAA.symbol : BBB.symbol;
    return { intents: [enterLong({ symbol, reason: "more" })] };
  },
});
const barwise = defineStrategy({
  ...plain,
  name: "barwise",
  description: "trades at bars",
  onBar({ symbol, position }) {
    if (position.side !== "flat" || symbol !== AAA.symbol) return;
    return { intents: [enterLong({ reason: "more" })] };
  },
});

const options = {
  name: "limited",
  universe: [AAA, BBB],
  sizing: { kind: "equity-fraction", fraction: 0.5 },
} as const;

type Day = readonly [open: number, close: number];
/** Falls by a fifth within its second day, when half of equity is in it: a tenth of equity. */
const fall: readonly Day[] = [
  [10, 10],
  [10, 8],
  [8, 8],
  [8, 8],
];
const still: readonly Day[] = Array.from({ length: 5 }, () => [10, 10]);

/** Days of AAA; BBB stays where it is. */
async function played(profile: Profile, a: readonly Day[], fromMs = Number.MIN_SAFE_INTEGER) {
  const columnsOf = (days: readonly Day[]) => {
    const rows = days.map(([open, close]) => [open, open, close, close] as const);
    return barsOf(rows, START_MS, DAY_MS);
  };
  const feeds = [
    { instrument: AAA, timeframe: "1d" as const, columns: columnsOf(a) },
    { instrument: BBB, timeframe: "1d" as const, columns: columnsOf(a.map(() => [10, 10])) },
  ];
  const { world } = await replayed([profile], recordingOf(feeds, { fromMs }));
  const denied = world.journal.flatMap((event) =>
    event.type === "order.denied.v1"
      ? [[(event.eventTimeMs - START_MS) / DAY_MS, event.data.limit]]
      : [],
  );
  return { denied, world };
}

describe("limits of the day hold for strategies that trade at schedules", () => {
  const limited = (limits: Record<string, number>) =>
    defineProfile(scheduled, { ...options, limits: { checkBuyingPower: false, ...limits } });

  test("orders are counted by the day, not by the life of the profile", async () => {
    const { denied, world } = await played(limited({ maxOrdersPerDay: 1 }), still);
    expect(denied).toEqual([]);
    expect(world.journal.filter(({ type }) => type === "order.approved.v1").length).toBe(2);
  });
  test("a day's loss counts from what the day before ended with", async () => {
    const { denied } = await played(limited({ maxDailyLoss: 0.05 }), fall);
    expect(denied).toEqual([[2, "max-daily-loss"]]);
    expect((await played(limited({ maxDailyLoss: 0.2 }), fall)).denied).toEqual([]);
  });
  test("a drawdown counts from the highest equity ever", async () => {
    const { denied } = await played(limited({ maxDrawdown: 0.05 }), fall);
    expect(denied).toEqual([
      [2, "max-drawdown"],
      [3, "halted"],
      [4, "halted"],
    ]);
  });
});

describe("before the first time that counts", () => {
  const fromMs = START_MS + 2 * DAY_MS;
  test.each([defineProfile(scheduled, options), defineProfile(barwise, options)])(
    "$strategy.name takes in history and decides nothing",
    async (profile) => {
      const { world } = await played(profile, still, fromMs);
      expect(world.journal[0]?.eventTimeMs).toBe(fromMs + DAY_MS);
      expect(world.profile("limited").symbols["AAA/USD"]?.bars).toBe(5);
    },
  );
});
