import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AggregateState, createAggregator } from "../../core/domain/aggregate.ts";
import { type Calendar, calendarOf } from "../../core/domain/calendar/calendar.ts";
import { InputError } from "../../core/domain/errors.ts";
import type { Bar } from "../../core/domain/market.ts";
import { MINUTE_MS, newYorkIso, newYorkTimeMs } from "../../core/domain/time.ts";
import { bucketOf, type Timeframe } from "../../core/domain/timeframe.ts";

const seed = 20151224;
const nyse = calendarOf("us-equity");

/** A minute of trading that opens at a New York time; high and low are 1 around the price. */
function minute(date: string, clock: string, price = 100, volume = 10): Bar {
  return minuteAt(newYorkTimeMs(date, clock), price, volume);
}

function minuteAt(openTimeMs: number, price: number, volume: number, minutes = 1): Bar {
  return {
    openTimeMs,
    closeTimeMs: openTimeMs + minutes * MINUTE_MS,
    open: price,
    high: price + 1,
    low: price - 1,
    close: price + 0.5,
    volume,
  };
}

function aggregate(frame: Timeframe, bars: readonly Bar[], extendedHours = false): Bar[] {
  const aggregator = createAggregator(frame, nyse, { extendedHours });
  const state = aggregator.create();
  const closed: Bar[] = [];
  for (const bar of bars) aggregator.feed(state, bar, (done) => closed.push(done));
  const rest = aggregator.flush(state, Number.MAX_SAFE_INTEGER);
  return rest === null ? closed : [...closed, rest];
}

const ends = (bars: readonly Bar[]) => bars.map((bar) => newYorkIso(bar.closeTimeMs).slice(0, 16));

describe("a bucket", () => {
  const aggregator = createAggregator("5m", nyse);
  const at = (clock: string, price?: number, volume?: number) =>
    minute("2024-03-08", clock, price, volume);

  test("closes with the bar that ends where it ends", () => {
    const state = aggregator.create();
    const bars = [at("09:30", 100), at("09:31", 105), at("09:32", 95), at("09:33", 99)];
    expect(bars.map((bar) => aggregator.update(state, bar))).toEqual([null, null, null, null]);
    expect(aggregator.update(state, at("09:34", 101))).toEqual({
      openTimeMs: newYorkTimeMs("2024-03-08", "09:30"),
      closeTimeMs: newYorkTimeMs("2024-03-08", "09:35"),
      open: 100,
      high: 106,
      low: 94,
      close: 101.5,
      volume: 50,
    });
    expect(aggregator.flush(state, newYorkTimeMs("2024-03-08", "20:00"))).toBeNull();
  });

  test("without its last minute closes with the next bar, stamped by its own end", () => {
    const state = aggregator.create();
    aggregator.update(state, at("09:30"));
    const closed = aggregator.update(state, at("09:36"));
    expect(closed?.volume).toBe(10);
    expect(closed?.closeTimeMs).toBe(newYorkTimeMs("2024-03-08", "09:35"));
    expect(state.count).toBe(1);
  });

  test("without its last minute closes when the clock reaches its end, not before", () => {
    const state = aggregator.create();
    aggregator.update(state, at("09:30"));
    const end = newYorkTimeMs("2024-03-08", "09:35");
    expect(aggregator.flush(state, end - 1)).toBeNull();
    expect(aggregator.flush(state, end)?.closeTimeMs).toBe(end);
    expect(aggregator.flush(state, end)).toBeNull();
  });

  test("is handed over with the one before when one bar closes both", () => {
    const state = aggregator.create();
    const closed: Bar[] = [];
    for (const bar of [at("09:30"), at("09:39", 100, 7)]) {
      aggregator.feed(state, bar, (done) => closed.push(done));
    }
    expect(ends(closed)).toEqual(["2024-03-08T09:35", "2024-03-08T09:40"]);
    expect(closed.map((bar) => bar.volume)).toEqual([10, 7]);
  });

  test("is not lost when flush is left out after it", () => {
    const state = aggregator.create();
    const closed = [at("09:30"), at("09:39"), at("09:40")].map((bar) =>
      aggregator.update(state, bar),
    );
    expect(ends(closed.filter((bar) => bar !== null))).toEqual([
      "2024-03-08T09:35",
      "2024-03-08T09:40",
    ]);
  });

  test("takes no bar twice", () => {
    const state = aggregator.create();
    aggregator.update(state, at("09:30"));
    aggregator.update(state, at("09:31"));
    const before = { ...state };
    expect(aggregator.update(state, at("09:31"))).toBeNull();
    expect(aggregator.update(state, at("09:30"))).toBeNull();
    expect(state).toEqual(before);
  });

  test("that the clock has closed is not opened again by a late bar", () => {
    const state = aggregator.create();
    aggregator.update(state, at("09:30"));
    aggregator.flush(state, newYorkTimeMs("2024-03-08", "09:35"));
    expect(aggregator.update(state, at("09:34"))).toBeNull();
    expect(state.count).toBe(0);
  });

  test("without any bar gives none", () => {
    expect(ends(aggregate("5m", [at("09:30"), at("10:30")]))).toEqual([
      "2024-03-08T09:35",
      "2024-03-08T10:35",
    ]);
  });

  test("refuses a bar that reaches over its edges", () => {
    const wide = (clock: string, minutes: number) =>
      minuteAt(newYorkTimeMs("2024-03-08", clock), 100, 10, minutes);
    expect(() => aggregate("5m", [wide("09:33", 5)])).toThrow(InputError);
    expect(() => aggregate("1h", [wide("15:00", 60)])).toThrow("within one 1h bar");
    expect(() => aggregate("1h", [wide("09:00", 60)])).toThrow(
      "got 2024-03-08T14:00:00.000Z to 2024-03-08T15:00:00.000Z",
    );
    const thursday = minuteAt(newYorkTimeMs("2024-03-07", "15:30"), 100, 10, 60);
    expect(() => aggregate("1w", [thursday])).toThrow(InputError);
  });

  test("is as it was when a bar is refused", () => {
    const state = aggregator.create();
    aggregator.update(state, at("09:30"));
    const before = { ...state };
    const wide = minuteAt(newYorkTimeMs("2024-03-08", "09:38"), 100, 10, 5);
    expect(() => aggregator.update(state, wide)).toThrow(InputError);
    expect(state).toEqual(before);
  });

  test("is restated by a split in its middle", () => {
    const daily = createAggregator("1w", nyse);
    const state = daily.create();
    daily.update(state, minute("2020-08-28", "15:59", 500, 10));
    daily.rescale(state, 0.25, 4);
    expect(state).toMatchObject({ open: 125, high: 125.25, low: 124.75, close: 125.125 });
    expect(state.volume).toBe(40);
  });
});

describe("sessions", () => {
  test("end hours short: 16:00 on a full day, 13:00 on a half day", () => {
    const full = minutesOf("2015-12-23", "09:30", 390);
    const half = minutesOf("2015-12-24", "09:30", 210);
    expect(ends(aggregate("1h", full)).map((end) => end.slice(11))).toEqual([
      "10:30",
      "11:30",
      "12:30",
      "13:30",
      "14:30",
      "15:30",
      "16:00",
    ]);
    const hours = aggregate("1h", half);
    expect(ends(hours).map((end) => end.slice(11))).toEqual(["10:30", "11:30", "12:30", "13:00"]);
    expect(hours.map((bar) => bar.volume)).toEqual([600, 600, 600, 300]);
  });

  test("leave out what is traded before the open and after the close", () => {
    const day = minutesOf("2015-12-24", "04:00", 13 * 60);
    expect(aggregate("1d", day).map((bar) => bar.volume)).toEqual([2100]);
    expect(aggregate("1w", day).map((bar) => bar.volume)).toEqual([2100]);
    const dayBefore = minutesOf("2015-12-23", "04:00", 16 * 60);
    expect(aggregate("1w", [...dayBefore, ...day]).map((bar) => bar.volume)).toEqual([6000]);
  });

  test("take it in when asked to", () => {
    const day = minutesOf("2015-12-24", "03:00", 15 * 60);
    expect(aggregate("1d", day, true).map((bar) => bar.volume)).toEqual([7800]);
    expect(ends(aggregate("4h", day, true)).map((end) => end.slice(11))).toEqual([
      "08:00",
      "09:30",
      "13:00",
      "17:00",
    ]);
  });

  test("of one week make a week, over daylight saving, holidays and half days", () => {
    const daily = ["2015-12-21", "2015-12-22", "2015-12-23", "2015-12-24", "2015-12-28"].map(
      (date) => dayBar(date),
    );
    expect(ends(aggregate("1w", daily))).toEqual(["2015-12-24T13:00", "2015-12-31T16:00"]);
    expect(ends(aggregate("1mo", daily))).toEqual(["2015-12-31T16:00"]);
    const spring = ["2024-03-07", "2024-03-08", "2024-03-11"].map((date) => dayBar(date));
    expect(ends(aggregate("1w", spring))).toEqual(["2024-03-08T16:00", "2024-03-15T16:00"]);
  });

  test("close their week at once with the last one", () => {
    const weekly = createAggregator("1w", nyse);
    expect(weekly.update(weekly.create(), dayBar("2015-12-24"))?.volume).toBe(10);
  });
});

function minutesOf(date: string, clock: string, count: number): Bar[] {
  const start = newYorkTimeMs(date, clock);
  return Array.from({ length: count }, (_, index) => minuteAt(start + index * MINUTE_MS, 100, 10));
}

function dayBar(date: string): Bar {
  const session = nyse.sessionOn(date);
  if (session === null) throw new Error(`expected a session on ${date}`);
  return { ...minuteAt(session.openTimeMs, 100, 10), closeTimeMs: session.closeTimeMs };
}

describe("whatever minutes come (seed 20151224)", () => {
  const frames = fc.constantFrom<Timeframe>("5m", "15m", "30m", "1h", "4h", "1d", "1w", "1mo");
  const calendars = fc.constantFrom<Calendar>(nyse, calendarOf("always-open"));
  /** Ascending minutes around a month's end with a half day, some of them missing. */
  const minutes = fc
    .array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 500 }), fc.nat(1000)), {
      minLength: 1,
      maxLength: 120,
    })
    .map((rows) => {
      let timeMs = newYorkTimeMs("2024-11-27", "08:00");
      return rows.map(([gap, price, volume]) => {
        timeMs += (gap < 300 ? 1 : gap - 299) * MINUTE_MS;
        return minuteAt(timeMs, price, volume);
      });
    });

  function run(frame: Timeframe, calendar: Calendar, extendedHours: boolean, bars: Bar[]): Bar[] {
    const aggregator = createAggregator(frame, calendar, { extendedHours });
    const state = aggregator.create();
    const closed: Bar[] = [];
    for (const bar of bars) aggregator.feed(state, bar, (done) => closed.push(done));
    const rest = aggregator.flush(state, Number.MAX_SAFE_INTEGER);
    return rest === null ? closed : [...closed, rest];
  }

  test("bars equal a grouping by bucket: volume, extremes, first and last price", () => {
    fc.assert(
      fc.property(frames, calendars, fc.boolean(), minutes, (frame, calendar, extended, bars) => {
        const groups = new Map<number, Bar[]>();
        for (const bar of bars) {
          const bucket = bucketOf(frame, calendar, bar.openTimeMs, extended);
          if (bucket === null) continue;
          groups.set(bucket.openTimeMs, [...(groups.get(bucket.openTimeMs) ?? []), bar]);
        }
        const expected = [...groups].map(([openTimeMs, group]) => ({
          openTimeMs,
          closeTimeMs: bucketOf(frame, calendar, openTimeMs, extended)?.closeTimeMs,
          open: group[0]?.open,
          high: Math.max(...group.map((bar) => bar.high)),
          low: Math.min(...group.map((bar) => bar.low)),
          close: group.at(-1)?.close,
          volume: group.reduce((sum, bar) => sum + bar.volume, 0),
        }));
        expect(run(frame, calendar, extended, bars)).toEqual(expected);
      }),
      { seed, numRuns: 150 },
    );
  });

  test("buckets contain their instant and join without overlap", () => {
    fc.assert(
      fc.property(frames, calendars, minutes, (frame, calendar, bars) => {
        for (const { openTimeMs: timeMs } of bars) {
          const bucket = bucketOf(frame, calendar, timeMs);
          if (bucket === null) continue;
          expect(timeMs).toBeGreaterThanOrEqual(bucket.openTimeMs);
          expect(timeMs).toBeLessThan(bucket.closeTimeMs);
          expect(bucketOf(frame, calendar, bucket.openTimeMs)).toEqual(bucket);
          expect(bucketOf(frame, calendar, bucket.closeTimeMs - 1)).toEqual(bucket);
        }
      }),
      { seed, numRuns: 50 },
    );
  });

  test("a state saved as JSON after every bar goes on identically", () => {
    fc.assert(
      fc.property(frames, calendars, minutes, (frame, calendar, bars) => {
        const aggregator = createAggregator(frame, calendar);
        let state: AggregateState = aggregator.create();
        const closed: Bar[] = [];
        for (const bar of bars) {
          aggregator.feed(state, bar, (done) => closed.push(done));
          const text = JSON.stringify(state);
          expect(JSON.parse(text)).toEqual(state);
          state = JSON.parse(text);
        }
        const rest = aggregator.flush(state, Number.MAX_SAFE_INTEGER);
        const all = rest === null ? closed : [...closed, rest];
        expect(all).toEqual(run(frame, calendar, false, bars));
      }),
      { seed, numRuns: 50 },
    );
  });

  test("hours made of five minutes equal hours made of minutes", () => {
    fc.assert(
      fc.property(calendars, minutes, (calendar, bars) => {
        const fives = run("5m", calendar, false, bars);
        expect(run("1h", calendar, false, fives)).toEqual(run("1h", calendar, false, bars));
      }),
      { seed, numRuns: 50 },
    );
  });
});
