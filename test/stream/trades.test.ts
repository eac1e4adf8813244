import { describe, expect, test } from "vitest";
import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, defineStrategy, enterLong } from "../../core/index.ts";
import { STREAM_DEFAULTS, StreamHandler } from "../../core/runtime/streamHandler.ts";
import { deskOf } from "../live/desk.ts";

const MINUTE_MS = 60_000;
const OPEN_MS = newYorkTimeMs("2024-07-01", "09:30");

/** Adds up what is traded, and buys after the first trade above eleven dollars. */
const tape = defineStrategy({
  name: "tape",
  description: "Buys a breakout of the tape",
  bars: "1m",
  params: z.object({}),
  state: z.object({ seen: z.int().default(0), volume: z.number().default(0) }),
  onTrade({ trade, state, position }) {
    const next = { seen: state.seen + 1, volume: state.volume + trade.size };
    const isBought = trade.price > 11 && position.side === "flat";
    return { state: next, intents: isBought ? [enterLong({ reason: "above eleven" })] : [] };
  },
});
const profile = defineProfile(tape, {
  ...{ name: "tapes", universe: ["AAA", "BBB"] },
  sizing: { kind: "fixed-quantity", quantity: "1" },
});

/** A task that listens, one minute into the session, with what its strategy has seen of AAA. */
async function listening() {
  const desk = await deskOf(profile, "1m");
  for (const { instruments } of desk.profiles) instruments.map((one) => desk.simulated.market(one));
  desk.time.nowMs = OPEN_MS;
  const turn = (run: () => Promise<void>) => desk.engine.between(run);
  const handler = new StreamHandler(desk.ports, {
    ...STREAM_DEFAULTS,
    profiles: desk.profiles,
    turn,
  });
  const market = handler.market();
  await handler.start();
  await market.onGap(0);
  market.onState(true);
  desk.time.nowMs += MINUTE_MS;
  const times = { openTimeMs: OPEN_MS, closeTimeMs: OPEN_MS + MINUTE_MS };
  const bar = { ...times, open: 10, high: 11, low: 9, close: 10, volume: 100 };
  for (const symbol of ["AAA", "BBB"]) await market.onBar(symbol, bar, false);
  await handler.step();
  const say = (price: number, agoMs = 0, symbol = "AAA") =>
    market.onTrade(symbol, { eventTimeMs: desk.time.nowMs - agoMs, price, size: 2 });
  const seen = () => desk.store.profile("tapes")?.value.symbols.AAA?.state;
  const asked = () =>
    desk.store.entries.flatMap(({ event }) =>
      event.type === "order.requested.v1" ? [event.data.request] : [],
    );
  return { desk, handler, say, seen, asked };
}

describe("trades, to a strategy that the task hosts", () => {
  test("are subscribed to, each decided on, those of one instant as well", async () => {
    const { handler, say, seen, asked } = await listening();
    expect((await handler.wanted()).trades).toEqual(["AAA", "BBB"]);
    for (const price of [10, 10.5, 10.5, 10.9]) await say(price);
    await say(10, 0, "BBB");
    await handler.step();
    expect(seen()).toEqual({ seen: 4, volume: 8 });
    expect(asked()).toEqual([]);
    await say(11.01);
    await handler.step();
    await say(11.02);
    await handler.step();
    // Bought once, by the trade that broke out: the next one saw the order that is on its way.
    expect(asked().map(({ symbol, reason }) => `${symbol} ${reason}`)).toEqual([
      "AAA above eleven",
    ]);
    expect(seen()).toEqual({ seen: 6, volume: 12 });
  });

  test("that are old are not decided on, and of too many the oldest are let go", async () => {
    const { handler, say, seen } = await listening();
    await say(20, 5_001);
    await say(10, 5_000);
    await handler.step();
    expect(seen()).toEqual({ seen: 1, volume: 2 });
    for (let i = 0; i < 10_005; i += 1) void say(10);
    await handler.step();
    expect(seen()).toEqual({ seen: 10_001, volume: 20_002 });
  });
});
