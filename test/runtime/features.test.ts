import { describe, expect, test } from "vitest";
import * as z from "zod";
import { decimal, ZERO } from "../../core/domain/decimal.ts";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import {
  crypto,
  defineProfile,
  defineStrategy,
  enterLong,
  enterShort,
  equity,
  on,
  sma,
} from "../../core/index.ts";
import { barsOf, recordingOf, replayed } from "./worlds.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2024, 0, 1);

describe("time frames", () => {
  const seen: [number, number][] = [];
  const framed = defineStrategy({
    name: "framed",
    description: "sees an hour average from minutes",
    bars: "15m",
    params: z.object({}),
    state: z.object({}),
    indicators: () => ({ own: sma(1), hour: on("1h", sma(1)) }),
    onBar({ timeMs, indicators: { hour } }) {
      seen.push([timeMs, hour.now]);
      return undefined;
    },
  });

  test("coarser bars are seen when they have closed, and not before", async () => {
    seen.length = 0;
    // A minute's close is its number, so that an hour's close tells which minute closed it.
    const rows = Array.from({ length: 240 }, (_, i) => [i + 1, i + 1, i + 1, i + 1] as const);
    const columns = barsOf(rows, START_MS, MINUTE_MS);
    const profile = defineProfile(framed, { name: "framed", universe: [crypto("AAA/USD")] });
    await replayed(
      [profile],
      recordingOf([{ instrument: crypto("AAA/USD"), timeframe: "1m", columns }]),
    );
    for (const [timeMs, hour] of seen) {
      const minutes = (timeMs - START_MS) / MINUTE_MS;
      expect(minutes % 15).toBe(0);
      expect(hour).toBe(Math.floor(minutes / 60) * 60);
    }
    expect(seen.length).toBe(9);
  });
});

describe("schedules", () => {
  test("fire after the bars of their instant, on half days at the early close", async () => {
    const calls: [string, number][] = [];
    const atClose = defineStrategy({
      name: "at-close",
      description: "remembers what it saw at the close",
      bars: "1d",
      params: z.object({}),
      state: z.object({}),
      schedules: () => ({ close: { at: "close" } }),
      onSchedule({ sessionDate, universe }) {
        calls.push([sessionDate, universe[0]?.lastPrice ?? 0]);
        return undefined;
      },
    });
    const close = (date: string, time: string) => newYorkTimeMs(date, time);
    const days = [
      { date: "2024-07-02", end: "16:00", price: 10 },
      { date: "2024-07-03", end: "13:00", price: 11 },
      { date: "2024-07-05", end: "16:00", price: 12 },
    ];
    const column = (value: (day: (typeof days)[number]) => number) =>
      Float64Array.from(days, value);
    const columns = {
      length: days.length,
      openTimeMs: column(({ date }) => close(date, "09:30")),
      closeTimeMs: column(({ date, end }) => close(date, end)),
      open: column(({ price }) => price),
      high: column(({ price }) => price),
      low: column(({ price }) => price),
      close: column(({ price }) => price),
      volume: column(() => 100),
    };
    const profile = defineProfile(atClose, { name: "at-close", universe: [equity("SPY")] });
    await replayed(
      [profile],
      recordingOf([{ instrument: equity("SPY"), timeframe: "1d", columns }]),
    );
    expect(calls).toEqual([
      ["2024-07-02", 10],
      ["2024-07-03", 11],
      ["2024-07-05", 12],
    ]);
  });
});

describe("corporate actions", () => {
  const hold = defineStrategy({
    name: "hold",
    description: "buys once and holds",
    bars: "1m",
    params: z.object({}),
    state: z.object({}),
    indicators: () => ({ mean: sma(2) }),
    onBar({ position }) {
      return position.side === "flat" ? { intents: [enterLong({ reason: "hold" })] } : undefined;
    },
  });
  const profile = defineProfile(hold, {
    name: "hold",
    universe: [crypto("AAA/USD")],
    sizing: { kind: "fixed-quantity", quantity: "10" },
  });
  const flat = (price: number) => [price, price, price, price] as const;
  const action = { symbol: "AAA/USD", newSymbol: null, timeMs: START_MS + 5 * MINUTE_MS + 1 };

  test("a split multiplies the position, restates indicators and leaves equity alone", async () => {
    const rows = [
      ...Array.from({ length: 5 }, () => flat(100)),
      ...Array.from({ length: 5 }, () => flat(25)),
    ];
    const feeds = [
      {
        instrument: crypto("AAA/USD"),
        timeframe: "1m" as const,
        columns: barsOf(rows, START_MS, MINUTE_MS),
      },
    ];
    const split = { ...action, kind: "split" as const, value: decimal("4") };
    const { world } = await replayed([profile], recordingOf(feeds, { actions: [split] }));
    const position = world.book("hold").ledgers.hold?.positions["AAA/USD"];
    expect(position?.quantity).toBe(decimal("40"));
    expect(world.profile("hold").symbols["AAA/USD"]?.indicators.mean?.now).toBe(25);
    const bought = decimal("100.01") * 10n;
    expect(position?.cost).toBe(bought);
  });

  test("a dividend is paid in cash on what is held, and lowers the history", async () => {
    const rows = [
      ...Array.from({ length: 5 }, () => flat(100)),
      ...Array.from({ length: 2 }, () => flat(98)),
    ];
    const feeds = [
      {
        instrument: crypto("AAA/USD"),
        timeframe: "1m" as const,
        columns: barsOf(rows, START_MS, MINUTE_MS),
      },
    ];
    const dividend = { ...action, kind: "dividend" as const, value: decimal("2") };
    const { world } = await replayed([profile], recordingOf(feeds, { actions: [dividend] }));
    const ledger = world.book("hold").ledgers.hold;
    expect(ledger?.dividends).toBe(decimal("20"));
    const mean = world.profile("hold").symbols["AAA/USD"]?.indicators.mean?.now ?? 0;
    expect(mean).toBeCloseTo(98, 9);
  });
});

describe("short sales", () => {
  const shorts = defineStrategy({
    name: "shorts",
    description: "wants to be short",
    bars: "1m",
    params: z.object({}),
    state: z.object({}),
    onBar({ position }) {
      return position.side === "flat" ? { intents: [enterShort({ reason: "down" })] } : undefined;
    },
  });
  test("are denied unless the limits allow them, with the numbers of the check", async () => {
    const rows = Array.from({ length: 3 }, () => [10, 10, 10, 10] as const);
    const feeds = [
      {
        instrument: equity("SPY"),
        timeframe: "1m" as const,
        columns: barsOf(rows, newYorkTimeMs("2024-07-02", "10:00"), MINUTE_MS),
      },
    ];
    const profile = defineProfile(shorts, { name: "shorts", universe: ["SPY"] });
    const { world } = await replayed([profile], recordingOf(feeds));
    const denied = world.journal.find((event) => event.type === "order.denied.v1");
    expect(denied?.type === "order.denied.v1" && denied.data.limit).toBe("allow-short");
    expect(world.book("shorts").orders).toEqual([]);
    expect(world.book("shorts").ledgers.shorts?.cash === ZERO).toBe(false);
  });
});
