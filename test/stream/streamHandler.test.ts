import { describe, expect, test } from "vitest";
import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, defineStrategy, enterLong } from "../../core/index.ts";
import { Gatherer } from "../../core/runtime/gatherer.ts";
import { STREAM_DEFAULTS, StreamHandler } from "../../core/runtime/streamHandler.ts";
import { TradeBars } from "../../core/runtime/tradeBars.ts";
import { compileProfile } from "../../core/strategy/profile.ts";
import { deskOf } from "../live/desk.ts";

const MINUTE_MS = 60_000;
const OPEN_MS = newYorkTimeMs("2024-07-01", "09:30");

const minute = (n: number, high: number) => {
  const openTimeMs = OPEN_MS + n * MINUTE_MS;
  const closeTimeMs = openTimeMs + MINUTE_MS;
  return { openTimeMs, closeTimeMs, open: 10, high, low: 9, close: 10, volume: 100 };
};

/** Listens to quotes, and buys below nine dollars. */
const bargain = defineStrategy({
  name: "bargain",
  description: "Buys when it is offered below nine dollars",
  bars: "5m",
  params: z.object({}),
  state: z.object({ seen: z.int().default(0) }),
  onQuote({ quote, state, position }) {
    const seen = { seen: state.seen + 1 };
    const isBought = quote.ask < 9 && position.side === "flat";
    return { state: seen, intents: isBought ? [enterLong({ reason: "a bargain" })] : [] };
  },
});
const profile = defineProfile(bargain, {
  name: "bargains",
  universe: ["AAA", "BBB"],
  sizing: { kind: "fixed-quantity", quantity: "1" },
});

async function handled() {
  const desk = await deskOf(profile, "1m");
  desk.time.nowMs = OPEN_MS + 10 * MINUTE_MS;
  const turn = (run: () => Promise<void>) => desk.engine.between(run);
  const options = { ...STREAM_DEFAULTS, profiles: [compileProfile(profile)], turn };
  const handler = new StreamHandler(desk.ports, options);
  const market = handler.market();
  await handler.start();
  await market.onGap(0);
  market.onState(true);
  // With the first bar of its frame an instrument is warm.
  desk.time.nowMs += 5 * MINUTE_MS;
  for (const symbol of ["AAA", "BBB"]) {
    for (let n = 10; n < 15; n += 1) await market.onBar(symbol, minute(n, 11), false);
  }
  await handler.step();
  const types = () => desk.store.entries.map(({ event }) => event.type);
  return { ...desk, handler, market, types };
}

const quote = (ask: number, eventTimeMs: number) => {
  return { eventTimeMs, bid: ask - 0.01, bidSize: 100, ask, askSize: 100 };
};

describe("corrections of bars", () => {
  const gatherer = () =>
    new Gatherer([compileProfile(profile)], { base: "1m", graceMs: 0, corrects: true });

  test("take the place of a bar that was not told, and of its part in what is open", () => {
    const one = gatherer();
    one.take("AAA", minute(0, 11));
    expect(one.correct("AAA", minute(0, 12))).toBe("replaced");
    const [first] = one.closed(minute(0, 0).closeTimeMs);
    expect(first?.data.bars).toMatchObject([{ symbol: "AAA", high: 12 }]);
    expect(one.correct("AAA", { ...minute(0, 15), volume: 150 })).toBe("rebuilt");
    for (let n = 1; n < 5; n += 1) one.take("AAA", minute(n, 11));
    const five = one.closed(minute(4, 0).closeTimeMs).filter(({ data }) => data.timeframe === "5m");
    expect(five.map(({ data }) => data.bars)).toMatchObject([[{ high: 15, volume: 550 }]]);
    expect(one.correct("AAA", minute(4, 20))).toBe("late");
  });
});

describe("bars of seconds", () => {
  test("are made of trades, closed by the clock with its grace, and told once", () => {
    const bars = new TradeBars(["AAA"], 500);
    const trade = (ms: number, price: number) => {
      bars.take("AAA", { eventTimeMs: OPEN_MS + ms, price, size: 10 });
    };
    trade(100, 10);
    trade(900, 12);
    trade(1_000, 9);
    bars.take("ZZZ", { eventTimeMs: OPEN_MS, price: 1, size: 1 });
    expect(bars.closed(OPEN_MS + 1_499)).toEqual([]);
    expect(bars.closed(OPEN_MS + 1_500)).toMatchObject([
      {
        id: `1s.${OPEN_MS + 1_000}`,
        data: { bars: [{ open: 10, high: 12, low: 10, close: 12, volume: 20 }] },
      },
    ]);
    trade(950, 99);
    expect(bars.closed(OPEN_MS + 2_500).map(({ data }) => data.closeTimeMs)).toEqual([
      OPEN_MS + 2_000,
    ]);
  });
});

describe("a stream handler", () => {
  test("lets a strategy decide on the newest quote of each instrument, and on none that is old", async () => {
    const desk = await handled();
    const { nowMs } = desk.time;
    for (const ask of [8, 11, 12]) await desk.market.onQuote("AAA", quote(ask, nowMs));
    await desk.market.onQuote("BBB", quote(8, nowMs - 6_000));
    await desk.handler.step();
    expect(desk.types()).not.toContain("order.requested.v1");
    expect(desk.store.profile("bargains")?.value.symbols.AAA?.state).toEqual({ seen: 1 });
    await desk.market.onQuote("AAA", quote(8.5, nowMs));
    await desk.handler.step();
    expect(desk.types().filter((type) => type === "order.requested.v1")).toHaveLength(1);
  });

  test("asks for quotes of who listens to them, and for bars of all", async () => {
    const { handler } = await handled();
    const both = ["AAA", "BBB"];
    expect(await handler.wanted()).toEqual({
      bars: both,
      quotes: both,
      trades: [],
      statuses: both,
    });
  });

  test("says how long bars are overdue in session, and nothing while they come", async () => {
    const { handler, market, time } = await handled();
    expect(handler.staleMs).toBe(0);
    time.nowMs += 3 * MINUTE_MS;
    expect(handler.staleMs).toBe(3 * MINUTE_MS);
    await market.onBar("AAA", minute(17, 11), false);
    expect(handler.staleMs).toBe(0);
    time.nowMs = newYorkTimeMs("2024-07-01", "20:00");
    expect(handler.staleMs).toBe(0);
  });

  test("asks for bars over REST while a line is down, and tells nothing past the gap before", async () => {
    const desk = await handled();
    desk.market.onState(false);
    const asked: number[] = [];
    const closes = () => desk.types().filter((type) => type === "bars.closed.v1").length;
    const before = closes();
    desk.ports.marketData.bars = async ({ afterMs }) => {
      asked.push(afterMs);
      return new Map([["AAA", [minute(15, 11)]]]);
    };
    for (const _ of [1, 2]) {
      desk.time.nowMs += 61_000;
      await desk.handler.step();
    }
    expect(asked).toHaveLength(2);
    expect(closes()).toBe(before + 1);
  });
});
