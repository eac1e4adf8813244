import { existsSync, readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { createAggregator } from "../../core/domain/aggregate.ts";
import { calendarOf } from "../../core/domain/calendar/calendar.ts";
import type { Bar } from "../../core/domain/market.ts";
import { epochMs, MINUTE_MS, newYorkIso } from "../../core/domain/time.ts";
import type { Timeframe } from "../../core/domain/timeframe.ts";

const data = "../shared/data/minute";
const withData = existsSync(`${data}/GOOG_2015-12-24_trades.csv`);
if (!withData) {
  console.log(`left out: aggregation of recorded minutes, as ${data} is not on this machine`);
}

function minutesOf(name: string): Bar[] {
  const file = readFileSync(`${data}/${name}_trades.csv`);
  return parse<Record<string, string>>(file, { columns: true }).map((row) => {
    const openTimeMs = epochMs(row.timestamp ?? "");
    return {
      openTimeMs,
      closeTimeMs: openTimeMs + MINUTE_MS,
      open: Number(row.open),
      high: Number(row.high),
      low: Number(row.low),
      close: Number(row.close),
      volume: Number(row.volume),
    };
  });
}

function aggregate(frame: Timeframe, bars: readonly Bar[]): Bar[] {
  const aggregator = createAggregator(frame, calendarOf("us-equity"));
  const state = aggregator.create();
  const closed: Bar[] = [];
  for (const bar of bars) aggregator.feed(state, bar, (done) => closed.push(done));
  expect(state.count).toBe(0);
  return closed;
}

/** Minutes since 09:30 on New York's clock, taken from the text alone. */
function minuteOfSession(bar: Bar): number {
  const local = newYorkIso(bar.openTimeMs);
  return Number(local.slice(11, 13)) * 60 + Number(local.slice(14, 16)) - 570;
}

/** Groups by clock text, so shares nothing with the aggregator but the minutes. */
function byHand(bars: readonly Bar[], width: number, sessionMinutes: number) {
  const groups = new Map<number, Bar[]>();
  for (const bar of bars) {
    const minute = minuteOfSession(bar);
    if (minute < 0 || minute >= sessionMinutes) continue;
    const index = Math.floor(minute / width);
    groups.set(index, [...(groups.get(index) ?? []), bar]);
  }
  return [...groups].map(([index, group]) => ({
    end: Math.min((index + 1) * width, sessionMinutes),
    open: group[0]?.open,
    high: Math.max(...group.map((bar) => bar.high)),
    low: Math.min(...group.map((bar) => bar.low)),
    close: group.at(-1)?.close,
    volume: group.reduce((sum, bar) => sum + bar.volume, 0),
  }));
}

const days: [string, number][] = [
  ["SPY_2013-10-07", 390],
  ["IBM_2013-10-08", 390],
  ["AAPL_2014-06-06", 390],
  ["GOOG_2015-12-23", 390],
  ["GOOG_2015-12-24", 210],
];

describe.skipIf(!withData)("recorded minutes", () => {
  test.each(days)("of %s make the bars that grouping by hand makes", (name, sessionMinutes) => {
    const minutes = minutesOf(name);
    for (const [frame, width] of [
      ["5m", 5],
      ["1h", 60],
      ["1d", 390],
    ] as const) {
      const made = aggregate(frame, minutes).map((bar) => ({
        end: minuteOfSession({ ...bar, openTimeMs: bar.closeTimeMs }),
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
        volume: bar.volume,
      }));
      expect(made).toEqual(byHand(minutes, width, sessionMinutes));
    }
  });

  test("of GOOG before Christmas 2015 end at 13:00 with a half hour", () => {
    const hours = aggregate("1h", minutesOf("GOOG_2015-12-24"));
    expect(hours.map((bar) => newYorkIso(bar.closeTimeMs).slice(11, 16))).toEqual([
      "10:30",
      "11:30",
      "12:30",
      "13:00",
    ]);
  });
});
