import { describe, expect, test } from "vitest";
import * as z from "zod";
import { newYorkTimeMs } from "../../core/domain/time.ts";
import { defineProfile, defineStrategy, enterLong, equity, exit } from "../../core/index.ts";
import type { VenueAccount } from "../../core/ports/venueAccount.ts";
import { barsOf } from "../runtime/worlds.ts";
import { deskOf } from "./desk.ts";

const MINUTE = 60_000;
const OPEN = newYorkTimeMs("2024-07-01", "09:30");
const universe = Array.from({ length: 30 }, (_, i) => equity(`S${10 + i}`));
/** The last of the list: it is held, and closed when all others are entered. */
const LAST = "S39";

const strategy = defineStrategy({
  name: "many",
  description: "enters all at one close, and leaves one",
  bars: "1m",
  params: z.object({}),
  state: z.object({}),
  onBar({ bar, symbol }) {
    const minute = (bar.closeTimeMs - OPEN) / MINUTE;
    const reason = "all at once";
    if (minute === 1 && symbol === LAST) return { intents: [enterLong({ quantity: 1, reason })] };
    if (minute !== 3) return;
    return { intents: [symbol === LAST ? exit({ reason }) : enterLong({ quantity: 1, reason })] };
  },
});

const feeds = universe.map((instrument) => ({
  instrument,
  timeframe: "1m" as const,
  columns: barsOf(
    Array.from({ length: 4 }, () => [100, 100, 100, 100] as const),
    OPEN,
    MINUTE,
  ),
}));

/** Plays the minutes against a venue that takes so long for each order, ms. */
async function sentTo(takesMs: number) {
  const sent: { readonly symbol: string; readonly atMs: number }[] = [];
  const clock = { pass: (_: number): number => 0 };
  const wrap = (account: VenueAccount): VenueAccount => ({
    submit: async (requests, nowMs) => {
      const atMs = clock.pass(takesMs);
      for (const { symbol } of requests) sent.push({ symbol, atMs });
      return account.submit(requests, nowMs);
    },
    cancel: (id, nowMs) => account.cancel(id, nowMs),
    replace: (id, next, nowMs) => account.replace(id, next, nowMs),
    find: (id) => account.find(id),
    openOrders: () => account.openOrders(),
    positions: () => account.positions(),
    balances: () => account.balances(),
    fillsSince: (timeMs) => account.fillsSince(timeMs),
  });
  const desk = await deskOf(defineProfile(strategy, { name: "many", universe }), "1m", wrap);
  clock.pass = (ms) => {
    desk.time.nowMs += ms;
    return desk.time.nowMs - ms;
  };
  await desk.play(feeds);
  const told = (type: string) =>
    desk.store.entries.flatMap(({ event }) => (event.type === type ? [event] : []));
  return { told, sent: sent.slice(1) };
}

describe("many orders at one close", () => {
  test.each([0, 10, 400, 600])("all go out where each takes %i ms", async (takesMs) => {
    const { told, sent } = await sentTo(takesMs);
    expect(told("order.unknown.v1")).toEqual([]);
    expect(sent).toHaveLength(30);
  });

  test("are written down as sent no more than seconds before they are", async () => {
    const { told, sent } = await sentTo(400);
    const written = new Map(
      told("order.submitted.v1").map((event) => [event.id.split(".")[1], event.receivedTimeMs]),
    );
    const leads = sent.map(({ symbol, atMs }) => atMs - (written.get(symbol) ?? 0));
    expect(Math.max(...leads)).toBeLessThanOrEqual(2_800);
  });

  test("begin with those that close a position", async () => {
    const { sent } = await sentTo(400);
    expect(sent[0]?.symbol).toBe(LAST);
    expect(sent[1]?.symbol).toBe("S10");
  });
});
