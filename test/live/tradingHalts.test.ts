import { expect, test } from "vitest";
import type { TradingStatus } from "../../core/domain/market.ts";
import { LiveStatuses } from "../../core/runtime/liveStatuses.ts";
import { rising, scripted } from "../runtime/scripted.ts";
import { deskOf } from "./desk.ts";

const { feeds } = rising(12);
const closes = feeds[0]?.columns.closeTimeMs ?? [];

/** A desk that wants to buy at its eighth minute, and what its exchange says of AAA. */
async function watched() {
  const desk = await deskOf(scripted({ 8: "enter" }, { kind: "immediate" }), "1m");
  const statuses = new LiveStatuses(desk.ports);
  const say = async (isHalted: boolean, minute: number) => {
    const eventTimeMs = (closes[minute] ?? 0) + 1;
    const status: TradingStatus = { eventTimeMs, isHalted, reason: "Volatility Trading Pause" };
    desk.time.nowMs = Math.max(desk.time.nowMs, eventTimeMs);
    statuses.take("AAA", status);
    await desk.engine.between(() => statuses.tell());
  };
  const denials = () =>
    desk.store.entries.flatMap(({ event }) =>
      event.type === "order.denied.v1" ? [event.data.limit] : [],
    );
  return { ...desk, say, denials };
}

/** The feeds with a bar that opened within `[from, to)` left out, as a halt has none. */
function without(from: number, to: number) {
  return feeds.map((feed) => {
    const rows = [...feed.columns.closeTimeMs.keys()].filter((row) => row < from || row >= to);
    const cut = (column: Float64Array) => Float64Array.from(rows, (row) => column[row] ?? 0);
    const { openTimeMs, closeTimeMs, open, high, low, close, volume } = feed.columns;
    const prices = { open: cut(open), high: cut(high), low: cut(low), close: cut(close) };
    const times = { openTimeMs: cut(openTimeMs), closeTimeMs: cut(closeTimeMs) };
    const columns = { length: rows.length, ...times, ...prices, volume: cut(volume) };
    return { ...feed, columns };
  });
}

test("what is halted is not entered, and a person hears of it once", async () => {
  const { say, play, denials, notices } = await watched();
  // Halted within the minute whose bar the strategy decides on.
  await say(true, 6);
  await say(true, 6);
  expect(notices).toMatchObject([{ title: "AAA is halted" }]);
  await play(feeds.map((feed) => feed));
  expect(denials()).toEqual(["trading-halt"]);
});

test("what trades again is entered, in whatever order the news come", async () => {
  for (const isOrdered of [true, false]) {
    const { say, play, denials } = await watched();
    if (isOrdered) await say(true, 4);
    await say(false, 6);
    if (!isOrdered) await say(true, 4);
    await play(feeds);
    expect(denials()).toEqual([]);
  }
});

test("a bar that opened after a halt ends it, where the word of its end was missed", async () => {
  const { say, play, denials } = await watched();
  await say(true, 2);
  await play(without(3, 5));
  expect(denials()).toEqual([]);
});
